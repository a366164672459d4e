"""Walk the program backwards, ask each statement for its group, and keep track of which adjoints are live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import gast

from s2sgrad.adjoint.accumulate import State, place_expression, settle
from s2sgrad.adjoint.context import Context, place_fact, written_names
from s2sgrad.adjoint.filled import is_filled_first
from s2sgrad.adjoint.finish import finish
from s2sgrad.adjoint.gradient_blocks import gradient_block
from s2sgrad.adjoint.group import Group
from s2sgrad.adjoint.header import count_is_lost
from s2sgrad.adjoint.iterate import Iteration, iteration_of
from s2sgrad.adjoint.lists import zeros
from s2sgrad.adjoint.one_by_one import item_places, pulled_to_items
from s2sgrad.adjoint.pieces import Branch, Lines, Loop, Piece
from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.recorder import note_seeds
from s2sgrad.adjoint.slots import pull_slot
from s2sgrad.adjoint.store import reverse_assignment
from s2sgrad.adjoint.windows import Window, window_of
from s2sgrad.analysis import ir
from s2sgrad.analysis.environment import Env
from s2sgrad.analysis.facts import Num, Seq
from s2sgrad.analysis.invariant import keeps_shape
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Effect,
    Enter,
    For,
    Guarded,
    If,
    Leave,
    NameTarget,
    Op,
    Return,
    Statement,
    While,
    assigned_names,
    breaks_of,
    every_statement,
    targets_of,
)
from s2sgrad.analysis.iterated import item_path
from s2sgrad.analysis.places import leaves, slot_fact
from s2sgrad.analysis.together import presence_where
from s2sgrad.errors import Refusal
from s2sgrad.quote import names_in, quote, statements, substitute
from s2sgrad.request import Path

__all__ = ["Sweep"]


@dataclass
class Sweep:
    """Reverse mode over structured statements; ``seeds`` gives the adjoint of each path of the returned value."""

    context: Context
    seeds: dict[Path, Product]
    captured: dict[str, str]

    def block(self, block: Block, state: State) -> list[Piece]:
        """The pieces of a block, in the order in which they run backwards."""
        pieces: list[Piece] = []
        for statement in reversed(block.statements):
            if statement in self.context.facts.before:
                pieces += getattr(self, "_" + type(statement).__name__)(statement, state)
        return pieces

    def _Return(self, statement: Return, state: State) -> list[Piece]:
        group = Group(self.context, statement)
        for path, seed in self.seeds.items():
            pull_slot(group, statement.value, path, seed)
        group.sweep()
        notes = note_seeds(self.context, statement, self.seeds)
        lines = Lines(statement, finish(group, settle(group, state, set())))
        return [Lines(statement, notes, quoted=False), lines] if notes else [lines]

    def _Assign(self, statement: Assign, state: State) -> list[Piece]:
        if isinstance(statement.node, gast.For):
            return []  # the loop passes the adjoints of its targets on
        return [Lines(statement, lines, quoted) for lines, quoted in reverse_assignment(self, statement, state)]

    def _Effect(self, statement: Effect | ir.Break, state: State) -> list[Piece]:
        return []

    _Break = _Effect

    def _GradientBlock(self, statement: ir.GradientBlock, state: State) -> list[Piece]:
        return gradient_block(self, statement, state)

    def _Enter(self, statement: Enter, state: State) -> list[Piece]:
        self._check_inactive(statement, [t.name for t in statement.targets])
        return self._overwritten(statement, state)

    def _Leave(self, statement: Leave, state: State) -> list[Piece]:
        return []

    def _Guarded(self, statement: Guarded, state: State) -> list[Piece]:
        self._check_inactive(statement, statement.names)
        return self._overwritten(statement, state)

    def _check_inactive(self, statement: Statement, names: list[str]) -> None:
        active = {p[0] for p in self.context.activity.after[statement]}
        for name in names:
            if name in active or name in self.captured:
                raise Refusal(
                    f"`{name}` carries a derivative and is assigned by a statement that an exception may cut short",
                    "assign it outside of the `try` or `with`, or let the handlers raise",
                    statement.node,
                )

    def _If(self, statement: If, state: State) -> list[Piece]:
        only = self.context.facts.only_side(statement)
        if only is not None:
            return self.block(only, state)
        wanted, given = self.context.activity.before[statement], self.context.activity.after[statement]
        if not wanted | given | self._behind([statement.body, statement.orelse]):
            return self._overwritten(statement, state)
        start = self._named_literals(statement, state, assigned_names(statement))
        start += self._zeros_for_skipped(statement, state, wanted)
        then, other = self._entered(statement, statement.body, state), self._entered(statement, statement.orelse, state)
        body, orelse = self.block(statement.body, then), self.block(statement.orelse, other)
        body += self._complete(statement, statement.body, then, other, wanted)
        orelse += self._complete(statement, statement.orelse, other, then, wanted)
        state.literal = dict(then.literal)
        state.keep(then.live & other.live)
        return [Branch(statement, start, body, orelse)]

    def _overwritten(self, statement: Statement, state: State) -> list[Piece]:
        """Nothing that a statement assigns is active behind it: an adjoint there was that of another value."""
        names = assigned_names(statement)
        for place in [p for p in (*state.live, *state.literal) if p[0] in names]:
            state.kill(place)
        return []

    def _behind(self, blocks: list[Block]) -> frozenset[Path]:
        """The places that are active where these blocks leave the loop."""
        after = self.context.activity.after
        return frozenset().union(*(after.get(b, frozenset()) for block in blocks for b in breaks_of(block)))

    def _entered(self, statement: If, block: Block, state: State) -> State:
        """The state at the end of one side of a branch: what is read behind the loop alone does not come back here."""
        inside = state.copy()
        if not any(breaks_of(block)):
            for place in self._behind([statement.body, statement.orelse]) - self.context.activity.after[statement]:
                inside.kill(place)
        return inside

    def _zeros_for_skipped(self, statement: If, state: State, wanted: frozenset[Path]) -> list[gast.stmt]:
        """Zeros above a branch for adjoints to which only one of its sides contributes."""
        before = self.context.activity.before
        sides = [
            before[block.statements[0]] if block.statements and block.statements[0] in before else frozenset()
            for block in (statement.body, statement.orelse)
        ]
        bound = self.context.facts.before[statement].bound
        changed = assigned_names(statement)
        skipped = {p for p in wanted - state.live if any(p not in s for s in sides)}
        skipped = {p for p in skipped if p[0] in bound and p[0] not in changed}
        return self.zeros(statement, state, skipped - set(state.literal), after=True)

    def _complete(self, statement: If, block: Block, own: State, other: State, wanted: frozenset[Path]) -> list[Piece]:
        """Lines at the end of one side so that both sides leave the same adjoints live."""
        lines: list[gast.stmt] = []
        for place, product in list(own.literal.items()):
            if other.literal.get(place) != product:
                lines += self.literal_line(statement, place, product, own, after=False)
        missing = {p for p in wanted if p not in own.live}
        asked = self.context.block, self.context.facts
        presences = {n: presence_where(*asked, n, statement, block) for n in {p[0] for p in missing}}
        for place in [p for p in missing if presences[p[0]] == "absent"]:
            own.start(place)
            missing.discard(place)
        before = self.context.facts.before[statement]
        for place in [p for p in missing & other.live if self._not_returned(p, before)]:
            own.start(place)  # nobody reads it where this side was taken
        zeros_of = self.zeros(statement, own, missing, after=False)
        self._check_bound(statement, zeros_of, {p for p in missing if presences[p[0]] != "bound"})
        lines += zeros_of
        first = self.context.facts.first(block) or statement
        # They stand behind the lines of the first statement, and read what its targets held before it.
        written = written_names(first)
        marked = {name: place_expression((name,), {}, written) for name in written}
        lines = [substitute(line, marked) for line in lines]
        return [Lines(first, lines, quoted=False)] if lines else []

    def _check_bound(self, statement: If, lines: list[gast.stmt], places: set[Path]) -> None:
        """Raise Refusal where zeros are made in the shape of a variable that has no value on some path to here."""
        for name in sorted({p[0] for p in places}):
            if any(name in names_in(line) for line in lines):
                raise Refusal(
                    f"`{name}` may have no value here, and the gradient needs zeros of its shape",
                    f"give `{name}` a value on every path",
                    statement.node,
                )

    def literal_line(
        self, statement: Statement, place: Path, product: Product, state: State, after: bool = True
    ) -> list[gast.stmt]:
        """The line that gives a literal adjoint its name."""
        group = Group(self.context, statement)
        facts = self.context.facts
        fact = place_fact(facts, statement, place, after)
        tree = group.tree(product)
        if isinstance(fact, Num) and fact.shape != ():
            value = place_expression(place, (facts.after if after else facts.before)[statement].facts)
            tree = group.spread(tree, group.context.fact(tree, statement), value)
        name = self.context.adjoint(place)
        self.context.note_adjoint(name, fact)
        state.start(place)
        return statements(f"{name} = {{e}}", e=tree)

    def _named_literals(self, statement: Statement, state: State, names: list[str]) -> list[gast.stmt]:
        """Names for the literal adjoints of variables that a compound statement assigns."""
        lines: list[gast.stmt] = []
        for place, product in list(state.literal.items()):
            fact = place_fact(self.context.facts, statement, place)
            scalar = isinstance(fact, Num) and fact.shape == ()
            if not scalar and place[0] in [*names, *(p[0] for p in self.context.activity.before[statement])]:
                lines += self.literal_line(statement, place, product, state)
        return lines

    def zeros(self, statement: Statement, state: State, places: set[Path], after: bool) -> list[gast.stmt]:
        """Lines that start the adjoints of ``places`` with zeros."""
        lines: list[gast.stmt] = []
        facts = self.context.facts
        env = (facts.after if after else facts.before)[statement]
        for place in self._ordered(places):
            if self._not_returned(place, env):
                continue  # there is nothing that these would be the zeros of
            state.start(place)
            name = self.context.adjoint(place)
            behind = after or self._is_another_in_front(statement, place)
            fact = place_fact(facts, statement, place, after=behind)
            self.context.note_adjoint(name, fact)
            value = place_expression(place, (facts.after[statement] if behind else env).facts)
            lines += statements(f"{name} = {{z}}", z=zeros(fact, value, quote(self.context.numpy)))
        return lines

    def _is_another_in_front(self, statement: Statement, place: Path) -> bool:
        """True for what has no value in front of a statement, or is a list that does not vary in front of a loop and an
        array at the end of its rounds, whose shape is then that of its adjoint.

        Raises Refusal for a list that varies there, and for an array that a loop overwrites by a list.
        """
        facts = self.context.facts
        before, behind = (side[statement].facts.get(place[0]) for side in (facts.before, facts.after))
        loop = isinstance(statement, For | While)
        if before is None or not loop or isinstance(before, Seq) == isinstance(behind, Seq):
            return before is None
        if place in self.context.activity.before[statement] or not isinstance(before, Seq):
            reason = f"`{place[0]}` is a list on one side of this loop and none on the other"
            raise Refusal(reason, "use another name in the loop", statement.node)
        return True

    def _not_returned(self, place: Path, env: Env) -> bool:
        """True for what is returned from within a loop, where no round may have returned it."""
        return place[0] in self.context.results and place[0] not in env.bound

    def _ordered(self, places: set[Path]) -> list[Path]:
        """Locals first, then arguments in signature order: the order of ``context.places``."""
        return [p for p in self.context.places if p in places]

    def _While(self, statement: While, state: State) -> list[Piece]:
        return self._loops(statement, state)

    def _For(self, statement: For, state: State) -> list[Piece]:
        return self._loops(statement, state)

    def _loops(self, statement: ir.Loop, state: State) -> list[Piece]:
        active = self.context.activity
        if not (active.before[statement] | active.after[statement]):
            return self._overwritten(statement, state)
        # A variable that the loop may overwrite has another adjoint inside it.
        kept = {place for place in state.literal if not self._overwrites(statement, place)}
        while True:
            attempt, known = state.copy(), self.context.snapshot()
            piece, stable = self._loop(statement, attempt, kept)
            if stable == kept:
                state.live, state.literal = attempt.live, attempt.literal
                return [piece]
            kept = stable
            self.context.restore(known)

    def _overwrites(self, statement: ir.Loop, place: Path) -> bool:
        last = [s for s in statement.body if s in self.context.activity.after]
        end = self.context.activity.after[last[-1]] if last else frozenset()
        return place not in end | self._behind([statement.body]) and place[0] in assigned_names(statement)

    def _loop(self, statement: ir.Loop, state: State, kept: set[Path]) -> tuple[Loop, set[Path]]:
        """The loop backwards, with the literal adjoints in ``kept`` assumed to pass through it unchanged."""
        active = self.context.activity
        start: list[gast.stmt] = []
        for place, product in list(state.literal.items()):
            if place not in kept:
                start += self.literal_line(statement, place, product, state)
        last = [s for s in statement.body if s in active.after]
        end = active.after[last[-1]] if last else frozenset()
        start += self.zeros(statement, state, set(end | active.before[statement]) - state.live, after=True)
        killed = set(assigned_names(statement))
        behind = self._behind([statement.body])
        known = {p for p in state.live if p in end or p in behind or p[0] not in killed}
        inside = State(known, {p: state.literal[p] for p in kept})
        head, literal = {p for p in known if p in end or p not in behind}, dict(inside.literal)
        body = self.block(statement.body, inside)
        index = None
        if isinstance(statement, For):
            body, index = self._pull_targets(statement, inside, body)
        if self._needs_count(statement):
            self._count(statement)
        stable = {p for p in kept if inside.literal.get(p) == literal[p]}
        finish_lines: list[gast.stmt] = []
        for place, product in list(inside.literal.items()):
            if place not in kept:
                finish_lines += self.literal_line(statement, place, product, inside, after=False)
        passed = {p for p in state.live if p in active.before[statement]}
        again = (head | passed) - inside.live - kept
        plain = {p for p in again if self._needs_no_shape(statement, body, p)}
        finish_lines += self._plain_zeros(statement, inside, plain)
        finish_lines += self.zeros(statement, inside, again - plain, after=False)
        # What a loop surely overwrites has no adjoint in front of it, though it has one behind.
        before = {p for p in state.live if p in active.before[statement] or p[0] not in killed}
        state.keep(before | (inside.live & set(active.before[statement])))
        measured = frozenset(p[0] for p in again if len(p) == 1 and keeps_shape(statement, p[0], self.context.facts))
        return Loop(statement, start, body, finish_lines, index, measured), stable

    def _needs_no_shape(self, statement: ir.Loop, body: list[Piece], place: Path) -> bool:
        """True where the number 0 does for zeros at the end of a round, whose shape no variable may have yet.

        The first line of the next round that reads the adjoint adds an array of the variable's own shape to it.
        """
        name, facts = place[0], self.context.facts
        if len(place) > 1 or name in facts.before[statement].bound or keeps_shape(statement, name, facts):
            return False
        return is_filled_first(body, self.context.adjoint(place), name, self.context)

    def _plain_zeros(self, statement: Statement, state: State, places: set[Path]) -> list[gast.stmt]:
        """Lines that start the adjoints of ``places`` with the number 0."""
        lines: list[gast.stmt] = []
        for place in self._ordered(places):
            state.start(place)
            lines += statements(f"{self.context.adjoint(place)} = 0.0")
        return lines

    def _needs_count(self, statement: ir.Loop) -> bool:
        if isinstance(statement, While) or not statement.targets or any(breaks_of(statement.body)):
            return True
        return count_is_lost(statement, self.context.facts)

    def _count(self, statement: ir.Loop) -> None:
        """Have the iterations counted: how many there were is known only when the loop is left."""
        if statement not in self.context.counts:
            self.context.counts[statement] = self.context.scope.new("steps")
            self.context.bound_by.setdefault(statement, set()).add(self.context.counts[statement])

    def _pull_targets(self, statement: For, state: State, body: list[Piece]) -> tuple[list[Piece], str | None]:
        """Pass the adjoints of the loop's targets on to the items of the sequence that they came from."""
        group = Group(self.context, statement)
        live = [
            (target, (target.name, *path))
            for target in targets_of(statement)
            if target.value in self.context.facts.of  # some round of the loop may be run
            for path in leaves(self.context.facts.of[target.value])
            if (target.name, *path) in state.live
        ]
        if not live and not statement.targets:
            return body, None
        iteration = iteration_of(statement, self.context.facts)
        if live:
            _check_same_items(statement, self.context.facts.writes)
        if live or not self._plain(statement, iteration):
            self.context.indices.setdefault(statement, self._index(statement, iteration))
        if not live:
            return body, self.context.indices.get(statement)
        apart: list[gast.stmt] = []
        for target, place in live:
            places = item_places(statement, iteration, target.value, place[1:], self.context)
            if places is None:
                self._pull_target(group, target.value, place, state)
            else:
                index, product = self.context.indices[statement], self._taken(place, state)
                apart += pulled_to_items(statement, self.context, state, places, product, index)
        group.sweep()
        lines = [*finish(group, settle(group, state, set())), *apart]
        return [*body, Lines(statement, lines, quoted=False)], self.context.indices[statement]

    def _plain(self, statement: For, iteration: Iteration) -> bool:
        """True where ``reversed`` of the user's own iterable runs the loop backwards."""
        return iteration.single is not None

    def _index(self, statement: For, iteration: Iteration) -> str:
        """The user's own counter if ``enumerate`` gives one from 0, else a new name."""
        for target in statement.targets if iteration.counter is not None and iteration.start == 0 else ():
            if item_path(target.value, statement.item) == iteration.counter:
                return target.name
        return self.context.scope.new("k")

    def _pull_target(self, group: Group, op: Op, place: Path, state: State) -> None:
        product, (_, *leaf) = self._taken(place, state), place
        self.context.activity.varied.add(op)
        if not leaf:
            group.pull(op, product)
            return
        window, fact = window_of(group, op), slot_fact(self.context.facts.of[op], tuple(leaf))
        if window is None:
            reason = "a part of what this loop runs over is not found again"
            raise Refusal(reason, "name the parts: `for a, b in ...`", group.statement.node)
        indices = (*window.indices, *(quote(repr(key)) for key in leaf))
        group.contribute(window.place, product, op.number, Window(window.place, indices, value=fact))

    def _taken(self, place: Path, state: State) -> Product:
        """The adjoint of ``place``, which is zero from here on."""
        product = state.literal.get(place) or Product(factors=(quote(self.context.adjoint(place)),))
        state.kill(place)
        return product


def _own_names(statement: Statement) -> list[str]:
    """The names that a statement itself binds, those below it left out."""
    targets = [t.name for t in getattr(statement, "targets", ()) if isinstance(t, NameTarget)]
    return [*targets, *getattr(statement, "names", ())]


def _check_same_items(statement: For, writes: Mapping[Statement, frozenset[str]]) -> None:
    """Raise Refusal where a variable that holds the items is assigned in the loop, and its adjoint is another's."""
    inner = [s for s in every_statement(statement.body) if isinstance(s, (Assign, For, Enter, Guarded))]
    # An array that is changed in place stays the one that the loop runs over.
    kept = [s for s in inner if isinstance(s, Assign) and s.augmented and writes.get(s)]
    bound = {n for s in inner if s not in kept for n in _own_names(s)} | {t.name for t in statement.targets}
    for name in names_in(statement.node.iter):
        if name in bound:
            raise Refusal(
                f"this loop runs over items of `{name}`, and `{name}` is assigned in it",
                f"use a name of its own for the new value of `{name}`",
                statement.node,
            )
