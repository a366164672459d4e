"""Walks over trees: the nodes, the parts and the names below a node, each found by the class of what holds it.

Passes look through the same trees many times, so that these few loops are a good part of what generation costs. Which
fields of a class may hold nodes is worked out once; a field that may is None, a node, or a list of both.

>>> from s2sgrad.quote import quote
>>> tree = quote("f(a, k=b) + a")
>>> occurrences(tree), names_in(tree)
(['f', 'a', 'b', 'a'], ['f', 'a', 'b'])
>>> [type(part).__name__ for part in parts_of(tree)]
['Call', 'Add', 'Name']
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import Any

import gast

__all__ = [
    "COMPREHENSIONS",
    "ONE",
    "OWN_FIELDS",
    "calls_of",
    "forget",
    "free_names",
    "kinds_of",
    "names_in",
    "names_of",
    "names_of_parts",
    "nodes_below",
    "nodes_in",
    "nodes_of",
    "occurrences",
    "occurring",
    "parts_of",
    "structure",
    "with_names",
]

COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)

_LEAVES = frozenset(
    [
        "arg", "asname", "attr", "column", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level",
        "lineno", "module", "name", "nl", "rest", "simple", "str", "tag", "text", "type_comment",
    ]
)  # fmt: skip
"""Fields that hold no nodes, or a context, which all trees share."""
_WITHOUT_PARTS = frozenset(["Constant", "Global", "MatchSingleton", "Nonlocal"])
_NAMED_BY_A_NODE = frozenset([gast.ExceptHandler, getattr(gast, "TypeAlias", None)])

_SINGLE = frozenset(
    [
        "annotation", "bound", "cause", "cls", "context_expr", "default_value", "dest", "elt", "exc", "format_spec",
        "func", "guard", "iter", "key", "kwarg", "left", "lower", "msg", "name", "op", "operand", "optional_vars",
        "pattern", "returns", "right", "slice", "step", "subject", "target", "test", "type", "upper", "value", "vararg",
    ]
)  # fmt: skip
"""Fields that hold one node or None; the others hold lists."""
_SINGLE_HERE = {
    "AsyncFunctionDef": {"args"},
    "Expression": {"body"},
    "FunctionDef": {"args"},
    "IfExp": {"body", "orelse"},
    "Lambda": {"args", "body"},
}
ONE, MANY, GAPS = 0, 1, 2
"""What a field holds: a node (or None), a list of nodes, a list in which there may be None."""


class _Fields(dict[type[gast.AST], tuple[tuple[str, int], ...]]):
    """The fields of a class that may hold nodes, but those ``left_out``, with what each holds; found when asked for."""

    def __init__(self, *left_out: str) -> None:
        self.left_out = _LEAVES.union(left_out)

    def __missing__(self, cls: type[gast.AST]) -> tuple[tuple[str, int], ...]:
        left_out = self.left_out - {"name"} if cls in _NAMED_BY_A_NODE else self.left_out
        fields = () if cls.__name__ in _WITHOUT_PARTS else cls._fields
        found = self[cls] = tuple((field, _held(cls, field)) for field in fields if field not in left_out)
        return found


def _held(cls: type[gast.AST], field: str) -> int:
    if field in _SINGLE or field in _SINGLE_HERE.get(cls.__name__, ()):
        return ONE
    return GAPS if field in ("keys", "kw_defaults") else MANY


PART_FIELDS = _Fields()
"""Those that may hold nodes other than contexts."""
OWN_FIELDS = _Fields("op", "ops")
"""Those that may hold statements and expressions; operators and contexts are shared between trees."""


def nodes_in(node: gast.AST) -> list[Any]:
    """``node`` and all nodes below it but contexts, in the order of ``ast.walk``, which takes much longer."""
    found: list[Any] = [node]
    add = found.append
    for current in found:  # grows as it is read
        cls = current.__class__
        if cls is gast.Name:
            if current.annotation is None:
                continue  # half of all nodes
        elif cls is gast.BinOp:
            found += current.left, current.op, current.right
            continue
        elif cls is gast.Attribute:
            add(current.value)
            continue
        held = current.__dict__
        for key, kind in PART_FIELDS[cls]:
            value = held.get(key)
            if value is None:
                continue
            if kind == ONE:
                add(value)
            else:
                found += value if kind == MANY else filter(None, value)
    return found


@functools.lru_cache(maxsize=1024)
def nodes_of(tree: gast.AST) -> tuple[Any, ...]:
    """As :func:`nodes_in`, of a tree that is not changed any more: found once, however many passes ask."""
    return tuple(nodes_in(tree))


def nodes_below(tree: gast.AST) -> Iterator[Any]:
    """The nodes below ``tree``, whose parts are not changed any more: only which of them it has may change."""
    return itertools.chain.from_iterable(map(nodes_of, parts_of(tree)))


@functools.lru_cache(maxsize=1024)
def kinds_of(tree: gast.AST) -> frozenset[type[gast.AST]]:
    """The classes of the nodes in a tree that is not changed any more: most passes have nothing to do in most trees."""
    return frozenset(map(type, nodes_of(tree)))


@functools.lru_cache(maxsize=2048)
def calls_of(tree: gast.AST) -> tuple[Any, ...]:
    """The calls in a tree that is not changed any more: most passes that look at every statement look for these.

    Of a statement they are put together from those of its parts.

    >>> from s2sgrad.quote import statements, unquote
    >>> [unquote(call) for call in calls_of(statements("for i in f(g(x)):\\n    h()")[0])]
    ['f(g(x))', 'g(x)', 'h()']
    """
    if isinstance(tree, gast.stmt):
        parts = [part for part in parts_of(tree) if part.__class__ is not gast.Name]
        return tuple(itertools.chain.from_iterable(map(calls_of, parts)))
    return tuple([node for node in nodes_in(tree) if node.__class__ is gast.Call])


def parts_of(node: gast.AST) -> list[Any]:
    """The nodes right below ``node`` but contexts, in order."""
    found: list[Any] = []
    held = node.__dict__
    for key, kind in PART_FIELDS[node.__class__]:
        value = held.get(key)
        if value is None:
            continue
        if kind == ONE:
            found.append(value)
        else:
            found += value if kind == MANY else filter(None, value)
    return found


def names_in(node: gast.AST) -> list[str]:
    """Every name that occurs in ``node``, in order of appearance, without repetition."""
    if node.__class__ is gast.Name and node.annotation is None:
        return [node.id]
    return list(dict.fromkeys(occurrences(node)))


def occurrences(node: gast.AST) -> list[str]:
    """The name of every node below ``node`` that is one, in order of appearance."""
    found: list[str] = []
    _note_names(node, found)
    return found


def _note_names(node: gast.AST, found: list[str]) -> None:
    cls, held = node.__class__, node.__dict__
    if cls is gast.Name:
        found.append(held["id"])
        if held.get("annotation") is None:
            return  # half of all nodes
    for key, kind in OWN_FIELDS[cls]:
        value = held.get(key)
        if value is None:
            continue
        if kind != ONE:
            for part in value:
                if part is not None:
                    _note_names(part, found)
        elif value.__class__ is gast.Name and value.annotation is None:
            found.append(value.id)  # as the call would
        else:
            _note_names(value, found)


@functools.lru_cache(maxsize=4096)
def occurring(tree: gast.AST) -> tuple[str, ...]:
    """As :func:`occurrences`, of a tree that is not changed any more: found once, however many passes ask.

    Of a statement it is put together from what was found of its parts.

    >>> from s2sgrad.quote import statements
    >>> occurring(statements("for i in x:\\n    y += i")[0])
    ('i', 'x', 'y', 'i')
    """
    if tree.__class__ is gast.Name and tree.annotation is None:
        return (tree.id,)
    if not isinstance(tree, gast.stmt):
        return tuple(occurrences(tree))
    return tuple(itertools.chain.from_iterable(map(occurring, parts_of(tree))))


@functools.lru_cache(maxsize=4096)
def names_of(tree: gast.AST) -> frozenset[str]:
    """The names in a tree that is not changed any more: found once, however many passes ask."""
    return frozenset(occurring(tree))


def names_of_parts(tree: gast.AST) -> frozenset[str]:
    """The names in a tree whose parts are not changed any more: only which of them it has may change."""
    return frozenset[str]().union(*map(names_of, parts_of(tree)))


def forget() -> None:
    """Drop what was found of trees, which keeps them alive: few are looked at again once their code is made."""
    for found in (nodes_of, kinds_of, calls_of, occurring, names_of):
        found.cache_clear()


def with_names(names: frozenset[str], more: frozenset[str]) -> frozenset[str]:
    """Both together: the very ``names`` where those have all of the others, as they mostly have from line to line."""
    return names if more <= names else names | more


def free_names(tree: gast.AST) -> set[str]:
    """The names that occur in ``tree``, without those that its comprehensions bind for themselves.

    >>> from s2sgrad.quote import quote
    >>> sorted(free_names(quote("[a * x for x in x if x > b]")))
    ['a', 'b', 'x']
    """
    nodes = nodes_in(tree)
    if not {n.__class__ for n in nodes}.intersection(COMPREHENSIONS):
        return {n.id for n in nodes if isinstance(n, gast.Name)}
    if isinstance(tree, COMPREHENSIONS):
        first = tree.generators[0].iter
        own = {n.id for g in tree.generators for n in nodes_in(g.target) if isinstance(n, gast.Name)}
        rest = [n for n in parts_of(tree) if n not in tree.generators]
        rest += [p for g in tree.generators for p in (g.target, *g.ifs, *([] if g.iter is first else [g.iter]))]
        return free_names(first).union(*map(free_names, rest)) - own | free_names(first)
    return set[str]().union(*map(free_names, parts_of(tree)))


def structure(node: gast.AST) -> tuple[Any, ...]:
    """A key that is equal for trees of the same text."""
    found: list[Any] = []
    _note_structure(node, found)
    return tuple(found)


def _note_structure(node: gast.AST, found: list[Any]) -> None:
    cls, held = node.__class__, node.__dict__
    found.append(cls)
    if cls is gast.Constant:  # 1, 1.0 and True are equal, their texts are not
        found.append(repr(held["value"]))
        return
    for key in cls._fields:
        value = held.get(key)
        if key in _UNSEEN:
            continue
        if isinstance(value, gast.AST):
            _note_structure(value, found)
        elif isinstance(value, list):
            found.append(len(value))
            for item in value:
                if isinstance(item, gast.AST):
                    _note_structure(item, found)
                else:
                    found.append(item)
        else:
            found.append(value)


_UNSEEN = frozenset(["ctx", "kind", "type_comment"])
"""Fields that do not show in the text."""
