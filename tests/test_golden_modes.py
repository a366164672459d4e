"""Golden files of the other modes: second order, a guard, complex numbers.

A file of ``tests/golden_modes`` is one of ``tests/golden`` whose ``MODE`` is a key of ``MODES``; ``--update-golden``
rewrites its text.
"""

import functools
import importlib.util
import io
import sys
from pathlib import Path

import numpy as np
import pyflakes.api
import pyflakes.reporter
import pytest

from s2sgrad import grad, hvp, vjp
from tests import trees
from tests.differences import direction
from tests.promises import same_bits
from tests.test_golden import Golden

HERE = Path(__file__).parent / "golden_modes"
MODES = {
    "hvp": hvp,
    "grad_and_hvp": functools.partial(hvp, with_grad=True),
    "grad_grad": lambda f, wrt: grad(grad(f, wrt), wrt),
    "guard": functools.partial(grad, guard="nan"),
    "vjp": vjp,
}


class File(Golden):
    """One golden file of this folder."""

    def derivative(self, **options):
        return MODES[self.mode](self.function, self.module.WRT, **options)

    @property
    def _file(self):
        return HERE / f"{self.name}.py"

    def moved(self, step, directions):
        """The arguments, the differentiated ones a little further along ``directions``."""
        args = list(self.module.args())
        for name, v in zip(self.wrt, directions, strict=True):
            args[self.position(name)] = args[self.position(name)] + step * v
        return args

    def directions(self):
        """A direction for each argument, complex for a complex one."""
        rng = np.random.default_rng(1)
        values = [self.module.args()[self.position(name)] for name in self.wrt]
        return [direction(v) * (np.exp(1j * rng.normal()) if np.iscomplexobj(v) else 1.0) for v in values]


@functools.cache
def golden(name):
    """The golden file of this name, loaded once."""
    spec = importlib.util.spec_from_file_location(f"golden_modes_{name}", HERE / f"{name}.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return File(name, module)


NAMES = sorted(path.stem for path in HERE.glob("*.py"))
of_every_one = pytest.mark.parametrize("name", NAMES)


@of_every_one
def test_text(name, request):
    if request.config.getoption("--update-golden"):
        golden(name).update()
    assert golden(name).generated == golden(name).expected


@of_every_one
def test_no_linter_objects_and_no_line_is_too_wide(name):
    said = io.StringIO()
    text = golden(name).generated
    pyflakes.api.check("import numpy as np\n\n\n" + text + "\n\nnp\n", name, pyflakes.reporter.Reporter(said, said))
    assert not said.getvalue()
    assert [line for line in text.splitlines() if len(line) > 79 or line != line.rstrip()] == []


def bare(file):
    """The functions of the text, executed with nothing but NumPy in scope."""
    space = {"np": np}
    exec(compile(file.generated, file.name, "exec"), space)
    return space


def by_text(file, v):
    """What the bare text gives, and what the derivative gives when it is called."""
    args, space, f = file.arguments(), bare(file), file.function.__name__
    if file.mode in ("hvp", "grad_and_hvp"):
        vectors = tuple(v) if isinstance(file.module.WRT, tuple) else v[0]
        return space[f"{file.mode}_{f}"](*args, *v), file.derivative()(*args, vectors=vectors)
    if file.mode == "vjp":
        out = seed(file)
        y, pullback = file.derivative()(*args)
        value, saved = space[f"forward_{f}"](*args)
        same_bits(value, y, "the value")
        return space[f"backward_{f}"](saved, out), pullback(out)
    return space[f"{'grad_grad' if file.mode == 'grad_grad' else 'grad'}_{f}"](*args), file.derivative()(*args)


def seed(file):
    """A cotangent of the result, read-only."""
    y, rng = file.function(*file.module.args()), np.random.default_rng(0)
    out = rng.normal(size=np.shape(y)) + 1j * rng.normal(size=np.shape(y))
    out.flags.writeable = False
    return out


def slope(at, h=1e-3):
    """The rate of change at 0, by differences of sixth order."""
    terms = ((45, 1), (-9, 2), (1, 3))
    return sum(c * (at(k * h) - at(-k * h)) for c, k in terms) / (60 * h)


def flat(value):
    return np.concatenate([np.ravel(leaf) for leaf in (value if isinstance(value, tuple) else (value,))])


@of_every_one
def test_numbers(name):
    file = golden(name)
    v = file.directions()
    found, called = by_text(file, v)
    for mine, theirs in zip(trees.arrays([found]) or [found], trees.arrays([called]) or [called], strict=True):
        same_bits(mine, theirs, "called through the wrapper")
    if file.mode == "grad_and_hvp":
        same_bits(found[0], grad(file.function, file.module.WRT)(*file.arguments()), "the gradient of the same sweep")
        found = found[1]
    if file.mode in ("guard", "vjp"):
        out = seed(file) if file.mode == "vjp" else 1.0
        rate = slope(lambda t: np.sum(np.conj(out) * file.function(*file.moved(t, v))).real)
        pulled = found if isinstance(file.module.WRT, tuple) else (found,)
        along = sum(np.sum(np.conj(g) * d).real for g, d in zip(pulled, v, strict=True))
        assert along == pytest.approx(rate, rel=1e-9)
        return
    gradient = grad(file.function, file.module.WRT)
    if file.mode == "grad_grad":
        assert found == pytest.approx(slope(lambda t: gradient(*file.moved(t, [1.0]))), rel=1e-9)
        return
    expected = slope(lambda t: flat(gradient(*file.moved(t, v))))
    np.testing.assert_allclose(flat(found), expected, rtol=1e-8, atol=1e-8 * np.abs(expected).max())
