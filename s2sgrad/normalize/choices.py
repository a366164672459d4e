"""Write a conditional expression as the branch that it is, so that only the side that is taken is differentiated.

>>> from s2sgrad.normalize.choices import branch_on_choices
>>> from s2sgrad.quote import statements, unquote
>>> body = statements("y = a * (b if x > 0 else c)")
>>> print("".join(unquote(s) for s in branch_on_choices(body, {"a", "b", "c", "x", "y"})), end="")
if x > 0:
    choice = b
else:
    choice = c
y = a * choice
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.quote import nodes_in, quote, statements

__all__ = ["branch_on_choices"]

_LAZY = (gast.BoolOp, gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


def branch_on_choices(body: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    """``body`` with each conditional expression turned into a branch above its statement; ``taken`` grows.

    A choice inside a larger expression moves only if nothing in it can have an effect: it is evaluated earlier then.
    """
    return [new for statement in body for new in _statement(statement, taken)]


def _statement(statement: Any, taken: set[str]) -> list[gast.stmt]:
    if isinstance(statement, gast.If | gast.For):
        new = _shallow(statement)
        new.body = branch_on_choices(statement.body, taken)
        new.orelse = branch_on_choices(statement.orelse, taken)
        return [new]
    if not isinstance(statement, gast.Assign | gast.AugAssign | gast.Return) or statement.value is None:
        return [statement]
    if isinstance(statement.value, gast.IfExp):
        return _branched(statement, taken)
    if not any(isinstance(n, gast.IfExp) for n in nodes_in(statement.value)):
        return [statement]
    above: list[gast.stmt] = []
    new = _shallow(statement)
    new.value = _without_choices(statement.value, above, taken)
    return [*(_at(s, statement) for s in above), new]


def _branched(statement: Any, taken: set[str]) -> list[gast.stmt]:
    """The statement itself on both sides of a branch."""
    sides = []
    for value in (statement.value.body, statement.value.orelse):
        side = _shallow(statement)
        side.value = value
        sides.append(_statement(side, taken))
    branch = statements("if {t}:\n    pass", t=statement.value.test)[0]
    branch = _at_only(branch, statement)
    branch.body, branch.orelse = sides
    return [branch]


def _without_choices(tree: Any, above: list[gast.stmt], taken: set[str]) -> Any:
    if isinstance(tree, _LAZY) or not isinstance(tree, gast.AST):
        return tree
    if isinstance(tree, gast.IfExp):
        return _named(tree, above, taken) if not _has_calls(tree) else tree
    new = _shallow(tree)
    for key, value in tree.__dict__.items():
        if isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
            new.__dict__[key] = _without_choices(value, above, taken)
        elif isinstance(value, list):
            new.__dict__[key] = [_without_choices(v, above, taken) for v in value]
    return new


def _named(tree: gast.IfExp, above: list[gast.stmt], taken: set[str]) -> gast.expr:
    name, n = "choice", 2
    while name in taken:
        name, n = f"choice{n}", n + 1
    taken.add(name)
    assign = statements(f"{name} = {{e}}", e=tree)[0]
    above += _statement(assign, taken)
    return quote(name)


def _has_calls(tree: gast.expr) -> bool:
    return any(isinstance(n, gast.Call | gast.NamedExpr) for n in nodes_in(tree))


def _at_only(tree: Any, place: Any) -> Any:
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(tree, key, getattr(place, key, None))
    return tree


def _at(tree: Any, place: Any) -> Any:
    for node in nodes_in(tree):
        if isinstance(node, gast.stmt):
            _at_only(node, place)
    return tree


def _shallow(node: Any) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
