"""Words of the rule language for where the elements of an operand come to lie in the result.

>>> from s2sgrad.analysis.facts import Dim, Symbol, array, python
>>> from s2sgrad.quote import unquote
>>> from s2sgrad.rules.macros import EXPANDERS
>>> m = array(float, [Dim(Symbol(c, True)) for c in "nm"])
>>> unquote(EXPANDERS[inside]([*map(quote, ("dy", "a", "1"))], [m, m, python(int, 1)]))
'dy[1:-1, 1:-1]'
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Fact, NeedValue, Num, Seq
from s2sgrad.quote import quote
from s2sgrad.rules.macros import expands

__all__ = [
    "backwards",
    "behind",
    "columns_at",
    "from_behind",
    "from_front",
    "gathered",
    "in_front",
    "inside",
    "over_last",
    "put_before",
    "put_behind",
    "repeated",
    "rolled_back",
    "rows_at",
    "untiled",
]


def in_front(x: Any, like: Any, axis: Any) -> Any:
    """``x``, which has as many axes as ``like``, with one of them (None: the only one) moved to the front."""
    return x if axis is None else np.moveaxis(x, axis, 0)


def from_front(rows: Any, x: Any, axis: Any) -> Any:
    """``in_front(x, x, axis)`` undone."""
    return rows if axis is None else np.moveaxis(rows, 0, axis)


def behind(x: Any, like: Any, axis: Any) -> Any:
    """``x``, which has as many axes as ``like``, with one of them (None: the only one) moved to the end."""
    return x if axis is None else np.moveaxis(x, axis, -1)


def from_behind(rows: Any, x: Any, axis: Any) -> Any:
    """``behind(x, x, axis)`` undone."""
    return rows if axis is None else np.moveaxis(rows, -1, axis)


def gathered(dy: Any, source: Any, a: Any) -> Any:
    """For each element of ``a`` the sum of ``dy`` over the places to which it was copied: ``source`` numbers them."""
    total = np.bincount(np.ravel(source), np.ravel(dy), np.size(a))
    return np.reshape(total, np.shape(a)).astype(np.result_type(a))


def inside(dy: Any, a: Any, pad_width: Any) -> Any:
    """``dy`` without what was put around ``a``."""
    widths = np.broadcast_to(pad_width, (np.ndim(a), 2))
    return dy[tuple(slice(int(before), int(before) + n) for (before, _), n in zip(widths, np.shape(a), strict=True))]


def put_before(dy: Any, a: Any, pad_width: Any) -> Any:
    """What of ``dy`` was put in front of the vector ``a``."""
    before, _ = np.broadcast_to(pad_width, (1, 2))[0]
    return dy[:before]


def put_behind(dy: Any, a: Any, pad_width: Any) -> Any:
    """What of ``dy`` was put behind the vector ``a``."""
    before, _ = np.broadcast_to(pad_width, (1, 2))[0]
    return dy[before + len(a) :]


def untiled(dy: Any, A: Any, reps: Any) -> Any:
    """The sum of ``dy`` over the copies of ``A`` that lie side by side."""
    times = tuple(reps) if isinstance(reps, (tuple, list)) else (reps,)
    times = (1,) * (np.ndim(A) - len(times)) + times
    lengths = (1,) * (len(times) - np.ndim(A)) + np.shape(A)
    split = np.reshape(dy, [n for pair in zip(times, lengths, strict=True) for n in pair])
    return np.reshape(split.sum(axis=tuple(range(0, 2 * len(times), 2))), np.shape(A))


def over_last(x: Any, n: Any, a: Any) -> Any:
    """The sum over the last axis of ``x``, of length ``n``: a product with ones, ten times as fast if that is short."""
    return x.sum(axis=-1)


def repeated(dy: Any, a: Any, repeats: Any, axis: Any) -> Any:
    """The sum of ``dy`` over the copies of each element of ``a`` that follow each other along ``axis``."""
    k = axis % np.ndim(a)
    return np.reshape(dy, (*np.shape(a)[: k + 1], repeats, *np.shape(a)[k + 1 :])).sum(axis=k + 1)


def rolled_back(dy: Any, a: Any, axis: Any, start: Any) -> Any:
    """``np.rollaxis(a, axis, start)`` undone."""
    k, n = axis % np.ndim(a), np.ndim(a)
    to = start + n if start < 0 else start
    return np.moveaxis(dy, to - 1 if k < to else to, k)


def backwards(shift: Any) -> Any:
    """``-shift``, also of several."""
    return tuple(-s for s in shift) if isinstance(shift, tuple) else -shift


def rows_at(places: Any, k: Any) -> Any:
    """The rows of the elements at these places on diagonal ``k``."""
    return places - min(k, 0)


def columns_at(places: Any, k: Any) -> Any:
    """The columns of the elements at these places on diagonal ``k``."""
    return places + max(k, 0)


# ---- as text ----


def _known(fact: Fact) -> int:
    """The value of an integer that the text depends on. Raises NeedValue where the key can tell it."""
    if isinstance(fact, Num) and isinstance(fact.value, int):
        return fact.value
    raise NeedValue(getattr(fact, "origin", None) or "")


def _rank(fact: Fact) -> int:
    assert isinstance(fact, Num) and fact.rank is not None
    return fact.rank


@expands(gathered)
def _gathered(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    dy, source, a = args
    fact = facts[2]
    rank = fact.rank if isinstance(fact, Num) else None
    if rank == 0:
        return quote("np.sum({d})", d=dy)
    flat = [x if _is_vector(f) else quote("np.ravel({x})", x=x) for x, f in zip((dy, source), facts[:2], strict=True)]
    size = quote("len({a})" if rank == 1 else "np.size({a})" if rank is None else "{a}.size", a=a)
    tree = quote("np.bincount({i}, {d}, {n})", i=flat[1], d=flat[0], n=size)
    if rank != 1:
        tree = quote("np.reshape({t}, np.shape({a}))" if rank is None else "np.reshape({t}, {a}.shape)", t=tree, a=a)
    if isinstance(fact, Num) and fact.dtype == float:
        return quote("{t}.astype(float)", t=tree)  # of nothing at all, bincount makes integers
    return quote("{t}.astype({a}.dtype)" if rank else "{t}.astype(np.result_type({a}))", t=tree, a=a)


def _is_vector(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.rank == 1


@expands(in_front)
def _in_front(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    x, _, axis = args
    return x if _rank(facts[1]) == 1 or _is_zero(facts[2]) else quote("np.moveaxis({x}, {k}, 0)", x=x, k=axis)


@expands(from_front)
def _from_front(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    rows, _, axis = args
    still = _rank(facts[1]) == 1 or _is_zero(facts[2])
    return rows if still else quote("np.moveaxis({r}, 0, {k})", r=rows, k=axis)


@expands(behind)
def _behind(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    x, _, axis = args
    return x if _is_last(facts) else quote("np.moveaxis({x}, {k}, -1)", x=x, k=axis)


@expands(from_behind)
def _from_behind(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    rows, _, axis = args
    return rows if _is_last(facts) else quote("np.moveaxis({r}, -1, {k})", r=rows, k=axis)


def _is_last(facts: list[Fact]) -> bool:
    rank, axis = _rank(facts[1]), facts[2]
    return rank == 1 or (isinstance(axis, Num) and axis.value is not None and axis.value in (-1, rank - 1))


def _is_zero(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.value == 0


@expands(inside)
def _inside(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    dy, a, pad_width = args
    rank = _rank(facts[1])
    if rank == 1 and (before := before_of(facts[2], pad_width)) is not None:
        return quote("{d}[{p}:{p} + len({a})]", d=dy, p=before, a=a)
    pairs = widths_of(facts[2], rank)
    if pairs is None:
        assert isinstance(facts[2], Num) and facts[2].rank == 0
        each = (f"{{p}}:{{p}} + {{a}}.shape[{k}]" if k else "{p}:{p} + len({a})" for k in range(rank))
        return quote(f"{{d}}[{', '.join(each)}]", d=dy, p=pad_width, a=a)
    index = [f"{before or ''}:{-after if after else ''}" for before, after in pairs]
    while len(index) > 1 and index[-1] == ":":
        index.pop()
    return dy if set(index) <= {":"} else quote(f"{{d}}[{', '.join(index)}]", d=dy)


@expands(put_before)
def _put_before(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return quote("{d}[:{p}]", d=args[0], p=_before(args[2], facts[2]))


@expands(put_behind)
def _put_behind(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    dy, a, pad_width = args
    pairs = None if before_of(facts[2], pad_width) is not None else widths_of(facts[2], 1)
    if pairs is not None and pairs[0][1]:
        return quote(f"{{d}}[-{pairs[0][1]}:]", d=dy)
    before = _before(pad_width, facts[2])
    front = "" if getattr(before, "value", None) == 0 else "{p} + "
    return quote(f"{{d}}[{front}len({{a}}):]", d=dy, p=before, a=a)


def _before(pad_width: gast.expr, fact: Fact) -> gast.expr:
    """How many elements are put in front of a vector."""
    found = before_of(fact, pad_width)
    if found is not None:
        return found
    pairs = widths_of(fact, 1)
    return pad_width if pairs is None else quote(repr(pairs[0][0]))


def widths_of(fact: Fact, rank: int) -> list[tuple[int, int]] | None:
    """How many elements are put before and after each axis; None where that is one number known to nobody."""
    if isinstance(fact, Num):
        if fact.value is None and fact.origin is not None:
            raise NeedValue(fact.origin)
        return None if fact.value is None else [(_known(fact),) * 2] * rank
    if not isinstance(fact, Seq) or fact.items is None:
        raise NeedValue("")
    items = fact.items
    if all(isinstance(item, Num) for item in items):
        values = tuple(map(_known, items))
        pair = values * 2 if len(values) == 1 else values
        return [(pair[0], pair[1])] * rank
    pairs = [tuple(map(_known, item.items)) for item in items if isinstance(item, Seq) and item.items is not None]
    pairs = [p * 2 if len(p) == 1 else p for p in pairs]
    return [(p[0], p[1]) for p in (pairs * rank if len(pairs) == 1 else pairs)]


def before_of(fact: Fact, pad_width: Any) -> gast.expr | None:
    """How much stands before a vector, where a pair of numbers that nobody knows tells how much stands around it."""
    pair = fact.items if isinstance(fact, Seq) and fact.items is not None and len(fact.items) == 2 else ()
    numbers = [item for item in pair if isinstance(item, Num) and item.rank == 0]
    if len(numbers) < 2 or all(isinstance(n.value, int) for n in numbers):
        return None
    first = numbers[0]
    if isinstance(first.value, int) and first.origin is None:
        return quote(repr(first.value))
    return pad_width.elts[0] if isinstance(pad_width, gast.Tuple) else quote("{p}[0]", p=pad_width)


@expands(untiled)
def _untiled(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    dy, A, reps = args
    rank = _rank(facts[1])
    times = _times(reps, facts[2])
    times = [(quote("1"), 1)] * (rank - len(times)) + times
    lengths = _lengths(A, rank)
    padded = [None] * (len(times) - rank) + lengths
    shape: list[gast.expr] = []
    summed: list[int] = []
    for (time, value), length in zip(times, padded, strict=True):
        if value != 1:
            summed.append(len(shape))
            shape.append(time)
        shape += [] if length is None else [length]
    if not summed:
        return quote("np.reshape({d}, {a}.shape)", d=dy, a=A)
    axis = summed[0] if len(summed) == 1 else tuple(summed)
    return quote(f"np.reshape({{d}}, {{s}}).sum(axis={axis})", d=dy, s=_display(shape))


def _times(reps: gast.expr, fact: Fact) -> list[tuple[gast.expr, Any]]:
    """The expression for the number of copies along each axis, and the number itself where it is known."""
    if not isinstance(fact, Seq) or fact.items is None:
        return [(reps, fact.value if isinstance(fact, Num) else None)]
    values = [item.value if isinstance(item, Num) else None for item in fact.items]
    each = [quote(f"{{r}}[{i}]", r=reps) if v is None else quote(repr(v)) for i, v in enumerate(values)]
    return list(zip(each, values, strict=True))


def _lengths(a: gast.expr, rank: int) -> list[gast.expr]:
    return [quote("len({a})" if k == 0 else f"{{a}}.shape[{k}]", a=a) for k in range(rank)]


def _display(items: list[gast.expr]) -> gast.expr:
    display = quote("()")
    display.elts = items
    return display


@expands(over_last)
def _over_last(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    x, n, a = args
    fact = facts[2]
    if not isinstance(fact, Num) or fact.dtype is None or fact.dtype.kind not in "fc":
        return quote("{x}.sum(axis=-1)", x=x)
    ones = quote("np.ones({n})" if fact.dtype == float else "np.ones({n}, {a}.dtype)", n=n, a=a)
    return quote("{x} @ {ones}", x=x, ones=ones)


@expands(repeated)
def _repeated(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    dy, a, repeats, _ = args
    rank = _rank(facts[1])
    k = _known(facts[3]) % rank
    lengths = _lengths(a, rank)
    shape = _display([*lengths[: k + 1], repeats, *lengths[k + 1 :]])
    if k == rank - 1:
        return _over_last([quote("np.reshape({d}, {s})", d=dy, s=shape), repeats, a], [facts[0], facts[2], facts[1]])
    return quote(f"np.reshape({{d}}, {{s}}).sum(axis={k + 1})", d=dy, s=shape)


@expands(rolled_back)
def _rolled_back(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    n = _rank(facts[1])
    k, start = _known(facts[2]) % n, _known(facts[3])
    to = start + n if start < 0 else start
    return quote(f"np.moveaxis({{d}}, {to - 1 if k < to else to}, {k})", d=args[0])


@expands(backwards)
def _backwards(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    shift, fact = args[0], facts[0]
    if isinstance(fact, Seq) and fact.items is not None:
        values = [item.value if isinstance(item, Num) else None for item in fact.items]
        if all(isinstance(v, int) for v in values):
            return quote(repr(tuple(-v for v in values if isinstance(v, int))))
        return quote("tuple(-s for s in {x})", x=shift)
    if isinstance(fact, Num) and fact.origin is None and isinstance(fact.value, int):
        return quote(repr(-fact.value))
    return quote("-{x}", x=shift)


def _moved(shift: Callable[[int], int], text: str) -> Any:
    def expand(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
        places, k = args
        fact = facts[1]
        if isinstance(fact, Num) and fact.origin is None and isinstance(fact.value, int):
            return quote(f"{{p}} + {shift(fact.value)}", p=places) if shift(fact.value) else places
        return quote(text, p=places, k=k)

    return expand


expands(rows_at)(_moved(lambda k: max(-k, 0), "{p} - min({k}, 0)"))
expands(columns_at)(_moved(lambda k: max(k, 0), "{p} + max({k}, 0)"))
