"""A forward function that also returns what the backward pass reads, and the backward function that takes it.

``vjp`` is such a pair, and so is every helper that is not small enough to be written in place.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.adjoint.accumulate import State
from s2sgrad.adjoint.context import Context
from s2sgrad.adjoint.gradient_blocks import kept_by_blocks
from s2sgrad.adjoint.lists import own_copy
from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.recorder import note_arguments, note_gradients
from s2sgrad.adjoint.results import quote_plain, returned_gradient
from s2sgrad.adjoint.sweep import Sweep
from s2sgrad.analysis.activity import Activity
from s2sgrad.analysis.facts import (
    ANY_DIM,
    Fact,
    FunctionFact,
    Num,
    Record,
    Seq,
    Static,
    either,
    is_scalar,
    may_be_none,
    roots_of,
)
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Block, Return, every_statement
from s2sgrad.analysis.places import slot_fact
from s2sgrad.analysis.sparse import is_sparse
from s2sgrad.errors import Refusal
from s2sgrad.names import helper
from s2sgrad.normalize.parts import dotted
from s2sgrad.origins import placed
from s2sgrad.printer import Blank
from s2sgrad.quote import names_in, nodes_in, quote, statements, substitute
from s2sgrad.request import Path
from s2sgrad.tidy.long_lines import split_long
from s2sgrad.tidy.owned import live_before
from s2sgrad.wrt import path_text

if TYPE_CHECKING:
    from s2sgrad.adjoint.writer import Writer

LONGEST = 69
"""Of a docstring's line, without what is around it."""

__all__ = ["Pair", "copy_of", "write_pair"]


@dataclass(frozen=True)
class Pair:
    """Names of the two functions."""

    forward: str
    backward: str


def write_pair(
    writer: Writer,
    activity: Activity,
    wrt: Sequence[Path],
    single: bool,
    results: Sequence[Path],
    pullback: bool,
    names: Pair,
    outer: bool,
) -> Pair:
    """Write both functions; ``results`` are the paths of the returned value whose adjoints come in.

    A ``pullback`` may be called any number of times, whatever the user does to arguments and result in between:
    it gets copies, and changes nothing that it was given.
    """
    return _PairWriter(writer, activity, list(wrt), single, list(results), pullback, names, outer).write()


