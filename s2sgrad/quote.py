"""Python text to trees and back: no node is built by hand anywhere else.

>>> unquote(quote("{a} * (1 - {y} ** 2)", a=quote("dh"), y=quote("h")))
'dh * (1 - h ** 2)'
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast

import gast

__all__ = [
    "COMPREHENSIONS",
    "at_most",
    "clone",
    "free_names",
    "names_in",
    "nodes_in",
    "occurrences",
    "quote",
    "quote_shared",
    "sharing",
    "statements",
    "structure",
    "substitute",
    "unquote",
]

N = TypeVar("N", bound=gast.AST)
COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
_HOLE = "hole_"


def quote(template: str, /, **holes: gast.AST | str) -> gast.expr:
    """The expression that ``template`` spells, each ``{hole}`` filled with a tree, or with the name a string gives."""
    tree = _parsed_expression(template)
    return substitute(tree, {_HOLE + k: _as_tree(v) for k, v in holes.items()}) if holes else clone(tree)


def quote_shared(template: str, /, **holes: gast.expr) -> gast.expr:
    """As :func:`quote`, with the trees themselves in the holes: for what is only looked at, or copied in the end."""
    return sharing(_parsed_expression(template), {_HOLE + k: v for k, v in holes.items()})


def statements(template: str, /, **holes: gast.AST | str) -> list[gast.stmt]:
    """The statements that ``template`` spells, holes filled as in :func:`quote`."""
    filled = {_HOLE + k: _as_tree(v) for k, v in holes.items()}
    return [substitute(stmt, filled) for stmt in _parsed_statements(template)]


def unquote(node: gast.AST) -> str:
    """The text of a tree."""
    from s2sgrad.printer import to_text

    return to_text(node)


def _as_tree(value: gast.AST | str) -> gast.AST:
    return quote(value) if isinstance(value, str) else value


@functools.cache
def _parsed_expression(template: str) -> gast.expr:
    return gast.parse(re.sub(r"\{(\w+)\}", rf"{_HOLE}\1", template), mode="eval").body


@functools.cache
def _parsed_statements(template: str) -> tuple[gast.stmt, ...]:
    return tuple(gast.parse(re.sub(r"\{(\w+)\}", rf"{_HOLE}\1", template)).body)


def substitute(node: N, replacements: Mapping[str, gast.AST]) -> N:
    """A copy of ``node`` in which every read or written name found in ``replacements`` is that tree."""
    cls = node.__class__
    if cls is gast.Name and (found := replacements.get(node.id)) is not None:
        return cast(N, _recontext(found, node.ctx))
    new: N = cls.__new__(cls)
    new.__dict__ = held = node.__dict__.copy()
    for key in _OWN_FIELDS[cls]:
        value = held.get(key)
        if isinstance(value, gast.AST):
            held[key] = substitute(value, replacements)
        elif isinstance(value, list):
            held[key] = [substitute(v, replacements) if isinstance(v, gast.AST) else v for v in value]
    return new


def sharing(node: N, replacements: Mapping[str, gast.AST]) -> N:
    """As :func:`substitute`, with the very trees of ``replacements``: for what is looked at, or copied in the end."""
    cls = node.__class__
    if cls is gast.Name:
        return cast(N, replacements.get(node.id, node))
    new: N = cls.__new__(cls)
    new.__dict__ = held = node.__dict__.copy()
    for key in _OWN_FIELDS[cls]:
        value = held.get(key)
        if isinstance(value, gast.AST):
            held[key] = sharing(value, replacements)
        elif isinstance(value, list):
            held[key] = [sharing(v, replacements) if isinstance(v, gast.AST) else v for v in value]
    return new


def clone(node: N) -> N:
    """A copy of ``node`` that shares no node with it."""
    cls = node.__class__
    new: N = cls.__new__(cls)
    new.__dict__ = held = node.__dict__.copy()
    if cls is gast.Name and held.get("annotation") is None:
        return new  # half of all nodes
    for key in _OWN_FIELDS[cls]:
        value = held.get(key)
        if isinstance(value, gast.AST):
            held[key] = clone(value)
        elif isinstance(value, list):
            held[key] = [clone(v) if isinstance(v, gast.AST) else v for v in value]
    return new


def _recontext(node: gast.AST, ctx: Any) -> gast.AST:
    copied = clone(node)
    if isinstance(ctx, gast.Store | gast.Del) and hasattr(copied, "ctx"):
        copied.ctx = ctx
    return copied


def at_most(node: Any) -> int:
    """A length that the text of ``node`` does not exceed, without printing it.

    >>> at_most(quote("dh * (1 - h ** 2)")) >= len("dh * (1 - h ** 2)")
    True
    """
    total = 0
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, gast.Name):
            total += len(current.id) + 2
        elif isinstance(current, gast.Constant):
            total += len(repr(current.value)) + 2
        elif isinstance(current, gast.AST):
            # Brackets, an operator with its blanks, a comma: no node brings more than this with it.
            total += 6 + len(getattr(current, "attr", "")) + len(getattr(current, "arg", None) or "")
            stack.extend(v for k, v in current.__dict__.items() if k in _PRINTED)
        elif isinstance(current, list):
            stack.extend(current)
    return total


_PRINTED = frozenset(
    [
        "left",
        "right",
        "operand",
        "value",
        "slice",
        "func",
        "args",
        "keywords",
        "elts",
        "keys",
        "values",
        "comparators",
        "lower",
        "upper",
        "step",
        "targets",
        "target",
        "test",
        "body",
        "orelse",
        "generators",
        "elt",
        "iter",
        "ifs",
        "key",
        "starred",
    ]
)


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


def free_names(tree: gast.AST) -> set[str]:
    """The names that occur in ``tree``, without those that its comprehensions bind for themselves.

    >>> sorted(free_names(quote("[a * x for x in x if x > b]")))
    ['a', 'b', 'x']
    """
    nodes = nodes_in(tree)
    if not any(isinstance(n, COMPREHENSIONS) for n in nodes):
        return {n.id for n in nodes if isinstance(n, gast.Name)}
    if isinstance(tree, COMPREHENSIONS):
        first = tree.generators[0].iter
        own = {n.id for g in tree.generators for n in nodes_in(g.target) if isinstance(n, gast.Name)}
        rest = [n for n in gast.iter_child_nodes(tree) if n not in tree.generators]
        rest += [p for g in tree.generators for p in (g.target, *g.ifs, *([] if g.iter is first else [g.iter]))]
        return free_names(first).union(*map(free_names, rest)) - own | free_names(first)
    return set[str]().union(*map(free_names, gast.iter_child_nodes(tree)))


def nodes_in(node: gast.AST) -> list[gast.AST]:
    """``node`` and all nodes below it but contexts, in the order of ``ast.walk``, which takes much longer."""
    found = [node]
    add = found.append
    for current in found:  # grows as it is read
        cls, held = current.__class__, current.__dict__
        if cls is gast.Name and held.get("annotation") is None:
            continue  # half of all nodes
        for key in _PART_FIELDS[cls]:
            value = held.get(key)
            if isinstance(value, gast.AST):
                add(value)
            elif isinstance(value, list):
                for part in value:
                    if isinstance(part, gast.AST):
                        add(part)
    return found


def structure(node: gast.AST) -> tuple[Any, ...]:
    """A key that is equal for trees of the same text."""
    found: list[Any] = []
    _note_structure(node, found)
    return tuple(found)


def _note_names(node: gast.AST, found: list[str]) -> None:
    cls, held = node.__class__, node.__dict__
    if cls is gast.Name:
        found.append(held["id"])
        if held.get("annotation") is None:
            return  # half of all nodes
    for key in _OWN_FIELDS[cls]:
        value = held.get(key)
        if isinstance(value, gast.AST):
            _note_names(value, found)
        elif isinstance(value, list):
            for part in value:
                if isinstance(part, gast.AST):
                    _note_names(part, found)


def _note_structure(node: gast.AST, found: list[Any]) -> None:
    cls, held = node.__class__, node.__dict__
    found.append(cls)
    if cls is gast.Constant:  # 1, 1.0 and True are equal, their texts are not
        found.append(repr(held["value"]))
        return
    for key in _TEXT_FIELDS[cls]:
        value = held.get(key)
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


class _Fields(dict[type[gast.AST], tuple[str, ...]]):
    """Fields of classes of nodes without those ``left_out``; found by class at once, for walks over trees."""

    def __init__(self, *left_out: str) -> None:
        self.left_out = left_out

    def __missing__(self, cls: type[gast.AST]) -> tuple[str, ...]:
        found = self[cls] = tuple(field for field in cls._fields if field not in self.left_out)
        return found


_TEXT_FIELDS = _Fields("ctx", "kind", "type_comment")
"""Those that show in the text."""
_PART_FIELDS = _Fields("arg", "attr", "ctx", "id", "kind", "type_comment")
"""Those that may hold nodes other than contexts."""
_OWN_FIELDS = _Fields(*_PART_FIELDS.left_out, "op", "ops")
"""Those that may hold statements and expressions; operators and contexts are shared between trees."""
for _fields in (_PART_FIELDS, _OWN_FIELDS):
    _fields[gast.Constant] = ()
