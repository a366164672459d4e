"""A saved module needs NumPy only, and computes the same bits."""

import ast
import math
import os
import subprocess
import sys
import textwrap
from math import exp as e_to

import numpy as np
import pytest

from s2sgrad import ArgumentError, Refusal, grad, vjp
from s2sgrad.request import Unit
from s2sgrad.save import names_read
from tests.fakes import FakePipeline, pipeline  # noqa: F401 - a fixture

rate = 0.1
tiny = np.float32(0.1)
label = 'say "rate"\n'
nothing = None
bounds = (0.0, (math.inf, -0.0), 1j)
table = np.array([1.0, 2.0])
settings = {"rate": 0.5}
lock = object()
la = np.linalg
tanh = np.tanh


def smooth(v, k=2.0):
    # Kept as it is.
    return e_to(-v) * k * scaled(v)


def scaled(v, by=rate):
    return v * by * bounds[0] + rate


def deep(v):
    return v * table[0]


def f(x, n=3, *, power=2.0): ...


def written(pipeline, tmp_path, body, *args, home=f, transform=grad):  # noqa: F811
    """The generated function for a body, and the text of its saved module."""
    pipeline.body = body
    g = transform(home)
    g(*args)
    g.save(tmp_path / "saved.py")
    return g, (tmp_path / "saved.py").read_text()


def run(tmp_path, call):
    """What a bare interpreter prints, with nothing but NumPy to import."""
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import numpy as np; import saved; print({call})"
    program += "; assert not [m for m in sys.modules if m.startswith(('s2sgrad', 'gast', 'astor', 'tests'))]"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def pyflakes(text):
    flakes = pytest.importorskip("pyflakes.api")
    reporter = pytest.importorskip("pyflakes.reporter")
    return flakes.check(text, "saved.py", reporter.Reporter(sys.stderr, sys.stderr))


def test_the_same_bits(pipeline: FakePipeline, tmp_path):  # noqa: F811
    g, text = written(pipeline, tmp_path, "return np.sin(x) * rate / 3", 0.3)
    x = np.linspace(0.1, 7.0, 11)
    expected = [value.hex() for value in g.fn(x).tolist()]
    assert run(tmp_path, "[v.hex() for v in saved.grad_f(np.linspace(0.1, 7.0, 11)).tolist()]") == str(expected)
    assert "rate = 0.1\n" in text and pyflakes(text) == 0


def test_constants_are_written_down(pipeline, tmp_path):  # noqa: F811
    g, text = written(pipeline, tmp_path, "return repr((rate, label, nothing, bounds, math.pi, np.pi))", 1.0)
    assert run(tmp_path, "saved.grad_f(1.0)") == g.fn(1.0)
    assert pyflakes(text) == 0
    assert text.startswith('"""Derivative code of f, for x: py float64, n: py int64, power: py float64."""\n')
    assert "import math\nimport numpy as np\n" in text


def test_numpy_scalars_keep_their_class_and_bits(pipeline, tmp_path, monkeypatch):  # noqa: F811
    values = {"tiny": tiny, "wide": np.float64(0.1), "k": np.uint8(3), "yes": np.bool_(True), "z": (np.float32("nan"),)}
    for name, value in values.items():
        monkeypatch.setitem(globals(), name, value)
    g, text = written(pipeline, tmp_path, "return [(type(v).__name__, str(v)) for v in (tiny, wide, k, yes, *z)]", 1.0)
    assert run(tmp_path, "saved.grad_f(1.0)") == str(g.fn(1.0))
    assert "import numpy as np\n" in text and "tiny = np.float32(0.10000000149011612)\n" in text
    monkeypatch.setitem(globals(), "tiny", np.longdouble(1))
    with pytest.raises(Refusal, match="longdouble"):
        g.save(tmp_path / "saved.py")


def test_imports_are_made_again(pipeline, tmp_path):  # noqa: F811
    _, text = written(pipeline, tmp_path, "return e_to(x) + tanh(x) + la.norm(np.ones(3)) + abs(x)", 1.0)
    top = "from math import exp as e_to\nfrom numpy import tanh\nimport numpy as np\nimport numpy.linalg as la\n"
    assert top in text
    assert float(run(tmp_path, "saved.grad_f(1.0)")) == math.exp(1.0) + np.tanh(1.0) + np.linalg.norm(np.ones(3)) + 1.0


