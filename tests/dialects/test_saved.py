"""Modules saved for Numba: they need NumPy and Numba only, and give the numbers of the plain build."""

import subprocess
import sys

import numpy as np
import pytest

from s2sgrad import ArgumentError, Refusal, grad, vjp
from tests.dialects.test_compiled import reservoir, uses_globals

pytest.importorskip("numba")


def run(folder, program):
    """What a fresh interpreter prints, where the saved module is the only thing to import but NumPy and Numba."""
    program = f"import sys; sys.path.insert(0, {str(folder)!r}); import numpy as np, saved; {program}"
    program += "; assert not [m for m in sys.modules if m.startswith(('s2sgrad', 'gast', 'astor', 'tests'))]"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def saved(folder, f, *args, wrt=0):
    g = grad(f, wrt)
    g.source_for(*args)
    g.save(folder / "saved.py", dialect="numba")
    return (folder / "saved.py").read_text()


def test_a_fresh_process_gives_the_same_bits(tmp_path):
    text = saved(tmp_path, reservoir, np.ones(3), 0.3, 1.7, wrt=("inflow", "rate", "cap"))
    assert text.count('@njit(cache=True, error_model="numpy", boundscheck=True)\ndef ') == 1
    assert "import numpy as np\n" in text and "from numba import njit\n" in text
    inflow = np.linspace(0.2, 0.9, 7)
    wanted = [v.hex() for v in grad(reservoir)(inflow, 0.3, 1.7).tolist()]
    program = "d, *_ = saved.grad_reservoir(np.linspace(0.2, 0.9, 7), 0.3, 1.7); print([v.hex() for v in d.tolist()])"
    assert run(tmp_path, program) == str(wanted)
    assert list((tmp_path / "__pycache__").glob("saved.grad_reservoir-*.nbi"))


def test_helpers_constants_and_data(tmp_path):
    args = np.arange(1.0, 4.0), 2.0
    text = saved(tmp_path, uses_globals, *args)
    assert "rate = 0.5\n" in text and "def grad_uses_globals(x, y, table):" in text
    assert text.count("@njit(cache=True") == 3 and "def forward_damped(v, k=2.0):" in text
    wanted = grad(uses_globals)(*args).tolist()
    got = run(tmp_path, "print(saved.grad_uses_globals(np.arange(1., 4.), 2.0, np.array([1., 2.])).tolist())")
    np.testing.assert_allclose(eval(got), wanted, rtol=1e-12)


def test_what_numba_cannot_type_is_not_written(tmp_path):
    with pytest.raises(Refusal, match="Numba cannot"):
        saved(tmp_path, lambda p: p["a"] * 2.0, {"a": 1.0})
    with pytest.raises(Refusal, match="64 bits"):
        saved(tmp_path, lambda x, n: x * 2**n, 1.0, 3)
    assert not list(tmp_path.iterdir())


def test_other_dialects_and_vjp(tmp_path):
    with pytest.raises(ArgumentError, match="no dialect 'c'"):
        g = grad(reservoir)
        g.source_for(np.ones(3), 0.3, 1.7)
        g.save(tmp_path / "saved.py", dialect="c")
    forward = vjp(reservoir)
    forward.source_for(np.ones(3), 0.3, 1.7)
    with pytest.raises(ArgumentError, match="vjp"):
        forward.save(tmp_path / "saved.py", dialect="numba")
