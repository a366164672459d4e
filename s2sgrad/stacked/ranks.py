"""How many axes the results of calls have that hold no stack; what is not told here is not known."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from s2sgrad.stacked.axes import axes_of, rank_of_product
from s2sgrad.stacked.facts import NOTHING, UNKNOWN, NotStacked, Ranked

__all__ = ["LIKE", "REDUCTIONS", "is_elementwise", "rank_of_call", "rank_of_method"]

REDUCTIONS = ("sum", "mean")
LIKE = ("zeros_like", "ones_like", "empty_like", "copy")


def is_elementwise(name: str) -> bool:
    """True for a function of NumPy's that gives one number for each of its operands'."""
    found = getattr(np, name, None)
    return isinstance(found, np.ufunc) and found.signature is None and found.nout == 1 and name != "matmul"


def rank_of_call(name: str, facts: list[Ranked], trees: list[Any], keywords: dict[str, Any]) -> Ranked:
    """What is known of a call of NumPy's that holds no stack."""
    ranks = [f.rank for f in facts]
    if name in LIKE and facts:
        return Ranked(ranks[0]) if ranks[0] is not None else UNKNOWN
    if (is_elementwise(name) or (name == "where" and len(ranks) == 3)) and not keywords and None not in ranks:
        return Ranked(max(r for r in ranks if r is not None))
    if name in _KEEPING and facts and not keywords and len(facts) == 1 + (name == "roll"):
        return Ranked(ranks[0])
    if name in _OF_RANK:
        return Ranked(_OF_RANK[name])
    if name == "linalg.solve" and ranks[:1] == [2]:
        return Ranked(ranks[1])
    if name in _MADE and facts:
        return Ranked(1) if facts[0].rank == 0 else Ranked(len(facts[0].items)) if facts[0].items else UNKNOWN
    if name in ("dot", "matmul") and len(ranks) == 2 and ranks[0] in (1, 2) and ranks[1] in (1, 2):
        return Ranked(rank_of_product(ranks[0], ranks[1]))
    if name == "outer":
        return Ranked(2)
    if name == "ravel_multi_index" and facts and facts[0].items:
        rows = [item.rank for item in facts[0].items]
        return UNKNOWN if None in rows else Ranked(max(r for r in rows if r is not None), kind="i")
    if name in ("full_like", "cumsum", "flip") and facts and (ranks[0] or 0) > 0:
        return Ranked(ranks[0]) if name != "cumsum" or keywords.keys() == {"axis"} else UNKNOWN
    return rank_of_method(name, facts, trees, keywords) if name in (*REDUCTIONS, *_MORE) else UNKNOWN


_KEEPING = ("linalg.cholesky", "linalg.inv", "asarray", "ascontiguousarray", "roll")
"""Functions whose result has the rank of their first operand."""
_OF_RANK = {"arange": 1, "linspace": 1, "eye": 2, "identity": 2, "ndim": 0, "size": 0}
_MADE = ("zeros", "ones", "empty", "full")
_MORE = ("max", "min", "prod", "any", "all")


def rank_of_method(name: str, facts: list[Ranked], trees: list[Any], keywords: dict[str, Any]) -> Ranked:
    """What is known of a call of a method of what holds no stack."""
    own = facts[0]
    if name == "pop" and own.element is not None and len(facts) == 1:
        return UNKNOWN if own.element == NOTHING else own.element
    if name == "copy" and len(facts) == 1:
        return own
    if own.rank is None or name not in (*REDUCTIONS, *_MORE) or set(keywords) - {"axis", "keepdims"}:
        return UNKNOWN
    try:
        axes = axes_of(keywords.get("axis", trees[1] if len(trees) > 1 else None))
        keep = bool("keepdims" in keywords and gast.literal_eval(keywords["keepdims"]))
    except (NotStacked, ValueError):
        return UNKNOWN
    count = own.rank if axes is None else len(axes)
    return Ranked(own.rank if keep else own.rank - count)
