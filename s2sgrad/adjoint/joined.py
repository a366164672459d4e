"""Arrays put together: each gets the part of the adjoint where it went.

A part is found by the lengths of those before it: ``dy[len(a):len(a) + len(b)]``; ``dy[:, 1]`` if it has an axis less.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, NamedTuple

import gast
import numpy as np

from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.structural import Results, single, structural
from s2sgrad.adjoint.unstack import unstacked
from s2sgrad.analysis.facts import Fact, Num, Seq, Static
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote, substitute
from s2sgrad.rules.contraction import Term, contract

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["axis_of_stack", "layout_of", "parts_of", "ranks_of"]

ARRAYS = (np.array, np.asarray, np.asanyarray)
NEW_AXIS = (*ARRAYS, np.stack)
ROWS = tuple(numpy_functions("vstack row_stack"))


class Layout(NamedTuple):
    """How arrays of a rank lie in the result: before the axis stand these indices; ``new`` where the axis is."""

    before: str
    axis: int
    new: bool
    behind: str = ""


def parts_of(bound: Any, op: Op) -> Op:
    """What is put together by a call."""
    if not bound.args:
        raise Refusal("what is put together is given by keyword here", "give it in its place", op.node)
    parts: Op = bound.args[0]
    return parts


@structural(*NEW_AXIS, *ROWS, np.hstack, np.dstack, np.column_stack, *numpy_functions("concatenate concat"))
def _stack(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of arrays put together: the part of the incoming adjoint where each of them went."""
    bound = group.context.facts.calls[op]
    parts = parts_of(bound, op)
    held = group.context.facts.of[parts]
    if isinstance(held, Num) and bound.function in ARRAYS:
        return [(parts, group.named(op, incoming, spread=True), False)]
    axis = axis_of_stack(group, op, bound)
    source = single(group, op, incoming)
    if isinstance(held, Num):
        return [(parts, Product(factors=(_rows_of(group, op, parts, source, axis),)), False)]
    if axis is None:
        return _flat_parts(group, parts, source)
    if parts.form not in ("tuple", "list"):
        return [(parts, unstacked(group, op, parts, source, axis), False)]
    if bound.function in NEW_AXIS:
        index = ":, " * axis
        trees = [quote(f"{{d}}[{index}{i}]", d=source) for i in range(len(parts.args))]
    else:
        layouts = [layout_of(bound.function, rank, axis) for rank in ranks_of(group, op, parts)]
        trees = _segments(group, source, parts, layouts)
    return _given(group, parts, trees)


def _rows_of(group: Group, op: Op, parts: Op, source: gast.expr, axis: int | None) -> gast.expr:
    """The adjoint of an array whose rows were put together."""
    function, fact = group.context.facts.calls[op].function, group.context.facts.of[parts]
    rank = fact.rank if isinstance(fact, Num) else None
    if rank is None:
        raise Refusal("the rank of what is put together here is not known", "give it a known rank", op.node)
    x = group.value(parts)
    if function is np.stack:
        return source if not axis else quote(f"{{np}}.moveaxis({{d}}, {axis}, 0)", np=group.numpy, d=source)
    if (function in ROWS and rank == 2) or (function is np.hstack and rank == 1):
        return source
    if function is np.column_stack and rank == 2:
        return quote("{d}.T", d=source)
    if function is np.dstack and rank in (2, 3):
        return quote("{d}[0].T" if rank == 2 else "{np}.moveaxis({d}, 2, 0)", np=group.numpy, d=source)
    joins = {np.column_stack: 1, np.dstack: 2, np.hstack: int(rank > 2), **dict.fromkeys(ROWS, 0)}
    along = joins.get(function, axis)
    if not along or rank < 2:
        return quote("{np}.reshape({d}, {x}.shape)", np=group.numpy, d=source, x=x)
    shape = f"{{x}}.shape[1:{along + 1}] + {{x}}.shape[:1] + {{x}}.shape[{along + 1}:]"
    return quote(f"{{np}}.moveaxis({{np}}.reshape({{d}}, {shape}), {along}, 0)", np=group.numpy, d=source, x=x)


def _given(group: Group, parts: Op, trees: list[gast.expr]) -> Results:
    facts = group.context.facts.of
    lists = {a for a in parts.args if isinstance(fact := facts[a], Seq) and fact.items is None}
    return [
        (a, Product(factors=(quote("list({d})", d=d) if a in lists else d,), heavy="part"), False)
        for a, d in zip(parts.args, trees, strict=True)
        if group.active(a)
    ]


