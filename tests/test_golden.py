"""Golden files: a user's function and, below it, the very text that is generated for it.

A file of ``tests/golden`` holds the function (named like the file, after the mode if that is not ``grad``), ``WRT``,
``MODE`` if it is not ``grad``, ``args()``, and below ``MARKER`` the expected text. ``pytest --update-golden`` rewrites
that part; its diff is what a reviewer reads, as the user of the text would.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import gast
import numpy as np
import pyflakes.api
import pyflakes.reporter
import pytest

import s2sgrad
from s2sgrad.printer import to_text
from tests import trees
from tests.differences import differences
from tests.promises import like_the_arguments, no_sharing, same_bits, same_numbers

HERE = Path(__file__).parent / "golden"
MARKER = "\n\n# What s2sgrad generates:\n\n\n"

PENDING: dict[str, str] = {}
OVER_BUDGET = {
    "checkpointed_pendulum": "the schedule is printed above, and a step stands there three times",
    "chain_energy": "two calls of a helper with different active arguments give two pairs of functions",
    "lstm": "four gates written in place of a helper are saved one by one",
}
"""Name -> why its text is not yet what a person would have written; its numbers are checked like all others."""


@dataclass(frozen=True)
class Golden:
    """One golden file."""

    name: str
    module: ModuleType

    @property
    def mode(self) -> str:
        """``grad``, ``value_and_grad`` or ``vjp``."""
        return getattr(self.module, "MODE", "grad")

    @property
    def function(self) -> Callable[..., Any]:
        """The user's function."""
        return getattr(self.module, self.name.removeprefix(f"{self.mode}_"))

    @property
    def wrt(self) -> tuple[str, ...]:
        """The names of the differentiated arguments, also of a single one."""
        return (self.module.WRT,) if isinstance(self.module.WRT, str) else self.module.WRT

    def arguments(self) -> tuple[Any, ...]:
        """Read-only arguments of the function."""
        return trees.copied(self.module.args(), frozen=True)

    def position(self, name: str) -> int:
        """Which argument has this name."""
        code = self.function.__code__
        return code.co_varnames[: code.co_argcount].index(name)

    def derivative(self, **options: Any) -> Any:
        """What a user would get from ``grad`` and its siblings."""
        return getattr(s2sgrad, self.mode)(self.function, self.module.WRT, **options)

    @functools.cached_property
    def generated(self) -> str:
        """The text that is generated now."""
        return self.derivative().source_for(*self.module.args())

    @property
    def expected(self) -> str:
        """The text that stands in the file."""
        return self._parts()[1].strip() + "\n"

    @property
    def primal(self) -> str:
        """What the user wrote: the functions of the file above its arguments."""
        return re.split(r"\n(?=MODE|WRT)", self._parts()[0])[0]

    def update(self) -> None:
        """Put the text that is generated now into the file."""
        self._file.write_text(self._parts()[0].rstrip() + "\n" + MARKER + self.generated, encoding="utf-8")

    @property
    def _file(self) -> Path:
        return HERE / f"{self.name}.py"

    def _parts(self) -> tuple[str, str]:
        above, _, below = self._file.read_text(encoding="utf-8").partition(MARKER)
        return above, below


