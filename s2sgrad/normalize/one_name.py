"""Call a record that goes by several names by the first of them, and the items of several lists by several names.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("a = Cell(x)\\nb = a\\nb.w = b.w * 2\\ny = a.w")
>>> body, name, spellings = by_one_name(body, "b")
>>> print(name, spellings, "; ".join(unquote(s).strip() for s in body))
a {'a.w': 'b.w'} a = Cell(x); a.w = a.w * 2; y = a.w
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import gast

from s2sgrad.normalize.leaving import blocks_of, with_blocks
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.parts import LAZY, shallow
from s2sgrad.quote import nodes_in, replaced, unquote

__all__ = ["by_one_name", "loops_apart"]


def by_one_name(
    body: list[gast.stmt], name: str, given: Collection[str] = ()
) -> tuple[list[gast.stmt], str, dict[str, str]]:
    """``body`` with other names for the record that ``name`` is one of replaced by the first, that name, and how the
    user spells what is read by it now.

    Only what surely stays another name for one object is replaced: the object is made once, outside of loops, and each
    name is bound once, above all that reads it. Parameters, which are ``given`` a value before, are left alone.
    """
    nodes = [n for s in body for n in nodes_in(s)]
    bound = [n.id for n in nodes if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)]
    late = {n.id for f in nodes if isinstance(f, LAZY) for n in nodes_in(f) if isinstance(n, gast.Name)}
    others = {
        copied[0]: copied[1]
        for block, i, statement in _places(body)
        if (copied := _copied(statement)) is not None
        and bound.count(copied[0]) == bound.count(copied[1]) == 1
        and not {*late, *given} & {*copied}
        and _is_read_behind(copied[0], block[i:], nodes)
    }
    first = _first(name, others)
    made = [i for i, s in enumerate(body) if isinstance(s, gast.Assign) and first in _targets(s)]
    aliases = {other for other in others if _first(other, others) == first}
    if not aliases or not made or any(_mentions(s, {first: first}) for s in body[: made[0]]):
        return body, name, {}
    names = dict.fromkeys(aliases, first)
    read = [n for n in nodes if isinstance(n, gast.Attribute)]
    spelled = {unquote(_with_names(n, names)).strip(): unquote(n).strip() for n in read if _mentions(n, names)}
    return _renamed(body, names), first, spelled


def loops_apart(
    body: list[gast.stmt], name: str, taken: set[str]
) -> tuple[list[gast.stmt], set[str], dict[str, str]]:
    """``body`` with a variable of its own for each loop whose target ``name`` is, all their names, and how the user
    spells what is read by them now; as it is where anything but these loops mentions the variable.
    """
    loops = list(_loops_over(body, name))
    everywhere = sum(isinstance(n, gast.Name) and n.id == name for s in body for n in nodes_in(s))
    found = [[n for part in (loop.target, *loop.body) for n in nodes_in(part) if _is_name(n, name)] for loop in loops]
    binds = [sum(not isinstance(n.ctx, gast.Load) for n in some) for some in found]
    if len(loops) < 2 or sum(map(len, found)) != everywhere or any(count != 1 for count in binds):
        return body, {name}, {}
    names, spelled, table = {name}, dict[str, str](), dict[int, Any]()
    for loop, some in zip(loops[1:], found[1:], strict=True):
        other = fresh(name, taken)
        names.add(other)
        for node in some:
            table[id(node)] = new = shallow(node)
            new.id = other
        read = [n for s in loop.body for n in nodes_in(s) if isinstance(n, gast.Attribute) and _is_name(n.value, name)]
        spelled.update({f"{other}.{n.attr}": f"{name}.{n.attr}" for n in read})
    return [replaced(s, table) for s in body], names, spelled


def _is_name(node: Any, name: str) -> bool:
    return isinstance(node, gast.Name) and node.id == name


def _loops_over(body: list[gast.stmt], name: str) -> Iterator[Any]:
    """The outermost loops that bind a variable."""
    for statement in body:
        if isinstance(statement, gast.For) and any(_is_name(n, name) for n in nodes_in(statement.target)):
            yield statement
            continue
        for block in blocks_of(statement):
            yield from _loops_over(block, name)


def _places(body: list[gast.stmt]) -> Iterator[tuple[list[gast.stmt], int, gast.stmt]]:
    for i, statement in enumerate(body):
        yield body, i, statement
        for block in blocks_of(statement):
            yield from _places(block)


def _targets(statement: gast.Assign) -> list[str]:
    return [str(t.id) for t in statement.targets if isinstance(t, gast.Name)]


def _copied(statement: Any) -> tuple[str, str] | None:
    """The names in ``b = a``."""
    plain = isinstance(statement, gast.Assign) and len(statement.targets) == 1
    if not plain or not isinstance(statement.targets[0], gast.Name) or not isinstance(statement.value, gast.Name):
        return None
    return str(statement.targets[0].id), str(statement.value.id)


def _is_read_behind(name: str, rest: list[gast.stmt], nodes: list[Any]) -> bool:
    """True where all that mentions a variable stands in these statements."""
    inside = [n for s in rest for n in nodes_in(s)]
    everywhere, here = (sum(isinstance(n, gast.Name) and n.id == name for n in some) for some in (nodes, inside))
    return bool(everywhere == here)


def _first(name: str, others: dict[str, str]) -> str:
    while name in others:
        name = others[name]
    return name


def _renamed(body: list[gast.stmt], names: dict[str, str]) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for statement in body:
        copied = _copied(statement)
        if copied is not None and copied[0] in names:
            continue
        new: Any = statement
        if blocks_of(statement):
            new = with_blocks(new, lambda block: _renamed(block, names) or [placed(gast.Pass(), s) for s in block[:1]])
        out.append(_with_names(new, names))
    return out


def _mentions(tree: Any, names: dict[str, str]) -> bool:
    return any(isinstance(n, gast.Name) and n.id in names for n in nodes_in(tree))


def _with_names(tree: Any, names: dict[str, str]) -> Any:
    table: dict[int, Any] = {}
    for node in nodes_in(tree):
        if isinstance(node, gast.Name) and node.id in names:
            table[id(node)] = new = shallow(node)
            new.id = names[node.id]
    return replaced(tree, table) if table else tree