def test_numpy_is_imported_only_where_it_is_used(pipeline, tmp_path):  # noqa: F811
    _, text = written(pipeline, tmp_path, "return 2 * x", 1.0)
    assert "import" not in text and pyflakes(text) == 0


def test_helpers_come_along_after_what_they_call(pipeline, tmp_path):  # noqa: F811
    g, text = written(pipeline, tmp_path, "return smooth(x)", 1.0)
    assert text.index("def scaled(v, by=0.1)") < text.index("def smooth(v, k=2.0)") < text.index("def grad_f")
    assert "# Kept as it is." in text and pyflakes(text) == 0
    assert run(tmp_path, "saved.grad_f(0.7)") == repr(g.fn(0.7))


def test_defaults_are_written_as_values(pipeline, tmp_path):  # noqa: F811
    def home(x, n=len("abc"), *, power=rate * 2): ...

    _, text = written(pipeline, tmp_path, "return n, power", 1.0, home=home)
    assert "def grad_home(x, n=3, *, power=0.2):" in text
    assert run(tmp_path, "saved.grad_home(1.0)") == "(3, 0.2)"


def test_arrays_become_keyword_parameters(pipeline, tmp_path):  # noqa: F811
    g, text = written(pipeline, tmp_path, "return float(x * table.sum() + settings['rate'])", 1.0)
    assert "def grad_f(x, n=3, *, power=2.0, settings, table):" in text
    call = "saved.grad_f(2.0, table=np.array([1.0, 2.0]), settings={'rate': 0.5})"
    assert run(tmp_path, call) == "6.5" == repr(g.fn(2.0))


def test_a_closure_array_too_also_beside_starred_arguments(pipeline, tmp_path):  # noqa: F811
    held = np.ones(2)

    def home(x, *rest, **more):
        return held

    pipeline.body = "return x * held.sum() + len(rest) + len(more)"
    g = grad(home)
    g(1.0)
    g.save(tmp_path / "saved.py")
    assert "def grad_home(x, *rest, held, **more):" in (tmp_path / "saved.py").read_text()
    assert run(tmp_path, "float(saved.grad_home(1.0, 2, 3, held=np.ones(2), k=1))") == "5.0"


def test_a_long_header_is_broken(pipeline, tmp_path, monkeypatch):  # noqa: F811
    names = [f"table_of_numbers_{i}" for i in range(6)]
    for name in names:
        monkeypatch.setitem(globals(), name, table)
    _, text = written(pipeline, tmp_path, "return " + " + ".join(names), 1.0)
    assert ast.parse(text) and max(map(len, text.split('"""')[2].split("return")[0].splitlines())) <= 79


@pytest.mark.parametrize(
    "body, message",
    [
        ("return lock", "it uses 'lock', and it is a object"),
        ("return deep(x)", "it uses 'table', but the helper deep reads it"),
        ("return Inner", "it uses 'Inner', and it is a type"),
        ("return closed(x)", "it uses 'closed', and it is a closure"),
        ("return odd_default(x)", "one of its defaults is a ndarray"),
        ("return tests_module", "that module cannot be imported by name"),
    ],
)
def test_what_cannot_be_saved_is_refused_by_name(pipeline, tmp_path, monkeypatch, body, message):  # noqa: F811
    import types

    def make(k):
        return lambda v: k * v

    def odd_default(x, k=np.ones(2)): ...

    others = {"Inner": type("Inner", (), {}), "closed": make(1), "odd_default": odd_default}
    for name, value in (others | {"tests_module": types.ModuleType("nowhere")}).items():
        monkeypatch.setitem(globals(), name, value)
    with pytest.raises(Refusal, match=message):
        written(pipeline, tmp_path, body, 1.0)
    assert list(tmp_path.iterdir()) == []


