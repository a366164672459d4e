"""Where the axes of one value stand in a stack: broadcasting, matrix products, indices and axes of reductions.

>>> from s2sgrad.quote import unquote
>>> unquote(lifted(quote("d"), Ranked(1, True), 3))
'd[:, None, None]'
>>> tree, rank = product(quote("W.T"), Ranked(2), quote("d"), Ranked(1, True))
>>> unquote(tree), rank
('d @ W', 1)
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.quote import clone, quote
from s2sgrad.stacked.facts import WHOLE, NotStacked, Ranked

__all__ = ["axes_of", "index", "lifted", "product", "rank_of_product", "shifted"]


def lifted(tree: Any, fact: Ranked, rank: int) -> Any:
    """A stack with axes of length 1 behind the first, so that it meets a value of ``rank`` axes as one value would."""
    if not fact.stacked or fact.rank is None or fact.rank >= rank:
        return tree
    return quote("{d}[" + ", ".join([":", *["None"] * (rank - fact.rank)]) + "]", d=tree)


# ---- matrix products ----


def rank_of_product(a: int, b: int) -> int:
    """The rank of ``x @ y``."""
    if a == 1:
        return b - 1
    return a - 1 if b == 1 else max(a, b)


def product(left: Any, a: Ranked, right: Any, b: Ranked) -> tuple[Any, int]:
    """``left @ right`` where one of the two is a stack, or both are stacks of matrices; and the rank of one result."""
    ranks = a.rank, b.rank
    if a.rank not in (1, 2) or b.rank not in (1, 2) or (a.stacked and b.stacked and ranks != (2, 2)):
        raise NotStacked(f"{a} @ {b}")
    rank = rank_of_product(a.rank, b.rank)
    if b.stacked and b.rank == 1:
        if a.rank == 1:
            return quote("{d} @ {x}", d=right, x=left), rank
        transposed = left.value if isinstance(left, gast.Attribute) and left.attr == "T" else quote("{x}.T", x=left)
        return quote("{d} @ {x}", d=right, x=transposed), rank
    return quote("{x} @ {y}", x=left, y=right), rank


# ---- indices ----


def index(tree: Any, facts: Any, rank: int) -> tuple[Any, int]:
    """The index behind the first axis of a stack, and the rank of one part; ``facts`` tells of an expression in it."""
    parts = tree.elts if isinstance(tree, gast.Tuple) else [tree]
    used, kept, arrays, places = 0, 0, [], []
    for place, part in enumerate(parts):
        what = _kind_of_index(part, facts)
        if what in ("slice", "none"):
            used, kept = used + (what == "slice"), kept + 1
        elif isinstance(what, Ranked):
            mask = what.kind == "b"
            if what.kind not in "iub" or not what.kind or (mask and (len(parts) > 1 or not what.rank)):
                raise NotStacked("an index of which nothing is known")
            used += (what.rank or 0) if mask else 1
            places.append(place)
            arrays += [1 if mask else what.rank] if what.rank else []
    whole = arrays and places != list(range(places[0], places[0] + len(places)))
    if whole or used > rank or not parts:
        raise NotStacked("arrays as indices at several places")
    new = quote("x[:, {i}]", i=clone(parts[0])).slice
    new.elts += [clone(part) for part in parts[1:]]
    return new, rank - used + kept + max(arrays, default=0)


def _kind_of_index(part: Any, facts: Any) -> Any:
    if isinstance(part, gast.Slice):
        bounds = [b for b in (part.lower, part.upper, part.step) if b is not None]
        if any(facts(b).anywhere for b in bounds):
            raise NotStacked("a stack in an index")
        return "slice"
    if isinstance(part, gast.Constant) and part.value is None:
        return "none"
    if isinstance(part, gast.Constant) and part.value is ...:
        return "ellipsis"
    if isinstance(part, gast.List) and part.elts and all(facts(p) == WHOLE for p in part.elts):
        return Ranked(1, kind="i")
    found = facts(part)
    if found.anywhere or found.rank is None:
        raise NotStacked("an index of which nothing is known")
    return found


# ---- axes ----


def axes_of(tree: Any) -> tuple[int, ...] | None:
    """The axes that an argument names as constants; None for all. Raises NotStacked where it is no constant."""
    try:
        value = gast.literal_eval(tree) if tree is not None else None
    except ValueError:
        raise NotStacked("an axis that is computed") from None
    return value if value is None or isinstance(value, tuple) else (value,)


def shifted(axes: tuple[int, ...]) -> Any:
    """The same axes in a stack: those counted from the front stand one further back."""
    found = [a + 1 if a >= 0 else a for a in axes]
    return quote(repr(found[0] if len(found) == 1 else tuple(found)))
