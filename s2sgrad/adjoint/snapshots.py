"""Checkpointed loops: a few snapshots in the forward pass, and the rounds between them again in the backward pass.

Which rounds get one is decided as the loop runs, by a small printed function, so that as few rounds as can be are run
again [A. Griewank and A. Walther, Algorithm 799: Revolve, ACM TOMS 26 (2000) 19-45].
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.adjoint.context import Context
from s2sgrad.adjoint.pieces import Branch, Loop, Piece
from s2sgrad.adjoint.recompute import ForwardHalf, Replay
from s2sgrad.analysis.ir import For, Statement, own_ops
from s2sgrad.analysis.saves import Plan
from s2sgrad.errors import Refusal
from s2sgrad.gradient_blocks import grad_of
from s2sgrad.normalize.gradient_blocks import GradientBlock, set_aside
from s2sgrad.normalize.leaving import with_blocks
from s2sgrad.normalize.parts import dotted
from s2sgrad.normalize.rounds import Round
from s2sgrad.quote import clone, quote, statements, substitute

__all__ = ["NEXT_SNAPSHOT", "Snapshots", "inline_round", "note_snapshots", "round_of", "snapshots_of", "without_rounds"]

NEXT_SNAPSHOT = '''
def next_snapshot(start, stop, free):
    """Before which of the steps start to stop - 1 the state is kept next.

    The one before start is kept already, and free more may be. As few steps as
    can be are run again (Griewank and Walther, 2000) to reverse all of them.
    """
    if free < 1 or stop - start < 2:
        return stop - 1
    repeats, reach = 0, 1
    while reach < stop - start:
        repeats, shorter = repeats + 1, reach
        reach = reach * (free + 1 + repeats) // repeats
    behind = shorter * (free + 1) // (free + repeats)
    return start + min(shorter, stop - start - behind)
'''


@dataclass
class Snapshots:
    """The names that a checkpointed loop needs: ``kept`` are lists by variable, ``starts`` the steps they belong to."""

    loop: For
    call: Any
    starts: str
    mark: str
    step: str
    kept: dict[str, str] = field(default_factory=dict)
    replay: Replay | None = None

    @property
    def again(self) -> str:
        """The name of the generator from which the rounds draw again; empty where they draw from none."""
        return self.replay.copied if self.replay is not None else ""

    @property
    def index(self) -> str:
        """The user's name of the number of a step."""
        return str(self.loop.node.target.id)

    @property
    def lists(self) -> list[str]:
        """All lists."""
        return [self.starts, *self.kept.values()]

    @property
    def reads(self) -> list[str]:
        """The variables that hold the number of steps and of snapshots."""
        return [tree.id for tree in (self.call.count, self.call.snapshots) if isinstance(tree, gast.Name)]

    # ---- lines ----

    def above(self) -> list[gast.stmt]:
        """What stands above the loop in the forward pass."""
        return [*(s for n in self.lists for s in statements(f"{n} = []")), *statements(f"{self.mark} = 0")]

    def keeping(self, values: dict[str, gast.expr]) -> list[gast.stmt]:
        """The head of a round in the forward pass; ``values`` are what is kept of each variable."""
        drawn = {self.again: _copy(self.replay.generator)} if self.replay is not None else {}
        return self._kept(self.index, self.call.count, {**values, **drawn})

    def restoring(self, values: dict[str, gast.expr], body: list[Any], once: bool) -> list[gast.stmt]:
        """The head of a round in the backward pass: the state before it, from the latest snapshot.

        ``once``: the backward pass runs once, and may use up what was kept.
        """
        end = quote(f"{self.index} + 1")
        lines = statements(
            f"if {self.starts}[-1] == {self.index}:\n    {self.starts}.pop()\nelse:\n"
            f"    for {self.step} in range({self.starts}[-1], {self.index}):\n        pass"
        )
        branch = lines[0]
        branch.body += [s for n in self.kept for s in self._restored(n, ".pop()", copied=not once)]
        start = [s for n in self.kept for s in self._restored(n, "[-1]", copied=True)]
        loop = branch.orelse[0]
        table = {self.index: quote(self.step)}
        if self.replay is not None:
            table[self.replay.generator.id] = quote(self.again)
            values = {**values, self.again: _copy(quote(self.again))}
        loop.body = [*self._kept(self.step, end, values), *(substitute(s, table) for s in body)]
        branch.orelse = [*start, *self._marked(f"{self.starts}[-1]", end), loop]
        return lines

    def _restored(self, name: str, way: str, copied: bool) -> list[gast.stmt]:
        """A variable, or the generator that is drawn from again, as it was at the latest snapshot."""
        value = quote(self.kept[name] + way)
        return statements(f"{name} = {{v}}", v=_copy(value) if copied and name == self.again else value)

    def _kept(self, step: str, end: gast.expr, values: dict[str, gast.expr]) -> list[gast.stmt]:
        branch = statements(f"if {step} == {self.mark}:\n    {self.starts}.append({step})")[0]
        branch.body += [s for n, kept in self.kept.items() for s in statements(f"{kept}.append({{v}})", v=values[n])]
        branch.body += self._marked(step, end)
        return [branch]

    def _marked(self, start: str, end: gast.expr) -> list[gast.stmt]:
        text = f"{self.mark} = next_snapshot({start}, {{end}}, {{k}} - len({self.starts}))"
        return statements(text, end=clone(end), k=clone(self.call.snapshots))


