"""A generator that hands back hand-written text, for the tests of everything around the generator."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable

import pytest

import s2sgrad
from s2sgrad.dispatch import Calls
from s2sgrad.request import Generated, GlobalGuard, Request, Unit


class FakePipeline:
    """Returns ``units`` for every request, or what the function ``units`` makes of the request."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.body = "return 0.0"
        self.units: Callable[[Request], tuple[Unit, ...]] | None = None
        self.globals_read: tuple[GlobalGuard, ...] = ()
        self.attributes_read: frozenset[str] = frozenset()
        self.complex_check = False

    def generate(self, request: Request) -> Generated:
        self.requests.append(request)
        units = (self.units or self.one_unit)(request)
        entry = tuple(unit.name for unit in units[-2 if request.mode == "vjp" else -1 :])
        return Generated(units, entry, "np", self.globals_read, self.attributes_read, self.complex_check)

    def one_unit(self, request: Request) -> tuple[Unit, ...]:
        """The function ``grad_f`` with the parameters of f and the body ``self.body``."""
        name = f"{request.mode}_{request.function.__name__.strip('<>')}"
        text = f"def {name}({Calls(request.function).header}):\n    {self.body}\n"
        return (Unit(name, text, request.function),)


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    fake = FakePipeline()
    module = types.ModuleType("s2sgrad.pipeline")
    module.generate = fake.generate
    monkeypatch.setitem(sys.modules, "s2sgrad.pipeline", module)
    monkeypatch.setattr(s2sgrad, "pipeline", module, raising=False)
    return fake