def axis_of_stack(group: Group, op: Op, bound: Any) -> int | None:
    """The axis that a call which puts arrays together names; None for all elements in one row."""
    passed = dict(bound.keywords)
    unknown = set(passed) - {"axis", "dtype", "copy", "order"}
    if unknown:
        raise Refusal(f"`{sorted(unknown)[0]}=` has no derivative rule here", "leave it out", op.node)
    axis = passed.get("axis") or (bound.args[1] if len(bound.args) > 1 and bound.function not in ARRAYS else None)
    if axis is None:
        return 0
    fact = group.context.facts.of[axis]
    if isinstance(fact, Static) and fact.value is None:
        return None
    value = fact.value if isinstance(fact, Num) else None
    if not isinstance(value, int):
        raise Refusal("the axis must be known", "write it as a number", op.node)
    rank = group.context.facts.of[op]
    return value % (rank.rank or 1) if isinstance(rank, Num) and rank.rank is not None else value


def ranks_of(group: Group, op: Op, parts: Op) -> list[int]:
    """The ranks of the arrays that are put together. Raises Refusal where one is not known."""
    facts = [group.context.facts.of[a] for a in parts.args]
    ranks = [rank for f in facts if (rank := _rank(f)) is not None]
    if len(ranks) < len(facts):
        raise Refusal("the rank of an array put together here is not known", "give each a known rank", op.node)
    return ranks


def _rank(fact: Fact) -> int | None:
    """The rank of an array, or of what becomes of a list of numbers, or of such lists."""
    if isinstance(fact, Seq):
        inner = set(map(_rank, fact.items if fact.items is not None else (fact.element,))) or {0}
        rank = inner.pop()
        return None if inner or rank is None else rank + 1
    return fact.rank if isinstance(fact, Num) else None


def layout_of(function: Any, rank: int, axis: int) -> Layout:
    """Where an array of a rank lies in what ``function`` makes of it."""
    if function in ROWS:
        return Layout("", 0, rank <= 1, ", 0" if rank == 0 else "")
    if function is np.column_stack:
        return Layout(":, " if rank else "0, ", 1, rank <= 1)
    if function is np.dstack:
        return Layout(("0, 0, ", "0, :, ")[rank] if rank < 2 else ":, :, ", 2, rank <= 2)
    if function is np.hstack:
        return Layout("", 0, rank == 0) if rank <= 1 else Layout(":, ", 1, False)
    return Layout(":, " * axis, axis, False)


def _segments(group: Group, source: gast.expr, parts: Op, layouts: list[Layout]) -> list[gast.expr]:
    """The part of each array, from the lengths of those before it."""
    start: gast.expr | None = None
    count, trees = 0, []
    for i, (part, layout) in enumerate(zip(parts.args, layouts, strict=True)):
        before, last = layout.before, i == len(layouts) - 1
        if layout.new:
            at = _offset(start, count)
            trees.append(quote(f"{{d}}[{before}{{i}}{layout.behind}]", d=source, i=at))
            count += 1
            continue
        shape = "{np}.shape({x})" if isinstance(group.context.facts.of[part], Seq) else "{x}.shape"
        text = "len({x})" if layout.axis == 0 else f"{shape}[{layout.axis}]"
        length = quote(text, x=group.value(part), np=quote(group.context.numpy))
        end = length if start is None else quote("{a} + {b}", a=start, b=length)
        low = "{a}" if start is not None or count else ""
        high = "" if last else "{b}"
        holes = {"a": _offset(start, count)} if low else {}
        holes |= {} if last else {"b": _offset(end, count)}
        trees.append(quote(f"{{d}}[{before}{low}:{high}]", d=source, **holes))
        start = end
    return trees


def _offset(start: gast.expr | None, count: int) -> gast.expr:
    if start is None:
        return quote(str(count))
    return quote(f"{{a}} + {count}", a=start) if count else start


def _flat_parts(group: Group, parts: Op, source: gast.expr) -> Results:
    """Of all elements in one row."""
    if parts.form not in ("tuple", "list"):
        raise Refusal("the arrays put together here are not listed one by one", "write them as a list", parts.node)
    trees: list[gast.expr] = []
    start: gast.expr | None = None
    for i, part in enumerate(parts.args):
        value, fact = group.value(part), group.context.facts.of[part]
        array = isinstance(fact, Num) and fact.box == "array"
        size = quote("{x}.size" if array else "{np}.size({x})", np=group.numpy, x=value)
        end = size if start is None else quote("{a} + {b}", a=start, b=size)
        low, high = "" if start is None else "{a}", "" if i == len(parts.args) - 1 else "{b}"
        holes = ({} if start is None else {"a": start}) | ({"b": end} if high else {})
        piece = quote(f"{{d}}[{low}:{high}]", d=source, **holes)
        vector = isinstance(fact, Num) and fact.rank == 1
        shape = quote("{x}.shape" if array else "{np}.shape({x})", np=group.numpy, x=value)
        trees.append(piece if vector else quote("{np}.reshape({p}, {s})", np=group.numpy, p=piece, s=shape))
        start = end
    return _given(group, parts, trees)


