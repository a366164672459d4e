"""Python's own tree of a function as one of gast's, as ``gast.ast_to_gast`` would give it in more than twice the time.

>>> import ast
>>> from s2sgrad.quote import unquote
>>> unquote(converted(ast.parse("x[0] += f(a, *b)").body[0]))
'x[0] += f(a, *b)\\n'
"""

from __future__ import annotations

import ast
import functools
from typing import Any

import gast
from gast.ast3 import Ast3ToGAst

__all__ = ["converted"]


def converted(node: ast.AST) -> Any:
    """The tree that gast makes of ``node``, but with contexts and operators that all trees share."""
    return _ToGast().visit(node)


class _ToGast(Ast3ToGAst):  # type: ignore[misc]
    """Gast's own translation of the classes that it treats apart; all others, and names, are copied field by field."""

    def visit(self, node: Any) -> Any:
        cls = node.__class__
        if cls is ast.Name:
            return _name(node)
        alike, shared = _counterpart(cls)
        if shared is not None:
            return shared
        if alike is None:
            return super().visit(node)
        new = alike.__new__(alike)
        new.__dict__ = held = node.__dict__.copy()
        for field in cls._fields:
            value = held.get(field)
            if isinstance(value, ast.AST):
                held[field] = self.visit(value)
            elif value.__class__ is list:
                held[field] = [self.visit(part) if isinstance(part, ast.AST) else part for part in value]
        return new


def _name(node: Any) -> gast.Name:
    new = gast.Name.__new__(gast.Name)
    context = _counterpart(node.ctx.__class__)[1]
    new.__dict__ = node.__dict__ | {"ctx": context, "annotation": None, "type_comment": None}
    return new


@functools.cache
def _counterpart(cls: type[ast.AST]) -> tuple[Any, gast.AST | None]:
    """The class of gast's with the same fields, if there is one, and the one node of it, if it has neither any."""
    if hasattr(Ast3ToGAst, f"visit_{cls.__name__}") or not hasattr(gast, cls.__name__):
        return None, None
    alike = getattr(gast, cls.__name__)
    return alike, None if cls._fields or cls._attributes else alike()
