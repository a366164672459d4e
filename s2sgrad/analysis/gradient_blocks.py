"""Facts of the blocks of ``with grad_of(h) as dh:``: what they do to the gradient, and whether it is complete there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from s2sgrad.analysis.environment import Env
from s2sgrad.analysis.facts import Fact, Num, is_scalar, roots_of
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Effect,
    For,
    GradientBlock,
    If,
    Loop,
    NameTarget,
    Statement,
    While,
    assigned_names,
    breaks_of,
    children,
    every_statement,
)
from s2sgrad.analysis.metadata import value_reads
from s2sgrad.errors import Refusal

if TYPE_CHECKING:
    from s2sgrad.analysis.interpret import Facts, Interpreter

__all__ = ["check_complete", "look_at"]


# ---- what a block does ----


def look_at(interpreter: Interpreter, statement: GradientBlock, env: Env) -> None:
    """Run a block on facts; ``env`` is what holds at its place of the forward pass.

    Raises Refusal where it may change anything but the gradient, or the gradient's shape or dtype.
    """
    held = env.facts.get(statement.name)
    if not isinstance(held, Num) or held.kind not in "f?" or statement.name not in env.bound:
        reason = f"`{statement.name}` is not known to be an array of floats here"
        raise Refusal(reason, "ask for the gradient of one array or float", statement.node)
    own = f"{interpreter.prefix}gradient {statement.target}"
    gradient = held.in_memory(frozenset([own])) if held.box in ("array", "any") else held
    outer = frozenset([own]).union(*map(roots_of, env.facts.values()))
    inside = env.copy()
    inside.bind(statement.target, Num(gradient.dtype, gradient.box, gradient.shape, roots=gradient.roots))
    inside = interpreter.in_backward_pass(statement.block, inside, outer)
    for inner in every_statement(statement.block):
        _check_statement(interpreter.facts, statement, inner, own, outer)
        _forget(interpreter.facts, inner)
    if inside.reached:
        _check_kept(held, inside.facts[statement.target], statement)


def _check_statement(facts: Facts, statement: GradientBlock, inner: Statement, own: str, outer: frozenset[str]) -> None:
    if not isinstance(inner, Assign) or inner not in facts.after:
        return
    for target in inner.targets:
        if isinstance(target, NameTarget) and target.name not in statement.own:
            reason = f"`{target.name}` is a variable of the function, and this runs in the backward pass"
            raise Refusal(reason, "use a list of the module's, or another name", inner.node)
        shared = isinstance(target, NameTarget) and target.name != statement.target
        if shared and own in roots_of(facts.after[inner].facts[target.name]):
            reason = f"`{target.name}` is (a part of) the gradient itself, which may change"
            raise Refusal(reason, "make a copy: `.copy()`", inner.node)
    if facts.writes.get(inner, frozenset()) & (outer - {own}):
        raise Refusal("this changes an array that is not the gradient", "work on a copy of it", inner.node)


def _forget(facts: Facts, inner: Statement) -> None:
    """What is known at the statements of a block holds in the backward pass, and nobody else may go by it."""
    for table in (facts.before, facts.after, facts.writes):
        table.pop(inner, None)


def _check_kept(old: Num, new: Fact, statement: GradientBlock) -> None:
    """Refuse a gradient that the block gives another shape or another dtype."""
    same = isinstance(new, Num) and old.shape is not None and new.shape is not None and len(old.shape) == len(new.shape)
    same = same and all(a.equals(b) for a, b in zip(old.shape or (), new.shape or (), strict=True))  # type: ignore[union-attr]
    changed = any(isinstance(t, NameTarget) and t.name == statement.target for s in _assignments(statement) for t in s)
    if not changed:
        return
    if is_scalar(old):
        same = same and is_scalar(new) and getattr(new, "kind", "") == "f"
    else:
        same = same and isinstance(new, Num) and new.box == old.box and new.dtype == old.dtype and old.dtype is not None
    if not same:
        reason = f"`{statement.target}` may have another shape or dtype behind this block than `{statement.name}` has"
        raise Refusal(reason, f"change it in place: `{statement.target}[...] = ...`", statement.node)


def _assignments(statement: GradientBlock) -> Iterable[list[object]]:
    return ([*s.targets] for s in every_statement(statement.block) if isinstance(s, Assign))


# ---- whether the gradient is complete ----


def check_complete(block: Block, facts: Facts) -> None:
    """Raise Refusal for a block that stands behind a read of its variable: that read's part would come later."""
    for statement in every_statement(block):
        if isinstance(statement, GradientBlock) and statement in facts.before:
            reader = _Backward(statement.name, facts).above(block, statement)
            if reader is not None:
                where = f"line {reader.node.lineno} reads it before"
                raise Refusal(
                    f"the gradient of `{statement.name}` is not complete here: {where}",
                    f"put the block right behind the line that assigns `{statement.name}`",
                    statement.node,
                )


class _Read(Exception):
    """Raised where a statement is found that reads the variable; never seen by users."""

    def __init__(self, statement: Statement) -> None:
        super().__init__(statement)
        self.statement = statement


class _Backward:
    """Looks from a place in a block back to where the variable was given its value."""

    def __init__(self, name: str, facts: Facts) -> None:
        self.name, self.facts = name, facts

    def above(self, block: Block, statement: Statement) -> Statement | None:
        """A statement that may read the value that the variable has at ``statement``, before it; None for none."""
        try:
            self._above(block, statement)
        except _Read as found:
            return found.statement
        return None

    def _above(self, block: Block, statement: Statement) -> bool | None:
        """Whether the value was surely given above, None where ``statement`` is not in ``block``."""
        for i, one in enumerate(block.statements):
            inside = one is statement or any(statement in every_statement(inner) for inner in children(one))
            if not inside:
                continue
            given = False
            for inner in children(one) if one is not statement else ():
                given = bool(self._above(inner, statement)) if statement in every_statement(inner) else given
            if isinstance(one, (For, While)) and not given:
                given = self._around(one)
                self._check(one)
            return given or self._last(block.statements[:i])
        return None

    def _around(self, loop: Loop) -> bool:
        """At the head of a loop: the value comes from above it, or from the round before."""
        if self.name in {t.name for t in loop.targets}:
            return True
        self._last(loop.body.statements)
        return False

    def _last(self, statements: list[Statement]) -> bool:
        """Whether every path through ``statements`` gives the variable a value; none may read that value."""
        return any(self._given(statement) for statement in reversed(statements))

    def _given(self, statement: Statement) -> bool:
        if statement not in self.facts.before:
            return False
        if isinstance(statement, If):
            sides = [self._last(side.statements) for side in children(statement)]
            if not all(sides):
                self._check(statement)
            return all(sides)
        if isinstance(statement, (For, While)):
            if any(breaks_of(statement.body)) and self.name in assigned_names(statement):
                raise _Read(statement)  # the round that is left early ends elsewhere
            self._last(statement.body.statements)
            self._check(statement)
            return False
        if isinstance(statement, Assign) and self.name in [t.name for t in statement.targets]:
            return True
        if not isinstance(statement, Effect):  # what is printed, or asserted, passes no gradient on
            self._check(statement)
        return False

    def _check(self, statement: Statement) -> None:
        if any(self.name in value_reads(op, self.facts) for op in statement.roots()):
            raise _Read(statement)