@dataclass
class _PairWriter:
    writer: Writer
    activity: Activity
    wrt: list[Path]
    single: bool
    results: list[Path]
    pullback: bool
    names: Pair
    outer: bool = True

    def write(self) -> Pair:
        writer, root = self.writer, self.writer.root
        context = writer.context(self.activity)
        out = context.scope.new("out")
        context.saved_result = out
        seed = self._seed_name(context)
        sweep = Sweep(context, self._seeds(context, seed), {})
        state = State()
        pieces = sweep.block(root.block, state)
        arguments = writer.argument_memory()
        result = roots_of(root.facts.result)
        volatile = arguments | result | self._global_memory() if self.pullback else frozenset()
        lines, gradient = returned_gradient(writer, context, state, self.wrt, self.single, {}, self.outer)
        shared = arguments | result
        forward, backward = writer.assemble(
            context, pieces, (out,), shared, volatile, not self.pullback, [*lines, gradient]
        )
        forward = [*note_arguments(context, root.facts.entry.items()), *forward]
        lines = [*note_gradients(context, state, root.facts.entry), *lines]
        lines = placed([*lines, *statements("return {g}", g=gradient)], root.source.tree)
        backward = [*self._own_seed(context, seed), *backward, *lines]
        forward, backward = writer.numbered(context, forward, backward)
        backward = writer.tidied(context, backward, [seed, "saved"])
        saved = self._saved(context, forward, backward, seed)
        self._write_forward(context, forward, out, saved)
        self._write_backward(context, backward, seed, saved, forward)
        return self.names

    def _seed_name(self, context: Context) -> str:
        """``dh`` where the function ends with ``return h``, else ``dout``."""
        returned = _returned_name(self.writer.root.block, self.writer.root.facts)
        if self.results == [()] and returned is not None and (returned,) in context.places:
            return context.adjoint((returned,))
        return context.scope.new(context.scope.prefix + "out")

    def _own_seed(self, context: Context, seed: str) -> list[gast.stmt]:
        """A list that comes in is the caller's; the backward part takes its items off one by one."""
        fact = context.adjoint_facts[seed]
        if not isinstance(fact, Seq) or fact.items is not None or fact.kind != "list":
            return []
        return statements(f"{seed} = {{c}}", c=own_copy(fact, quote(seed), quote(context.numpy)))

    def _seeds(self, context: Context, seed: str) -> dict[Path, Product]:
        result = self.writer.root.facts.result
        context.adjoint_facts[seed] = result
        if self.results == [()]:
            return {(): Product(factors=(quote(seed),))}
        seeds: dict[Path, Product] = {}
        for i, path in enumerate(self.results):
            tree = quote(seed)
            for key in path if self.outer else (i,):
                tree = quote(f"{{x}}[{key!r}]", x=tree)
            name = context.scope.new(f"{seed}_{'_'.join(map(str, path))}")
            context.adjoint_facts[name] = slot_fact(result, path)
            seeds[path] = Product(factors=(quote(name),))
            context.unpacked[name] = tree
        return seeds

    def _global_memory(self) -> frozenset[str]:
        return frozenset().union(*(roots_of(g.fact) for g in self.writer.root.facts.guards))

    # ---- what passes from one to the other ----

    def _saved(self, context: Context, forward: list[Any], backward: list[gast.stmt], seed: str) -> list[str]:
        live: frozenset[str] = frozenset()
        for statement in reversed(backward):
            live = live_before(statement, live)
        nodes = [n for s in forward for n in nodes_in(s)]
        inner = {id(n) for c in nodes if isinstance(c, gast.comprehension) for n in nodes_in(c.target)}
        stored = (n for n in nodes if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store))
        assigned = {n.id for n in stored if id(n) not in inner}
        known = set(self.writer.root.facts.entry) | assigned | (self._global_data(backward) if self.pullback else set())
        order = [*self.writer.root.facts.entry, *(n for s in [*forward, *backward] for n in names_in(s))]
        return [n for n in dict.fromkeys(order) if n in live and n in known and n != seed]

    def _global_data(self, backward: list[gast.stmt]) -> set[str]:
        """Globals and closure variables that hold data: a pullback reads what they held in the forward part."""
        found, live = set(), kept_by_blocks(self.writer.root.block)
        read = {dotted(n) for s in backward for n in nodes_in(s) if isinstance(n, gast.Attribute)}
        for guard in self.writer.root.facts.guards:
            if not isinstance(guard.fact, (FunctionFact, Static)):
                if guard.path in read and not self._is_constant(guard.path):
                    path = ".".join(guard.path)
                    raise Refusal(
                        f"a pullback cannot keep `{path}` as it was", "pass it as an argument", self.writer.root.tree
                    )
                if len(guard.path) == 1 and guard.path[0] not in live:
                    found.add(guard.path[0])
        return found

    def _is_constant(self, path: tuple[str, ...]) -> bool:
        module = self.writer.root.namespace.lookup(path[0])
        return getattr(module, "__name__", "") in ("numpy", "math")

    def _passes_bare(self, saved: list[str]) -> bool:
        """A single saved value needs no tuple around it; the checked build adds its own record to the tuple."""
        return len(saved) == 1 and not self.writer.builder.request.checked

    def _unbound(self, forward: list[gast.stmt], saved: list[str]) -> list[str]:
        """Saved names that only some paths through the forward part assign."""
        bound = surely_assigned(forward) | set(self.writer.root.facts.entry) | self._global_data_names()
        return [n for n in saved if n not in bound]

    def _global_data_names(self) -> set[str]:
        return {g.path[0] for g in self.writer.root.facts.guards}

    def _write_forward(self, context: Context, forward: list[gast.stmt], out: str, saved: list[str]) -> None:
        unbound = self._unbound(forward, saved)
        trees = [self._kept(context, n, n in unbound) for n in saved]
        display = quote("()")
        display.elts = trees
        kept = trees[0] if self._passes_bare(saved) else display
        value = quote(out)
        last = forward[-1] if forward else None
        if isinstance(last, gast.Assign) and names_in(last.targets[0]) == [out] and out not in saved:
            forward, value = forward[:-1], last.value
        body = [
            *self._unmade(context, unbound),
            *forward,
            *placed(statements("return {y}, {s}", y=value, s=kept), last),
        ]
        body = split_long(self.writer.dropped(body), self.writer.own, context.scope)
        body = self.writer.checked(context, body, "forward", self.wrt, self.single)
        text = f"Value of {self._spelled()}, and what its pullback reads."
        self.writer.unit(self.names.forward, body, text)

    def _unmade(self, context: Context, unbound: list[str]) -> list[gast.stmt]:
        """What saved names hold on the paths that do not assign them."""
        lists = [f"{n} = []" for n in unbound if self._is_list(context, n)]
        chains = [""]
        for name in (n for n in unbound if not self._is_list(context, n)):
            longer = f"{chains[-1]}{name} = "
            chains[-1:] = [longer] if len(longer) <= LONGEST else [chains[-1], f"{name} = "]
        return [s for line in [*lists, *(f"{c}None" for c in chains if c)] for s in statements(line)]

    def _spelled(self) -> str:
        """How the text calls the helper."""
        return helper(self.writer.root.function, self.writer.root.source.name)[1]

    def _kept(self, context: Context, name: str, maybe_unbound: bool) -> gast.expr:
        """A saved value; a copy of it where the user could change it before the pullback runs."""
        facts = self.writer.root.facts
        fact = self._last_fact(context, name)
        if not self.pullback or (name in facts.entry and not _reaches_memory(fact)):
            return quote(name)
        volatile = self.writer.argument_memory() | roots_of(facts.result) | self._global_memory()
        if not {r.rstrip("'") for r in roots_of(fact)} & {r.rstrip("'") for r in volatile}:
            return quote(name)
        copied = copy_of(fact, quote(name), quote(context.numpy), self.writer.root.tree)
        unmade = maybe_unbound and not may_be_none(fact)
        return quote(f"None if {name} is None else {{c}}", c=copied) if unmade else copied

    def _is_list(self, context: Context, name: str) -> bool:
        """True for what the backward part copies as a list, even where it was never made."""
        fact = self._last_fact(context, name)
        made = fact is not _UNKNOWN and getattr(fact, "kind", "") == "list"
        return made or name in (*context.stack_names, *(getattr(c, "saved", "") for c in context.pair_names.values()))

    def _last_fact(self, context: Context, name: str) -> Fact:
        """What a name holds at the end, whichever way the function ended; at any time, where it was deleted."""
        facts, block = self.writer.root.facts, self.writer.root.block
        ends = [*(s for s in every_statement(block) if isinstance(s, Return)), *block.statements[-1:]]
        for places in (ends, facts.after):
            found = [facts.after[s].facts[name] for s in places if s in facts.after and name in facts.after[s].facts]
            if found:
                return functools.reduce(either, found)
        if name == context.saved_result:
            return facts.result
        for guard in facts.guards:
            if guard.path == (name,):
                return guard.fact
        return context.adjoint_facts.get(name) or facts.entry.get(name) or _UNKNOWN

    def _write_backward(
        self, context: Context, backward: list[gast.stmt], seed: str, saved: list[str], forward: list[gast.stmt]
    ) -> None:
        head: list[gast.stmt] = []
        parameter = saved[0] if self._passes_bare(saved) else "saved"
        if saved and not self._passes_bare(saved):
            head += statements(f"{', '.join(saved)}{',' if len(saved) == 1 else ''} = saved")
        stacks = set(context.stack_names) & set(saved)
        if self.pullback:
            head += [s for n in saved if n in stacks for s in statements(f"{n} = {n}.copy()")]
        head += self._unpacked(context, backward, seed)
        body = [*head, Blank(), *backward] if head else backward
        body = self.writer.without_copies(context, body, [seed, "saved", *saved]) if context.unpacked else body
        body = self.writer.checked(context, body, "backward", self.wrt, self.single, seed)
        text = f"Pull {seed} back through {self._spelled()} to {{}}."
        paths = text.format(", ".join(map(path_text, self.wrt)))
        roots = text.format(", ".join(dict.fromkeys(str(path[0]) for path in self.wrt)))
        text = paths if len(paths) <= LONGEST else roots
        args = gast.parse(f"def f({parameter}, {seed}):\n    pass").body[0].args
        self.writer.unit(self.names.backward, body, text, args, half=True)

    def _unpacked(self, context: Context, backward: list[gast.stmt], seed: str) -> list[gast.stmt]:
        """The lines that take the cotangents of several results apart."""
        used = {n for s in backward for n in names_in(s)}
        if len(context.unpacked) > 1 and not self.outer:
            targets = ", ".join(name if name in used else "_" for name in context.unpacked)
            return statements(f"{targets} = {seed}")
        lines = [statements(f"{name} = {{e}}", e=tree) for name, tree in context.unpacked.items() if name in used]
        return [line for group in lines for line in group]


