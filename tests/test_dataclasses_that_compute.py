"""Dataclasses with ``__post_init__`` and fields made by factories: made, read and changed inside a function."""

from __future__ import annotations

from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import Any

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused

X = np.array([0.5, -1.0, 2.0, 0.3])


@dataclass
class Gaussian:
    mean: Any
    cov: Any
    precision: Any = field(init=False)

    def __post_init__(self) -> None:
        self.precision = np.linalg.inv(self.cov)

    def log_density(self, v: Any) -> Any:
        d = v - self.mean
        return -0.5 * d @ self.precision @ d - 0.5 * np.linalg.slogdet(self.cov)[1]


def density(mean: Any, cov: Any, v: Any) -> Any:
    return Gaussian(mean, cov).log_density(v)


@dataclass
class History:
    values: list[Any] = field(default_factory=list)

    def add(self, value: Any) -> None:
        self.values.append(value)


@dataclass
class Body:
    position: Any
    velocity: Any
    mass: float = 1.0
    acceleration: Any = field(default_factory=lambda: np.zeros(2))

    def __post_init__(self) -> None:
        self.position = np.asarray(self.position, dtype=float)


def orbit(position: Any, velocity: Any) -> Any:
    history = History()
    body = Body(position, velocity, mass=2.0)
    for _ in range(3):
        body.acceleration = -body.position / np.linalg.norm(body.position) ** 3
        body.velocity = body.velocity + 0.1 * body.acceleration
        body.position = body.position + 0.1 * body.velocity
        history.add(body.mass * (body.position**2).sum())
    return sum(history.values) + (body.acceleration**2).sum()


@dataclass
class Layer:
    W: Any
    b: Any
    act: Any = np.tanh
    cache: dict[str, Any] = field(default_factory=dict)

    def __call__(self, h: Any) -> Any:
        self.cache["z"] = h @ self.W + self.b
        return self.act(self.cache["z"])


def cached(W: Any, b: Any) -> Any:
    layer = Layer(W, b)
    out = layer(b)
    return out.sum() + (layer.cache["z"] ** 2).sum()


@dataclass
class Base:
    a: float

    def __post_init__(self) -> None:
        self.square = self.a**2


@dataclass
class Scaled(Base):
    n: InitVar[int] = 2
    _: KW_ONLY
    scale: float = 3.0

    def __post_init__(self, n: int) -> None:
        super().__post_init__()
        self.part = self.scale / n


def inherited(a: Any, scale: Any) -> Any:
    first, second = Scaled(a), Scaled(a, 4, scale=scale)
    return first.square * first.part + second.square * second.part


CASES = [
    (density, (X[:2], np.array([[2.0, 0.3], [0.3, 1.0]]), X[2:])), (orbit, (X[:2], X[2:])),
    (cached, (np.outer(X, X), X)), (inherited, (0.7, 1.3)),
]  # fmt: skip


@pytest.mark.parametrize(("f", "args"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_what_a_dataclass_computes(f: Any, args: Any) -> None:
    check(f, *args)


def test_a_field_is_quoted_by_its_own_line() -> None:
    derivative = grad(inherited)
    derivative(0.7, 1.3)
    assert "# self.square = self.a**2" in derivative.source


@dataclass(frozen=True)
class Frozen:
    a: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "square", self.a**2)


def around_its_class(a: Any) -> Any:
    return Frozen(a).square  # type: ignore[attr-defined]


def test_a_frozen_one_that_computes_is_refused() -> None:
    refused(around_its_class, 0.7, match="`Frozen` is frozen, and does more")
