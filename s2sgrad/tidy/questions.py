"""What a statement of the generated text does, asked of its tree: what it pops, appends to, changes in place, reads.

>>> from s2sgrad.quote import statements
>>> [changed(s) for s in statements("dx += e\\ndx[1:] = e\\ndx = e")]
[('dx', True), ('dx', False), (None, False)]
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Any

import gast

from s2sgrad.quote import nodes_in, parts_of

__all__ = ["appended", "asked_test", "changed", "popped", "single_tests", "values_read"]

_SHAPES_ONLY = frozenset(
    ["zeros_like", "ones_like", "full_like", "empty_like", "shape", "ndim", "size", "len", "dtype"]
)


def asked_test(statement: gast.If) -> tuple[str, bool]:
    """The test of a branch without ``not`` in front, with its line in the user's file; False where a ``not`` went."""
    test, plain = statement.test, True
    while isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not):
        test, plain = test.operand, not plain
    text = ast.unparse(gast.gast_to_ast(test))
    return f"{text} (line {getattr(statement, 'lineno', 0)})", plain


def single_tests(body: list[gast.stmt]) -> set[str]:
    """The tests that stand in one place only, so that there is no doubt which is which."""
    found = Counter(asked_test(s)[0] for statement in body for s in nodes_in(statement) if isinstance(s, gast.If))
    return {test for test, n in found.items() if n == 1}


def popped(statement: Any) -> set[str]:
    """The names whose ``pop()`` is called somewhere in ``statement``."""
    calls = [n.func for n in nodes_in(statement) if isinstance(n, gast.Call) and isinstance(n.func, gast.Attribute)]
    return {f.value.id for f in calls if f.attr == "pop" and isinstance(f.value, gast.Name)}


def appended(statement: Any) -> str | None:
    """The name of the list that a statement appends to."""
    call = getattr(statement, "value", None)
    if isinstance(statement, gast.Expr) and isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute):
        return getattr(call.func.value, "id", None) if call.func.attr == "append" else None
    return None


def changed(statement: Any) -> tuple[str | None, bool]:
    """The name whose array a statement changes in place, and whether that is the whole array."""
    target: Any = None
    if isinstance(statement, gast.AugAssign):
        target = statement.target
    elif isinstance(statement, gast.Assign) and isinstance(statement.targets[0], gast.Subscript):
        target = statement.targets[0]
    elif isinstance(statement, gast.Expr) and isinstance(statement.value, gast.Call):
        function = statement.value.func
        target = statement.value.args[0] if isinstance(function, gast.Attribute) and function.attr == "at" else None
    whole = isinstance(target, gast.Name)
    while isinstance(target, gast.Subscript):
        target = target.value
    return getattr(target, "id", None), whole


def values_read(tree: Any) -> Iterator[str]:
    """The names of which more than the shape or the dtype is read."""
    if isinstance(tree, gast.Call) and getattr(tree.func, "attr", getattr(tree.func, "id", "")) in _SHAPES_ONLY:
        first = tree.args[:1] if tree.args and isinstance(tree.args[0], gast.Name) else []
        for part in (*tree.args[len(first) :], *tree.keywords):
            yield from values_read(part)
    elif isinstance(tree, gast.Attribute) and tree.attr in _SHAPES_ONLY and isinstance(tree.value, gast.Name):
        return
    elif isinstance(tree, gast.Name):
        yield tree.id
    else:
        for part in parts_of(tree):
            yield from values_read(part)
