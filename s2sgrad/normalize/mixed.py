"""Write an assignment to variables and to items at once as the assignments that Python makes one after the other.

>>> from s2sgrad.quote import statements, unquote
>>> print("".join(map(unquote, one_by_one(statements("i, a[i] = 1, f(x)"), {"i", "a", "f", "x"}))), end="")
value = f(x)
i = 1
a[i] = value

Rows that are stored one after the other are views: the second store reads what the first has changed. Asked for, they
are written so, here with the second of two values as a view.

>>> from s2sgrad.normalize.mixed import splitting
>>> body = statements("A[0], A[1] = A[1].copy(), A[0]")
>>> print("".join(map(unquote, one_by_one(body, {"A"}, {splitting(body[0], {1})}))), end="")
value = A[1].copy()
A[0] = value
A[1] = A[0]
"""

from __future__ import annotations

import keyword
from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.order import shallow
from s2sgrad.normalize.parts import dotted
from s2sgrad.normalize.wanted import Rewriting
from s2sgrad.quote import nodes_in, quote, statements, unquote

__all__ = ["LATER_READS", "one_by_one", "splitting"]

LATER_READS = (
    "these stores run one after the other, and a later one reads what an earlier one has changed",
    "copy the right-hand sides first: `b = a[0].copy()`",
)
_PLAIN = (gast.Name, gast.Constant, gast.Slice, gast.Tuple, gast.BinOp, gast.UnaryOp)

Views = dict[tuple[int, int], frozenset[tuple[int, str]]]


def splitting(statement: Any, views: Collection[int]) -> Rewriting:
    """The rewriting of stores that change what a later one reads; ``views`` are the positions of values that do."""
    found = frozenset((i, unquote(statement.value.elts[i])) for i in views)
    return Rewriting("split", (statement.lineno, statement.col_offset), found)


def one_by_one(body: list[gast.stmt], taken: set[str], wanted: Collection[Rewriting] = ()) -> list[gast.stmt]:
    """``body`` with such assignments split: first all values, then the targets from left to right.

    An array that is unpacked gets a name first where that is ``wanted``: its parts are parts of one adjoint.
    """
    named = {r.place for r in wanted if r.kind == "unpacked"}
    return _block(body, taken, {r.place: r.detail for r in wanted if r.kind == "split"}, named)


def _block(body: list[gast.stmt], taken: set[str], views: Views, named: set[Any]) -> list[gast.stmt]:
    return [new for statement in body for new in _statement(statement, taken, views, named)]


def _statement(statement: Any, taken: set[str], views: Views, named: set[Any]) -> list[gast.stmt]:
    new = statement
    for key in ("body", "orelse", "finalbody"):
        block = getattr(statement, key, None)
        if isinstance(block, list) and block:
            split = _block(block, taken, views, named)
            if len(split) != len(block) or any(a is not b for a, b in zip(split, block, strict=True)):
                new = shallow(statement) if new is statement else new
                setattr(new, key, split)
    target: Any = statement.targets[0] if isinstance(statement, gast.Assign) else None
    if hasattr(target, "lineno") and (target.lineno, target.col_offset) in named:
        return _named_first(statement, taken)
    late = views.get((statement.lineno, statement.col_offset)) if hasattr(statement, "lineno") else None
    several = isinstance(statement, gast.Assign) and hasattr(statement.targets[0], "elts")
    return _split(statement, taken, dict(late or ())) if _is_mixed(statement) or (late and several) else [new]


def _is_mixed(statement: Any) -> bool:
    if not isinstance(statement, gast.Assign) or len(statement.targets) != 1:
        return False
    kinds = {type(e) for e in getattr(statement.targets[0], "elts", ())}
    flat = kinds <= {gast.Name, gast.Subscript, gast.Attribute}
    return flat and gast.Name in kinds and len(kinds) > 1


def _split(statement: gast.Assign, taken: set[str], late: dict[int, str]) -> list[gast.stmt]:
    """One assignment for each target; the views at ``late`` positions are read where they are stored."""
    targets = statement.targets[0].elts
    display = statement.value
    out: list[gast.stmt] = []
    if isinstance(display, gast.Tuple | gast.List) and len(display.elts) == len(targets):
        parts = {i for i, found in late.items() if _is_part(display.elts[i], found, statement)}
        if late.keys() - parts - {0}:
            raise Refusal(*LATER_READS, statement)
        plain = [i in parts or isinstance(v, gast.Constant) for i, v in enumerate(display.elts)]
        pairs = zip(display.elts, plain, strict=True)
        values = [v if kept else _named(v, out, taken) for v, kept in pairs]
    else:
        names = [fresh("value", taken) for _ in targets]
        out += statements(f"{', '.join(names)} = {{e}}", e=display)
        values = [quote(name) for name in names]
    for target, value in zip(targets, values, strict=True):
        single = shallow(statement)
        single.targets, single.value = [target], value
        out.append(single)
    return [placed(s, statement) for s in out]


def _is_part(value: Any, found: str, statement: Any) -> bool:
    """True for a value that is a view in every case; any other must be computed before something is stored.

    That is one that was ``found`` to be a view as it stands, or a part of what is stored into here: what is chosen by a
    condition, or what a property gives, may be a view in one case only.
    """
    stored = [n.value for t in statement.targets[0].elts for n in nodes_in(t) if isinstance(n, gast.Subscript)]
    bases = {path[:n] for path in map(dotted, stored) for n in range(1, len(path) + 1)}
    return unquote(value) == found or all(_is_of(n, bases) for n in nodes_in(value) if isinstance(n, gast.expr))


def _is_of(node: Any, bases: Collection[tuple[str, ...]]) -> bool:
    """True for a name, a number or their arithmetic, and for a part or an attribute of these ``bases``."""
    if isinstance(node, gast.Subscript) or (isinstance(node, gast.Attribute) and node.attr in ("T", "shape")):
        return isinstance(node.value, gast.Subscript | gast.Attribute) or dotted(node.value) in bases
    return dotted(node) in bases if isinstance(node, gast.Attribute) else isinstance(node, _PLAIN)


def _noun(statement: Any) -> str:
    """``qkv`` for what ``q, k, v`` are unpacked from; else after the call that gives it."""
    names = [e.id for e in statement.targets[0].elts if isinstance(e, gast.Name)]
    joined = "".join(names)
    if len(names) == len(statement.targets[0].elts) <= 4 and all(len(name) == 1 for name in names):
        return joined if not keyword.iskeyword(joined) else "values"
    function = dotted(statement.value.func)[-1:] if isinstance(statement.value, gast.Call) else ()
    operand = statement.value.args[0] if function and statement.value.args else None
    return "_".join([*function, *dotted(operand)[-1:]]) if function else "values"


def _named(value: Any, out: list[gast.stmt], taken: set[str], wanted: str = "value") -> gast.expr:
    name = fresh(wanted, taken)
    out += statements(f"{name} = {{e}}", e=value)
    return quote(name)


def _named_first(statement: Any, taken: set[str]) -> list[gast.stmt]:
    """``a, b = e`` as ``value = e`` and ``a, b = value``."""
    lines: list[gast.stmt] = []
    new = shallow(statement)
    new.value = _named(statement.value, lines, taken, _noun(statement))
    return [*(placed(line, statement) for line in lines), placed(new, statement)]
