"""Infer the facts of every operation of a function from the facts of its arguments.

An abstract run of the program: each operation is given the fact that holds of every value it can take, loops are
run until nothing changes, branches are joined. Nothing of the user's is executed.
"""

from __future__ import annotations

import functools
import itertools
import operator
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis import infer as table
from s2sgrad.analysis.arrays import is_varying_list
from s2sgrad.analysis.behaviour import READING, TEXTS, TRUTH, check_behaviour, check_property
from s2sgrad.analysis.calls import UNKNOWN, Calls, Dynamic
from s2sgrad.analysis.comprehend import COMPREHENSIONS, Comprehensions
from s2sgrad.analysis.contiguous import row_by_row
from s2sgrad.analysis.copied import is_dict
from s2sgrad.analysis.dict_loops import dict_of, keys_in_order, keys_of
from s2sgrad.analysis.environment import UNSEEN, Env, back_edge, held_place, symbols
from s2sgrad.analysis.facts import (
    Bottom,
    Dim,
    Fact,
    FunctionFact,
    NeedValue,
    Num,
    Opaque,
    RangeFact,
    Record,
    Seq,
    SliceFact,
    Static,
    either,
    holds_local,
    is_active_kind,
    is_scalar,
    may_be_none,
    python,
    roots_of,
)
from s2sgrad.analysis.found import Bound, Facts
from s2sgrad.analysis.grown import growing_names, same_layout
from s2sgrad.analysis.hidden import Hidden
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
    NameTarget,
    Op,
    Return,
    Statement,
    StoreTarget,
    Target,
    While,
    assigned_names,
    every_statement,
)
from s2sgrad.analysis.iterated import has_place, is_of_array, sequences_of
from s2sgrad.analysis.layouts import layout_of
from s2sgrad.analysis.local import LocalFunction
from s2sgrad.analysis.lookup import (
    attribute,
    class_attribute,
    function_or_module,
    held_by_class,
    is_read_from,
    is_written,
)
from s2sgrad.analysis.managers import is_lock, swallows_nothing
from s2sgrad.analysis.nones import narrowed, raises_on_none, something, unknown
from s2sgrad.analysis.noted import can_note
from s2sgrad.analysis.overlap import check_apart
from s2sgrad.analysis.premises import premises_of
from s2sgrad.analysis.separate import all_apart, can_store_into, stays_apart
from s2sgrad.analysis.settled import settled_names
from s2sgrad.analysis.shape import MATCHES
from s2sgrad.analysis.sparse import is_sparse
from s2sgrad.analysis.texts import spelled
from s2sgrad.analysis.truth import known_truth
from s2sgrad.errors import InPlace, Refusal
from s2sgrad.normalize.attempts import is_attempt, tried_names
from s2sgrad.normalize.by_keys import takes_apart
from s2sgrad.normalize.copies import AnyCopy
from s2sgrad.normalize.expand import inlining
from s2sgrad.normalize.forms import as_array, form
from s2sgrad.normalize.parts import dotted
from s2sgrad.normalize.spread import SOME, first_star, view_of
from s2sgrad.normalize.unroll import MOST, is_left, unrolling
from s2sgrad.normalize.wanted import FOLLOWED, Rewriting, Wanted, place_of_loop, rewriting_at
from s2sgrad.quote import nodes_in, unquote
from s2sgrad.request import GlobalGuard
from s2sgrad.wrapper import Derivative

__all__ = ["Bound", "Facts", "Interpreter"]

MAX_ROUNDS = 12
"""After so many rounds of a loop nothing is claimed any more of a name that still changes."""
_USING = ("call", "opaque", "item", "attribute", "slice")