def surely_assigned(body: list[Any]) -> set[str]:
    """Names that every path through ``body`` assigns."""
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, gast.Assign):
            found |= {n for t in statement.targets if not isinstance(t, gast.Subscript) for n in names_in(t)}
        elif isinstance(statement, gast.With):
            found |= surely_assigned(statement.body)
            found |= {n for i in statement.items if i.optional_vars is not None for n in names_in(i.optional_vars)}
        elif isinstance(statement, gast.Try):
            bodies = [[*statement.body, *statement.orelse], *(h.body for h in statement.handlers)]
            sides = [surely_assigned(b) for b in bodies if not isinstance(b[-1], gast.Raise)]
            found |= set.intersection(*sides) | surely_assigned(statement.finalbody) if sides else set()
        elif isinstance(statement, gast.If):
            found |= surely_assigned(statement.body) & surely_assigned(statement.orelse)
    return found


_UNKNOWN = Seq("list", None, Num(None, "any", None), ANY_DIM)
"""What is assumed of a name that only the generated lines know: a copy of it is one of a list at most."""


def _returned_name(block: Block, facts: Facts) -> str | None:
    """The one local variable that every return returns."""
    returns = [s for s in every_statement(block) if isinstance(s, Return) and s in facts.before]
    names = {s.value.payload if s.value.form == "read" else None for s in returns}
    return names.pop() if len(names) == 1 else None


