"""What NumPy's indexed objects give: ``np.s_[1:]`` the index itself, ``np.mgrid[0:2, 0:3]`` a grid."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, array
from s2sgrad.analysis.infer.arraylike import FLOAT
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.creation import range_length
from s2sgrad.analysis.infer.instances import join_all
from s2sgrad.analysis.infer.slices import SliceFact
from s2sgrad.analysis.infer.table import ONE, ZERO, Unknown, is_none

__all__ = ["of_trick"]


def of_trick(trick: Any, index: Any, fresh: Fresh) -> Fact:
    """The fact of ``trick[index]``. Raises Unknown."""
    if trick is np.s_:
        return index  # type: ignore[no-any-return]
    if trick is np.index_exp:
        whole = isinstance(index, Seq) and index.kind == "tuple"
        return index if whole else Seq("tuple", (index,), index, Dim.of(1))
    if trick is np.mgrid or trick is np.ogrid:
        return _grid(trick, index, fresh)
    raise Unknown


def _grid(trick: Any, index: Any, fresh: Fresh) -> Fact:
    if isinstance(index, SliceFact):
        dim, dtype = _line(index, fresh)
        return array(dtype, (dim,))
    if not isinstance(index, Seq) or not index.items or not all(isinstance(s, SliceFact) for s in index.items):
        raise Unknown
    lines = [_line(s, fresh) for s in index.items]  # type: ignore[arg-type]
    dtype = np.result_type(*(kind for _, kind in lines))
    dims = tuple(dim for dim, _ in lines)
    if trick is np.mgrid:
        return array(dtype, (Dim.of(len(dims)), *dims))
    one = Dim.of(1)
    items = tuple(array(dtype, tuple(dim if i == k else one for i in range(len(dims)))) for k, dim in enumerate(dims))
    return Seq("tuple" if _GIVES_TUPLE else "list", items, join_all(items), Dim.of(len(items)))


_GIVES_TUPLE = isinstance(np.ogrid[0:1, 0:1], tuple)


def _line(cut: SliceFact, fresh: Fresh) -> tuple[Dim, np.dtype[Any]]:
    """Length and dtype of the numbers along one axis of a grid."""
    start, stop, step = (_or(cut.start, ZERO), cut.stop, _or(cut.step, ONE))
    if not all(isinstance(part, Num) and part.rank == 0 for part in (start, stop, step)):
        raise Unknown
    assert isinstance(start, Num) and isinstance(stop, Num) and isinstance(step, Num)
    if step.kind == "c":
        return (Dim.of(int(abs(step.value))) if step.value is not None else fresh("grid")), FLOAT
    whole = all(part.kind in "biu" for part in (start, stop, step))
    return range_length([start, stop, step], fresh), np.dtype(int) if whole else FLOAT


def _or(fact: Fact, default: Fact) -> Fact:
    return default if is_none(fact) else fact
