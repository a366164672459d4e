"""A method of what a method has returned: everything runs once, in order, in every mode."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import grad, jvp, value_and_grad, vjp
from tests.differences import check

SEEN: list[str] = []
STATE = {"rng": np.random.default_rng(0)}


class Pair:
    def __init__(self, a: Any, b: Any) -> None:
        self.a = a
        self.b = b

    def turned(self) -> Pair:
        SEEN.append("turned")
        y = self.a * STATE["rng"].normal()
        if y > 100:
            y = y + 1
        return Pair(y, self.b * y)

    def __mul__(self, other: Pair) -> Pair:
        y = self.a * other.a
        if y > 100:
            y = y + 1
        return Pair(y, self.b * other.b)

    def size(self) -> Any:
        q = self.a * self.b
        if q > 100:
            q = q + 1
        return q * self.a


def chained(x: Any) -> Any:
    p = Pair(x, x * x)
    return p.turned().turned().size() + (p * p * p.turned()).size()


def plain(x: Any) -> Any:
    p = Pair(x, x * x)
    return (p * p * Pair(2.0, x)).size() + (p * p).size()


MODES = {
    "value_and_grad": lambda: value_and_grad(chained)(0.5)[0],
    "vjp": lambda: vjp(chained)(0.5)[0],
    "jvp": lambda: jvp(chained)(0.5, tangents=1.0)[0],
}


@pytest.mark.parametrize("mode", list(MODES))
def test_what_gives_the_object_runs_once(mode: str) -> None:
    values = []
    for run in (lambda: chained(0.5), MODES[mode]):
        SEEN.clear()
        STATE["rng"] = np.random.default_rng(3)
        values.append((run(), len(SEEN)))
    assert values[0] == values[1]


def test_methods_in_a_row_are_differentiated() -> None:
    check(plain, 0.7)


TABLEAU = {"c": [0.0, 0.5], "b": [0.25, 0.75]}


def step(f: Any, y: Any, h: Any, tableau: Any = TABLEAU) -> Any:
    total, k = y, y
    for c, b in zip(tableau["c"], tableau["b"]):
        k = f(y + c * h * k)
        total = total + h * b * k
    return total


def stepped(y: Any, rate: Any) -> Any:
    return step(lambda v: -rate * np.sin(v), y, 0.1)


def test_a_default_that_is_data_of_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    check(stepped, 0.8, 1.3)
    derivative = grad(stepped)
    before = derivative(0.8, 1.3)
    monkeypatch.setitem(globals(), "TABLEAU", {"c": [0.0, 0.9], "b": [0.5, 0.5]})
    with pytest.raises(Exception, match="default_of_step_tableau"):
        derivative(0.8, 1.3)  # the default is still the first one, and has no name any more
    monkeypatch.undo()
    assert derivative(0.8, 1.3) == before
