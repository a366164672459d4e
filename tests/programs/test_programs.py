"""Programs as their authors wrote them: the gradient is right, or the program is in the table of those refused."""

import importlib
import pathlib

import pytest

from tests.differences import check, refused

NAMES = sorted(
    p.stem for p in pathlib.Path(__file__).parent.glob("*.py") if p.stem not in ("__init__", "test_programs")
)

EXPECTED_REFUSED: dict[str, str] = {
    "lotka_volterra_rk45": "operands of these ranks",  # sum() of what may be nothing is a number or an array
}
"""Name of a program -> what the refusal says; an entry whose program has become right fails, and goes."""


def loaded(name):
    module = importlib.import_module(f"tests.programs.{name}")
    return module.PROGRAM, module.args(), module.WRT


@pytest.mark.parametrize("name", [name for name in NAMES if name not in EXPECTED_REFUSED])
def test_right(name):
    program, args, wrt = loaded(name)
    check(program, *args, wrt=wrt, tol=1e-6)


@pytest.mark.parametrize("name", sorted(EXPECTED_REFUSED))
def test_refused(name):
    program, args, wrt = loaded(name)
    refused(program, *args, wrt=wrt, match=EXPECTED_REFUSED[name])


def test_no_program_is_missing():
    assert len(NAMES) >= 40
    assert set(EXPECTED_REFUSED) <= set(NAMES)