@functools.cache
def golden(name: str) -> Golden:
    """The golden file of this name, loaded once."""
    spec = importlib.util.spec_from_file_location(f"golden_{name}", HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return Golden(name, module)


NAMES = sorted(path.stem for path in HERE.glob("*.py"))
of_every_one = pytest.mark.parametrize("name", NAMES)
of_every_text = pytest.mark.parametrize("name", [name for name in NAMES if name not in PENDING])


# The text


@of_every_text
def test_text(name, request):
    if request.config.getoption("--update-golden"):
        golden(name).update()
    assert golden(name).generated == golden(name).expected


@of_every_text
def test_no_linter_objects(name):
    said = io.StringIO()
    text = golden(name).generated
    header = "import numpy as np\n\n\n" if "np." in text else ""
    pyflakes.api.check(header + text, name, pyflakes.reporter.Reporter(said, said))
    assert not said.getvalue()


@of_every_text
def test_no_line_is_too_wide(name):
    assert [line for line in golden(name).generated.splitlines() if len(line) > 79 or line != line.rstrip()] == []


@of_every_text
def test_parses_and_prints_to_itself(name):
    code = "\n".join(code_lines(golden(name).generated)) + "\n"
    printed = "".join(to_text(function) for function in gast.parse(code).body)
    assert gast.dump(gast.parse(printed)) == gast.dump(gast.parse(code))
    assert "".join(to_text(function) for function in gast.parse(printed).body) == printed


@of_every_text
def test_is_not_much_longer_than_the_primal(name):
    file = golden(name)
    if name in OVER_BUDGET:
        pytest.xfail(OVER_BUDGET[name])
    assert len(code_lines(file.generated)) <= 4 * len(code_lines(file.primal)) + 2 * len(file.wrt)


@of_every_text
def test_three_lines_for_a_saved_variable(name):
    for function in gast.parse(golden(name).generated).body:
        lines = code_lines(to_text(function))
        stacks = {stack for line in lines for stack in re.findall(r"\w+_stack\b", line)}
        assert sum("_stack" in line for line in lines) <= 3 * len(stacks)


def test_text_does_not_depend_on_the_process(same_in_every_process, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from tests.test_golden import NAMES, golden\nfor name in NAMES: print(golden(name).generated)\n")
    assert same_in_every_process(str(script)) == "".join(golden(name).generated + "\n" for name in NAMES)


def test_pending_files_promise_no_text():
    assert [name for name in NAMES if (HERE / f"{name}.py").read_text().count(MARKER) != (name not in PENDING)] == []
    assert set(PENDING) <= set(NAMES)


def code_lines(text: str) -> list[str]:
    """The lines that are neither blank nor comment nor docstring; ``import`` is not counted either."""
    return [line for line in without_docstrings(text) if line.strip() and not re.match(r"\s*#|import ", line)]


def without_docstrings(text: str) -> list[str]:
    """The lines of a text less its docstrings."""
    lines = dict(enumerate(text.splitlines(), 1))
    for node in gast.walk(gast.parse(text)):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(getattr(body[0], "value", None), gast.Constant):
            for number in range(body[0].lineno, body[0].end_lineno + 1):
                lines.pop(number)
    return list(lines.values())


# The numbers


@of_every_one
def test_numbers(name):
    file, args = golden(name), golden(name).arguments()
    seed = seed_for(file)
    gradient = in_a_tuple(file, run_text(file, args, seed))
    for got, argument in zip(gradient, file.wrt, strict=True):
        like_the_arguments(got, args[file.position(argument)])
        same_numbers(got, by_differences(file, argument, seed), 1e-7, argument)


@of_every_one
def test_value(name):
    file, args = golden(name), golden(name).arguments()
    if file.mode == "grad":
        pytest.skip("gives no value")
    space = bare(file)
    name = "forward_" + file.function.__name__ if file.mode == "vjp" else file.name
    same_bits(space[name](*args)[0], file.function(*args), "the value")


@of_every_one
def test_arguments_are_neither_changed_nor_shared(name):
    file, args = golden(name), golden(name).arguments()
    gradient = run_text(file, args, seed_for(file))
    same_bits(args, file.module.args(), "the arguments")
    no_sharing(gradient, trees.arrays(args))


@of_every_one
@pytest.mark.parametrize("checked", [False, True])
def test_called_through_the_wrapper(name, checked):
    file, args = golden(name), golden(name).arguments()
    seed = seed_for(file)
    called = file.derivative(checked=checked)(*args)
    gradient = called if file.mode == "grad" else called[1]
    same_bits(gradient(seed) if file.mode == "vjp" else gradient, run_text(file, args, seed), "the gradient")


def bare(file: Golden) -> dict[str, Any]:
    """The functions of the text, executed with nothing but NumPy in scope."""
    space: dict[str, Any] = {"np": np}
    exec(compile(file.generated, file.name, "exec"), space)
    return space


def run_text(file: Golden, args: tuple[Any, ...], seed: Any) -> Any:
    """The gradient that the bare text computes."""
    space, function = bare(file), file.function.__name__
    if file.mode == "vjp":
        return space[f"backward_{function}"](space[f"forward_{function}"](*args)[1], seed)
    result = space[f"{file.mode}_{function}"](*args)
    return result[1] if file.mode == "value_and_grad" else result


def in_a_tuple(file: Golden, gradient: Any) -> Any:
    """The gradients of all of ``wrt``, also of a single one."""
    return (gradient,) if isinstance(file.module.WRT, str) else gradient


def seed_for(file: Golden) -> Any:
    """The adjoint of the result: a read-only random array for ``vjp``, else 1."""
    if file.mode != "vjp":
        return 1.0
    seed = np.random.default_rng(0).normal(size=np.shape(file.function(*file.module.args())))
    seed.flags.writeable = False
    return seed


def by_differences(file: Golden, argument: str, seed: Any) -> Any:
    """The gradient with respect to one argument, by central differences of the primal."""
    args, k = file.arguments(), file.position(argument)
    return differences(lambda a: np.sum(seed * file.function(*args[:k], a, *args[k + 1 :])), args[k])
