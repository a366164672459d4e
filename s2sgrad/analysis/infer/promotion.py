"""Dtypes and boxes of results, asked of NumPy itself on tiny operands of ones.

The user's data is never looked at: only the kinds of the operands are. NumPy 1 also looks at the *values* of
scalars; there several are tried, and a dtype that differs between them is unknown.

>>> from s2sgrad.analysis.facts import array, python
>>> outcome(np.multiply, [array(np.float32, ()), array(np.int8, ())])
(dtype('float32'), 'np')
"""

from __future__ import annotations

import functools
import itertools
import operator
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Num
from s2sgrad.analysis.infer.table import Unknown

__all__ = ["BY_VALUE", "box_of", "may_be_python", "outcome"]

BY_VALUE = np.lib.NumpyVersion(np.__version__) < "2.0.0"
"""True where the values of scalars decide about dtypes (NumPy 1)."""

Form = tuple[str, int, str, Any, Any]
"""What a dummy is made of: form, rank, dtype, and the known value with its type."""
Kind = tuple["str | None", "int | None", str, Any, Any]
"""What of an operand its forms are made of: dtype, rank, box, and the known value with its type."""
Outcome = tuple["np.dtype[Any] | None", str]

# One of each that Python tells apart: with some of these a NumPy scalar gives way to a Python scalar.
_SOME_DTYPES = ("float64", "float32", "int64", "bool", "complex128")
_RANK_0 = {"py": ("py",), "np": ("np",), "array": ("array",), "any": ("py", "np", "array")}
_EXPONENTS = {"b": (True, False), "u": (0, 1, 2, 3), "i": (0, 1, 2, 3, -1), "f": (-1.0, 0.0, 0.5, 1.0, 2.0, 3.5)}


def box_of(value: Any) -> str:
    """The box of a value: ``py``, ``np`` or ``array``."""
    return "array" if isinstance(value, np.ndarray) else "np" if isinstance(value, np.generic) else "py"


def may_be_python(fact: Num) -> bool:
    """True where the value may be a Python scalar."""
    return fact.box in ("py", "any") and not fact.rank


def outcome(function: Callable[..., Any], operands: Sequence[Num], **options: Any) -> Outcome:
    """The dtype (None: unknown) and box of ``function(*operands, **options)``. Raises Unknown if NumPy refuses all."""
    kinds = tuple(map(_kind, operands))
    dtype, box = _outcome(function, kinds, tuple(sorted(options.items())))
    sure = "dtype" in options or dtype == np.dtype(bool) or all(operand.dtype is not None for operand in operands)
    return (dtype if sure else None), box


def _kind(operand: Num) -> Kind:
    """All of an operand that decides about dtype and box; the type, as 1 equals True and 1.0."""
    dtype, rank = operand.dtype, operand.rank
    value = None if rank else operand.value
    return None if dtype is None else dtype.str, rank, operand.box, value, type(value)


def _forms(kind: Kind) -> Iterator[Form]:
    known, rank, box, value, of_type = kind
    for dtype in _SOME_DTYPES if known is None else (known,):
        if not rank:
            for form in _RANK_0[box]:
                yield form, 0, dtype, value, of_type
        if rank or (rank is None and box in ("array", "any")):
            yield "array", rank or 1, dtype, None, type(None)


@functools.lru_cache(maxsize=4096)
def _outcome(function: Any, kinds: tuple[Kind, ...], options: tuple[tuple[str, Any], ...]) -> Outcome:
    found = set()
    for choice in itertools.product(*map(_forms, kinds)):
        for dummies in _dummies(function, choice):
            result = _attempt(function, dummies, dict(options))
            if result is not None:
                found.add(result)
    if not found:
        raise Unknown
    dtypes, boxes = {dtype for dtype, _ in found}, {box for _, box in found}
    return (dtypes.pop() if len(dtypes) == 1 else None), (boxes.pop() if len(boxes) == 1 else "any")


def _attempt(function: Any, dummies: tuple[Any, ...], options: dict[str, Any]) -> Outcome | None:
    if _counts(function):
        dummies = tuple(dummy[:0] if np.ndim(dummy) else dummy for dummy in dummies)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = function(*dummies, **options)
    except (TypeError, ValueError, ArithmeticError, IndexError):
        return None
    dtype = result.dtype if hasattr(result, "dtype") else np.asarray(result).dtype
    return (dtype, box_of(result)) if dtype.kind in "biufc" else None


def _dummies(function: Any, choice: tuple[Form, ...]) -> Iterator[tuple[Any, ...]]:
    weak = BY_VALUE and function is not np.arange and any(form != "py" for form, *_ in choice)
    if _counts(function):
        weak &= any(rank for _, rank, *_ in choice)  # of scalars alone, no value decides
    lists = [_values(form, weak) for form in choice]
    if function in (operator.pow, np.power) and len(lists) == 2:
        lists[1] = _exponents(choice[1])
    return itertools.product(*lists)


def _counts(function: Any) -> bool:
    """True for a ufunc of a library's, which may count up to a value: a polynomial of the largest degree never ends."""
    return isinstance(function, np.ufunc) and getattr(np, function.__name__, None) is not function


def _values(form: Form, weak: bool) -> list[Any]:
    holder, rank, dtype, value, _ = form
    if not weak or rank:
        return [_hold(holder, rank, dtype, 1)]
    if value is not None:
        return [value]
    return [_hold(holder, rank, dtype, v) for v in _extremes(np.dtype(dtype))]


def _extremes(dtype: np.dtype[Any]) -> tuple[Any, ...]:
    """Values of a scalar between which NumPy 1 tells a difference."""
    if dtype.kind == "b":
        return (True,)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return (1, info.max, info.min)
    return (1.0, float(np.finfo(dtype).max))


def _exponents(form: Form) -> list[Any]:
    holder, rank, dtype, value, _ = form
    if value is not None:
        return [value]
    return [_hold(holder, rank, dtype, v) for v in _EXPONENTS.get(np.dtype(dtype).kind, (1,))]


def _hold(holder: str, rank: int, dtype: str, value: Any) -> Any:
    if holder == "array":
        return np.full((1,) * rank, value, dtype)
    scalar = np.dtype(dtype).type(value)
    return scalar if holder == "np" else scalar.item()