class _Grows(Exception):
    """Raised where a list is found to have one length on one path and another on another; never seen by users."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(names)
        self.names = names


class Interpreter(Calls, Comprehensions):
    """Runs one function on facts. ``analyse_call`` gives the result of a call of a user's function."""

    def __init__(self, home: Any, namespace: Any, arguments: Mapping[str, Fact], analyse_call: Dynamic) -> None:
        self.home = home
        self.namespace = namespace
        self.analyse_call = analyse_call
        self.facts = Facts(entry=dict(arguments))
        self.entry = Env(dict(arguments), frozenset(arguments))
        self.permanent = symbols(self.entry)
        self.prefix = f"{getattr(home, '__name__', 'f')}:"
        self.inferred = {}
        self.exits: list[list[Env]] = []
        self.lowered = {}
        self.inside = 0
        self.outer = None
        self.results: list[Fact] = []
        self.assigned: frozenset[str] = frozenset()
        self.growing: frozenset[str] = frozenset()
        self.block = Block([])
        self.straight_lists: Callable[[], set[str]] = set
        self.guarded = 0
        self.plain_tries: Callable[[gast.Try], bool] = lambda node: False
        self.loops: dict[str, For] = {}
        self.nones = False

    # Few programs ask for these.

    @functools.cached_property
    def straight(self) -> frozenset[str]:
        """Lists that are filled statement by statement before anything reads them."""
        return frozenset(self.straight_lists())

    @functools.cached_property
    def settled(self) -> frozenset[str]:
        """Variables that hold one object from their only binding on."""
        return settled_names(self.block)

    @functools.cached_property
    def fixed(self) -> frozenset[str]:
        """Parameters that are never assigned, and variables whose only binding is run once."""
        once = {t.name for s in self.block for t in getattr(s, "targets", ()) if isinstance(s, Assign)} & self.settled
        return frozenset(once - self.entry.facts.keys()) | (self.entry.facts.keys() - self.assigned)

    @functools.cached_property
    def row_by_row(self) -> frozenset[str]:
        """Variables that hold arrays in C order."""
        return row_by_row(self.block, lambda path: self.namespace.found(".".join(path)))

    def run(self, block: Block) -> Facts:
        """Infer everything; Raises Refusal where no sound fact can be given, NeedValue to have an integer by value."""
        self.assigned = frozenset(name for s in every_statement(block) for name in assigned_names(s))
        self.growing = growing_names(block)
        self.block = block
        while True:
            try:
                self._block(block, self.entry.copy())
                break
            except _Grows as found:
                self.growing |= found.names
                self.facts, self.results, self.exits = Facts(entry=self.facts.entry), [], []
                self.guarded = 0
        for result in self.results:
            self.facts.result = result if isinstance(self.facts.result, Opaque) else either(self.facts.result, result)
        return self.facts

    # ---- statements ----

    def _block(self, block: Block, env: Env) -> Env:
        for statement in block:
            if not env.reached:
                break
            self.facts.before[statement] = env.copy()
            try:
                env = getattr(self, "_run_" + type(statement).__name__)(statement, env)
            except Wanted as wanted:
                if wanted.premises is None:
                    relied = premises_of(wanted.rewriting, statement, self.facts.before[statement])
                    wanted.premises = frozenset(relied if self.exits else ())
                raise
            self.facts.after[statement] = env.copy()
        return env

    def _run_Assign(self, statement: Assign, env: Env) -> Env:
        self._ask_for_places(statement, env)
        self.evaluate(statement.value, env)
        if statement.ufunc is not None:
            self._check_ufunc(statement, env)
        if statement.augmented and isinstance(statement.targets[0], NameTarget):
            return self._augmented(statement, statement.targets[0], env)
        written: frozenset[str] = frozenset()
        # All values are known before any name is bound: `a, b = b, a` exchanges.
        values = [self._bound_value(target, env, statement) for target in statement.targets]
        for target, fact in zip(statement.targets, values, strict=True):
            if isinstance(target, NameTarget):
                env.bind(target.name, fact)
                if target.value.payload is list.pop:
                    written |= fact.roots if isinstance(fact, Seq) else roots_of(fact)
            else:
                written |= self._store(target, env, statement)
        self.facts.writes[statement] = written
        return env

    def _ask_for_places(self, statement: Assign, env: Env) -> None:
        """A store into ``A.flat`` is one into ``A``, at places of its own; to what reads it, it is another array."""
        stores = (t for t in statement.targets if isinstance(t, StoreTarget))
        for target in stores if self.home is not None else ():
            base = target.base
            if base.form == "attribute" and base.payload == "flat" and base.args[0].form == "read":
                held = self.evaluate(base.args[0], env)
                if isinstance(held, Num) and held.box == "array":
                    self._ask_for_flat(target, base.args[0], statement, env)

    def _ask_for_flat(self, target: StoreTarget, array: Op, statement: Assign, env: Env) -> None:
        """Ask for a store into elements in a row, which NumPy writes one by one while it reads."""
        if not statement.augmented:
            self.evaluate(target.value, env)
            check_apart("flat", array, [target.value], self.facts, target.base.node)
        raise Wanted(rewriting_at("flat", target.base.node))

    def _check_ufunc(self, statement: Assign, env: Env) -> None:
        """What is called ``np.add`` must be that function."""
        found = self.evaluate(statement.ufunc, env)  # type: ignore[arg-type]
        if not (isinstance(found, FunctionFact) and found.function in (np.add, np.subtract)):
            raise Refusal("this call may change the array it is given", "write to a slice of the array", statement.node)

    def _bound_value(self, target: Target, env: Env, statement: Assign) -> Fact:
        known = target.value is statement.value
        fact = self.facts.of[target.value] if known else self.evaluate(target.value, env)
        if not isinstance(target, NameTarget) or target.name not in self.growing:
            return fact
        short = table.summary(fact)
        if short != fact and is_active_kind(fact) and not _is_made_here(target.value):
            raise Refusal(
                f"`{target.name}` is another name for a list or tuple that is known item by item, and changes here",
                f"make it a list of its own: `{target.name} = list(...)`",
                target.value.node,
            )
        if isinstance(short, Seq) and isinstance(short.element, Static) and short.element.value is None:
            self.facts.holes, short = True, replace(short, element=Bottom())
        if isinstance(short, Seq):
            self._ask_for_rows(target.name, short.element)
        self.facts.of[target.value] = short
        return short

    def _augmented(self, statement: Assign, target: NameTarget, env: Env) -> Env:
        old, new = env.facts.get(target.name, Opaque()), self.facts.of[statement.value]
        if isinstance(old, Seq) and old.kind == "list" and isinstance(new, Seq) and old.roots:
            return self._grown(statement, target, env, old, new)
        if isinstance(old, Seq) and isinstance(new, Bottom):
            env.bind(target.name, old)
            return env
        if isinstance(old, Opaque) and old.roots:
            reason = f"what `{target.name}` holds is not known here, and this may change it in place"
            raise Refusal(reason, f"write `{target.name} = {target.name} + ...`", statement.node)
        if isinstance(old, (Seq, Record)) and roots_of(old):
            instead = "build a new list" if isinstance(old, Seq) else f"write `{target.name}.update(...)`"
            raise Refusal(f"`{target.name}` is changed in place here", instead, statement.node)
        if isinstance(old, Num) and old.box == "array":
            self.facts.writes[statement] = old.roots
            env.bind(target.name, old)
        elif isinstance(old, Num) and old.box == "any" and isinstance(new, Num):
            self.facts.writes[statement] = old.roots
            env.bind(target.name, replace(new, box="any", roots=old.roots | new.roots))
        else:
            env.bind(target.name, new)
        return env

    def _grown(self, statement: Assign, target: NameTarget, env: Env, old: Seq, new: Seq) -> Env:
        """A list that is changed in place stays the object that it was."""
        item = self.facts.of.get(statement.value.args[-1], Bottom())
        self._ask_for_display(target.name, _is_own(item) or _ranks(old.element) not in (_ranks(item), Bottom))
        self._ask_for_rows(target.name, item)
        if item == Static(None):
            self.facts.holes, new = True, replace(new, element=old.element)
        fact = self.facts.of[statement.value] = replace(new, items=None, roots=old.roots)
        self.facts.writes[statement] = old.roots
        env.bind(target.name, fact)
        return env

    def _ask_for_display(self, name: str, needed: bool) -> None:
        """Ask to have a list that is filled statement by statement made at once, where its items must be told apart."""
        if needed and self.home is not None and name in self.straight:
            raise Wanted(Rewriting("display", (0, 0), name))

    def _ask_for_rows(self, name: str, item: Fact) -> None:
        """Ask to have the objects in a list that is not followed item by item held as tuples."""
        layout = layout_of(item, self.namespace) if isinstance(item, Record) and self.home is not None else None
        if layout is not None and is_active_kind(item):
            raise Wanted(Rewriting("rows", (0, 0), (name, layout)))

    def _store(self, target: StoreTarget, env: Env, statement: Assign) -> frozenset[str]:
        base = self.evaluate(target.base, env)
        index = self.evaluate(target.index, env)
        if isinstance(base, Record) and base.kind == "dict" and target.index.form != "const":
            self._ask_for_rounds(target.index)
        if isinstance(base, Bottom):
            return frozenset()
        if isinstance(base, Seq) and target.base.form == "read" and base.kind == "list" and base.roots:
            return self._store_item(target, base, index, env, statement)
        if (levels := self._lists_above(target.base)) is not None:
            return self._store_inside(target, levels, index, env, statement)
        if not self._is_view(target.base):
            if target.base in self.facts.flat and self.home is not None:
                self._ask_for_flat(target, target.base.args[0], statement, env)
            self._ask_for_variables(target.base)
            self._check_item_is_own(target.base)
            self._check_given_record(target.base)
            self._ask_for_keys(target.base)
            raise Refusal(
                "this store is not differentiated yet: its target is not an array held by a local variable",
                "write to an array by its own name, as in `x[i, j] = ...`",
                target.base.node,
            )
        if isinstance(base, Num) and base.box != "array" and base.shape == ():
            raise Refusal(
                f"`{target.name}` may be a number here, no array: a method changes a copy of it, a store is an error",
                f"bind it anew: `{target.name} = ...`, or make an array of it: `np.array({target.name})`",
                statement.node,
            )
        if isinstance(base, Num) and any(map(may_be_none, (index, *(getattr(index, "items", None) or ())))):
            raise Refusal("this index may be None here", "raise an error where it is None, above", target.index.node)
        self._ask_for_array(target.value, statement)
        return roots_of(base)

    def _ask_for_keys(self, base: Op) -> None:
        """Ask to have a dict that a comprehension over constants makes written out."""
        name = base.payload if base.form == "read" and self.home is not None else None
        assigned = (t for s in every_statement(self.block) for t in getattr(s, "targets", ()))
        for op in [t.value for t in assigned if isinstance(t, NameTarget) and t.name == name]:
            node: Any = op.node
            if isinstance(node, gast.DictComp) and op in self.facts.of and op.payload == "view":
                items = getattr(self.facts.of[op.args[0]], "items", None) or ()
                keys = tuple(getattr(item, "value", None) for item in items)
                known = bool(keys) and len(keys) <= MOST and all(type(key) in (str, int) for key in keys)
                if known and not node.generators[0].ifs and len(set(keys)) == len(keys):
                    raise Wanted(Rewriting("unroll", (node.lineno, node.col_offset), ("keys", keys)))

    def _ask_for_array(self, value: Op, statement: Assign) -> None:
        """A list of numbers that is stored into an array becomes an array first."""
        if self.home is None or not is_varying_list(self.facts.of[value]):
            return
        made, place = as_array(value.node), statement.node
        first = getattr(place, "lineno", 0)
        if made is None or not first <= made.place[0] <= (getattr(place, "end_lineno", None) or first):
            raise Refusal("a list is stored into an array here", "make an array of it: `np.array(...)`", place)
        raise Wanted(made)

    def _is_view(self, op: Op) -> bool:
        """True for a variable that holds an array, and for what is always a view of one."""
        if not isinstance(self.facts.of[op], Num):
            return False
        if op.form == "read":
            return True
        bound = self.facts.calls.get(op)
        if bound is None or bound.function not in (operator.getitem, np.transpose, np.swapaxes):
            return False
        fact = self.facts.of[op]
        viewed = isinstance(fact, Num) and fact.box == "array" and op.args[0].form != "global"
        sure = bound.function is not operator.getitem or table.getitem_effect(self.facts.of[op.args[1]]) == "view"
        return viewed and sure and self._is_view(bound.args[0])

    def _store_item(self, target: StoreTarget, base: Seq, index: Any, env: Env, statement: Assign) -> frozenset[str]:
        value = self.facts.of[target.value]
        env.bind(target.name, self._with_item(target, base, index, value, statement))
        return base.roots

    def _with_item(self, target: StoreTarget, base: Seq, index: Any, value: Fact, statement: Assign) -> Seq:
        """``xs[i] = e`` for a list: the slot holds another object, the old one stays as it was."""
        if not isinstance(index, Num) or index.kind not in "iu" or base.items is not None:
            raise Refusal("only single items of a list can be assigned", "assign them in a loop", target.base.node)
        if statement.augmented and not is_scalar(base.element):
            item = base.element
            axes = isinstance(item, Num) and item.box == "array" and item.shape != ()
            if self.home is not None and can_store_into(base) and axes:
                raise Wanted(rewriting_at("whole", statement.node))
            raise Refusal(
                "this may change an array inside the list in place",
                "assign the sum: `xs[i] = xs[i] + ...`",
                statement.node,
            )
        element = held_place(base.element, table.as_element(value))
        return replace(base, element=element, apart=stays_apart(base, value))

    def _lists_above(self, op: Op) -> list[Seq] | None:
        """The lists that lead from a variable to one of their items, outermost first, if a store changes no other."""
        levels: list[Seq] = []
        while op.form == "call" and op.payload is operator.getitem:
            held, index = (self.facts.of[a] for a in op.args)
            single = isinstance(index, Num) and index.kind in "iu" and index.box in ("py", "np")
            if not single or not isinstance(held, Seq) or held.items is not None or not can_store_into(held):
                return None
            levels.insert(0, held)
            op = op.args[0]
        return levels if op.form == "read" and levels else None

    def _check_given_record(self, op: Op) -> None:
        """A dict that the function was given: who calls it would see the change."""
        owner = self._given_record(op)
        held = self.facts.of[op]
        if owner is not None and isinstance(held, Record) and held.kind == "dict":
            reason = f"this changes `{unquote(op.node)}`, which belongs to the caller"
            raise InPlace(reason, f"work on a copy: `{owner} = dict({owner})`", op.node)

    def _check_item_is_own(self, op: Op) -> None:
        held = self.facts.of[op.args[0]] if op.payload is operator.getitem else None
        if isinstance(held, Seq) and held.kind == "list" and held.items is None and not can_store_into(held):
            raise Refusal(
                "this changes an item of a list, and another item may be the same object",
                "make each item anew, as in `[[0.0] * n for _ in range(m)]`, or use an array of two axes",
                op.node,
            )

    def _store_inside(
        self, target: StoreTarget, levels: list[Seq], index: Any, env: Env, statement: Assign
    ) -> frozenset[str]:
        """``xs[i][j] = e``: an item of a list in a list, or a part of an array in one."""
        leaf, value = self.facts.of[target.base], self.facts.of[target.value]
        if isinstance(leaf, Num) and leaf.box == "array":
            return leaf.roots
        if not isinstance(leaf, Seq) or leaf.kind != "list" or not leaf.roots:
            raise Refusal("what this store changes is not known", "use an array of two axes", target.base.node)
        new: Fact = self._with_item(target, leaf, index, value, statement)
        for level in reversed(levels):
            new = replace(level, element=new, apart=level.apart and not roots_of(value) & roots_of(level))
        env.bind(target.name, new)
        return leaf.roots

    def _run_Return(self, statement: Return, env: Env) -> Env:
        self.results.append(self.evaluate(statement.value, env))
        return env.left()

    def _run_Break(self, statement: Break, env: Env) -> Env:
        self.exits[-1].append(env.copy())
        return env.left()

    def _run_Effect(self, statement: Effect, env: Env) -> Env:
        for value in statement.values:
            self.evaluate(value, env)
        for name in statement.unbinds:
            env.unbind(name)
        if statement.noted:
            self._note(statement)
        return env.left() if isinstance(statement.node, gast.Raise) else env

    def _note(self, statement: Effect) -> None:
        value, held = (self.facts.of[op] for op in statement.values)
        if not can_note(held, statement.noted, adds=isinstance(statement.node, gast.AugAssign)):
            raise Wanted(FOLLOWED)
        self.facts.noted.add((held.cls, statement.noted))  # type: ignore[union-attr]
        self.facts.leaked |= roots_of(value)

    def _run_GradientBlock(self, statement: GradientBlock, env: Env) -> Env:
        from s2sgrad.analysis.gradient_blocks import look_at

        look_at(self, statement, env)
        return env

    def in_backward_pass(self, block: Block, env: Env, outer: frozenset[str]) -> Env:
        """Run a block that belongs to the backward pass; ``outer`` is memory that it did not make itself."""
        self.outer = outer
        try:
            return self._block(block, env)
        finally:
            self.outer = None

    def _run_Enter(self, statement: Enter, env: Env) -> Env:
        for value in statement.values:
            if value.form != "read" or value.payload in env.facts:
                self.evaluate(value, env)
            if isinstance(statement.node, gast.With) and not self._lets_through(value):
                raise Refusal(
                    "this context manager may swallow an exception, or it is not known whether it does",
                    "handle the exception outside of the function",
                    value.node,
                )
        for target in statement.targets:
            env.bind(target.name, self.evaluate(target.value, env))
        return env

    def _lets_through(self, manager: Op) -> bool:
        if manager.form == "call" and manager.payload is None:
            callee = self.facts.of[manager.args[0]]
            return isinstance(callee, FunctionFact) and swallows_nothing(callee.function)
        return manager.form == "global" and is_lock(self.namespace.resolve(manager.payload))

    def _run_Leave(self, statement: Leave, env: Env) -> Env:
        return env

    def _run_Guarded(self, statement: Guarded, env: Env) -> Env:
        self.guarded += 1
        out = self._run_parts(statement, env)
        self.guarded -= 1
        self._ask_for_branch(statement, out)
        self._check_guarded(statement)
        return self._block(statement.finalbody, out)

    def _run_parts(self, statement: Guarded, env: Env) -> Env:
        """The body, its handlers and its ``else``."""
        end = self._block(statement.body, env.copy())
        site = f"try{statement.node.lineno}"
        caught = env
        for inner in every_statement(statement.body):
            if inner in self.facts.after:
                caught = self._met(caught, self.facts.after[inner], site)
        out = self._block(statement.orelse, end)
        for handler, block in zip(statement.node.handlers, statement.handlers, strict=True):
            name = handler.name.id if handler.name is not None else None
            start = caught.copy()
            if name is not None:
                start.bind(name, Opaque())
            after = self._block(block, start)
            if not _raises(block):
                out = self._met(out, after, site)
            if name is not None:
                out.unbind(name)
        return out

    def _ask_for_branch(self, statement: Guarded, env: Env) -> None:
        """Ask for a branch where what an exception may cut short gives a number that may carry a derivative.

        What stands inside of another such ``try`` is asked for when that is a branch.
        """
        if self.guarded:
            return
        found = [env.facts[name] for name in statement.names if name in env.facts]
        if self.home is not None and any(map(is_active_kind, found)) and self.plain_tries(statement.node):
            node = statement.node
            raise Wanted(Rewriting("attempt", (node.lineno, AnyCopy(node.col_offset))))

    def _check_guarded(self, statement: Guarded) -> None:
        for block in (statement.body, *statement.handlers, statement.orelse, statement.finalbody):
            self._check_unchanged(every_statement(block))

    def _check_unchanged(self, body: Iterable[Statement]) -> None:
        for inner in body:
            if self.facts.writes.get(inner):
                raise Refusal(
                    "this changes an array inside a `try` that goes on after an exception",
                    "change it behind the `try`",
                    inner.node,
                )

    def _tried(self, statement: If) -> Iterator[Statement]:
        """The statements that stand in the body of a ``try``."""
        names = tried_names(statement.node.test)
        for inner in statement.body:
            yield inner
            if names <= set(assigned_names(inner)):
                return

    def _run_If(self, statement: If, env: Env) -> Env:
        known = self._decide(statement, statement.test, env)
        self._check_truth(statement.test)
        if known is not None:
            return self._block(statement.body if known else statement.orelse, env)
        sides = (narrowed(env, statement.test.node, holds).copy() for holds in (True, False))
        then, other = (self._block(b, e) for b, e in zip((statement.body, statement.orelse), sides, strict=True))
        if is_attempt(statement.node.test):
            self._check_unchanged(self._tried(statement))
        self.facts.survivor.pop(statement, None)
        if _raises(statement.body) != _raises(statement.orelse):
            self.facts.survivor[statement] = _raises(statement.orelse)
        return self._met(then, other, f"if{statement.test.number}")

    def _met(self, a: Env, b: Env, site: str) -> Env:
        """What holds whichever way was taken. Raises _Grows for lists that were followed item by item till here."""
        met = a.meet(b, site)
        self.nones = self.nones or any(map(may_be_none, met.facts.values()))
        for name, fact in met.facts.items():
            sides = [a.facts.get(name, UNSEEN), b.facts.get(name, UNSEEN)]
            if isinstance(sides[0], Num) and isinstance(sides[1], Num):
                continue  # most names
            if any(not same_layout(side, fact) for side in sides):
                if isinstance(fact, Seq) and name not in self.growing and name not in self.facts.entry:
                    raise _Grows(frozenset([name]))
                met.facts[name] = Opaque(roots_of(fact))
        return met

    def _decide(self, statement: If | While, test: Op, env: Env) -> bool | None:
        """How a test comes out, where that is known; noted in ``facts.decided``."""
        fact = self.evaluate(test, env)
        known = fact.value if isinstance(fact, (Num, Static)) else None
        if isinstance(fact, Opaque) or (isinstance(fact, Num) and known is None):
            known = known_truth(test.node, self._may_be_holes(env), self.facts.attributes)
        number = isinstance(statement, While) and isinstance(known, int)
        if number or isinstance(known, bool) or (isinstance(fact, Static) and known is None):
            self.facts.decided[statement] = bool(known)
            return bool(known)
        self._check_patterns(test)
        self.facts.decided.pop(statement, None)
        return None

    def _may_be_holes(self, env: Env) -> Mapping[str, Fact]:
        """What is known where a value may be read of a list with holes: it may be the None that holds a place."""
        if not self.facts.holes:
            return env.facts
        return {n: replace(f, maybe_none=True) if isinstance(f, Num) else f for n, f in env.facts.items()}

    def _check_patterns(self, test: Op) -> None:
        """What a pattern asks of the shape of a value must be known: arrays and numbers are compared as it runs."""
        for node in nodes_in(test.node):
            if isinstance(node, gast.Call) and getattr(node.func, "id", "") == MATCHES:
                raise Refusal(
                    "whether this pattern fits is not known before the function runs",
                    "compare the items with `if`",
                    node,
                )

    def _run_For(self, statement: For, env: Env) -> Env:
        self.evaluate(statement.iterable, env)
        self.loops = {name: loop for name, loop in self.loops.items() if name not in assigned_names(statement)}
        self.loops |= {t.name: statement for t in statement.targets if isinstance(t, NameTarget)}
        if isinstance(self.facts.of[statement.iterable], Bottom):
            return env
        self._ask_to_unroll(statement)
        self._ask_for_unrolling(statement, _is_own)
        if _unlike(self.facts.of[statement.iterable]):
            self._ask_for_unrolling(statement, _is_active)
        self._check_sequences(statement.iterable)
        self._ask_for_old_values(statement)
        self._ask_for_unrolling(statement, _is_active)
        self._ask_for_slices(statement.iterable)
        runs = self._surely_runs(statement.iterable)
        return self._loop(statement, env, functools.partial(self._bind_item, statement), statement.item.number, runs)

    def _surely_runs(self, iterable: Op) -> bool:
        """True for a loop over one item at least; an iterator that has a name may be spent."""

        def lasts(op: Op) -> bool:
            fact, bound = self.facts.of[op], self.facts.calls.get(op)
            if isinstance(fact, RangeFact):
                return bound is not None and bound.function is range
            return isinstance(fact, Num) or (isinstance(fact, Seq) and fact.kind in ("list", "tuple"))

        some = table.length_of(self.facts.of[iterable]).some
        return some and all(map(lasts, sequences_of(iterable, self.facts)))

    def _run_While(self, statement: While, env: Env) -> Env:
        def enter(head: Env) -> Env:
            known = self._decide(statement, statement.test, head)
            self._check_truth(statement.test)
            return head.left() if known is False else narrowed(head, statement.test.node, True)

        return self._loop(statement, env, enter, statement.test.number)

    def _loop(self, statement: Loop, env: Env, enter: Callable[[Env], Env], number: int, runs: bool = False) -> Env:
        """Run a loop until nothing changes; what holds behind it, whichever way it is left.

        ``runs``: its body is run once at least, so that it is left at the end of a round.
        """
        head, rounds, widened = env, itertools.count(), set[str]()
        while True:
            self.exits.append([])
            end = self._block(statement.body, enter(head.copy()))
            exits = self.exits.pop()
            again = self._met(env, back_edge(env, end, self.permanent), f"for{number}")
            if next(rounds) >= MAX_ROUNDS:
                widened |= {n for n, fact in again.facts.items() if fact != head.facts.get(n)}
            again.facts.update({n: Opaque(roots_of(again.facts[n]) | roots_of(head.facts[n])) for n in widened})
            if again.facts == head.facts and again.bound == head.bound:
                break
            head = again
        behind = back_edge(env, end, self.permanent).named(f"end{number}") if runs else head
        if isinstance(statement, While) and self.facts.decided.get(statement):
            behind = head.left()
        for n, left in enumerate(exits):
            behind = self._met(behind, left, f"exit{n}.{number}")
        return behind

    def _ask_to_unroll(self, statement: For) -> None:
        """Ask to have a loop over a dict, whose slots differ, written out round by round."""
        op, node = statement.iterable, statement.node
        if self.home is None or is_left(node):
            return
        keys = keys_of(self.facts.of[dict_of(op)])
        if keys is not None:
            raise Wanted(Rewriting("unroll", place_of_loop(node), (view_of(op.node), keys)))
        found = keys_in_order(op, node, self.facts)
        if found is not None and any(found) and takes_apart(node.target, op.node):
            raise Wanted(Rewriting("keys", place_of_loop(node), tuple(found)))

    def _ask_for_unrolling(self, statement: For, kind: Callable[[Fact], bool]) -> None:
        """A loop over a few items that are known one by one: functions, objects, arrays with an adjoint each."""
        fact, op = self.facts.of[statement.iterable], statement.iterable
        items = fact.items if isinstance(fact, Seq) and fact.items is not None and not self._has_views(op) else ()
        spent = op.form == "read" and isinstance(fact, Seq) and fact.kind not in ("list", "tuple")
        own = any(map(kind, items)) and (kind is _is_own or not is_left(statement.node))
        if self.home is None or spent or not own:
            return
        if len(items) > MOST:
            raise Refusal("this loop runs over too many items of different kinds", "use arrays of one rank", op.node)
        raise Wanted(unrolling(statement.node, len(items)))

    def _has_views(self, iterable: Op) -> bool:
        """True for a loop over a dict or a view of one, which has no items at numbers."""
        found = [self.facts.of[op] for op in sequences_of(iterable, self.facts)]
        return any(getattr(fact, "kind", "") in ("dict", "view") for fact in found)

    def _ask_for_rounds(self, key: Op) -> None:
        """Ask for each round of a loop apart in which a dict is read at a key that the rounds go through."""
        if self.inside and self.home is not None:
            raise Wanted(rewriting_at("comprehension", key.node))  # only a loop can be written round by round
        loops = [self.loops[o.payload] for o in key.walk() if o.form == "read" and o.payload in self.loops]
        loop = loops[0] if loops else None
        left = loop is None or is_left(loop.node)
        if loop is not None and not left and (values := self._constants(loop.iterable)) is not None:
            raise Wanted(unrolling(loop.node, values))
        for limit in map(self.facts.of.get, loop.iterable.walk() if loop is not None and not left else ()):
            if isinstance(limit, Num) and limit.origin is not None and limit.value is None and limit.kind == "i":
                raise NeedValue(limit.origin)
        items = getattr(self.facts.of.get(loop.iterable), "items", None) if loop is not None else None
        if loop is None or self.home is None or not items or len(items) > MOST or self._has_views(loop.iterable):
            return
        if not left:
            raise Wanted(unrolling(loop.node, len(items)))

    def _constants(self, iterable: Op) -> tuple[Any, ...] | None:
        """The numbers and texts that a loop runs over, where they are the same at any time, and there are few.

        What is read of the module or of an object is not among them: the guards of such reads stand with the loop.
        """
        ops, bound = list(iterable.walk()), self.facts.calls.get(iterable)
        plain = all(o.form in ("const", "call", "tuple", "list") or self._is_fixed(o) for o in ops)
        if self.home is None or not plain:
            return None
        if bound is not None and bound.function is range:
            limits = [_constant(self.facts.of[a]) for a in bound.args]
            whole = all(type(limit) is int for limit in limits)
            found: Any = range(*limits) if whole else None
            return tuple(found) if found is not None and len(found) <= MOST else None
        items = getattr(self.facts.of[iterable], "items", None) or ()
        values = tuple(map(_constant, items))
        return values if 0 < len(values) <= MOST and UNKNOWN not in values else None

    def _is_fixed(self, op: Op) -> bool:
        """True for a variable that holds one value at any time, and for a function."""
        if op.form == "global":
            return isinstance(self.facts.of[op], FunctionFact)
        return op.form == "read" and op.payload in self.fixed

    def _check_sequences(self, iterable: Op) -> None:
        """Have what a loop runs over followed as a whole, and named, where its items may carry a derivative."""
        for op in sequences_of(iterable, self.facts):
            fact = self.facts.of[op]
            if self.home is None or not is_active_kind(fact):
                continue
            if op.form == "read" and isinstance(fact, Seq):
                self._follow_as_one(op.payload, fact)
            elif not has_place(op, self.facts) and isinstance(fact, (Num, Seq)) and self._varies(op):
                raise Wanted(rewriting_at("iterable", op.node))

    def _ask_for_old_values(self, statement: For) -> None:
        """Have a name of its own for what a loop runs over, where the body gives the variable another value."""
        if self.home is None or not (bound := _bound_anew(statement)):
            return
        for op in sequences_of(statement.iterable, self.facts):
            reads = {o.payload for o in op.walk() if o.form == "read"}
            if reads & bound and is_active_kind(self.facts.of[op]) and isinstance(self.facts.of[op], Num):
                raise Wanted(rewriting_at("iterable", op.node))

    def _ask_for_slices(self, iterable: Op) -> None:
        """Ask for ``xs[::-1]`` in place of ``reversed(xs)`` among several sequences that a loop walks in step."""
        for op in iterable.walk() if self.home is not None else ():
            bound = self.facts.calls.get(op)
            if op is iterable or bound is None or bound.function is not reversed:
                continue
            fact = self.facts.of[bound.args[0]]
            if isinstance(fact, (Num, RangeFact)) or (isinstance(fact, Seq) and fact.kind in ("list", "tuple")):
                raise Wanted(rewriting_at("reversed", op.node))

    def _varies(self, op: Op) -> bool:
        return any(o.form == "read" and is_active_kind(self.facts.of[o]) for o in op.walk())

    def _follow_as_one(self, name: str, fact: Seq) -> None:
        if fact.items is not None and name not in self.growing and name not in self.facts.entry:
            raise _Grows(frozenset([name]))

    def _bind_item(self, statement: For, env: Env) -> Env:
        iterable = self.facts.of[statement.iterable]
        self.facts.of[statement.item] = table.iterate(iterable, self._fresh(statement.item))
        for target in statement.targets:
            env.bind(target.name, self.evaluate(target.value, env))
        return env

    # ---- operations ----

    def evaluate(self, op: Op, env: Env) -> Fact:
        """The fact of ``op`` where the names hold what ``env`` says; recorded in ``facts.of``."""
        if op.form == "opaque" and op.payload == "item":
            return self.facts.of[op]
        for arg in op.args:
            self.evaluate(arg, env)
        for _, arg in op.keywords:
            self.evaluate(arg, env)
        using = op.form in _USING
        if using and self.nones:
            self._without_none(op)
        others = [f for a in op.args if not isinstance(f := self.facts.of[a], Num)] if using else []  # few are not
        never = others and any(map(_is_never, others))
        fact: Fact = Bottom() if never else getattr(self, "_op_" + op.form)(op, env)
        if others or op.keywords:
            self._check_functions(op, fact)
        self.facts.of[op] = fact
        return fact

    def _without_none(self, op: Op) -> None:
        """Behind an operation that raises on None its operands are something else; to others they may be anything."""
        of, args = self.facts.of, [*op.args, *(v for _, v in op.keywords)]
        if op.form == "opaque" or op.payload in (operator.is_, operator.is_not):
            return
        function = op.payload if op.form == "call" else None
        if op.form == "call" and function is None:
            target = of[args.pop(0)]
            function = target.function if isinstance(target, FunctionFact) else None
            if is_written(function) or isinstance(function, LocalFunction):
                return
        raises = op.form == "item" or (op.form == "attribute" and not op.payload.startswith("__"))
        for i, arg in enumerate(args):
            if may_be_none(of[arg]):
                sure = raises or raises_on_none(function) or (function is operator.getitem and i == 0)
                of[arg] = something(of[arg]) if sure else unknown(of[arg])

    def _check_functions(self, op: Op, fact: Fact) -> None:
        """A function that captures variables may be held and called, and nothing else: what it captures gets lost."""
        if holds_local(fact):
            return
        of = self.facts.of
        operands = (*op.args, *(v for _, v in op.keywords))
        given = [a for a in operands if not isinstance(of[a], Num) and holds_local(of[a])]  # most are numbers
        if op.payload is None and op.form == "call":
            given = [a for a in given if a is not op.args[0]]
        asks = op.payload in (operator.is_, operator.is_not) or op.form == "attribute" or op.payload is operator.getitem
        if given and not asks:
            raise Refusal(
                "a function that uses variables around it, or a method, is given to something unknown here",
                "call it in a loop of your own",
                given[0].node,
            )

    def _op_read(self, op: Op, env: Env) -> Fact:
        fact = env.facts.get(op.payload)
        if fact is None:
            raise Refusal(f"`{op.payload}` has no value here", f"assign `{op.payload}` first", op.node)
        return fact

    def _op_const(self, op: Op, env: Env) -> Fact:
        value = op.payload
        if isinstance(value, LocalFunction | Derivative | types.FunctionType):
            return FunctionFact(value)
        return python(type(value), value) if type(value) in (bool, int, float, complex) else Static(value)

    def _op_global(self, op: Op, env: Env) -> Fact:
        from s2sgrad.signature import describe

        path: tuple[str, ...] = op.payload
        try:
            value = self.namespace.lookup(path[0])
        except LookupError:
            raise Refusal(f"`{path[0]}` is not defined", "define it before the first call", op.node) from None
        used = 1
        while used < len(path) and (isinstance(value, types.ModuleType) or is_read_from(value, path[used])):
            value = attribute(value, path[used], op)
            used += 1
        fact = function_or_module(value, self.home)
        if fact is None and value is np.inf:
            return python(float, value)
        if fact is None:
            name = "global " + ".".join(path[:used])
            fact = describe(value, name, frozenset([name]))
        self._guard(path[:used], fact)
        for slot in path[used:]:
            fact = self._slot(fact, slot, op)
        return fact

    def _guard(self, path: tuple[str, ...], fact: Fact) -> None:
        if self.home is not None and self.namespace.where(path[0]) != "import":
            guard = GlobalGuard(self.home, path, fact)
            if guard not in self.facts.guards:
                self.facts.guards.append(guard)

    def _slot(self, fact: Fact, name: str, op: Op) -> Fact:
        from s2sgrad.signature import describe

        if name == "T" and is_sparse(fact):
            return fact
        if isinstance(fact, Record):
            self.facts.attributes.add(name)
            found = fact.slot(name)
            if found is not None:
                return found
            return class_attribute(fact, name)
        if isinstance(fact, SliceFact) and name in ("start", "stop", "step"):
            return getattr(fact, name)  # type: ignore[no-any-return]
        if isinstance(fact, Static) and isinstance(fact.value, (type, types.ModuleType)):
            return function_or_module(attribute(fact.value, name, op)) or Opaque()
        if isinstance(fact, Static) and isinstance(fact.value, (np.finfo, np.iinfo)):
            return describe(attribute(fact.value, name, op), name)
        if isinstance(fact, FunctionFact) and type(fact.function) is np.ufunc:
            return function_or_module(attribute(fact.function, name, op)) or Opaque()
        return Opaque(roots_of(fact))

    def _op_attribute(self, op: Op, env: Env) -> Fact:
        base = self.facts.of[op.args[0]]
        if isinstance(base, Num):
            if op.payload == "flat" and base.box == "array" and op.args[0].form == "read":
                self.facts.flat.add(op)
            if op.payload == "dtype":
                return Static(base.dtype) if base.dtype is not None and not base.maybe_complex else Opaque()
            if op.payload in ("itemsize", "nbytes"):
                return python(int)
            if op.payload == "flat" and base.box == "array" and self.home is not None and dotted(op.node):
                raise Wanted(form(op.node, "{np}.ravel({x})", None))
            function = table.ATTRIBUTES.get(op.payload)
            return Opaque(base.roots) if function is None else self._known(op, Bound(function, op.args))
        fact = self._slot(base, op.payload, op)
        if fact is base:
            return fact  # a sparse matrix, transposed
        if isinstance(fact, Opaque) and (isinstance(base, Seq) or is_dict(base)):
            return Opaque(fact.roots | roots_of(base) | self._own(op))  # a method, which may change what it belongs to
        if isinstance(fact, FunctionFact) and fact.bound is not None and self._is_lasting(op.args[0]):
            return replace(fact, spelled=unquote(op.node))
        getter = held_by_class(base, op.payload) if isinstance(base, Record) and base.slot(op.payload) is None else None
        if isinstance(getter, property) and isinstance(getter.fget, types.FunctionType) and self.home is not None:
            raise Wanted(inlining(op.node, getter.fget, "getter"))
        return fact

    def _is_lasting(self, op: Op) -> bool:
        """True for a variable that holds one object from its only binding on, and for what is read below one."""
        if op.form == "attribute":
            return self._is_lasting(op.args[0])
        if op.form != "read":
            return False
        given = op.payload in self.entry.facts and op.payload not in self.assigned
        return given or (op.payload in self.settled and op.payload not in self.entry.facts)

    def _op_tuple(self, op: Op, env: Env) -> Seq:
        items = tuple(self.facts.of[a] for a in op.args)
        return Seq(op.form, items, table.join_all(items), Dim.of(len(items)))

    def _op_list(self, op: Op, env: Env) -> Fact:
        display = self._op_tuple(op, env)
        return replace(display, roots=self._own(op), apart=all_apart(display.items or ()))

    def _op_dict(self, op: Op, env: Env) -> Fact:
        return Record("dict", dict, tuple(zip(op.payload, (self.facts.of[a] for a in op.args), strict=True)))

    def _op_slice(self, op: Op, env: Env) -> table.SliceFact:
        return table.SliceFact(*(self.facts.of[a] for a in op.args))

    def _op_item(self, op: Op, env: Env) -> Fact:
        i, n = op.payload
        base = self.facts.of[op.args[0]]
        nameless = op.args[0].form == "call" or is_of_array(op.args[0], self.facts)
        if nameless and isinstance(base, Num) and is_active_kind(base) and self._varies(op.args[0]):
            self._ask_for_name(op)
        fact: Fact = table.unpack(base, n, self._fresh(op))[i]
        if isinstance(base, Num) and isinstance(fact, Num) and fact.box != "np":
            return replace(fact, roots=base.roots)
        return fact

    def _ask_for_name(self, op: Op) -> None:
        """Ask to have what is unpacked under a name, where it is an assignment that unpacks it."""
        if self.home is not None and not self.inside and hasattr(op.node, "lineno"):
            raise Wanted(rewriting_at("unpacked", op.node))

    def _ask_to_write_out(self, op: Op, env: Env) -> None:
        """Ask for the items of a star, or the rounds of a dict comprehension, one by one."""
        node: Any = op.node
        fact = self.facts.of[op.args[0]]
        found = _count(fact)
        if op.payload == "view":
            if isinstance(fact, Record) and fact.kind == "dict":
                view = view_of(node.generators[0].iter)
                raise Wanted(Rewriting("unroll", (node.lineno, node.col_offset), (view, found)))
            return
        star = first_star(node)
        if found is None and op.args[0].form == "read":
            self._ask_for_display(op.args[0].payload, isinstance(fact, Seq))
        of_dict = isinstance(found, tuple)
        if found is not None and (of_dict != isinstance(star, gast.Starred)):
            raise Wanted(Rewriting("spread", (star.lineno, star.col_offset), found))
        if isinstance(getattr(node, "ctx", None), gast.Store):
            sliced = fact.kind in ("list", "tuple") if isinstance(fact, Seq) else isinstance(fact, Num) and fact.rank
            if sliced:
                raise Wanted(Rewriting("spread", (star.lineno, star.col_offset), SOME))
            raise Refusal("how many items this unpacks is not known", "unpack by index: `a, rest = x[0], x[1:]`", node)
        called = isinstance(node, gast.Call) and isinstance(fact, Num) and fact.box == "array"
        if called and not self._hidden(op, env).changes_nothing(node):
            raise Refusal("how many items this unpacks is not known", "write them out: `f(x[0], x[1])`", star)

    def _op_opaque(self, op: Op, env: Env) -> Fact:
        if op.payload in COMPREHENSIONS:
            return self._comprehension(op, env)
        operands = [self.facts.of[a] for a in op.args]
        if op.payload in ("spread", "view") and self.home is not None:
            self._ask_to_write_out(op, env)
        if self.home is not None and any(map(roots_of, operands)):
            self._check_hidden_calls(op, env)
        if op.payload == "JoinedStr":
            text = spelled(op.node, env.facts)
            return Opaque() if text is None else Static(text)
        scalars = all(isinstance(f, Num) and f.rank == 0 for f in operands)
        if op.payload == "Compare" and _asks_for_member(op.node, operands):
            return python(bool)
        if op.payload == "Compare" and scalars:
            return python(bool)
        if op.payload == "BoolOp" and _is_answer(op.node, {id(a.node): self.facts.of[a] for a in op.args}):
            return python(bool)
        return Opaque(frozenset().union(*(roots_of(self.facts.of[a]) for a in op.args)))

    def _check_hidden_calls(self, op: Op, env: Env) -> None:
        """Calls inside what is taken as a whole, such as ``a and f(y)``, are not followed: they must change nothing."""
        self._check_objects(op)
        hidden = self._hidden(op, env)
        for call in nodes_in(op.node) if op.payload != "Lambda" else ():
            if isinstance(call, gast.Call) and not hidden.changes_nothing(call):
                raise Refusal(
                    "this call may change what it is given, and here it is made only now and then",
                    "call it in a statement of its own, under an `if` where it is not always called",
                    call,
                )

    def _check_truth(self, test: Op) -> None:
        if self.home is not None:
            check_behaviour(self.facts.of[test], TRUTH, test.node)

    def _check_objects(self, op: Op) -> None:
        """The code that objects run where they are read is not followed either."""
        if op.payload == "Lambda":
            return
        nodes = list(nodes_in(op.node))
        parts = {id(n.value): n for n in nodes if isinstance(n, gast.Attribute)}
        told = TEXTS if any(isinstance(n, gast.JoinedStr) for n in nodes) else ()
        for read in op.args:
            part = parts.get(id(read.node))
            if part is None:
                check_behaviour(self.facts.of[read], (*told, *READING), op.node)
            else:
                check_property(self.facts.of[read], part.attr, part)

    def _hidden(self, op: Op, env: Env) -> Hidden:
        """What is known of the calls in an operation that is taken as a whole."""
        read = {id(a.node): self.facts.of[a] for a in op.args if a.form == "read"}
        local = self.assigned | self.entry.facts.keys()

        def fact_of(tree: Any, path: tuple[str, ...]) -> Fact:
            known = read.get(id(tree), env.facts.get(path[0]) if len(path) == 1 else None)
            outside = path[0] not in local and self.namespace.where(path[0]) is not None
            return known or (self._op_global(Op("global", tree, path), env) if outside else Opaque())

        def slot_of(fact: Fact, name: str, node: Any) -> Fact:
            return self._slot(fact, name, Op("attribute", node, name))

        return Hidden(op.node, local, self.namespace, fact_of, slot_of)


