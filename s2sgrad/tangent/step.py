"""The tangents of the operations of one statement, each asked for when a line needs it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.adjoint.accumulate import as_number
from s2sgrad.adjoint.complexes import is_real
from s2sgrad.adjoint.context import PRE
from s2sgrad.adjoint.fit import full_shape
from s2sgrad.adjoint.group import Group
from s2sgrad.adjoint.product import Product, add_terms
from s2sgrad.adjoint.tricks import check_trick
from s2sgrad.analysis.activity import is_one
from s2sgrad.analysis.facts import Fact, Num, Seq, is_active_kind, roots_of, unprimed
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.places import parts_of, place_of, slot_key, slots
from s2sgrad.errors import Refusal
from s2sgrad.names import temporary
from s2sgrad.quote import names_in, quote, statements
from s2sgrad.request import Path
from s2sgrad.tangent.context import TangentContext
from s2sgrad.tangent.dots import Dot, Dots, among, bare, built, part_of, without_nones, zeros
from s2sgrad.tangent.memory import is_own
from s2sgrad.tangent.respell import respelled

__all__ = ["Step"]


@dataclass
class Step(Group):
    """The lines that belong to one statement of forward mode, while they are being written.

    ``assumed`` are places that have a tangent here although nothing varies in them yet.
    """

    context: TangentContext
    tangents_of: dict[Op, Dots] = field(default_factory=dict)
    assumed: set[Path] = field(default_factory=set)
    names_values: bool = True
    named_results: dict[Op, dict[Path, str]] = field(default_factory=dict)

    def tangents(self, op: Op) -> Dots:
        """The tangents of the leaves of the value of ``op``; a leaf that is missing has tangent zero."""
        if op not in self.tangents_of:
            self.tangents_of[op] = self._tangents(op)
        return self.tangents_of[op]

    def _tangents(self, op: Op) -> Dots:
        from s2sgrad.tangent.apply import call_tangents
        from s2sgrad.tangent.calls import helper_tangents

        facts = self.context.facts
        place = place_of(op, facts)
        if place is not None:
            return self._of_place(place)
        parts = parts_of(op, facts)
        if parts is not None and not is_one(op, facts):
            return {(key, *path): dot for key, part in parts for path, dot in self.tangents(part).items()}
        if op in facts.callees:
            return helper_tangents(self, op) if self.active(op) else {}
        if not self.active(op):
            return {}
        check_trick(op, facts)
        if parts is not None:
            return {(): bare(self.whole(op))} if any(self.tangents(part) for _, part in parts) else {}
        key = slot_key(op, facts)
        if key is not None:
            return {path[1:]: dot for path, dot in self.tangents(op.args[0]).items() if path[0] == key}
        return call_tangents(self, op)

    def _of_place(self, place: Path) -> Dots:
        active = self.context.activity.before[self.statement] | self.assumed
        below = sorted((p for p in active if p[: len(place)] == place), key=str)
        chosen = self.context.chosen
        return {p[len(place) :]: bare(quote(self.context.tangent(p)), p in chosen) for p in below}

    def mirrored(self, op: Op) -> gast.expr:
        """The part of a variable's tangent that is to the tangent what ``op`` is to the variable."""
        if op.form == "read":
            return quote(self.context.tangent((op.payload,)))
        if op.form == "call" and op.payload is operator.getitem:
            return quote("{x}[{i}]", x=self.mirrored(op.args[0]), i=self.value(op.args[1]))
        bound = self.context.facts.calls.get(op)
        base = bound.args[0] if bound is not None and bound.args else op.args[0]
        return respelled(self, op, bound, {base: self.mirrored(base)})

    # ---- expressions ----

    def floating(self, tree: gast.expr) -> bool:
        """True for an operand proven to be floating: whatever is made of a tangent is."""
        if any(self.context.is_tangent(name) for name in names_in(tree)):
            return True
        fact = self.context.fact(tree, self.statement)
        return isinstance(fact, Num) and fact.floating

    def tree(self, product: Product) -> gast.expr:
        """A product spelled out."""
        return product.tree(self.floating)

    def sum(self, terms: list[Product]) -> gast.expr:
        """The sum of several terms."""
        return add_terms(terms, self.floating)

    def summed(self, dot: Dot) -> gast.expr:
        """The sum of the terms of a tangent."""
        return self.sum(list(dot.terms))

    def full(self, dot: Dot, fact: Fact, value: Callable[[], gast.expr]) -> gast.expr:
        """A tangent at the full shape of its value."""
        tree = self.summed(dot)
        if dot.full or not isinstance(fact, Num) or (fact.shape == () and fact.box != "array"):
            return tree
        return quote("{np}.full_like({x}, {e})", np=self.numpy, x=value(), e=tree)

    def only(self, op: Op) -> Dot | None:
        """The tangent of a number, an array or a list, None where it is zero; refused for what has several."""
        dots = self.tangents(op)
        if dots and () not in dots:
            reason = "the parts of this are differentiated one by one, and it is not known which one is meant"
            raise Refusal(reason, "use a list of arrays of one rank, or name the parts", op.node)
        return dots.get(())

    def single(self, op: Op) -> gast.expr | None:
        """The tangent of a number, an array or a list at its full shape, None where it is zero."""
        dot = self.only(op)
        return None if dot is None else self.full(dot, self.context.facts.of[op], lambda: self.value(op))

    def whole(self, op: Op, like: Fact | None = None) -> gast.expr:
        """The tangent of any value in its structure, zeros where nothing varies, in arrays that are its own.

        ``like`` is what it becomes an item of: among floats, an integer has a tangent, too.
        """
        parts, fact = parts_of(op, self.context.facts), self.context.facts.of[op]
        if parts is not None and op.form in ("tuple", "list"):
            display = quote("()" if op.form == "tuple" else "[]")
            below = like if isinstance(like, Seq) else fact
            rows = isinstance(like, Num) and is_active_kind(like)  # all numbers in nested lists become floats
            display.elts = [
                self.whole(part, like if rows else item_fact(below, i)) for i, (_, part) in enumerate(parts)
            ]
            return display
        if parts is not None and op.form == "dict":
            table = dict(parts)
            return built(fact, lambda path, _: self.whole(table[path[0]]), self.value(op))
        dots = self.tangents(op)

        def leaf(path: Path, held: Fact) -> gast.expr:
            value = part_of(self.value(op), path, fact)
            if path not in dots:
                return zeros(held, value, self.numpy, self.statement.node, among(like, path))
            own = self.owned(self.full(dots[path], held, lambda: value), held)
            return without_nones(held, own, among(like, path), self.statement.node)

        return built(fact, leaf, None if slots(fact) is None else self.value(op), like=like)

    def owned(self, tree: gast.expr, fact: Fact) -> gast.expr:
        """A copy of a tangent that would share memory where its value does not, if either is changed in place."""
        context = self.context
        imaginary = context.has_complex and isinstance(fact, Num) and fact.kind == "c"
        if imaginary and is_real(context.fact(tree, self.statement)):
            tree = quote("{t} + 0j", t=tree)
        if not isinstance(fact, Num) or fact.box in ("py", "np"):
            return tree
        written = unprimed(frozenset().union(*context.facts.writes.values()))
        if unprimed(roots_of(fact)) & written and self._is_narrower(tree, fact):
            return quote(f"{{x}}.astype({{np}}.{fact.dtype})", x=tree, np=self.numpy)
        if is_own(tree):
            return tree
        memory = self._lent(tree)
        if memory & roots_of(fact) or not unprimed(memory | roots_of(fact)) & written:
            return tree  # mirrored, or never changed
        return quote("{x}.copy()" if fact.box == "array" else "{np}.copy({x})[()]", x=tree, np=self.numpy)

    def unboxed(self, tree: gast.expr, fact: Fact) -> gast.expr:
        """The tangent of a number; an array without axes would be changed in place where its value is not."""
        if not isinstance(tree, gast.Name) or not isinstance(fact, Num) or fact.box not in ("py", "np"):
            return tree
        own = self.context.fact(tree, self.statement)
        boxed = tree.id in self.context.boxed or (isinstance(own, Num) and own.shape == () and own.box == "array")
        if boxed and fact.maybe_none:
            return quote("None if {x} is None else {n}", x=tree, n=as_number(tree))
        return as_number(tree) if boxed else tree

    def _lent(self, tree: Any) -> frozenset[str]:
        """The memory in which the value of a tree may lie; an item of a list is not in the list's own memory."""
        context = self.context
        lenders = [n for n in names_in(tree) if n in context.place_of_name or n in context.adjoint_facts]
        known = [f for n in lenders if (f := context.fact_of_name(n, self.statement)) is not None]
        if isinstance(tree, gast.Subscript) and isinstance(tree.value, gast.Name) and lenders == [tree.value.id]:
            known = [i for f in known for i in (_items(f) if not isinstance(tree.slice, gast.Slice) else [f])]
        return frozenset().union(*map(roots_of, known))

    def _is_narrower(self, tree: gast.expr, fact: Num) -> bool:
        """True where a tangent is not proven to have the dtype of an array that is stored into later."""
        if fact.box != "array" or fact.dtype is None or self.context.only_dtype is not None:
            return False
        found = self.context.fact(tree, self.statement)
        return isinstance(tree, (gast.BinOp, gast.Name, gast.Call)) and not (
            isinstance(found, Num) and found.dtype is not None and found.dtype == fact.dtype
        )

    # ---- terms ----

    def is_full_term(self, product: Product, op: Op) -> bool:
        """True where a product is proven to have the shape of the value of ``op``."""
        return self.is_full_for(product, self.context.facts.of[op])

    def is_full_for(self, product: Product, wanted: Fact) -> bool:
        """True where a product is proven to have the shape of a value with the fact ``wanted``."""
        if isinstance(wanted, Num) and wanted.shape == ():
            fact = self.fact(product)
            return not (wanted.box == "array" and isinstance(fact, Num) and fact.box == "py")
        return full_shape(self.fact(product), wanted)

    def is_full_sum(self, terms: Iterable[Product], op: Op, still: Iterable[Op]) -> bool:
        """The same for terms in which 0 stands for the tangents of ``still``, whatever the shape of these."""
        facts = [self.context.facts.of[operand] for operand in still]
        numbers = all(isinstance(fact, Num) and fact.shape == () for fact in facts)
        return numbers or all(self.is_full_term(term, op) for term in terms)

    def factor(self, op: Op, dot: Dot, named: bool = False, beside: Product | None = None) -> Product:
        """The tangent of an operand as one product; ``named`` where it is read more than once.

        Where it reads what the statement overwrites, and ``beside`` it stands what is new, it gets a line above.
        """
        named = named or (beside is not None and self._reads_old(dot) and bool(self.written & set(beside.names())))
        if len(dot.terms) == 1 and not (named and not self.is_simple(dot.terms[0])):
            return dot.terms[0]
        tree = self.summed(dot)
        if named:
            tree = self.kept_tangent(op, tree)
        return Product(factors=(tree,))

    def _reads_old(self, dot: Dot) -> bool:
        return any(n.endswith(PRE) for term in dot.terms for n in term.names())

    def kept_tangent(self, op: Op, tree: gast.expr) -> gast.expr:
        """A line of its own for the tangent of an unnamed value."""
        noun = temporary(op, self.context.parents.get(op), self.context.facts)
        name = self.context.scope.new(noun + self.context.suffix)
        self.context.adjoint_facts[name] = self.context.fact(tree, self.statement)
        self.context.temporary.add(name)
        self.temporaries += statements(f"{name} = {{e}}", e=tree)
        return quote(name)


def item_fact(fact: Fact, i: int) -> Fact | None:
    """What is known of the items of a sequence: of this one, or of all."""
    return fact.item(i) if isinstance(fact, Seq) else None


def _items(fact: Fact) -> tuple[Fact, ...]:
    """What is known of the items of a sequence; an array lends what it is."""
    if not isinstance(fact, Seq):
        return (fact,)
    return (fact.element,) if fact.items is None else fact.items
