"""Put the halves together: the user's statements with hoists and saves, then the groups with restores and quotes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import gast

from s2sgrad.adjoint.context import PRE, Context, written_names
from s2sgrad.adjoint.iterate import Iteration, counts_up, iteration_of
from s2sgrad.adjoint.lists import own_copy
from s2sgrad.adjoint.pieces import Branch, Lines, Loop, Piece
from s2sgrad.adjoint.recompute import ForwardHalf
from s2sgrad.adjoint.recorder import note_result, note_values
from s2sgrad.adjoint.snapshots import Snapshots, inline_round
from s2sgrad.adjoint.windows import picks_a_copy
from s2sgrad.analysis.facts import Fact, Num, RangeFact, Record, Seq, roots_of, unprimed
from s2sgrad.analysis.grown import grown_by
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Enter,
    For,
    If,
    Leave,
    Op,
    Return,
    Statement,
    StoreTarget,
    While,
    children,
    every_statement,
    may_follow,
    own_ops,
)
from s2sgrad.analysis.iterated import item_path
from s2sgrad.analysis.saves import Plan
from s2sgrad.errors import Refusal
from s2sgrad.normalize.attempts import as_try, is_attempt
from s2sgrad.normalize.gradient_blocks import GradientBlock
from s2sgrad.normalize.rounds import Round
from s2sgrad.origins import placed
from s2sgrad.printer import Blank, Comment
from s2sgrad.quote import clone, names_in, names_of, negated, nodes_in, quote, replaced, statements, substitute
from s2sgrad.request import Kept
from s2sgrad.tidy.number import renamed
from s2sgrad.tidy.owned import live_before

__all__ = ["Assembler"]

WIDTH = 79


@dataclass(frozen=True)
class PairCall:
    """A call of a helper's forward function: its name, where its saved values go, the object it is a method of."""

    forward: str
    saved: str
    bound: gast.expr | None = None

    def renamed(self, names: dict[str, str]) -> PairCall:
        """The same call with another name for what was saved."""
        return replace(self, saved=names.get(self.saved, self.saved))