def round_of(statement: Statement) -> Any:
    """The call of a round that is the body of a loop; None for any other statement."""
    body = statement.body.statements if isinstance(statement, For) else []
    return body[0].node if len(body) == 1 and isinstance(body[0].node, Round) else None


def snapshots_of(pieces: Iterable[Piece], context: Context) -> dict[For, Snapshots]:
    """The checkpointed loops that are run backwards."""
    found: dict[For, Snapshots] = {}
    for piece in pieces:
        if isinstance(piece, Branch):
            found |= snapshots_of([*piece.body, *piece.orelse], context)
        elif isinstance(piece, Loop):
            found |= snapshots_of(piece.body, context)
            call = round_of(piece.statement)
            if call is not None and isinstance(piece.statement, For):
                found[piece.statement] = _snapshots(piece.statement, call, context)
    return found


def _snapshots(loop: For, call: Any, context: Context) -> Snapshots:
    if loop in context.counts:
        reason = "the number of steps of this checkpointed loop is lost when it is over"
        raise Refusal(reason, "give it a name of its own", loop.node)
    new = context.scope.new
    found = Snapshots(loop, call, new("starts"), new("mark"), new("j"))
    context.helpers.add("next_snapshot")
    halves = (context.pair_names.get(op) for op in own_ops(loop.body.statements[0]))
    found.replay = next((h.replay for h in halves if isinstance(h, ForwardHalf)), None)
    if found.replay is not None:
        found.kept[found.again] = new(f"{found.replay.generator.id}_kept")
    _bound(found, context, found.lists)
    return found


def _copy(generator: gast.expr) -> gast.expr:
    return quote("copy_generator({g})", g=clone(generator))


def note_snapshots(plan: Plan, snapshots: dict[For, Snapshots], context: Context) -> bool:
    """Give a list to each variable that must be put back; True where there are new ones."""
    more = False
    for loop, found in snapshots.items():
        (call,) = loop.body.statements
        if plan.after.get(call):
            names = ", ".join(f"`{n}`" for n in plan.after[call])
            raise Refusal(f"the gradient needs {names} as this loop leaves it at each step", "", loop.node)
        for name in plan.before.get(call, ()):
            if name not in found.kept:
                found.kept[name] = context.scope.new(f"{name}_kept")
                _bound(found, context, [found.kept[name]])
                more = True
    return more


def _bound(found: Snapshots, context: Context, names: list[str]) -> None:
    context.bound_by.setdefault(found.loop, set()).update(names)
    context.stack_names += names


def without_rounds(plan: Plan, snapshots: dict[For, Snapshots]) -> Plan:
    """The plan without what the snapshots put back."""
    calls = [s for loop in snapshots for s in loop.body]
    before = {s: names for s, names in plan.before.items() if not any(s is call for call in calls)}
    return Plan(before, plan.after, plan.restored, plan.remembered)


def inline_round(statement: Statement, context: Context) -> list[Any]:
    """The body of a checkpointed loop as the user wrote it, without the blocks that belong to the backward pass."""

    def is_ours(manager: Any) -> bool:
        path = dotted(manager.func) if isinstance(manager, gast.Call) else ()
        return bool(path) and context.namespace.found(".".join(path)) is grad_of

    node: Any = statement.node
    return _without_blocks(set_aside(node.inline, is_ours))


def _without_blocks(body: list[Any]) -> list[Any]:
    kept = [s for s in body if not isinstance(s, GradientBlock)]
    compound = (gast.If, gast.For, gast.While, gast.With, gast.Try)
    return [with_blocks(s, _without_blocks) if isinstance(s, compound) else s for s in kept]
