"""The table of inference functions, and how they read their arguments.

An inference function has the parameters of the function it stands for, each given as a fact, after ``fresh``
which names new lengths. A parameter it does not have is one it cannot judge: the result is then unknown.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, FunctionFact, NeedValue, Num, Seq, Static, python
from s2sgrad.analysis.infer.broadcasting import Fresh

__all__ = [
    "FALSE",
    "Handler",
    "MINUS_ONE",
    "NONE",
    "ONE",
    "TRUE",
    "ZERO",
    "Unknown",
    "axes",
    "axis_count",
    "call",
    "dtype_of",
    "handler_of",
    "infers",
    "integer",
    "integers",
    "is_none",
    "known",
    "lacking",
    "normal_axis",
    "numpy_functions",
    "truth",
]

Handler = Callable[..., Fact]
H = TypeVar("H", bound=Handler)

NONE = Static(None)
FALSE = python(bool, False)
TRUE = python(bool, True)
ZERO = python(int, 0)
ONE = python(int, 1)
MINUS_ONE = python(int, -1)

# Keyed by identity: a user's callable must not run its own __hash__ or __eq__.
_TABLE: dict[int, tuple[Any, Handler]] = {}


class Unknown(Exception):
    """Nothing can be said of the result."""


def infers(*functions: Any) -> Callable[[H], H]:
    """Enter the decorated inference function for every one of ``functions``."""

    def enter(handler: H) -> H:
        for function in functions:
            _, found = _TABLE.get(id(function), (function, handler))
            assert found is handler, f"{function} is inferred in two ways"
            _TABLE[id(function)] = (function, handler)
        return handler

    return enter


def numpy_functions(names: str, module: Any = np) -> list[Any]:
    """Those of the named functions (separated by spaces) that this NumPy has."""
    return [vars(module)[name] for name in names.split() if name in vars(module)]


def handler_of(function: Any) -> Handler | None:
    """The inference function of ``function``, None where there is none."""
    entry = _TABLE.get(id(function))
    return None if entry is None else entry[1]


def known() -> list[Any]:
    """Every function in the table."""
    return [function for function, _ in _TABLE.values()]


@functools.cache
def _signature(handler: Handler) -> inspect.Signature:
    return inspect.signature(handler)


@functools.cache
def _accepts(handler: Handler, count: int, keywords: frozenset[str]) -> bool:
    """True where an inference function can be called with so many arguments and these keywords."""
    try:
        _signature(handler).bind(*range(count), **dict.fromkeys(keywords))
    except TypeError:
        return False
    return True


def lacking(handler: Handler, keywords: Iterable[str]) -> str | None:
    """The first of these keywords for which an inference function has no parameter."""
    parameters = _signature(handler).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return None
    return next((keyword for keyword in keywords if keyword not in parameters), None)


def call(handler: Handler, fresh: Fresh, args: Sequence[Fact], kwargs: Mapping[str, Fact]) -> Fact:
    """Run an inference function. Raises Unknown where it lacks one of the parameters used."""
    if not _accepts(handler, 1 + len(args), frozenset(kwargs)):
        raise Unknown
    return handler(fresh, *args, **kwargs)


def is_none(fact: Fact) -> bool:
    """True for the fact of None itself."""
    return isinstance(fact, Static) and fact.value is None


def integer(fact: Fact) -> int | None:
    """The value of an integer, None where unknown. Raises NeedValue where it can be put into the key."""
    if not isinstance(fact, Num) or fact.kind not in "biu" or fact.rank != 0:
        raise Unknown
    if fact.value is None and fact.origin is not None:
        raise NeedValue(fact.origin)
    return None if fact.value is None else int(fact.value.real)


def length(dim: Dim) -> int | None:
    """The length of an axis, None where unknown. Raises NeedValue where it can be put into the key.

    >>> from s2sgrad.analysis.facts import Symbol
    >>> length(Dim.of(3)), length(Dim(Symbol("f:1.0")))
    (3, None)
    """
    symbol = dim.symbol
    if symbol is not None and dim.offset == 0 and ":" not in symbol.name and symbol.name.rpartition(".")[2].isdigit():
        raise NeedValue(symbol.name)  # an axis of an argument
    return dim.constant


def integers(fact: Fact) -> tuple[int | None, ...]:
    """The values of an integer or of the items of a tuple of integers. Raises Unknown where their number is unknown."""
    if isinstance(fact, Num):
        return (integer(fact),)
    if isinstance(fact, Seq) and fact.items is not None:
        return tuple(map(integer, fact.items))
    raise Unknown


def truth(fact: Fact) -> bool | None:
    """The value of a flag, None where unknown."""
    return bool(fact.value) if isinstance(fact, Static) else None if (n := integer(fact)) is None else bool(n)


def normal_axis(axis: int, rank: int) -> int:
    """The axis counted from the front. Raises Unknown where there is no such axis (the program will raise)."""
    if not -rank <= axis < rank:
        raise Unknown
    return axis % rank


def axes(fact: Fact, rank: int) -> tuple[int, ...] | None:
    """The axes that an ``axis=`` argument names (None: all), in its order; None where they are unknown."""
    if is_none(fact):
        return tuple(range(rank))
    found = integers(fact)
    return None if None in found else tuple(normal_axis(a, rank) for a in found if a is not None)


def axis_count(fact: Fact, rank: int) -> int:
    """How many axes an ``axis=`` argument names."""
    if is_none(fact):
        return rank
    return len(integers(fact))


def dtype_of(fact: Fact) -> np.dtype[Any] | None:
    """The dtype that a ``dtype=`` argument names, None for None. Raises Unknown where it is unknown."""
    value = fact.value if isinstance(fact, Static) else fact.function if isinstance(fact, FunctionFact) else Unknown
    if value is None:
        return None
    if not isinstance(value, (str, np.dtype, type)) or value is Unknown:
        raise Unknown
    try:
        dtype = np.dtype(value)
    except TypeError:
        raise Unknown from None
    if dtype.kind not in "biufc":
        raise Unknown
    return dtype
