"""Place the block of ``with grad_of(h) as dh:`` where the adjoint of ``h`` is complete, under the adjoint's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gast

from s2sgrad.adjoint.accumulate import State
from s2sgrad.adjoint.pieces import Lines, Piece
from s2sgrad.analysis.ir import Block, GradientBlock, every_statement
from s2sgrad.normalize.gradient_blocks import holders
from s2sgrad.quote import names_in, quote, substitute

if TYPE_CHECKING:
    from s2sgrad.adjoint.sweep import Sweep

__all__ = ["gradient_block", "kept_by_blocks", "names_of_blocks"]


def names_of_blocks(block: Block) -> set[str]:
    """The names that blocks about gradients take from around them."""
    blocks = [s for s in every_statement(block) if isinstance(s, GradientBlock)]
    return {n for s in blocks for line in s.body for n in names_in(line) if n not in s.own}


def kept_by_blocks(block: Block) -> set[str]:
    """The names of what blocks about gradients put something into: not a copy of it, but it itself."""
    bodies = [s.body for s in every_statement(block) if isinstance(s, GradientBlock)]
    return {n for body in bodies for n in holders(body)}


def gradient_block(sweep: Sweep, statement: GradientBlock, state: State) -> list[Piece]:
    """The lines of a block; none where nothing that is differentiated passes through its variable."""
    context, place = sweep.context, (statement.name,)
    if place not in context.activity.before[statement]:
        return []
    lines: list[gast.stmt] = []
    if place in state.literal:
        lines += sweep.literal_line(statement, place, state.literal[place], state)
    elif place not in state.live:
        lines += sweep.zeros(statement, state, {place}, after=True)
    name = context.adjoint(place)
    names = {own: context.scope.new(own) for own in sorted(statement.own - {statement.target})}
    names[statement.target] = name
    other = {own: quote(new) for own, new in names.items() if own != new}
    body = [substitute(s, other) for s in statement.body] if other else statement.body
    return [Lines(statement, [*lines, *body])]