def _reaches_memory(fact: Fact) -> bool:
    return bool(roots_of(fact))


def copy_of(fact: Fact, tree: gast.expr, numpy: gast.expr, place: Any) -> gast.expr:
    """A copy of a value that shares no array with it; refused at ``place`` where none can be written."""
    if is_scalar(fact):
        return tree
    if is_sparse(fact):
        return quote("{x}.copy()", x=tree)
    if isinstance(fact, Num):
        copied = quote("{x}.copy()" if fact.box == "array" else "{np}.copy({x})", np=numpy, x=tree)
        return quote("None if {x} is None else {c}", x=tree, c=copied) if fact.maybe_none else copied
    if isinstance(fact, Seq) and fact.items is None:
        inner = copy_of(fact.element, quote("item"), numpy, place)
        copied = quote("[{e} for item in {x}]", e=inner, x=tree)
        if isinstance(inner, gast.Name):
            return quote("{x}.copy()" if fact.kind == "list" else "{x}", x=tree)
        return copied if fact.kind == "list" else quote("tuple({c})", c=copied)
    if isinstance(fact, Seq) and fact.items is not None:
        display = quote("()" if fact.kind == "tuple" else "[]")
        display.elts = [_copy_item(f, quote(f"{{x}}[{i}]", x=tree), numpy, place) for i, f in enumerate(fact.items)]
        return display
    if isinstance(fact, Record):
        return _copy_of_record(fact, tree, numpy, place)
    raise Refusal(
        "the pullback of a function of this object would need a copy of the object",
        "pass its arrays one by one, or use grad or value_and_grad",
        place,
    )


def _copy_of_record(fact: Record, tree: gast.expr, numpy: gast.expr, place: Any) -> gast.expr:
    """Copies of the slots under the same names; in place of an object, whatever has its attributes."""
    read = "{{x}}[{k!r}]" if fact.kind == "dict" else "{{x}}.{k}"
    parts = [(k, _copy_item(f, quote(read.format(k=k), x=tree), numpy, place)) for k, f in fact.slots]
    parts += [(k, quote(f"{{x}}.{k}", x=tree)) for k in _class_constants(fact)]
    items = ", ".join(f"{k!r}: part_{i}" for i, (k, _) in enumerate(parts))
    text = {
        "namedtuple": "x_._replace(" + ", ".join(f"{k}=part_{i}" for i, (k, _) in enumerate(parts)) + ")",
        "object": 'type("Kept", (), {' + items + "})",
        "dict": "{" + items + "}",
    }[fact.kind]
    return substitute(quote_plain(text), {"x_": tree, **{f"part_{i}": part for i, (_, part) in enumerate(parts)}})


def _class_constants(fact: Record) -> list[str]:
    """The constants of an object's class: what stands for the object has them, too."""
    if fact.kind != "object":
        return []
    names = {name: held for c in reversed(fact.cls.__mro__) for name, held in vars(c).items()}
    constants = [name for name, held in names.items() if type(held) in (bool, int, float) and name[:2] != "__"]
    return [name for name in constants if fact.slot(name) is None]


def _copy_item(fact: Fact, tree: gast.expr, numpy: gast.expr, place: Any) -> gast.expr:
    return copy_of(fact, tree, numpy, place) if roots_of(fact) else tree