def _asks_for_member(tree: Any, operands: list[Fact]) -> bool:
    """True for ``x in xs`` of an array or a container of Python's own: the answer is a bool."""
    asked = len(tree.ops) == 1 and isinstance(tree.ops[0], (gast.In, gast.NotIn))
    return asked and bool(operands) and not isinstance(operands[-1], Opaque)


def _is_answer(tree: Any, held: Mapping[int, Fact]) -> bool:
    """True for ``x is None or y > z`` of numbers: what ``and`` and ``or`` choose from are truth values alone."""
    if isinstance(tree, gast.BoolOp):
        return all(_is_answer(part, held) for part in tree.values)
    if isinstance(tree, gast.Compare):
        if all(isinstance(o, (gast.Is, gast.IsNot)) for o in tree.ops):
            return True
        compared = [held.get(id(part)) for part in (tree.left, *tree.comparators) if not _is_literal(part)]
        return all((isinstance(f, Num) and f.rank == 0) or f == Static(None) for f in compared)  # None would raise
    return isinstance(tree, gast.UnaryOp) and isinstance(tree.op, gast.Not)


def _is_literal(tree: Any) -> bool:
    return isinstance(tree, gast.Constant) and isinstance(tree.value, (int, float))


def _bound_anew(loop: For) -> set[str]:
    """The variables that the body of a loop binds, none of which it changes in place."""
    assigned = [s for s in every_statement(loop.body) if isinstance(s, Assign) and s.augmented]
    return set(assigned_names(loop)) - {t.name for s in assigned for t in s.targets}