@dataclass
class Assembler:
    """Builds statement lists from a block, its pieces and its plan of saves.

    ``whole`` is the body of the function; ``result_names`` are given to the returned value (none: returns are
    dropped); ``shared`` is the memory that someone else may see, ``volatile`` what someone may change between the
    forward and the backward part. ``held`` are the variables that have their old values again around a branch.
    """

    context: Context
    whole: Block
    plan: Plan
    quote_of: Any
    remarks_of: Any
    result_names: tuple[str, ...]
    shared: frozenset[str]
    volatile: frozenset[str] = frozenset()
    in_place: bool = True
    stacks: dict[tuple[str, str], str] = field(default_factory=dict)
    tests: dict[Statement, str] = field(default_factory=dict)
    last_quoted: tuple[int, int] | None = None
    outermost: Statement | None = None
    held: frozenset[str] = frozenset()
    changed: set[str] = field(default_factory=set)
    kept: list[Kept] = field(default_factory=list)

    def puts_back_part(self, statement: Statement, name: str) -> bool:
        """True where restoring ``name`` at its statement puts back no more than the part that was overwritten."""
        return self._style(statement, name) == "part"

    # ---- forward ----

    def forward(self, block: Block, depth: int = 0) -> list[gast.stmt]:
        """The user's statements, with saves and hoisted values."""
        return self._run(list(block), depth)

    def _run(self, block: list[Statement], depth: int) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        while block:
            start = len(out)
            statement, block = block[0], block[1:]
            if statement not in self.context.facts.before:
                continue
            if isinstance(statement, Enter):
                lines, left, block = self._around(statement, block, depth)
                before = [*self._pushes(statement, depth), *self.remarks_of(statement.node)]
                out += placed([*before, lines, *self._late(left, depth)], statement.node)
                continue
            if isinstance(statement, (For, While)) and depth == 0:
                self.outermost = statement
                out += [s for name in self._stacks_in(statement) for s in statements(f"{name} = []")]
            pushes = self._pushes(statement, depth)
            lines = self._forward_statement(statement, depth)
            simple = not isinstance(statement, (If, For, While)) and lines
            if statement in self.context.counts:
                out += statements(f"{self.context.counts[statement]} = 0")
                self._note(self.context.counts[statement], statement, "counted")
            remarks = self.remarks_of(statement.node) if lines else []
            if simple and len(lines) > 1:
                place = _first_change(lines, self.plan.before.get(statement, ()))
                out += [*remarks, *lines[:place], *pushes, *lines[place:]]
            else:
                out += [*pushes, *remarks, *lines]
            out += self._notes(statement) if lines else []
            place = len(out) - isinstance(statement.node, (gast.Break, gast.Continue))
            out[place:place] = self._late(statement, depth)
            placed(out[start:], statement.node)
        return out

    def _notes(self, statement: Statement) -> list[gast.stmt]:
        return [*note_values(self.context, statement), *note_result(self.context, statement, self.result_names)]

    def _pushes(self, statement: Statement, depth: int) -> list[gast.stmt]:
        saved = [n for n in self.plan.before.get(statement, ()) if self._style(statement, n) != "grown"]
        return [self._push(statement, n, depth, after=False) for n in saved]

    def _late(self, statement: Statement, depth: int) -> list[gast.stmt]:
        return [self._push(statement, n, depth, after=True) for n in self.plan.after.get(statement, ())]

    def _around(
        self, statement: Enter, block: list[Statement], depth: int
    ) -> tuple[gast.stmt, Statement, list[Statement]]:
        """The ``with`` or ``try`` around the statements that follow, its end, and the statements behind it."""
        new = _shallow(statement.node)
        entered = statement
        while True:
            end = next(i for i, s in enumerate(block) if isinstance(s, Leave) and _closes(s, entered))
            setattr(new, entered.key, self._run(block[:end], depth) or statements("pass"))
            left, block = block[end], block[end + 1 :]
            following = block[0] if block else None
            if not isinstance(following, Enter) or following.node is not statement.node:
                return new, left, block
            entered, block = following, block[1:]

    def _forward_statement(self, statement: Statement, depth: int) -> list[gast.stmt]:
        if isinstance(statement, If):
            return self._forward_if(statement, depth)
        if isinstance(statement, (For, While)):
            loop = _shallow(statement.node)
            steps = self.context.counts.get(statement)
            count = statements(f"{steps} += 1") if steps else []
            loop.body = [*count, *self.forward(statement.body, depth + 1)] or statements("pass")
            snapshots = self.context.snapshots.get(statement)
            if snapshots is None:
                return [loop]
            loop.body = [*snapshots.keeping(self._snapshot_values(snapshots)), *loop.body]
            return [*snapshots.above(), loop]
        if isinstance(statement.node, Round):
            return inline_round(statement, self.context)
        if isinstance(statement.node, (gast.Delete, gast.Global, gast.Nonlocal, GradientBlock)):
            return []  # the backward pass may read what is deleted here; what is declared is only read
        if isinstance(statement.node, gast.For):
            return []  # the loop itself binds its targets
        hoists, table = self._hoists(statement)
        if isinstance(statement, Assign) and self._is_pair(statement.value) and _single_name(statement):
            value = next(h for h in reversed(hoists) if isinstance(h, gast.Assign) and _is_unpacking(h))
            value.targets[0].elts[0] = statement.node.targets[0]
            return hoists
        if isinstance(statement, Return):
            return hoists + self._result(replaced(statement.node.value, table))
        return [*hoists, replaced(statement.node, table) if table else statement.node]

    def _snapshot_values(self, snapshots: Snapshots) -> dict[str, gast.expr]:
        """What is kept of each variable that a checkpointed loop hands on."""
        (call,) = snapshots.loop.body.statements
        return {n: self._saved_value(call, n, "whole", after=False) for n in snapshots.kept if n != snapshots.again}

    def _forward_if(self, statement: If, depth: int) -> list[gast.stmt]:
        decided = self.context.facts.decided.get(statement)
        branch = _shallow(statement.node)
        out: list[gast.stmt] = []
        if statement in self.tests:
            taken = self.tests[statement]
            out = statements(f"{taken} = {{t}}", t=clone(statement.node.test))
            out += statements(f"{self._stack(taken, 'whole')}.append({taken})") if depth else []
            self._note(self._stack(taken, "whole") if depth else taken, statement, "asked", taken)
            branch.test = quote(taken)
        if decided is not None:
            return self.forward(statement.body if decided else statement.orelse, depth)
        branch.body = self.forward(statement.body, depth) or statements("pass")
        branch.orelse = self.forward(statement.orelse, depth)
        return self._forward_try(branch, statement, depth) if is_attempt(statement.node.test) else [*out, branch]

    def _forward_try(self, branch: gast.If, statement: If, depth: int) -> list[gast.stmt]:
        """The ``try`` that a branch stands for; each side notes that it was taken where the backward part asks."""
        branch.test, taken = statement.node.test, self.tests.get(statement)
        if taken is None:
            return as_try(branch, [], [], statement.node.body)
        text = f"{self._stack(taken, 'whole')}.append({{t}})" if depth else f"{taken} = {{t}}"
        succeeded, failed = (statements(text, t=quote(answer)) for answer in ("True", "False"))
        return as_try(branch, succeeded, failed, statement.node.body)

    def _is_pair(self, op: Op) -> bool:
        return isinstance(self.context.pair_names.get(op), PairCall)

    def _hoists(self, statement: Statement) -> tuple[list[gast.stmt], dict[int, gast.expr]]:
        """Lines that name subexpressions, inner ones first, and what stands for them in the statement."""
        lines: list[gast.stmt] = []
        table: dict[int, gast.expr] = {}
        for op in sorted(own_ops(statement), key=lambda o: o.number):
            pair = self.context.pair_names.get(op)
            name = self.context.hoisted.get(op)
            if isinstance(pair, ForwardHalf):
                table[id(op.node)] = pair.of(replaced(op.node, table))
                lines += pair.replay.lines() if pair.replay is not None else []
            if name is None or isinstance(op.node, gast.stmt):
                continue
            value = replaced(op.node, table)
            kept = (pair.saved, "helper") if isinstance(pair, PairCall) else (name, "dear")
            self._note(kept[0], statement, kept[1], name)
            if isinstance(pair, PairCall):
                # What gives the object of a method may be named already: it is called once.
                owner = [clone(replaced(pair.bound, table))] if pair.bound is not None else []
                value.func = quote(pair.forward)
                self._pass_copies(op, value, statement)
                value.args = [*owner, *value.args]
                lines += statements(f"{name}, {pair.saved} = {{e}}", e=value)
                lines += self._own_result(op, name) if op in self.context.roots else []
            else:
                # What others may change before the backward part runs is copied where it is saved.
                written = self.context.facts.may_be_written(self.context.facts.of[op])
                value = self._lasting(op, value) if written else value
                lines += statements(f"{name} = {{e}}", e=value)
            table[id(op.node)] = self._lent(op, name)
        return lines, table

    def _lent(self, op: Op, name: str) -> gast.expr:
        """A named value for the statement that it is a part of; a copy, laid out alike, where that is changed later."""
        fact = self.context.facts.of[op]
        if op in self.context.roots or not self.context.facts.may_be_written(fact):
            return quote(name)
        if isinstance(fact, Num):
            return quote("{np}.copy({x})", np=quote(self.context.numpy), x=name) if fact.box != "np" else quote(name)
        from s2sgrad.adjoint.pair import copy_of

        return copy_of(fact, quote(name), quote(self.context.numpy), op.node)

    def _own_result(self, op: Op, name: str) -> list[gast.stmt]:
        """A copy, laid out alike, of what a helper returned and may have saved, where this function changes it."""
        fact = self.context.facts.of[op]
        if not unprimed(roots_of(fact)) & self._written():
            return []
        if isinstance(fact, Num):
            return statements(f"{name} = {{np}}.copy({name})", np=quote(self.context.numpy))
        if isinstance(fact, Seq) and fact.items is None and fact.kind == "list":
            return statements(f"{name} = {{c}}", c=self._saved_list(fact, name))
        raise Refusal("a part of what this call returns is changed in place later", "make a copy of it", op.node)

    def _check_object(self, op: Op, statement: Statement) -> None:
        """Refuse to save an object whose arrays are changed afterwards."""
        following = may_follow(self.whole, statement) or every_statement(self.whole)
        written = frozenset().union(*(self.context.facts.writes.get(s, frozenset()) for s in following))
        if unprimed(roots_of(self.context.facts.of[op])) & unprimed(written):
            raise Refusal("this holds an array that is changed in place later", "pass a copy of the array", op.node)

    def _pass_copies(self, op: Op, call: gast.Call, statement: Statement) -> None:
        """Hand a helper copies of arrays that are changed later: it saves what it is given, its object too."""
        callee = op.args[0]
        if callee.form == "attribute" and getattr(self.context.facts.of[callee], "bound", None) is not None:
            self._check_object(callee.args[0], statement)
        call.args = [self._passed(a, node) for a, node in zip(op.args[1:], call.args, strict=True)]
        for (_, a), keyword in zip(op.keywords, call.keywords, strict=True):
            keyword.value = self._passed(a, keyword.value)

    def _passed(self, op: Op, node: gast.expr) -> gast.expr:
        if op.form == "tuple" and isinstance(node, gast.Tuple):
            display = _shallow(node)
            display.elts = [self._passed(part, item) for part, item in zip(op.args, node.elts, strict=True)]
            return display
        fact = self.context.facts.of[op]
        inside = replace(fact, roots=frozenset()) if isinstance(fact, Seq) else fact
        changed = unprimed(roots_of(inside)) & self._written()
        if changed and isinstance(fact, Seq) and (fact.kind, fact.items, op.form) == ("list", None, "read"):
            return self._saved_list(fact, op.payload)
        if isinstance(fact, Seq) and unprimed(fact.roots) & self._written():
            node = quote("{x}.copy()", x=node)
        if not isinstance(fact, Num) and changed:
            raise Refusal("this holds an array that is changed in place elsewhere", "pass a copy of the array", op.node)
        return self._lasting(op, node)

    def _lasting(self, op: Op, value: gast.expr) -> gast.expr:
        """A copy, laid out alike, of a value that shares memory with an array that the function changes."""
        fact = self.context.facts.of[op]
        if not isinstance(fact, Num) or fact.box not in ("array", "any") or not self._may_change(fact):
            return value
        own = f":{op.number}"
        if all(r.endswith(own) for r in unprimed(fact.roots)):
            return value
        return quote("{np}.copy({x})", x=value, np=quote(self.context.numpy))

    def _result(self, value: gast.expr) -> list[gast.stmt]:
        if not self.result_names:
            return []
        if len(self.result_names) > 1 and isinstance(value, gast.Tuple):
            pairs = zip(self.result_names, value.elts, strict=True)
            return [s for name, e in pairs for s in _assigned(name, e)]
        target = ", ".join(self.result_names)
        return _assigned(target, value)

    # ---- saves ----

    def _stacks_in(self, loop: Statement) -> list[str]:
        found: dict[str, None] = {}
        for block in children(loop):
            for statement in block:
                for name in self.plan.before.get(statement, ()):
                    if (style := self._style(statement, name)) != "grown":
                        found[self._stack(name, style)] = None
                for name in (*self.plan.after.get(statement, ()), *self._remembered(statement)):
                    found[self._stack(name, "whole")] = None
                found.update(dict.fromkeys(self._stacks_in(statement)))
        return list(found)

    def _remembered(self, statement: Statement) -> tuple[str, ...]:
        return (self.tests[statement],) if statement in self.tests else ()

    def _style(self, statement: Statement, name: str) -> str:
        """How the old value of ``name`` comes back.

        ``grown``: a list is made as short as it was; ``part``: only the slice that is overwritten is saved and put back
        in place; else ``whole``.
        """
        if grown_by(statement, name) is not None:
            return "grown"
        if self._puts_item(statement, name):
            return "part"
        if not self.in_place or not isinstance(statement, Assign) or len(statement.targets) != 1:
            return "whole"
        (target,) = statement.targets
        own = isinstance(target, StoreTarget) and target.name == name
        fact = self.context.facts.before[statement].facts.get(name)
        private = isinstance(fact, Num) and not (unprimed(fact.roots) & self.shared)
        return "part" if own and private else "whole"

    def _puts_item(self, statement: Statement, name: str) -> bool:
        """True for ``xs[i] = e`` on a list, or on a list or an array in it: the old item is put back in its place."""
        targets = statement.targets if isinstance(statement, Assign) else []
        own = len(targets) == 1 and isinstance(targets[0], StoreTarget) and targets[0].name == name
        return own and isinstance(self.context.facts.before[statement].facts.get(name), Seq)

    def _stack(self, name: str, style: str) -> str:
        """One list per variable and outermost loop, so that each list is made right above the loop that fills it."""
        key = (name, f"{style} {id(self.outermost)}")
        if key not in self.stacks:
            self.stacks[key] = self.context.scope.new(f"{name}_stack")
            self.context.stack_names.append(self.stacks[key])
        return self.stacks[key]

    def _old(self, statement: Statement, name: str) -> str:
        key = (name, f"old {id(statement)}")
        if key not in self.stacks:
            self.stacks[key] = self.context.scope.new(f"old_{name}")
        return self.stacks[key]

    def _push(self, statement: Statement, name: str, depth: int, after: bool) -> gast.stmt:
        style = "whole" if after else self._style(statement, name)
        value = self._saved_value(statement, name, style, after)
        kept = self._stack(name, style) if depth else self._old(statement, name)
        self._note(kept, statement, "iteration" if after else "changed" if style == "part" else "overwritten", name)
        if depth:
            return statements(f"{self._stack(name, style)}.append({{v}})", v=value)[0]
        return statements(f"{self._old(statement, name)} = {{v}}", v=value)[0]

    def _note(self, name: str, statement: Statement, why: str, variable: str = "") -> None:
        self.kept.append(Kept(name, getattr(statement.node, "lineno", 0), why, variable))

    def _saved_value(self, statement: Statement, name: str, style: str, after: bool) -> gast.expr:
        if style == "part":
            window = self._window(statement)
            part = self.context.fact(window, statement)
            scalar = isinstance(part, Num) and part.shape == () and part.box != "array"
            if self._puts_item(statement, name) and not isinstance(self.context.facts.of[_base(statement)], Num):
                return self._copied_item(window) if self._may_change(part) and not scalar else window
            return window if scalar or self._gathers(statement) else quote("{w}.copy()", w=window)
        env = (self.context.facts.after if after else self.context.facts.before)[statement]
        fact = env.facts.get(name) or self.context.adjoint_facts.get(name)
        if isinstance(fact, Num) and fact.box in ("array", "any") and self._may_change(fact):
            text = "{np}.copy({x})" if fact.box == "any" else "{x}.copy()"
            text = f"None if {{x}} is None else {text}" if fact.maybe_none else text
            return quote(text, np=quote(self.context.numpy), x=name)
        if isinstance(fact, Seq) and self._may_change(fact) and (fact.kind == "list" or fact.items is None):
            return self._saved_list(fact, name)
        if isinstance(fact, Record) or (isinstance(fact, Seq) and fact.items is not None):
            return self._copied(fact, name, statement)
        return quote(name)

    def _copied(self, fact: Fact, name: str, statement: Statement) -> gast.expr:
        """A record or tuple itself, or a copy where an array in it is changed later."""
        from s2sgrad.adjoint.pair import copy_of

        if not self._may_change(fact):
            return quote(name)
        return copy_of(fact, quote(name), quote(self.context.numpy), statement.node)

    def _saved_list(self, fact: Seq, name: str) -> gast.expr:
        inside = unprimed(roots_of(replace(fact, roots=frozenset())))
        if inside & (self._written() | self.volatile):
            if fact.kind == "list" and isinstance(fact.element, Seq) and fact.element.kind == "list":
                return own_copy(fact, quote(name), quote(self.context.numpy))
            text = "[{c} for item in {x}]" if fact.kind == "list" else "tuple([{c} for item in {x}])"
            return quote(text, c=self._copied_item(quote("item"), fact.element), x=name)
        return quote("{x}.copy()" if fact.kind == "list" else name, x=name)

    def _copied_item(self, item: gast.expr, fact: Fact | None = None) -> gast.expr:
        from s2sgrad.adjoint.pair import copy_of

        maybe = isinstance(fact, Num) and fact.box == "any"
        copied = quote("{np}.copy({x})[()]" if maybe else "{x}.copy()", x=item, np=quote(self.context.numpy))
        if isinstance(fact, Seq | Record):
            copied = copy_of(fact, item, quote(self.context.numpy), None)
        return quote("None if {x} is None else {c}", x=item, c=copied) if self.context.facts.holes else copied

    def _may_change(self, fact: Any) -> bool:
        """True where the memory of a value may be written to while the value is kept.

        What an earlier iteration allocated (primed) is no more what this one allocates and writes to; what this one
        allocated will be of an earlier iteration later on.
        """
        return self.context.facts.may_be_written(fact) or bool(unprimed(roots_of(fact)) & self.volatile)

    def _written(self) -> frozenset[str]:
        """The memory that the function changes in place."""
        return unprimed(frozenset().union(*self.context.facts.writes.values()))

    def _window(self, statement: Statement) -> gast.expr:
        assert isinstance(statement, Assign)
        (target,) = statement.targets
        assert isinstance(target, StoreTarget)
        table = {id(op.node): quote(self.context.hoisted[op]) for op in _kept_indices(target, self.context)}
        base, index = replaced(target.base.node, table), replaced(target.index.node, table)
        return quote("{x}[{i}]", x=base, i=index)

    def _gathers(self, statement: Statement) -> bool:
        """True where reading the part that a store writes surely gives an array of its own."""
        (target,) = statement.targets  # type: ignore[union-attr]
        return picks_a_copy(self.context.facts.of[target.index])  # type: ignore[union-attr]

    def _restore(self, statement: Statement, name: str, depth: int, after: bool) -> gast.stmt:
        style = "whole" if after else self._style(statement, name)
        if style == "grown":
            self.changed.add(name)
            return statements(str(grown_by(statement, name)))[0]
        if self._puts_item(statement, name) and not after:
            self.changed.add(name)
        value = quote(f"{self._stack(name, style)}.pop()" if depth else self._old(statement, name))
        if style == "part":
            return statements("{w} = {v}", w=self._window(statement), v=value)[0]
        if not self.in_place and any(name in s.lists for s in self.context.snapshots.values()):
            value = quote("{x}.copy()", x=value)
        value = self._list_copy(name, value) if name in self._grown_names() and self._is_seen(name) else value
        return statements(f"{name} = {{v}}", v=value)[0]

    def _list_copy(self, name: str, value: gast.expr) -> gast.expr:
        """A copy of a list that the backward part changes, down to what it changes in it."""
        inside = self._changed_inside().get(name)
        if inside is None:
            return quote("{x}.copy()", x=value)
        return own_copy(inside, value, quote(self.context.numpy))

    def _changed_inside(self) -> dict[str, Fact]:
        """The lists of which the backward part changes items of items, and what is known of them."""
        planned = ((s, n) for s, names in self.plan.before.items() for n in names if self._puts_item(s, n))
        return {n: self.context.facts.before[s].facts[n] for s, n in planned if _base(s).form != "read"}

    def _popped(self, taken: str) -> list[gast.stmt]:
        return statements(f"{taken} = {self._stack(taken, 'whole')}.pop()")

    # ---- backward ----

    def lists_to_change(self, backward: list[gast.stmt]) -> list[gast.stmt]:
        """Copies of the lists that the backward part changes and somebody else may see."""
        live: frozenset[str] = frozenset()
        for statement in reversed(backward) if self.changed else ():
            live = live_before(statement, live)
        seen = [n for n in sorted(self.changed & live) if self._is_seen(n)]
        return [s for n in seen for s in statements(f"{n} = {{v}}", v=self._list_copy(n, quote(n)))]

    def _grown_names(self) -> set[str]:
        """Names of lists that the backward part changes in place."""
        planned = ((s, n) for s, names in self.plan.before.items() for n in names)
        return {n for s, n in planned if grown_by(s, n) is not None or self._puts_item(s, n)}

    def _is_seen(self, name: str) -> bool:
        """True for a list that the caller has too, or that another call of the pullback will read."""
        facts = (env.facts.get(name) for env in self.context.facts.after.values())
        inside = name in self._changed_inside()
        found = frozenset().union(*(roots_of(f) if inside else f.roots for f in facts if isinstance(f, Seq)))
        return not self.in_place or bool(unprimed(found) & self.shared)

    def backward(
        self, block: Block, pieces: list[Piece], depth: int = 0, around: Statement | None = None
    ) -> list[gast.stmt]:
        """The groups of a block in the order in which they run; those of the statement ``around`` it come last."""
        chunks: list[tuple[list[gast.stmt], bool]] = []
        for statement in reversed(block.statements):
            if statement not in self.context.facts.before:
                continue
            own = [p for p in pieces if p.statement is statement]
            restores = [self._restore(statement, n, depth, after=True) for n in self.plan.restored.get(statement, ())]
            found = self._chunks(statement, own, restores, depth, pieces)
            chunks += [(placed(lines, statement.node), apart) for lines, apart in found]
        rest = [p for p in pieces if isinstance(p, Lines) and p.statement is around]
        chunks += [(p.lines, False) for p in rest if p.lines]
        return _joined([c for c in chunks if c[0]])

    def _chunks(
        self, statement: Statement, own: list[Piece], restores: list[gast.stmt], depth: int, pieces: list[Piece]
    ) -> list[tuple[list[gast.stmt], bool]]:
        self.outermost = statement if depth == 0 else self.outermost
        early = [self._restore(statement, n, depth, after=False) for n in self.plan.before.get(statement, ())]
        only = self.context.facts.only_side(statement)
        if only is not None:
            return [(restores, True), (self.backward(only, pieces, depth), True)]
        after = [line for p in own if isinstance(p, Lines) for line in p.lines]
        for piece in own:
            if isinstance(piece, Loop):
                loop = self._items_apart(piece, self._loop(piece, depth))
                lines = [*restores, *self._checks(piece), *piece.start, loop, *early, *after]
                return [(lines, bool(restores))]
            if isinstance(piece, Branch):
                taken = [s for n in self._remembered(statement) if depth for s in self._popped(n)]
                start = [*piece.start, *restores]
                if {n for line in piece.start for n in names_of(line)} & {*self.plan.restored.get(statement, ())}:
                    start = [*restores, *piece.start]  # zeros of the shape that a value has behind this branch
                outer, self.held = self.held, self.held.union(
                    self.plan.before.get(statement, ()), self.plan.restored.get(statement, ())
                )
                branch = self._branch(piece, depth)
                self.held = outer
                return [([*start, *early, *taken, branch, *after], True)]
        groups: list[tuple[list[gast.stmt], bool]] = []
        main = next((i for i, p in enumerate(own) if isinstance(p, Lines) and p.quoted), len(own) - 1)
        for number, piece in enumerate(p for p in own if isinstance(p, Lines)):
            lines = self._with_restores(statement, piece.lines, early if number == main else [])
            before = restores if number == 0 else []
            known = self.last_quoted
            text = self._quoted(piece, [*before, *lines], depth) if piece.lines else [*before, *lines]
            continued = bool(piece.lines) and piece.quoted and known is not None and known == self.last_quoted
            groups.append((text, not continued and (piece.quoted or not groups)))
        return groups or [([*restores, *early], True)]

    def _loop(self, piece: Loop, depth: int) -> gast.stmt:
        statement = piece.statement
        body = self.backward(statement.body, piece.body, depth + 1, statement)
        body += piece.finish
        snapshots = self.context.snapshots.get(statement)
        if snapshots is not None:
            again = inline_round(statement.body.statements[0], self.context)
            body = [*snapshots.restoring(self._snapshot_values(snapshots), again, self.in_place), Blank(), *body]
        steps = self.context.counts.get(statement)
        if isinstance(statement, While) or (not statement.targets and piece.index is None):
            return self._counted(str(steps), body, [])
        iteration = iteration_of(statement, self.context.facts)
        if piece.index is not None:
            restores = self._items(statement, iteration, piece.index, body)
            loop = statements(f"for {piece.index} in {{h}}:\n    pass", h=iteration.header(steps))[0]
            loop.body = restores + body or statements("pass")
            return loop
        return self._plain_loop(statement, iteration, body, steps)

    def _checks(self, piece: Loop) -> list[gast.stmt]:
        """What raises for lengths for which the loop raises; one that may be left is run before, and raises itself."""
        known = isinstance(piece.statement, For) and piece.statement not in self.context.counts
        return iteration_of(piece.statement, self.context.facts).checks() if known else []  # type: ignore[arg-type]

    def _counted(self, steps: str, body: list[gast.stmt], targets: list[str]) -> gast.stmt:
        """A loop that needs no more than the number of its iterations."""
        free = "_" not in self.context.scope.taken or "_" in targets
        name = "_" if free else self.context.scope.new("k")
        loop = statements(f"for {name} in range({steps}):\n    pass")[0]
        loop.body = body or statements("pass")
        return loop

    def _items(self, statement: For, iteration: Iteration, index: str, body: list[gast.stmt]) -> list[gast.stmt]:
        """The loop's targets, taken from their sequences again where the body reads them."""
        used = {n for s in body for n in names_of(s)}
        lines: list[gast.stmt] = []
        for target in statement.targets:
            path = item_path(target.value, statement.item)
            if target.name not in used or target.name == index or path is None:
                continue
            if path == iteration.counter:
                lines += statements(f"{target.name} = {{e}}", e=iteration.counted(index))
                continue
            cut = next(n for n in range(len(path) + 1) if iteration.part(path[:n]) is not None)
            tree = quote(f"{{x}}[{index}]", x=clone(iteration.part(path[:cut]).node))  # type: ignore[union-attr]
            for key in path[cut:]:
                tree = quote(f"{{x}}[{key}]", x=tree)
            lines += statements(f"{target.name} = {{e}}", e=tree)
        return lines

    def _plain_loop(self, statement: For, iteration: Iteration, body: list[gast.stmt], steps: str | None) -> gast.stmt:
        used = {n for s in body for n in names_of(s)}
        targets = [t.name for t in statement.targets]
        sequence = iteration.single
        assert sequence is not None
        if steps is not None and not any(t in used for t in targets):
            return self._counted(steps, body, targets)
        loop = _shallow(statement.node)
        loop.body = body or statements("pass")
        iterable = clone(sequence.node)
        if steps is not None:
            loop.iter = _first(statement, iteration, iterable, steps)
            return loop
        if not any(t in used for t in targets) and isinstance(self.context.facts.of[sequence], RangeFact):
            free = "_" not in self.context.scope.taken or "_" in targets
            loop.target = quote("_") if free and len(targets) == 1 else clone(statement.node.target)
            loop.target.ctx = gast.Store()
            loop.iter = iterable
            return loop
        loop.iter = iterable if iteration.reverse else quote("reversed({x})", x=iterable)
        return loop

    def _branch(self, piece: Branch, depth: int) -> gast.stmt:
        statement = piece.statement
        branch = _shallow(statement.node)
        test = self.tests.get(statement)
        branch.test = quote(test) if test else clone(statement.node.test)
        branch.body = self.backward(statement.body, piece.body, depth, statement)
        branch.orelse = self.backward(statement.orelse, piece.orelse, depth, statement)
        if not branch.body:
            branch.body, branch.orelse = branch.orelse, []
            branch.test = negated(branch.test)
        return branch

    def _items_apart(self, piece: Loop, loop: gast.stmt) -> gast.stmt:
        """The loop with other names for its items where what is held again, for what comes behind, has these names."""
        names = {t.name for t in getattr(piece.statement, "targets", ())} & self.held
        table = {name: quote(self.context.scope.new(name)) for name in sorted(names & names_of(loop))}
        return renamed([loop], table)[0] if table else loop

    def _with_restores(
        self, statement: Statement, lines: list[gast.stmt], restores: list[gast.stmt]
    ) -> list[gast.stmt]:
        """Put each restore behind the lines that read the new value and before those that read the old one."""
        own = written_names(statement) | self.context.bound_by.get(statement, set())
        for name, restore in zip(self.plan.before.get(statement, ()), restores, strict=False):
            if name not in own:
                lines = [restore, *lines]
                continue
            old = [i for i, line in enumerate(lines) if name + PRE in names_in(line)]
            new = [i for i, line in enumerate(lines) if name in names_in(line) and not _defines(line, name)]
            if old and new and max(new) >= min(old):
                kept = self.context.scope.new(f"new_{name}")
                copied = self._style(statement, name) == "part"
                lines = [substitute(s, {name: quote(kept)}) for s in lines]
                lines = [*statements(f"{kept} = {name}" + (".copy()" if copied else "")), restore, *lines]
            else:
                lines = [*lines[: max(new) + 1], restore, *lines[max(new) + 1 :]] if new else [restore, *lines]
        return [_without_marks(line) for line in lines]

    def _quoted(self, piece: Lines, lines: list[gast.stmt], depth: int) -> list[gast.stmt]:
        if not piece.quoted:
            return lines
        node = piece.statement.node
        place = (node.lineno, node.col_offset)
        if place == self.last_quoted:
            return lines
        self.last_quoted = place
        return [Comment(text=self.quote_of(node)), *lines]


