"""Write the generated functions of one analysed function: its entry, or its forward and backward pair."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import gast
import numpy as np

from s2sgrad.adjoint.accumulate import State
from s2sgrad.adjoint.analysed import Analysed, all_facts, parameters
from s2sgrad.adjoint.asked import asked_inputs, asked_results
from s2sgrad.adjoint.assemble import Assembler, PairCall
from s2sgrad.adjoint.context import Context
from s2sgrad.adjoint.gradient_blocks import names_of_blocks
from s2sgrad.adjoint.lists import own_copy
from s2sgrad.adjoint.needs import askable, collect_needs, stores_part
from s2sgrad.adjoint.pair import Pair, write_pair
from s2sgrad.adjoint.pieces import Branch, Loop, Piece, without_idle
from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.recorder import RECORD, note_arguments, note_gradients
from s2sgrad.adjoint.results import returned_gradient
from s2sgrad.adjoint.scalar import check_complex_result, check_known, check_scalar
from s2sgrad.adjoint.shadowed import called_anew, called_builtins
from s2sgrad.adjoint.snapshots import note_snapshots, snapshots_of, without_rounds
from s2sgrad.adjoint.sweep import Sweep
from s2sgrad.analysis.activity import Activity, analyse
from s2sgrad.analysis.facts import (
    Bottom,
    Fact,
    FunctionFact,
    Num,
    Record,
    Seq,
    Static,
    holds_complex,
    roots_of,
    unprimed,
)
from s2sgrad.analysis.infer.spectra import TO_REAL
from s2sgrad.analysis.ir import If, Statement, assigned_names, every_statement
from s2sgrad.analysis.places import slot_fact
from s2sgrad.analysis.pure import is_pure_call
from s2sgrad.analysis.saves import plan_saves
from s2sgrad.analysis.verify_saves import verify_saves
from s2sgrad.errors import ArgumentError, Refusal
from s2sgrad.names import Scope, helper, place_name
from s2sgrad.normalize.parts import dotted
from s2sgrad.normalize.rounds import Round, inline_names
from s2sgrad.origins import keeping, origins, placed
from s2sgrad.parse import is_generated
from s2sgrad.printed import OF_RULES, original_of
from s2sgrad.printer import Blank, Docstring, to_text
from s2sgrad.quote import names_of, names_of_parts, nodes_below, nodes_in, nodes_of, quote, statements
from s2sgrad.recompute import checkpoint, checkpointed, is_recomputed
from s2sgrad.request import Kept, Path, Request, Unit
from s2sgrad.tidy.asserted import without_known_lengths
from s2sgrad.tidy.checked import Half, add_checks, known_of
from s2sgrad.tidy.dead import drop_dead
from s2sgrad.tidy.flatten import flatten
from s2sgrad.tidy.guarded import Lines, add_guards
from s2sgrad.tidy.long_lines import split_long
from s2sgrad.tidy.merge import merge_borrowed
from s2sgrad.tidy.number import in_order, renamed
from s2sgrad.tidy.once import said_once
from s2sgrad.tidy.owned import keep_owned
from s2sgrad.tidy.refill import refilled
from s2sgrad.tidy.rename import rename_copies
from s2sgrad.tidy.summed_once import summed_once
from s2sgrad.tidy.unmarked import unmarked
from s2sgrad.tidy.verbatim import keep_text, remarks
from s2sgrad.told import assertions
from s2sgrad.wrapper import Derivative
from s2sgrad.wrt import path_text

if TYPE_CHECKING:
    from s2sgrad.adjoint.build import Builder


__all__ = ["Writer"]

Held = Sequence[tuple[str, Fact]]
"""Names, each with what it may hold somewhere."""


@dataclass
class Writer:
    """Writes the generated functions for one analysed function."""

    builder: Builder
    root: Analysed
    own: set[int] = field(default_factory=set)
    kept: list[Kept] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Identity tells whether a statement went through every pass unchanged; the tree keeps its nodes alive.
        if not is_generated(self.root.function):
            self.builder.names |= {n for n in names_of_parts(self.root.tree) if not self._is_helper_of_rules(n)}
        # What was made for a part of a function, at the place of its head, has no text of its own.
        head = self.root.tree.lineno, self.root.tree.col_offset
        written = (s for s in nodes_below(self.root.original) if isinstance(s, gast.stmt))
        self.own = {id(s) for s in written if (s.lineno, s.col_offset) != head}

    def _is_helper_of_rules(self, name: str) -> bool:
        """True where a name stands for a printed helper itself, in text that was saved or pasted."""
        if name not in OF_RULES or name in self.root.local:
            return False
        return original_of(self.root.namespace.found(name)) is OF_RULES[name]

    def entry(self) -> tuple[str, ...]:
        """Write the function that the request asks for; returns the names of its entry functions."""
        request = self.builder.request
        self._note_guards()
        self.note_complex()
        inputs, sources = asked_inputs(self.root, request)
        paths = asked_results(self.root, request)
        activity = analyse(self.root.block, self.root.facts, inputs, sources, frozenset(paths))
        if request.mode == "vjp":
            if sources:
                reason = f"`{sorted(sources)[0]}` is a local variable: a pullback goes back to arguments"
                raise ArgumentError(reason, "name an argument, or use grad or value_and_grad")
            return self._pullback(activity, request, paths)
        return (self._single(activity, request, sources),)

    def _note_guards(self) -> None:
        for facts in all_facts(self.root.facts):
            self.builder.guards += [g for g in facts.guards if g not in self.builder.guards]
            self.builder.attributes |= facts.attributes
            self.builder.noted |= {name for _, name in facts.noted}

    def note_complex(self) -> None:
        """Note whether complex numbers occur anywhere: everything else is written as if there were none."""
        every = list(all_facts(self.root.facts))
        found = any(holds_complex(f) for facts in every for f in facts.of.values())
        # Of a real array, too, what is made of half a spectrum has an adjoint that is a spectrum.
        called = {id(bound.function) for facts in every for bound in facts.calls.values()}
        found = found or not called.isdisjoint(map(id, TO_REAL))
        self.builder.has_complex = found
        if found:
            check_complex_result(self.root)

    # ---- grad and value_and_grad ----

    def _single(self, activity: Activity, request: Request, sources: frozenset[str]) -> str:
        with_value = request.mode == "value_and_grad"
        result = self.root.facts.result
        scalar = slot_fact(result, (0,)) if request.has_aux else result
        check_scalar(self.root, scalar)
        seed: Path = (0,) if request.has_aux else ()
        taken = ("value", "aux") if request.has_aux else ("value",)
        context = self.context(activity)
        names = tuple(context.scope.new(n) for n in taken) if with_value else ()
        if with_value and not request.has_aux:
            context.saved_result = names[0]
        captured = {s: context.scope.new(f"{context.scope.prefix}{s}_stack") for s in sorted(sources)}
        sweep = Sweep(context, {seed: Product()}, captured)
        state = State()
        pieces = sweep.block(self.root.block, state)
        shared = self.argument_memory() | (roots_of(result) if with_value else frozenset())
        final = returned_gradient(self, context, state, request.wrt, request.single, captured)
        forward, backward = self.assemble(context, pieces, names, shared, last=[*final[0], final[1]])
        starts = [s for n in captured.values() for s in statements(f"{n} = []")]
        prefix = self._return_lines(final, names)
        arguments = self.root.facts.entry
        forward = [*note_arguments(context, arguments.items()), *forward]
        backward += note_gradients(context, state, arguments)
        (body,) = self.numbered(context, [*forward, Blank(), *starts, *backward, *prefix])
        noun, spelled = helper(self.root.function, self.root.source.name)
        name = context.scope.new(f"{request.mode}_{noun}")
        wrt = ", ".join(map(path_text, request.wrt))
        what = "Value and gradient" if with_value else "Gradient"
        self._write(name, context, body, f"{what} of {spelled} with respect to {wrt}.")
        return name

    def _return_lines(self, final: tuple[list[gast.stmt], gast.expr], names: tuple[str, ...]) -> list[gast.stmt]:
        lines, gradient = final
        placed(lines, self.root.source.tree)
        if not names:
            return [*lines, *statements("return {g}", g=gradient)]
        value = names[0] if len(names) == 1 else f"({', '.join(names)})"
        return [*lines, *statements(f"return {value}, {{g}}", g=gradient)]

    # ---- vjp and helper pairs ----

    def _pullback(self, activity: Activity, request: Request, results: list[Path]) -> tuple[str, ...]:
        check_known(self.root)
        names = self.builder.pair_names(helper(self.root.function, self.root.source.name)[0])
        pair = write_pair(self, activity, request.wrt, request.single, results, pullback=True, names=names, outer=True)
        return pair.forward, pair.backward

    def activity(self, inputs: list[Path], results: list[Path]) -> Activity:
        """What is active on the way from the leaves ``inputs`` of a helper's arguments to its ``results``."""
        return analyse(self.root.block, self.root.facts, frozenset(inputs), frozenset(), frozenset(results))

    def helper(
        self, activity: Activity, inputs: list[Path], results: list[Path], names: Pair, apart: bool
    ) -> Pair:
        """The pair of a helper: cotangents of ``results`` come in, those of the leaves ``inputs`` go out."""
        self._note_guards()
        again = is_recomputed(self.root.function)  # what it saves is read once, right after
        pullback = not again and (apart or self.builder.request.mode == "vjp")
        return write_pair(self, activity, inputs, len(inputs) == 1, results, pullback, names, outer=False)

    # ---- shared parts ----

    def context(self, activity: Activity) -> Context:
        """What the sweep over this function starts with."""
        places = self._places(activity)
        facts = [self.root.facts.of[op] for op in activity.varied if op in self.root.facts.of]
        unsure = any(isinstance(f, Num) and f.maybe_complex for f in facts)
        self.builder.maybe_complex |= unsure and not self.builder.has_complex
        nouns = {p: place_name(p, places) for p in places}
        scope = Scope(self._taken(), list(nouns.values()), is_generated(self.root.function))
        alias = self.root.alias
        scope.taken |= {alias, "sum_to", *OF_RULES}
        for noun in nouns.values():
            scope.adjoint(noun)
        return Context(
            self.root.facts,
            activity,
            scope,
            places,
            self.root.namespace,
            alias,
            pairs=self.builder,
            results=self.root.results,
            block=self.root.block,
            keeps_globals=self.builder.request.mode == "vjp",
            records=self.builder.request.guard == RECORD,
            has_complex=self.builder.has_complex,
            nouns=nouns,
        )

    def _taken(self) -> set[str]:
        # Helpers that were written in place are no longer named in the tree.
        outside = {guard.path[0] for guard in self.root.facts.guards} | names_of_blocks(self.root.block)
        rounds = (s.node for s in every_statement(self.root.block) if isinstance(s.node, Round))
        outside = outside.union(*map(inline_names, rounds))
        return outside | self.root.local.union(names_of_parts(self.root.tree), [self.root.function.__name__])

    def _places(self, activity: Activity) -> list[Path]:
        """Active places: locals in order of assignment, then arguments in signature order."""
        active = frozenset().union(*activity.before.values(), *activity.after.values())
        order: dict[str, int] = {}
        arguments = parameters(self.root.tree)
        for statement in self.root.block:
            for name in assigned_names(statement):
                if name not in arguments:
                    order.setdefault(name, len(order))
        order.update({name: len(order) + i for i, name in enumerate(arguments)})
        return sorted(active, key=lambda p: (order.get(p[0], len(order)), str(p)))

    def argument_memory(self) -> frozenset[str]:
        """The memory that the caller passed in, or finds in objects."""
        return self.root.facts.leaked.union(*(roots_of(f) for f in self.root.facts.before_entry().values()))

    def assemble(
        self,
        context: Context,
        pieces: list[Piece],
        names: tuple[str, ...],
        shared: frozenset[str],
        volatile: frozenset[str] = frozenset(),
        in_place: bool = True,
        last: Sequence[gast.AST] = (),
    ) -> tuple[list[gast.stmt], list[gast.stmt]]:
        """The forward and the backward statements, with what passes between them planned."""
        pieces = without_idle(pieces)
        branches = _branches(pieces)
        tests: dict[Statement, str] = {
            s: context.scope.new("taken") for s in branches if not askable(s, self.root.facts)
        }
        put_back: set[Statement] = set()
        context.snapshots = snapshots_of(pieces, context)
        while True:
            needs = collect_needs(context, self.root.block, pieces, self.root.local, set(tests), put_back, list(last))
            plan = plan_saves(self.root.block, self.root.facts, needs)
            unnamed = [s for s in branches if s in plan.remembered and s not in tests]
            indexed = {s for s in plan.before if stores_part(s)}
            if not note_snapshots(plan, context.snapshots, context) and not unnamed and put_back >= indexed:
                break
            tests.update({s: context.scope.new("taken") for s in unnamed})
            put_back |= indexed
        memory = unprimed(shared), unprimed(volatile)
        own = without_rounds(plan, context.snapshots)
        assembler = Assembler(
            context, self.root.block, own, self.quote, self.remarks, names, *memory, in_place, tests=tests
        )
        verify_saves(self.root.block, self.root.facts, needs, plan, assembler.puts_back_part)
        forward = assembler.forward(self.root.block)
        backward = assembler.backward(self.root.block, pieces)
        self.kept = assembler.kept
        return forward, [*assembler.lists_to_change(backward), *backward]

    def numbered(self, context: Context, *bodies: list[gast.stmt]) -> tuple[list[gast.stmt], ...]:
        """The statements of a function, or of a pair, with values and what helpers saved numbered in order."""
        saved: dict[str, set[str]] = {}
        for call in context.pair_names.values():
            if isinstance(call, PairCall):
                saved.setdefault(call.forward, set()).add(call.saved)
        names: dict[str, str] = {}
        for values in (set(context.hoisted.values()) - self.root.local, *saved.values()):
            names |= in_order(bodies[0], values, context.stack_names, context.scope.taken)
        if not names:
            return bodies
        context.rename(names)
        self.kept = [kept.renamed(names) for kept in self.kept]
        table = {old: quote(new) for old, new in names.items()}
        return tuple(renamed(body, table) for body in bodies)

    def remarks(self, node: gast.AST) -> list[gast.stmt]:
        """The user's comments above a statement."""
        return remarks(self.root.source, node) if not self.root.source.is_lambda else []

    def quote(self, node: gast.AST) -> str:
        """The user's text of a statement."""
        if isinstance(node, gast.For) and isinstance(node.body[0], Round):
            node = node.body[0]  # it has the place of the whole head
        return self.root.source.quote(node)

    def _write(self, name: str, context: Context, body: list[gast.stmt], docstring: str) -> None:
        body = self.tidied(context, body, parameters(self.root.tree))
        request = self.builder.request
        self.unit(name, self.checked(context, body, request.mode, request.wrt, request.single), docstring)

    def checked(
        self, context: Context, body: list[gast.stmt], role: str, wrt: Sequence[Path], single: bool, seed: str = ""
    ) -> list[gast.stmt]:
        """The statements with assertions, where the request asks for the checked build or for a guard."""
        request = self.builder.request
        if request.guard and not context.records:
            saved = (getattr(call, "saved", "") for call in context.pair_names.values())
            body = add_guards(body, self._lines(), {*saved, *context.stack_names}, request.guard)
            self.builder.helpers |= {"check_finite", "check_nan"}
        if not request.checked:
            return body
        names = ("saved", seed) if seed else tuple(parameters(self.root.tree))
        known = known_of(context, frozenset(self.root.local.union(self.root.facts.entry)))
        known = replace(known, noted=frozenset(self.builder.noted))
        return add_checks(body, known, Half(role, names, tuple(wrt), single))

    def _lines(self) -> Lines:
        """The user's statements by their texts."""
        numbers: dict[str, list[int]] = {}
        for node in nodes_in(self.root.source.tree):
            if isinstance(node, gast.stmt) and node is not self.root.source.tree:
                numbers.setdefault(self.quote(node), []).append(node.lineno)
        return Lines(numbers, os.path.basename(self.root.source.filename))

    def tidied(self, context: Context, body: list[gast.stmt], foreign: list[str]) -> list[gast.stmt]:
        """The statements with in-place changes proven, sums merged and dead lines gone."""
        self.builder.helpers |= context.helpers | self.root.facts.helpers
        adjoints = set(context.adjoint_facts) | set(context.scope.own.values())
        rankless = {n: f for n, f in context.adjoint_facts.items() if isinstance(f, Num) and f.shape == ()}
        scalars = {n for n, f in rankless.items() if f.box in ("py", "np")}
        numpy = quote(context.numpy)
        lists = {n: own_copy(f, quote(n), numpy) for n, f in context.adjoint_facts.items() if _is_copied(f)}
        held = [*context.facts.entry.items(), *context.adjoint_facts.items(), *context.facts.behind()]
        indices, holders = _index_arrays(held), _holders(context.stack_names, held)
        body = keep_owned(body, foreign, adjoints, scalars, indices, lists, holders, frozenset(rankless))
        arrays = {n for n, f in context.adjoint_facts.items() if isinstance(f, Num)} - self.root.local
        body = said_once(refilled(body, arrays), scalars - self.root.local)
        body = without_known_lengths(self.without_copies(context, merge_borrowed(body), foreign))
        body = summed_once(body, adjoints - self.root.local.union(context.hoisted.values()), context.scope.new)
        return split_long(body, self.own, context.scope)

    def without_copies(self, context: Context, body: list[gast.stmt], foreign: list[str]) -> list[gast.stmt]:
        """The statements without mere copies and without what nobody reads."""
        own = context.scope.own
        kept = self.root.local.union(self.root.facts.entry, context.hoisted.values(), foreign)
        parts = {own[n] for p in context.places if type(p[-1]) is int and (n := place_name(p, context.places)) in own}
        return self.dropped(rename_copies(body, kept, parts))

    def _check_builtins(self, nodes: list[gast.AST]) -> None:
        """The generated lines call a few builtins; they must mean what they mean in Python."""
        root = self.root
        other = {n for n in called_builtins(nodes) if n in root.local or root.namespace.where(n) != "builtin"}
        anew = called_anew(nodes, [root.source.tree, root.original], [root.tree]) if other else []
        for name in sorted(other & {*anew, "len", "range", "reversed", "zip", "float"}):
            reason = f"the gradient needs the builtin `{name}`, and `{name}` is another thing here"
            raise Refusal(reason, f"rename your `{name}`", root.tree)

    def dropped(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The statements without those whose value nobody reads."""
        body = unmarked(body, self._is_mark) if self._may_be_marked() else body
        return drop_dead(body, functools.partial(is_pure_call, self.root.local, self.root.namespace), self._visible())

    def _may_be_marked(self) -> bool:
        """False where all that the function takes from outside is NumPy and Python's own: neither has the marks."""
        if any(isinstance(s.node, Round) for s in every_statement(self.root.block)):
            return True  # the names in it are not in the tree
        return any(map(self._leads_to_mark, names_of_parts(self.root.tree) - self.root.local))

    def _leads_to_mark(self, name: str) -> bool:
        value = self.root.namespace.found(name)
        own = value is np or self.root.namespace.where(name) in ("builtin", None)
        return not own or value is checkpoint or value is checkpointed

    def _is_mark(self, call: gast.Call) -> bool:
        """True for ``checkpoint(f)``, and for ``checkpointed(range(n), ...)`` in a loop."""
        path = dotted(call.func)
        named = bool(path) and path[0] not in self.root.local
        return named and self.root.namespace.found(".".join(path)) in (checkpoint, checkpointed)

    def _visible(self) -> frozenset[str]:
        """The names that may hold an argument that the function writes."""
        facts = self.root.facts
        written = frozenset().union(*(roots_of(facts.entry[n]) for n in facts.written))
        envs = [env.facts.items() for env in facts.after.values()] if written else []
        return frozenset(facts.written) | {n for env in envs for n, f in env if unprimed(roots_of(f)) & written}

    def unit(
        self,
        name: str,
        body: list[gast.stmt],
        docstring: str,
        args: gast.arguments | None = None,
        half: bool = False,
    ) -> None:
        """Add a generated function; its parameters are the user's unless others are given.

        ``half``: it is the backward half of a pair.
        """
        args = self.root.tree.args if args is None else args
        nodes = [n for s in body for n in nodes_of(s) if n.__class__ in (gast.Call, gast.Constant)]
        self._check_builtins(nodes)
        _check_constants(nodes)
        definition = statements("def f():\n    pass")[0]
        definition.name, definition.args, definition.returns = name, _without_annotations(args), None
        used = frozenset[str]().union(*map(names_of, body))
        imports = [found.statement for name, found in self.root.imports.items() if name in used]
        told = [] if half else self._told(args)
        body = [*imports, *told, *flatten(body)]
        definition.body = [Docstring(docstring), *keep_text(body, self.root.source, self.own)]
        found = keeping(origins(body, self.root.source.tree, backward=half), self.kept, body)
        brought = tuple((own, value) for own, value in self.root.namespace.brought.items() if own in used)
        self.builder.units.append(Unit(name, to_text(definition), self.root.function, brought, found))

    def _told(self, args: gast.arguments) -> list[gast.stmt]:
        """Lines that ask whether the arguments have the lengths for which the text is made."""
        given = {a.id for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
        known = {name: fact for name, fact in self.root.facts.entry.items() if name in given}
        return statements(assertions(known)) if self.root.function is self.builder.request.function else []


def _is_copied(fact: Fact) -> bool:
    """True for a list of adjoints, down to arrays: one that holds records is never changed."""
    if not isinstance(fact, Seq):
        return False
    parts = (fact.element, *(fact.items or ()))
    return not any(isinstance(p, Record) or (isinstance(p, Seq) and not _is_copied(p)) for p in parts)


def _check_constants(nodes: list[gast.AST]) -> None:
    """The derivative of a nested function has no name to be called by: it stands only where a pair is called."""
    found = next((n for n in nodes if n.__class__ is gast.Constant and isinstance(n.value, Derivative)), None)
    if found is not None:
        raise Refusal(
            f"the derivative of `{found.value.__name__}` is taken here, and the gradient does not depend on it",
            "take it outside and pass it in, or define that function outside",
            found if hasattr(found, "lineno") else None,
        )


def _index_arrays(held: Held) -> frozenset[str]:
    """Names that never hold anything but an array of integers or truth values with at least one axis."""
    known: dict[str, bool] = {}
    for name, fact in held:
        if known.get(name, True):
            known[name] = isinstance(fact, Num) and fact.kind in "iub" and fact.box == "array" and bool(fact.rank)
    return frozenset(name for name, index in known.items() if index)


def _holders(stacks: list[str], held: Held) -> dict[str, bool]:
    """The names that hold a list, a record or something unknown anywhere; of each, whether its items may be such."""
    found: dict[str, bool] = dict.fromkeys(stacks, False)
    for name, fact in held:
        if not isinstance(fact, (Num, FunctionFact, Static)):
            found[name] = found.get(name, False) or not _holds_numbers(fact)
    return found


def _holds_numbers(fact: Fact) -> bool:
    """True for a list, a tuple or a dict of numbers and arrays."""
    if isinstance(fact, Record) and fact.kind in ("dict", "namedtuple"):
        return all(isinstance(f, (Num, Bottom)) for _, f in fact.slots)
    return isinstance(fact, Seq) and all(isinstance(f, (Num, Bottom)) for f in (fact.element, *(fact.items or ())))


def _branches(pieces: list[Piece]) -> list[If]:
    found: list[If] = []
    for piece in pieces:
        if isinstance(piece, Branch):
            found += [piece.statement, *_branches(piece.body), *_branches(piece.orelse)]
        elif isinstance(piece, Loop):
            found += _branches(piece.body)
    return found


def _without_annotations(args: gast.arguments) -> gast.arguments:
    new = args.__class__.__new__(args.__class__)
    new.__dict__.update(args.__dict__)
    for key in ("posonlyargs", "args", "kwonlyargs"):
        setattr(new, key, [_plain(a) for a in getattr(args, key)])
    new.vararg, new.kwarg = (None if a is None else _plain(a) for a in (args.vararg, args.kwarg))
    return new


def _plain(name: gast.Name) -> gast.Name:
    new = name.__class__.__new__(name.__class__)
    new.__dict__.update(name.__dict__)
    new.annotation = None
    return new
