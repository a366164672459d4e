"""Calls at which rules are checked, and how they are made."""

from __future__ import annotations

import functools
import inspect
import itertools
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Known:
    """An operand that the program spells as a literal."""

    value: Any


@dataclass(frozen=True)
class Vague:
    """An operand of which the analysis knows no more than that it is a number or an array."""

    value: Any


def value_of(a: Any) -> Any:
    """The argument itself."""
    return a.value if isinstance(a, Known | Vague) else a


@dataclass(frozen=True)
class Sample:
    """A call at which a rule must agree with differences; ``direction`` keeps a change of an operand admissible."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    direction: Callable[[np.ndarray], np.ndarray] = lambda v: v
    single: bool = True  # also in single precision
    weights: tuple[float, ...] = (1.0,) * 4  # of the results of a call with several; 0 leaves one out

    def __str__(self) -> str:
        parts = [_label(a) for a in self.args] + [f"{k}={v}" for k, v in self.kwargs.items()]
        return f"{getattr(self.function, '__name__', self.function)}({', '.join(parts)})"

    @functools.cached_property
    def values(self) -> tuple[Any, ...]:
        """The arguments themselves."""
        return tuple(map(value_of, self.args))

    def call(self, *args: Any) -> Any:
        """The function at other arguments."""
        return self.function(*args, **self.kwargs)


def _label(a: Any) -> str:
    if isinstance(a, Known):
        return repr(a.value)
    if isinstance(a, Vague):
        return f"vague {_label(a.value)}"
    kind = type(a).__name__
    return f"{kind}{a.shape}" if isinstance(a, np.ndarray) else kind if isinstance(a, float | np.generic) else repr(a)


def to_single(value: Any) -> Any:
    """Arrays and NumPy numbers in single precision."""
    if isinstance(value, np.ndarray | np.float64) and np.result_type(value) == np.float64:
        return value.astype(np.float32)
    return value


def in_single(sample: Sample) -> Sample:
    """The same call in single precision."""
    return replace(sample, args=tuple(map(to_single, sample.args)))



SHAPES = ((3,), (2, 3), (2, 1, 3), (2, 3, 1, 2), (0,), (0, 3), (1,), (1, 1))
PAIRS = (
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((2, 3), (1,)), ((1,), (2, 3)), ((2, 3, 2), (3, 1)),
    ((2, 1, 3, 1), (4, 1, 2)), ((0, 3), (3,)), ((0,), (1,)), ((), (2,)), ((2, 2), ()),
)  # fmt: skip
_drawn: Counter[str] = Counter()


def _generator() -> np.random.Generator:
    """A generator for the next sample of the file that asks: samples added to one file leave those of others alone."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals["__name__"] == __name__:
        frame = frame.f_back
    name = "" if frame is None else frame.f_globals["__name__"]
    _drawn[name] += 1
    return np.random.default_rng(zlib.crc32(f"{name} {_drawn[name]}".encode()))


def between(low: float, high: float, *shape: int) -> np.ndarray:
    """Numbers drawn evenly between two bounds; the same in every run."""
    return _generator().uniform(low, high, shape)


def apart(low: float, high: float, *shape: int) -> np.ndarray:
    """Evenly spaced numbers in disorder: no two are so close that a small change exchanges them."""
    n = int(np.prod(shape))
    return _generator().permutation(np.linspace(low, high, n)).reshape(shape)


def numbers(low: float, high: float) -> list[Any]:
    """One number in each box: Python, NumPy, array without axes."""
    return [float(between(low, high)), np.float64(between(low, high)), np.asarray(between(low, high))]


def unary(function: Callable[..., Any], low: float = -2.0, high: float = 2.0) -> list[Sample]:
    """A function of one operand over all ranks; one of ``math`` over Python numbers only."""
    if getattr(function, "__module__", None) == "math":
        return [Sample(function, (float(between(low, high)),)) for _ in range(3)]
    values = [between(low, high, *shape) for shape in SHAPES] + numbers(low, high)
    return [Sample(function, (value,)) for value in values]


def binary(
    function: Callable[..., Any], first: tuple[float, float] = (-2, 2), second: tuple[float, float] = (-2, 2)
) -> list[Sample]:
    """A function of two operands over broadcasts; one of ``math`` over Python numbers only."""
    if getattr(function, "__module__", None) == "math":
        return [Sample(function, (float(between(*first)), float(between(*second)))) for _ in range(3)]
    samples = [Sample(function, (between(*first, *a), between(*second, *b))) for a, b in PAIRS]
    scalars = itertools.product(numbers(*first), numbers(*second))
    mixed = [(x, between(*second, 2, 3)) for x in numbers(*first)] + [(between(*first, 3), x) for x in numbers(*second)]
    return samples + [Sample(function, pair) for pair in [*scalars, *mixed]]
