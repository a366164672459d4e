"""Whether the first line that reads an adjoint adds to it what has the shape of its variable."""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.adjoint.context import Context
from s2sgrad.adjoint.pieces import Branch, Lines, Loop, Piece
from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.normalize.leaving import shallow
from s2sgrad.quote import names_in, quote

__all__ = ["is_filled_first"]


def is_filled_first(body: list[Piece], adjoint: str, name: str, context: Context) -> bool:
    """True where the first line of ``body`` that names ``adjoint`` is ``adjoint += e``, with ``e`` of its full shape.

    A number that stands for zeros is an array of that shape from there on.
    """
    for piece in body:
        if not isinstance(piece, Lines):
            if adjoint in _names(piece):
                return False
            continue
        for line in piece.lines:
            if adjoint in names_in(line):
                return _adds_to(line, adjoint) and _as_long(line, piece, name, context)
    return False


def _names(piece: Piece) -> set[str]:
    if isinstance(piece, Lines):
        return {n for line in piece.lines for n in names_in(line)}
    if isinstance(piece, Loop):
        lines, inner = [*piece.start, *piece.finish], piece.body
    else:
        assert isinstance(piece, Branch)
        lines, inner = piece.start, [*piece.body, *piece.orelse]
    return {n for line in lines for n in names_in(line)}.union(*map(_names, inner))


def _adds_to(line: Any, adjoint: str) -> bool:
    adds = isinstance(line, gast.AugAssign) and isinstance(line.op, gast.Add) and isinstance(line.target, gast.Name)
    return adds and line.target.id == adjoint and adjoint not in names_in(line.value)


def _as_long(line: Any, piece: Lines, name: str, context: Context) -> bool:
    """True where what a line adds has the shape of the variable, and more axes than none.

    It has no more axes, and none is longer: so it is where what it is made of, adjoints left out, has that shape.
    """
    variable = context.facts.before[piece.statement].facts.get(name)
    factors = _without_adjoints(line.value, context)
    return factors is not None and _same_shape(variable, context.fact(factors, piece.statement))


def _without_adjoints(tree: gast.expr, context: Context) -> gast.expr | None:
    """An elementwise expression with the number 1 for adjoints; None where they are used in another way."""
    if isinstance(tree, gast.Name) and tree.id in context.adjoint_facts:
        return quote("1.0")
    if isinstance(tree, gast.UnaryOp):
        return _without_adjoints(tree.operand, context)
    if isinstance(tree, gast.BinOp) and not isinstance(tree.op, gast.MatMult):
        sides = [_without_adjoints(side, context) for side in (tree.left, tree.right)]
        new = shallow(tree)
        new.left, new.right = sides
        return None if None in sides else new
    if isinstance(tree, gast.Call) and len(tree.args) == 3 and getattr(tree.func, "attr", "") == "where":
        chosen = [_without_adjoints(side, context) for side in tree.args[1:]]
        new = shallow(tree)
        new.args = [tree.args[0], *chosen]
        return None if None in chosen or _reads_adjoints(tree.args[0], context) else new
    return None if _reads_adjoints(tree, context) else tree


def _reads_adjoints(tree: gast.expr, context: Context) -> bool:
    return not context.adjoint_facts.keys().isdisjoint(names_in(tree))


def _same_shape(a: Fact | None, b: Fact) -> bool:
    if not isinstance(a, Num) or not isinstance(b, Num) or not a.shape or not b.shape or a.rank != b.rank:
        return False
    return all(one.equals(other) for one, other in zip(a.shape, b.shape, strict=True))