def _constant(fact: Fact) -> Any:
    """The integer or text that a fact stands for, UNKNOWN for any other."""
    if isinstance(fact, Seq) and fact.kind == "tuple" and fact.items is not None:
        values = tuple(map(_constant, fact.items))
        return UNKNOWN if UNKNOWN in values else values
    value = fact.value if isinstance(fact, (Num, Static)) else None
    return value if type(value) in (int, str) else UNKNOWN


def _count(fact: Fact) -> Any:
    """The number of items of a value, or the keys of a dict, where they are known one by one."""
    if isinstance(fact, Record):
        keys = tuple(key for key, _ in fact.slots)
        return keys if fact.kind == "dict" else len(keys) if fact.kind == "namedtuple" else None
    if isinstance(fact, Seq):
        return len(fact.items) if fact.items is not None and fact.kind in ("list", "tuple") else None
    return fact.shape[0].constant if isinstance(fact, Num) and fact.shape and fact.box == "array" else None


def _raises(block: Block) -> bool:
    """True for a block that never comes to its end."""
    last = block.statements[-1] if block.statements else None
    if isinstance(last, If):
        return _raises(last.body) and _raises(last.orelse)
    return isinstance(last, Effect) and isinstance(last.node, gast.Raise)


def _is_made_here(op: Op) -> bool:
    """True for an expression whose list or tuple nobody else holds."""
    return op.form in ("list", "tuple", "call") or (op.form == "opaque" and op.payload in COMPREHENSIONS)


