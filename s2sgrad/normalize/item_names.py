"""Which variables stand for the items of a list, and which list, or which record, stands behind a variable.

>>> text = '''
... cells = [Cell(x)]
... net = Net(x)
... for i, c in enumerate(cells):
...     c.w = i
... for p in net.layers:
...     p.w = 1
... '''
>>> body = gast.parse(text).body
>>> list_behind(body, "c"), list_behind(body, "p"), record_behind(body, "p").id
('cells', None, 'net')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import gast

from s2sgrad.normalize.made import fresh
from s2sgrad.normalize.parts import shallow
from s2sgrad.quote import COMPREHENSIONS, nodes_in, replaced

__all__ = ["is_bound", "list_behind", "named", "pairs_of", "record_behind", "stepped", "with_own_targets"]


def with_own_targets(body: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    """``body`` with other names for the variables of comprehensions that are bound elsewhere, too."""
    nodes = [n for s in body for n in nodes_in(s)]
    bound = Counter(named(n) for n in nodes if is_bound(n) and isinstance(n, gast.Name))
    table: dict[int, Any] = {}
    for tree in nodes:
        inside = list(nodes_in(tree)) if isinstance(tree, COMPREHENSIONS) else []
        if not inside or sum(isinstance(n, (*COMPREHENSIONS, gast.Lambda)) for n in inside) > 1:
            continue
        outside = {id(n) for n in nodes_in(tree.generators[0].iter)}
        own = Counter(named(n) for g in tree.generators for n in nodes_in(g.target) if isinstance(n, gast.Name))
        names = {name: fresh(name, taken) for name in own if bound[name] > own[name]}
        for node in inside:
            if named(node) in names and id(node) not in outside:
                table[id(node)] = new = shallow(node)
                new.id = names[named(node)]
    return [replaced(s, table) for s in body] if table else body


def list_behind(body: list[gast.stmt], name: str, given: Collection[str] = ()) -> str | None:
    """The list that is made here and whose items a variable stands for, or the variable where it is one itself.

    A parameter, which is ``given`` something before, is none.
    """
    nodes = [n for s in body for n in nodes_in(s)]
    found = _behind(list(pairs_of(nodes)), nodes, name, frozenset())
    return None if found in given else found


def _behind(pairs: list[tuple[Any, Any]], nodes: list[Any], name: str, seen: frozenset[str]) -> str | None:
    if name in seen:
        return None
    lists = [n.value for n in nodes if isinstance(n, gast.Assign) and any(named(t) == name for t in n.targets)]
    if lists and all(isinstance(value, (gast.List, gast.ListComp)) for value in lists):
        return name
    sources = {source for target, source in pairs if named(target) == name}
    found = {_behind(pairs, nodes, source, seen | {name}) for source in sources}
    return found.pop() if len(found) == 1 else None


def record_behind(body: list[gast.stmt], name: str) -> gast.Name | None:
    """The variable that holds a record in which the list stands whose items a variable stands for."""
    nodes = [n for s in body for n in nodes_in(s)]
    bound = {named(t) for n in nodes if isinstance(n, gast.Assign) for t in n.targets}
    for target, tree in _taken(nodes):
        base = tree
        while isinstance(base, (gast.Attribute, gast.Subscript)):
            base = base.value
        if named(target) == name and base is not tree and named(base) in bound - {name, ""}:
            return base
    return None


def _taken(nodes: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Targets with what they are taken from."""
    for node in nodes:
        if isinstance(node, (gast.For, gast.comprehension)):
            yield from stepped(node.target, node.iter)
        if isinstance(node, gast.Assign) and len(node.targets) == 1:
            yield from _one_by_one(node.targets[0], node.value)


def pairs_of(nodes: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Targets with the variable that they take an item of, or that they are another name for."""
    for node in nodes:
        if isinstance(node, (gast.For, gast.comprehension)):
            for target, tree in stepped(node.target, node.iter):
                if isinstance(tree, gast.Name):
                    yield target, tree.id
        if isinstance(node, gast.Assign) and len(node.targets) == 1:
            for target, value in _one_by_one(node.targets[0], node.value):
                item = isinstance(value, gast.Subscript) and not isinstance(value.slice, (gast.Slice, gast.Tuple))
                base = value.value if item else value
                if isinstance(target, gast.Name) and isinstance(base, gast.Name):
                    yield target, base.id


def _one_by_one(target: Any, value: Any) -> list[tuple[Any, Any]]:
    both = isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple) and len(target.elts) == len(value.elts)
    return list(zip(target.elts, value.elts, strict=True)) if both else [(target, value)]


def stepped(target: Any, tree: Any) -> Iterator[tuple[Any, Any]]:
    """The targets of a loop with what each runs over."""
    called = getattr(tree.func, "id", "") if isinstance(tree, gast.Call) and not tree.keywords else ""
    parts = getattr(target, "elts", None)
    if called == "reversed" and len(tree.args) == 1:
        yield from stepped(target, tree.args[0])
    elif isinstance(tree, gast.Subscript) and isinstance(tree.slice, gast.Slice):
        yield from stepped(target, tree.value)
    elif called == "enumerate" and parts is not None and len(parts) == 2 and tree.args:
        yield from stepped(parts[1], tree.args[0])
    elif called == "zip" and parts is not None and len(parts) == len(tree.args):
        for part, column in zip(parts, tree.args, strict=True):
            yield from stepped(part, column)
    else:
        yield target, tree


def named(tree: Any) -> str:
    """The name that an expression is, ``""`` for any other."""
    return str(tree.id) if isinstance(tree, gast.Name) else ""


def is_bound(node: Any) -> bool:
    """True for a variable, an item or an attribute that is assigned or deleted."""
    return not isinstance(getattr(node, "ctx", gast.Load()), (gast.Load, gast.Param))
