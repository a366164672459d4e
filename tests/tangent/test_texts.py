"""The very text of forward mode for every golden function, its numbers, and forward mode over the generated gradients.

``pytest --update-golden`` rewrites the files in ``tests/tangent/golden``; their diff is what a reviewer reads.
"""

import importlib.util
import io
import sys
from pathlib import Path

import numpy as np
import pyflakes.api
import pyflakes.reporter
import pytest

from s2sgrad import grad, jvp
from tests import trees
from tests.differences import direction
from tests.promises import same_bits
from tests.test_golden import NAMES, code_lines, golden

HERE = Path(__file__).parent / "golden"
HEAD = "import numpy as np\n\n\n"
PRIMALS = [name for name in NAMES if golden(name).mode == "grad"]
of_every_one = pytest.mark.parametrize("name", PRIMALS)


def text_of(name):
    file = golden(name)
    return jvp(file.function, file.module.WRT).source_for(*file.module.args())


@of_every_one
def test_text(name, request):
    path = HERE / f"{name}.py"
    if request.config.getoption("--update-golden"):
        path.write_text(HEAD + text_of(name), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == HEAD + text_of(name)


@of_every_one
def test_no_linter_objects_and_no_line_is_too_wide(name):
    said = io.StringIO()
    text = text_of(name)
    pyflakes.api.check("import numpy as np\n\n\n" + text + "\n\nnp\n", name, pyflakes.reporter.Reporter(said, said))
    assert not said.getvalue()
    assert [line for line in text.splitlines() if len(line) > 79 and '"""' not in line] == []


@of_every_one
def test_is_not_much_longer_than_the_primal(name):
    file = golden(name)
    assert len(code_lines(text_of(name))) <= 3 * len(code_lines(file.primal)) + 2 * len(file.wrt)


@of_every_one
def test_numbers(name):
    file, args = golden(name), golden(name).arguments()
    v = tuple(direction(args[file.position(n)]) for n in file.wrt)
    gradient = grad(file.function, file.wrt)(*args)
    value, tangent = jvp(file.function, file.wrt)(*args, tangents=v)
    same_bits(value, file.function(*args), "the value")
    pairs = zip(trees.float_leaves(gradient), trees.float_leaves(v), strict=True)
    expected = sum(np.sum(g * d) for g, d in pairs)
    assert tangent == pytest.approx(expected, rel=1e-10)


@pytest.fixture
def written(tmp_path):
    """The generated gradient of a golden function, from a file of its own."""

    def load(name):
        path = tmp_path / f"gradient_of_{name}.py"
        path.write_text("import numpy as np\n\n\n" + golden(name).generated, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return getattr(module, f"grad_{golden(name).function.__name__}")

    return load


def flat(tree):
    return np.concatenate([np.ravel(leaf) for leaf in trees.float_leaves(tree)])


@of_every_one
def test_of_the_generated_gradient(name, written):
    file, f, args = golden(name), written(name), golden(name).arguments()
    positions = [file.position(n) for n in file.wrt]
    v = [direction(args[k]) for k in positions]
    gradient, tangent = jvp(f, tuple(positions))(*args, tangents=tuple(v))

    def at(step):
        moved = list(args)
        for k, d in zip(positions, v, strict=True):
            steps = iter(trees.float_leaves(d))
            moved[k] = trees.mapped(args[k], lambda _, leaf: leaf + step * next(steps))
        return flat(f(*moved))

    by_differences = (8 * (at(1e-4) - at(-1e-4)) - (at(2e-4) - at(-2e-4))) / 12e-4
    same_bits(gradient, f(*args), "the gradient")
    np.testing.assert_allclose(flat(tangent), by_differences, rtol=1e-7, atol=1e-7 * np.abs(by_differences).max())