# ---- blocks ----


@structural(np.block)
def _block(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of nested lists of blocks: the window of each."""
    (arrays,) = group.context.facts.calls[op].args
    whole = group.context.facts.of[op]
    source = single(group, op, incoming)
    if arrays.form != "list" or not isinstance(whole, Num) or whole.rank is None:
        raise Refusal("these blocks are not known one by one", "write them as nested lists", op.node)
    rows = arrays.args if arrays.args and arrays.args[0].form == "list" else (arrays,)
    if any(row.form != "list" for row in rows):
        raise Refusal("these blocks are nested unevenly", "write them as lists of lists", op.node)
    nested = rows[0] is not arrays
    found: Results = []
    top: gast.expr | None = None
    for i, row in enumerate(rows):
        last_row = i == len(rows) - 1
        height = _length(group, row.args[0], whole.rank - 2) if nested else None
        bottom = None if height is None or last_row else _sum(top, height)
        found += _in_row(group, row, source, whole.rank, _slice(top, bottom) if nested else None)
        top = bottom
    return found


def _in_row(group: Group, row: Op, source: gast.expr, rank: int, rows: Any) -> Results:
    """The windows of the blocks of one row."""
    found: Results = []
    left: gast.expr | None = None
    for j, part in enumerate(row.args):
        fact = group.context.facts.of[part]
        if not isinstance(fact, Num) or fact.rank != rank:
            raise Refusal("the blocks put together here differ in rank", "give each the same rank", part.node)
        right = None if j == len(row.args) - 1 else _sum(left, _length(group, part, rank - 1))
        text = ":, " * (rank - (2 if rows is not None else 1))
        column, holes = _slice(left, right)
        if rows is not None:
            text += rows[0].replace("{a}", "{c}").replace("{b}", "{e}") + ", "
            holes = holes | {("c" if k == "a" else "e"): v for k, v in rows[1].items()}
        if group.active(part):
            window = quote(f"{{d}}[{text}{column}]", d=source, **holes)
            found.append((part, Product(factors=(window,), heavy="part"), False))
        left = right
    return found


def _length(group: Group, part: Op, axis: int) -> gast.expr:
    return quote("len({x})" if axis == 0 else f"{{x}}.shape[{axis}]", x=group.value(part))


def _sum(a: gast.expr | None, b: gast.expr) -> gast.expr:
    return b if a is None else quote("{a} + {b}", a=a, b=b)


def _slice(low: gast.expr | None, high: gast.expr | None) -> tuple[str, dict[str, gast.expr]]:
    text = ("{a}" if low is not None else "") + ":" + ("{b}" if high is not None else "")
    return text, ({} if low is None else {"a": low}) | ({} if high is None else {"b": high})


# ---- products of several matrices ----


@structural(*numpy_functions("multi_dot", module=np.linalg))
def _multi_dot(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of a product of matrices: the others around the incoming adjoint."""
    (arrays,) = group.context.facts.calls[op].args
    facts = [group.context.facts.of[a] for a in arrays.args]
    if arrays.form not in ("list", "tuple") or not all(isinstance(f, Num) and f.rank in (1, 2) for f in facts):
        raise Refusal("the matrices multiplied here are not known one by one", "write them as a list", op.node)
    terms = []
    for i, (part, fact) in enumerate(zip(arrays.args, facts, strict=True)):
        assert isinstance(fact, Num) and fact.shape is not None
        labels = string.ascii_letters[i : i + 2]
        own = labels[-1:] if i == 0 and fact.rank == 1 else labels[: fact.rank]
        terms.append(Term(group.value(part), own, fact.shape))
    whole = group.context.facts.of[op]
    out = "".join(t.labels[k] for t, k in ((terms[0], 0), (terms[-1], -1)) if len(t.labels) == 2)
    dy = Term(single(group, op, incoming), out, whole.shape or () if isinstance(whole, Num) else ())
    others = [[dy, *terms[:i], *terms[i + 1 :]] for i in range(len(terms))]
    trees = [contract(rest, own.labels) for rest, own in zip(others, terms, strict=True)]
    return _given(group, arrays, [substitute(tree, {"np": group.numpy}) for tree in trees])
