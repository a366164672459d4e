"""Python text to trees and back: no node is built by hand anywhere else.

>>> unquote(quote("{a} * (1 - {y} ** 2)", a=quote("dh"), y=quote("h")))
'dh * (1 - h ** 2)'
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import Any, TypeVar

import gast

from s2sgrad.walk import (
    COMPREHENSIONS,
    ONE,
    OWN_FIELDS,
    calls_of,
    free_names,
    kinds_of,
    names_in,
    names_of,
    names_of_parts,
    nodes_below,
    nodes_in,
    nodes_of,
    occurrences,
    occurring,
    parts_of,
    structure,
    with_names,
)

__all__ = [
    "COMPREHENSIONS",
    "at_most",
    "calls_of",
    "clone",
    "free_names",
    "kinds_of",
    "names_in",
    "names_of",
    "names_of_parts",
    "negated",
    "nodes_below",
    "nodes_in",
    "nodes_of",
    "occurrences",
    "occurring",
    "parts_of",
    "quote",
    "quote_shared",
    "replaced",
    "sharing",
    "statements",
    "structure",
    "substitute",
    "unquote",
    "with_names",
]

N = TypeVar("N", bound=gast.AST)
_HOLE = "hole_"
_ASSIGNED = re.compile(r"([^\W\d]\w*)(?= [-+]?= )")
"""The target at the start of a template; there are as many as variables, and their lines are parsed as one."""


def quote(template: str, /, **holes: gast.AST | str) -> gast.expr:
    """The expression that ``template`` spells, each ``{hole}`` filled with a tree, or with the name a string gives."""
    if template.isidentifier() and not iskeyword(template):
        return _name(template)
    return substitute(_parsed_expression(template), {_HOLE + k: _as_tree(v) for k, v in holes.items()})


def quote_shared(template: str, /, **holes: gast.expr) -> gast.expr:
    """As :func:`quote`, with the trees themselves in the holes: for what is only looked at, or copied in the end."""
    tree, fields = _parsed_with_holes(template)
    if fields is None:
        return sharing(tree, {_HOLE + k: v for k, v in holes.items()})
    new: gast.expr = tree.__class__.__new__(tree.__class__)
    new.__dict__ = tree.__dict__ | {field: holes[hole] for field, hole in fields}
    return new


def statements(template: str, /, **holes: gast.AST | str) -> list[gast.stmt]:
    """The statements that ``template`` spells, holes filled as in :func:`quote`."""
    filled = {_HOLE + k: _as_tree(v) for k, v in holes.items()}
    target = _ASSIGNED.match(template)
    if target is not None:
        filled[_HOLE + "target_"] = _name(target[0])
        template = "{target_}" + template[target.end() :]
    return [substitute(stmt, filled) for stmt in _parsed_statements(template)]


def negated(test: gast.expr) -> gast.expr:
    """The test of a branch that is taken where ``test`` does not hold.

    >>> unquote(negated(quote("x < 0"))), unquote(negated(quote("not x < 0")))
    ('not x < 0', 'x < 0')
    """
    opposite = isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not)
    return test.operand if opposite else quote("not {t}", t=test)


def unquote(node: gast.AST) -> str:
    """The text of a tree."""
    from s2sgrad.printer import to_text

    return to_text(node)


def _name(identifier: str) -> gast.expr:
    tree = gast.Name.__new__(gast.Name)
    tree.__dict__ = _NAME | {"id": identifier}
    return tree


_NAME = gast.parse("name", mode="eval").body.__dict__
"""What all names that are quoted have in common."""


def _as_tree(value: gast.AST | str) -> gast.AST:
    return quote(value) if isinstance(value, str) else value


@functools.lru_cache(maxsize=8192)
def _parsed_expression(template: str) -> gast.expr:
    return gast.parse(re.sub(r"\{(\w+)\}", rf"{_HOLE}\1", template), mode="eval").body


@functools.lru_cache(maxsize=8192)
def _parsed_with_holes(template: str) -> tuple[gast.expr, tuple[tuple[str, str], ...] | None]:
    """The tree of a template, and the hole in each of its parts, where all are holes: ``{a} * {b}``."""
    tree = _parsed_expression(template)
    parts = [(field, tree.__dict__[field]) for field, _ in OWN_FIELDS[tree.__class__]]
    if not all(isinstance(part, gast.Name) and part.id.startswith(_HOLE) for _, part in parts):
        return tree, None
    return tree, tuple((field, part.id.removeprefix(_HOLE)) for field, part in parts)


@functools.lru_cache(maxsize=8192)
def _parsed_statements(template: str) -> tuple[gast.stmt, ...]:
    """The statements of a template, which stand at no line of the user's."""
    tree = gast.parse(re.sub(r"\{(\w+)\}", rf"{_HOLE}\1", template))
    for node in nodes_in(tree):
        if isinstance(node, gast.stmt):
            node.lineno = 0
    return tuple(tree.body)


def substitute(node: N, replacements: Mapping[str, gast.AST]) -> N:
    """A copy of ``node`` in which every read or written name found in ``replacements`` is that tree."""
    cls = node.__class__
    if cls is gast.Name and (found := replacements.get(node.id)) is not None:
        return _recontext(found, node.ctx)  # type: ignore[no-any-return]
    new: N = cls.__new__(cls)
    new.__dict__ = held = node.__dict__.copy()
    if cls is gast.Name and node.annotation is None:
        return new  # half of all nodes
    for key, kind in OWN_FIELDS[cls]:
        value = held.get(key)
        if value is None:
            continue
        if kind == ONE:
            held[key] = substitute(value, replacements)
        else:
            held[key] = [part and substitute(part, replacements) for part in value]
    return new


def clone(node: N) -> N:
    """A copy of ``node`` that shares no node with it."""
    return substitute(node, {})


def sharing(node: N, replacements: Mapping[str, gast.AST]) -> N:
    """As :func:`substitute`, with the very trees of ``replacements``: for what is looked at, or copied in the end."""
    cls = node.__class__
    if cls is gast.Name:
        return replacements.get(node.id, node)  # type: ignore[no-any-return]
    new: N = cls.__new__(cls)
    new.__dict__ = held = node.__dict__.copy()
    for key, kind in OWN_FIELDS[cls]:
        value = held.get(key)
        if value is None:
            continue
        if kind == ONE:
            held[key] = sharing(value, replacements)
        else:
            held[key] = [part and sharing(part, replacements) for part in value]
    return new


def replaced(node: Any, table: Mapping[int, gast.expr]) -> Any:
    """A copy of ``node`` in which the nodes in ``table`` (by identity) are other trees."""
    found = table.get(id(node))
    return found if found is not None else _with_parts(node, lambda part: replaced(part, table))


def _with_parts(node: N, change: Callable[[Any], Any]) -> N:
    """A copy of ``node`` that holds what ``change`` makes of the statements and expressions right below it."""
    new: N = node.__class__.__new__(node.__class__)
    new.__dict__ = held = node.__dict__.copy()
    for key, kind in OWN_FIELDS[node.__class__]:
        value = held.get(key)
        if value is not None:
            held[key] = change(value) if kind == ONE else [part and change(part) for part in value]
    return new


def _recontext(node: gast.AST, ctx: Any) -> Any:
    copied = substitute(node, _NOTHING)
    if ctx.__class__ in (gast.Store, gast.Del) and hasattr(copied, "ctx"):
        copied.ctx = ctx
    return copied


_NOTHING: Mapping[str, gast.AST] = {}


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
