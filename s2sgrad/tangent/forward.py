"""Walk the program as it runs, and write for each statement the lines of its tangent.

A place has a tangent at a point exactly where it is active there. Where two paths meet, and something varies after one
of them alone, the other one sets that tangent to zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.adjoint.finish import finish
from s2sgrad.analysis.facts import Bottom, Fact, Num, Opaque, Seq, Static
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Break,
    Effect,
    Enter,
    For,
    GradientBlock,
    Guarded,
    If,
    Leave,
    Loop,
    Return,
    Statement,
    While,
    assigned_names,
    targets_of,
)
from s2sgrad.analysis.places import slot_fact
from s2sgrad.errors import Refusal
from s2sgrad.normalize.attempts import as_try, is_attempt
from s2sgrad.normalize.leaving import with_blocks
from s2sgrad.origins import placed
from s2sgrad.quote import clone, nodes_in, quote, replaced, statements
from s2sgrad.request import Path
from s2sgrad.tangent.arrange import arranged, with_hoists
from s2sgrad.tangent.assign import assigned
from s2sgrad.tangent.checked import with_checks
from s2sgrad.tangent.context import TangentContext
from s2sgrad.tangent.dots import part_of, zeros
from s2sgrad.tangent.lenders import note_lenders, note_loop
from s2sgrad.tangent.loops import header
from s2sgrad.tangent.step import Step

__all__ = ["Forward"]

Places = frozenset[Path]
Lines = list[gast.stmt]


@dataclass
class Chunk:
    """The lines of one statement of a block."""

    statement: Statement
    lines: Lines


@dataclass
class Forward:
    """Forward mode over structured statements; ``returned`` writes the end of the function."""

    context: TangentContext
    remarks_of: Any
    returned: Any
    checked: bool = False
    exits: list[Places] = field(default_factory=list)

    def block(self, block: Block) -> Lines:
        """The lines of a block."""
        chunks = self._chunks(list(block))
        return [line for chunk in chunks for line in chunk.lines]

    def _chunks(self, block: list[Statement]) -> list[Chunk]:
        chunks: list[Chunk] = []
        while block:
            statement, block = block[0], block[1:]
            if statement not in self.context.facts.before:
                continue
            self._start(statement, chunks)
            if isinstance(statement, Enter):
                chunk, block = self._around(statement, block)
                chunks.append(chunk)
                continue
            lines = getattr(self, "_" + type(statement).__name__)(statement)
            if self.checked and isinstance(statement, Assign):
                lines = with_checks(self.context, statement, lines)
            remarks = self.remarks_of(statement.node) if lines else []
            chunks.append(Chunk(statement, placed([*remarks, *lines], statement.node)))
        return chunks

    # ---- where tangents begin ----

    def _start(self, statement: Statement, chunks: list[Chunk]) -> None:
        """Zeros for what must have a tangent when ``statement`` begins, right behind the line that gives it a value."""
        active = self.context.activity
        missing: Places = frozenset()
        if isinstance(statement, For | While):
            missing = self._wanted_in(statement) - active.before[statement]
        elif isinstance(statement, Assign):
            stored = {(t.name,) for t in statement.targets if _changes(statement, t)}
            missing = frozenset(stored & active.after[statement]) - active.before[statement]
        elif isinstance(statement, Break):
            missing = self.exits[-1] - active.before[statement]
        for place in self._ordered(missing):
            chunk = next((c for c in reversed(chunks) if place[0] in _assigned(c)), None)
            known = chunk is not None and chunk.statement is not statement and not isinstance(chunk.statement, Enter)
            if chunk is not None and known and place in active.after[chunk.statement]:
                continue  # it has one, which other lines read and nobody here
            creation = chunk.statement if chunk is not None else None
            zero = self._zero(statement, place, after=False, creation=creation, read=isinstance(statement, Assign))
            if chunk is not None and not _leaves(chunk.lines):
                chunk.lines += placed(zero, chunk.statement.node)
            elif zero:
                chunks.append(Chunk(statement, zero))

    def _ordered(self, places: Iterable[Path]) -> list[Path]:
        wanted = set(places)
        return [p for p in self.context.places if p in wanted]

    def _wanted_in(self, loop: Loop) -> Places:
        """What must have a tangent where an iteration begins, or where the loop ends without one."""
        active = self.context.activity
        first = next((s for s in loop.body if s in active.before), None)
        inside = active.before[first] if first is not None else frozenset()
        bound = {t.name for t in (targets_of(loop) if isinstance(loop, For) else [])}
        behind = active.after[loop] if self.context.facts.after[loop].reached else frozenset()
        return frozenset(p for p in inside if p[0] not in bound) | behind

    def _zero(
        self,
        statement: Statement,
        place: Path,
        after: bool,
        creation: Statement | None = None,
        around: Statement | None = None,
        read: bool = False,
    ) -> Lines:
        """A tangent of zeros for a place that has a value where nothing varies in it, inside the branch ``around``.

        It is ``read`` where the statement changes what it holds, and has a value then, whatever path led to here.
        """
        facts = self.context.facts
        env = (facts.after if after else facts.before)[statement]
        fact = env.facts.get(place[0])
        self._check_one_structure(statement, place, after)
        held = self._slot(fact, place[1:]) if fact is not None else None
        scalar = isinstance(held, Num) and (held.box == "py" or (held.shape == () and held.box == "np"))
        bound = read or place[0] in env.bound or scalar
        if held is None or isinstance(held, Bottom) or not bound:
            return []  # who reads it there finds no value either
        self.context.chosen.add(place)
        value = part_of(quote(place[0]), place[1:], fact or Opaque())
        if isinstance(held, Seq) and _is_empty(creation):
            zero = quote("[]")
        elif isinstance(held, Opaque):
            zero = quote("0.0")  # no operation on it has a rule, so nobody reads its tangent
        else:
            zero = zeros(held, value, quote(self.context.numpy), statement.node, self._met(around, place))
        if isinstance(held, Num) and held.box == "np" and held.shape == () and self._may_be_indexed(around, place):
            zero = quote("{np}.zeros({x}.shape, {x}.dtype)[()]", np=self.context.numpy, x=value)
        return statements(f"{self.context.tangent(place)} = {{z}}", z=zero)

    def _may_be_indexed(self, around: Statement | None, place: Path) -> bool:
        """True where a number of NumPy's meets an array behind a branch: both take an index, and Python's does not."""
        met = self._met(around, place)
        return isinstance(met, Num) and met.shape != ()

    def _met(self, around: Statement | None, place: Path) -> Fact | None:
        """What a place may hold behind a branch."""
        fact = self.context.facts.after[around].facts.get(place[0]) if around is not None else None
        return self._slot(fact, place[1:]) if fact is not None else None

    def _slot(self, fact: Fact, path: Path) -> Fact | None:
        try:
            return slot_fact(fact, path)
        except KeyError:
            return Static(None) if isinstance(fact, Static) and fact.value is None else None

    def _check_one_structure(self, statement: Statement, place: Path, after: bool) -> None:
        """Refuse where the parts of a value are followed one by one on one path, and not on the other."""
        active = self.context.activity
        around = (active.after if after else active.before)[statement]
        for other in around:
            short, long = sorted((place, other), key=len)
            if long != short and long[: len(short)] == short:
                reason = f"the parts of `{place[0]}` are known one by one on one path to here, and not on another"
                raise Refusal(reason, "give it the same structure on every path", statement.node)

    def _completed(self, lines: Lines, last: Statement | None, wanted: Places, around: Statement) -> Lines:
        """The lines of one side, with zeros at its end for what varies on the other side alone."""
        active, facts = self.context.activity, self.context.facts
        if last is not None and not facts.after[last].reached:
            return lines
        have = active.after[last] if last is not None else active.before[around]
        branch, at = around if isinstance(around, If) else None, last or around
        places = self._ordered(wanted - have)
        zero = [s for p in places for s in self._zero(at, p, after=last is not None, around=branch)]
        if not zero:
            return lines
        lines = _before_continuing(lines, zero)
        return lines if _leaves(lines) else [*lines, *zero]

    def _last(self, block: Block) -> Statement | None:
        """The statement of a block that is run last."""
        return next((s for s in reversed(block.statements) if s in self.context.facts.after), None)

    # ---- statements ----

    def _Assign(self, statement: Assign) -> Lines:
        if isinstance(statement.node, gast.For):
            return []  # the loop itself binds its targets
        return assigned(Step(self.context, statement))

    def _Return(self, statement: Return) -> Lines:
        lines: Lines = self.returned(Step(self.context, statement))
        return lines

    def _Effect(self, statement: Effect) -> Lines:
        if isinstance(statement.node, gast.Global | gast.Nonlocal):
            return []
        return [statement.node]

    def _GradientBlock(self, statement: GradientBlock) -> Lines:
        """Nothing: forward mode has no gradient to look at; a changed one is no derivative of anything."""
        if statement.changes and (statement.name,) in self.context.activity.varied_before[statement]:
            raise Refusal(
                f"this changes the gradient of `{statement.name}`, and forward mode has none",
                "use grad, value_and_grad or vjp",
                statement.node,
            )
        return []

    def _Break(self, statement: Break) -> Lines:
        return [statement.node]

    def _Leave(self, statement: Leave) -> Lines:
        return []

    def _Guarded(self, statement: Guarded) -> Lines:
        self._check_inactive(statement, statement.names)
        return [statement.node]

    def _check_inactive(self, statement: Statement, names: list[str]) -> None:
        active = {p[0] for p in self.context.activity.after[statement]}
        for name in names:
            if name in active:
                raise Refusal(
                    f"`{name}` carries a derivative and is assigned by a statement that an exception may cut short",
                    "assign it outside of the `try` or `with`, or let the handlers raise",
                    statement.node,
                )

    def _around(self, statement: Enter, block: list[Statement]) -> tuple[Chunk, list[Statement]]:
        """The ``with`` or ``try`` around the statements that follow, and those behind it."""
        new = _shallow(statement.node)
        entered: Statement = statement
        while isinstance(entered, Enter) and entered.node is statement.node:
            self._check_inactive(entered, [t.name for t in entered.targets])
            end = next(i for i, s in enumerate(block) if isinstance(s, Leave) and _closes(s, entered))
            lines = [line for chunk in self._chunks(block[:end]) for line in chunk.lines]
            setattr(new, entered.key, lines or statements("pass"))
            block = block[end + 1 :]
            if not block or not isinstance(block[0], Enter) or block[0].node is not statement.node:
                break
            entered, block = block[0], block[1:]
        return Chunk(statement, [*self.remarks_of(statement.node), new]), block

    def _If(self, statement: If) -> Lines:
        decided = self.context.facts.decided.get(statement)
        if decided is not None:
            return self.block(statement.body if decided else statement.orelse)
        wanted = self.context.activity.after[statement] if self.context.facts.after[statement].reached else frozenset()
        branch = _shallow(statement.node)
        for key, side in (("body", statement.body), ("orelse", statement.orelse)):
            lines = self._completed(self.block(side), self._last(side), wanted, statement)
            setattr(branch, key, lines)
        branch.body = branch.body or statements("pass")
        return as_try(branch, [], [], statement.node.body) if is_attempt(branch.test) else [branch]

    def _For(self, statement: For) -> Lines:
        step = Step(self.context, statement)
        bound = header(step)
        lines = finish(step, statements("iterable = {e}", e=bound.iterable)) if bound.iterable is not None else []
        hoists = with_hoists(step)
        loop = _shallow(statement.node)
        loop.iter = replaced(loop.iter, hoists.table) if hoists.table else loop.iter
        if lines:
            *above, last = lines
            loop.target, loop.iter = bound.joined(loop.target, loop.iter, last.value)
            above = arranged(step, above, [], hoists)
        else:
            above = hoists.lines
        note_lenders(self.context, statement, [*above, *bound.unpacked])
        note_loop(self.context, statement, loop.target, loop.iter)
        walked = {op.payload for op in statement.iterable.walk() if op.form == "read"} - self.context.walked
        self.context.walked |= walked
        loop.body = [*bound.unpacked, *self._body(statement)] or statements("pass")
        self.context.walked -= walked
        return [*above, loop]

    def _While(self, statement: While) -> Lines:
        loop = _shallow(statement.node)
        loop.body = self._body(statement) or statements("pass")
        return [loop]

    def _body(self, statement: Loop) -> Lines:
        facts = self.context.facts
        self.exits.append(self.context.activity.after[statement] if facts.after[statement].reached else frozenset())
        lines = self.block(statement.body)
        lines = self._completed(lines, self._last(statement.body), self._wanted_in(statement), statement)
        self.exits.pop()
        return lines


def _assigned(chunk: Chunk) -> set[str]:
    """The names that the lines of a chunk bind; a `with` or `try` stands for all that is inside."""
    inside = chunk.lines if isinstance(chunk.statement, Enter) else []
    nodes = (n for line in inside for n in nodes_in(line) if isinstance(n, gast.Name))
    return {n.id for n in nodes if isinstance(n.ctx, gast.Store)}.union(assigned_names(chunk.statement))


def _changes(statement: Assign, target: Any) -> bool:
    """True for a target that changes what its variable holds: it must have a tangent before."""
    return not hasattr(target, "value") or statement.augmented or hasattr(target, "index") or _pops(target)


def _pops(target: Any) -> bool:
    return target.value.payload is list.pop


def _is_empty(creation: Statement | None) -> bool:
    """True for ``xs = []``."""
    value = getattr(creation, "value", None)
    return isinstance(creation, Assign) and getattr(value, "form", "") == "list" and not getattr(value, "args", ())


def _leaves(lines: Lines) -> bool:
    """True where the last of the lines goes elsewhere."""
    return bool(lines) and isinstance(lines[-1], gast.Continue | gast.Break | gast.Return | gast.Raise)


def _before_continuing(lines: Lines, more: Lines) -> Lines:
    """The lines with ``more`` in front of each ``continue``, which goes past what stands at their end."""
    out: Lines = []
    for line in lines:
        if isinstance(line, gast.Continue):
            out += map(clone, more)
        elif isinstance(line, gast.If | gast.With | gast.Try) and _continues(line):
            line = with_blocks(line, lambda inner: _before_continuing(inner, more))
        out.append(line)
    return out


def _continues(line: gast.stmt) -> bool:
    return any(isinstance(n, gast.Continue) for n in nodes_in(line))


def _closes(leave: Leave, entered: Enter) -> bool:
    return leave.node is entered.node and leave.key == entered.key


def _shallow(node: gast.AST) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