def _is_own(item: Fact) -> bool:
    """True for an item that is a function or an object, or holds one: the body runs for each in its own way."""
    if isinstance(item, Seq) and item.items is not None:
        return any(map(_is_own, item.items))
    return isinstance(item, (FunctionFact, Record)) or holds_local(item)


def _unlike(fact: Fact) -> bool:
    """True for a sequence whose items, known one by one, are not all of one rank."""
    items = fact.items if isinstance(fact, Seq) and fact.items is not None else ()
    return len(set(map(_ranks, items))) > 1


def _ranks(item: Fact) -> Any:
    if isinstance(item, Seq) and item.items is not None:
        return tuple(map(_ranks, item.items))
    return item.rank if isinstance(item, Num) else type(item)


def _is_active(item: Fact) -> bool:
    """True for an item that may have a derivative; not for a number that the text gives."""
    if isinstance(item, Seq) and item.items is not None:
        return any(map(_is_active, item.items))
    return is_active_kind(item) and not (isinstance(item, Num) and item.value is not None)


def _is_never(fact: Fact) -> bool:
    """True for what no value was seen of yet: the result of a call inside its own function, or a display of it."""
    return isinstance(fact, Bottom) or (isinstance(fact, Seq) and any(map(_is_never, fact.items or ())))