def _first_change(lines: list[gast.stmt], names: Collection[str]) -> int:
    """The first line that binds one of ``names`` anew, or the last line: what they held is saved right above it."""
    bound = (
        any(n.id in names for n in nodes_in(line) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store))
        for line in lines
    )
    return min(next((i for i, binds in enumerate(bound) if binds), len(lines)), len(lines) - 1)


def _closes(leave: Leave, entered: Enter) -> bool:
    return leave.node is entered.node and leave.key == entered.key


def _first(statement: For, iteration: Iteration, iterable: gast.expr, steps: str) -> gast.expr:
    """The items of the first ``steps`` iterations, the last one first."""
    if iteration.reverse:
        return quote(f"{{x}}[len({{x}}) - {steps}:]", x=iterable)
    return quote(f"reversed(range({steps}))" if counts_up(statement) else f"reversed({{x}}[:{steps}])", x=iterable)


def _defines(line: gast.stmt, name: str) -> bool:
    target = line.targets[0] if isinstance(line, gast.Assign) else None
    return isinstance(target, gast.Name) and target.id == name and name not in names_in(line.value)


def _without_marks(line: gast.stmt) -> gast.stmt:
    marked = [n for n in names_of(line) if n.endswith(PRE)]
    return substitute(line, {n: quote(n[: -len(PRE)]) for n in marked}) if marked else line


def _kept_indices(target: StoreTarget, context: Context) -> list[Op]:
    """The operations inside the indices of a store that the forward part gave a name."""
    return [op for root in (target.base, target.index) for op in root.walk() if op in context.hoisted]


def _base(statement: Statement) -> Op:
    """What a store, the only one of its statement, writes into."""
    (target,) = statement.targets  # type: ignore[union-attr]
    assert isinstance(target, StoreTarget)
    return target.base


def _is_unpacking(line: gast.Assign) -> bool:
    return isinstance(line.targets[0], gast.Tuple)


def _single_name(statement: Assign) -> bool:
    node = statement.node
    return isinstance(node, gast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], gast.Name)


def _shallow(node: gast.AST) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new


def _assigned(target: str, value: gast.expr) -> list[gast.stmt]:
    if isinstance(value, gast.Name) and value.id == target:
        return []
    return statements(f"{target} = {{e}}", e=value)


def _joined(chunks: list[tuple[list[gast.stmt], bool]]) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for lines, apart in chunks:
        if out and apart:
            out.append(Blank())
        out += lines
    return out
