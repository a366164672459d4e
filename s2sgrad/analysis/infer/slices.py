"""The length of a slice.

>>> from s2sgrad.analysis.facts import Dim, Symbol, python
>>> from s2sgrad.analysis.infer.table import NONE
>>> n = Dim(Symbol("n", not_one=True))
>>> sliced(n, SliceFact(python(int, 1), python(int, -1), NONE), None)
n-2
"""

from __future__ import annotations

from typing import Any

from s2sgrad.analysis.facts import Dim, Fact, Num, SliceFact, as_slice
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.table import Unknown, is_none

__all__ = ["SliceFact", "as_slice", "sliced"]


def sliced(dim: Dim, cut: SliceFact, fresh: Fresh) -> Dim:
    """The length of ``x[start:stop:step]`` where ``x`` has length ``dim``."""
    start, stop, step = (_value(part) for part in (cut.start, cut.stop, cut.step))
    if dim.constant is not None and "?" not in (start, stop, step):
        return Dim.of(len(range(*slice(start, stop, step).indices(dim.constant)))) if step != 0 else dim
    if start is stop is None and step in (None, 1, -1):
        return dim
    if step in (None, 1):
        found = _unit(dim, start or 0, stop, cut.stop)
        if found is not None and not found.anonymous:
            return found
    return fresh("slice", not_one=_never_one(dim, start, stop, step), some=_has_an_end(dim, start, stop, step))


def _has_an_end(dim: Dim, start: Any, stop: Any, step: Any) -> bool:
    """True where the first or the last item of all is in the slice."""
    if step == "?" or "?" in (start, stop) or not dim.some:
        return False
    if (step or 1) < 0:
        return start is stop is None
    return (not start and (stop is None or stop > 0)) or (stop is None and start < 0)


def _value(part: Fact) -> Any:
    """None for a part that is absent, ``?`` for one that is not known."""
    if is_none(part):
        return None
    if not isinstance(part, Num) or part.rank != 0:
        raise Unknown
    return "?" if part.value is None else int(part.value.real)


def _unit(dim: Dim, start: Any, stop: Any, stop_fact: Fact) -> Dim | None:
    if start == "?" or start < 0:
        return None
    if stop is None:
        return dim.minus(start)
    if stop == "?":
        assert isinstance(stop_fact, Num)
        return stop_fact.length.minus(start) if _is_prefix(dim, stop_fact.length) and stop_fact.length else None
    return dim.minus(start - stop) if stop < 0 else Dim.of(0) if stop <= start else None


def _is_prefix(dim: Dim, stop: Dim | None) -> bool:
    """True where ``x[:stop]`` has length ``stop``: it is ``dim`` less 0 to 2.

    For 3 it need not be: of a vector of length 2, ``x[:len(x) - 3]`` is ``x[:-1]``, of length 1.
    """
    return (
        stop is not None
        and not dim.anonymous
        and dim.symbol is not None
        and (stop.symbol == dim.symbol and 0 <= dim.offset - stop.offset <= 2)
    )


def _never_one(dim: Dim, start: Any, stop: Any, step: Any) -> bool:
    """True for a prefix or suffix of two or more that is cut from a length which is not 1."""
    if not dim.not_one or step not in (None, 1):
        return False
    prefix = start in (None, 0) and isinstance(stop, int) and stop >= 2
    return prefix or (stop is None and isinstance(start, int) and start <= -2)
