"""Facts of arguments as Numba's types: what a saved function is tried with before it is written."""

from __future__ import annotations

from typing import Any

import numba
from numba import types
from numba.np.numpy_support import from_dtype

from s2sgrad.analysis.facts import Fact, Num, Seq, Static
from s2sgrad.errors import Refusal

__all__ = ["numba_type"]


def numba_type(name: str, fact: Fact) -> Any:
    """The type of an argument; arrays lie in memory as NumPy makes them."""
    if isinstance(fact, Num) and fact.dtype is not None:
        if fact.box != "array":
            return from_dtype(fact.dtype)
        if fact.rank is not None:
            return types.Array(from_dtype(fact.dtype), fact.rank, "C")
    if isinstance(fact, Seq):
        return _sequence(name, fact)
    if isinstance(fact, Static) and (fact.value is None or isinstance(fact.value, str)):
        return numba.typeof(fact.value)
    raise Refusal(f"Numba cannot type the argument `{name}`", "save it without dialect")


def _sequence(name: str, fact: Seq) -> Any:
    """Lists of arrays are tuples for Numba."""
    if fact.items is None:
        items = [numba_type(name, fact.element)] * 2
    else:
        items = [numba_type(name, item) for item in fact.items]
    if fact.kind == "list" and items and not any(isinstance(t, types.Array | types.BaseTuple) for t in items):
        return types.List(items[0], reflected=True)
    return types.Tuple(items)