def test_two_modules_that_disagree_on_a_name(pipeline, tmp_path):  # noqa: F811
    other = eval("lambda x: rate", {"rate": 2.0})
    pipeline.units = lambda request: (
        Unit("helper", "def helper(x):\n    return rate\n", other),
        Unit("grad_f", "def grad_f(x, n, *, power):\n    return helper(x) + rate\n", f),
    )
    with pytest.raises(Refusal, match="two modules use this name for different things"):
        written(pipeline, tmp_path, "", 1.0)


def test_data_below_the_entry_is_refused(pipeline, tmp_path):  # noqa: F811
    pipeline.units = lambda request: (
        Unit("helper", "def helper(x):\n    return table\n", f),
        Unit("grad_f", "def grad_f(x, n, *, power):\n    return helper(x)\n", f),
    )
    with pytest.raises(Refusal, match="the helper helper reads it"):
        written(pipeline, tmp_path, "", 1.0)


def test_both_halves_of_a_vjp(pipeline, tmp_path):  # noqa: F811
    pipeline.units = lambda request: (
        Unit("sum_to", "def sum_to(g):\n    return np.sum(g)\n", None),
        Unit("forward_f", "def forward_f(x, n, *, power):\n    return x * rate, x\n", f),
        Unit("backward_f", "def backward_f(saved, dy):\n    return sum_to(dy * rate)\n", f),
    )
    _, text = written(pipeline, tmp_path, "", 1.0, transform=vjp)
    assert text.count("rate = 0.1") == 1 and pyflakes(text) == 0
    assert run(tmp_path, "saved.forward_f(2.0), float(saved.backward_f(2.0, 3.0))") == "(0.2, 2.0) 0.30000000000000004"


def test_a_file_is_replaced_in_one_step_and_keeps_its_permissions(pipeline, tmp_path):  # noqa: F811
    path = tmp_path / "saved.py"
    path.write_text("old")
    path.chmod(0o640)
    written(pipeline, tmp_path, "return 2 * x", 1.0)
    assert path.stat().st_mode & 0o777 == 0o640 and "def grad_f" in path.read_text()
    assert os.listdir(tmp_path) == ["saved.py"]


def test_a_link_is_followed_and_a_directory_is_not_overwritten(pipeline, tmp_path):  # noqa: F811
    pipeline.body = "return x"
    g = grad(f)
    with pytest.raises(ArgumentError, match="nothing was generated yet"):
        g.save(tmp_path / "saved.py")
    g.source_for(1.0)
    (tmp_path / "link.py").symlink_to(tmp_path / "real.py")
    g.save(str(tmp_path / "link.py"))
    assert (tmp_path / "link.py").is_symlink() and "grad_f" in (tmp_path / "real.py").read_text()
    with pytest.raises(IsADirectoryError):
        g.save(tmp_path)
    with pytest.raises(FileNotFoundError):
        g.save(tmp_path / "missing" / "saved.py")


def test_a_failed_write_leaves_the_old_file(pipeline, tmp_path, monkeypatch):  # noqa: F811
    (tmp_path / "saved.py").write_text("old")

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        written(pipeline, tmp_path, "return x", 1.0)
    assert os.listdir(tmp_path) == ["saved.py"] and (tmp_path / "saved.py").read_text() == "old"


def test_twice_the_same_bytes(pipeline, tmp_path):  # noqa: F811
    _, first = written(pipeline, tmp_path, "return smooth(x) * table * np.pi * tiny", 1.0)
    _, second = written(pipeline, tmp_path, "return smooth(x) * table * np.pi * tiny", 1.0)
    assert first == second


def test_annotations_name_nothing(pipeline, tmp_path):  # noqa: F811
    def home(x: "Missing"): ...  # noqa: F821

    pipeline.units = lambda request: (Unit("grad_f", "def grad_f(x: Missing) -> Missing:\n    return x\n", home),)
    _, text = written(pipeline, tmp_path, "", 1.0, home=home)
    assert "from __future__ import annotations" in text and run(tmp_path, "saved.grad_f(1.0)") == "1.0"


def test_names_read_looks_into_nested_functions():
    text = textwrap.dedent("""
        def f(x):
            def g(y):
                return y * rate + sum(table[i] for i in x)
            return (lambda v: v * k)(g(x))
    """)
    assert names_read(text) == ["k", "rate", "sum", "table"]
