"""The adjoint of one simple statement: its operations in reverse, then the lines in the order a person would write.

First what is recomputed, then the adjoints of temporaries, outermost first, then the contributions to variables in
the order they appear in the statement, last the adjoint of what the statement overwrote.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import gast
import numpy as np

from s2sgrad.adjoint import choices, joined  # noqa: F401  (their entries in STRUCTURAL)
from s2sgrad.adjoint.apply import apply_rule
from s2sgrad.adjoint.choose import is_complex, spelled
from s2sgrad.adjoint.complexes import becomes_complex, check_lists, is_doubtful, lifted, makes_complex, projected
from s2sgrad.adjoint.context import Context, place_fact, written_names
from s2sgrad.adjoint.divided import early, is_tally
from s2sgrad.adjoint.fit import full_shape, is_reshaped
from s2sgrad.adjoint.helpers import call_helper
from s2sgrad.adjoint.lists import bare, list_sum
from s2sgrad.adjoint.product import Product, add_terms
from s2sgrad.adjoint.sequences import LISTS
from s2sgrad.adjoint.several import call_of_several, slot_of_call
from s2sgrad.adjoint.structural import STRUCTURAL
from s2sgrad.adjoint.tricks import check_trick
from s2sgrad.adjoint.windows import Window, window_of
from s2sgrad.analysis.activity import operands_of
from s2sgrad.analysis.facts import ANY_DIM, Fact, Num, Opaque, Seq
from s2sgrad.analysis.infer import unpack
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.analysis.ir import Op, Statement, own_ops
from s2sgrad.analysis.literals import may_be_number
from s2sgrad.analysis.places import leaves, part_read, slots
from s2sgrad.errors import Refusal
from s2sgrad.names import temporary
from s2sgrad.quote import at_most, quote, statements, unquote
from s2sgrad.request import Path

__all__ = ["Contribution", "Group"]

_REAL_ONLY = dict.fromkeys(numpy_functions("multi_dot", module=np.linalg), True)
"""Functions that are differentiated by no rule, and for real operands alone."""
WIDTH = 64
"""Longest text of a product before it is given a name; leaves room for the indentation and the left-hand side."""


@dataclass(frozen=True)
class Contribution:
    """One term of the adjoint of ``place`` (or of a window of it), read at operation ``order`` of the statement."""

    place: Path
    product: Product
    order: int
    window: Window | None = None


@dataclass
class Group:
    """The lines that belong to one statement, while they are being written.

    ``names_values`` is set where the lines stand beside the statement: a value that both read gets a name in both.
    """

    context: Context
    statement: Statement
    recomputed: list[gast.stmt] = field(default_factory=list)
    temporaries: list[gast.stmt] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)
    pending: dict[Op, list[Product]] = field(default_factory=dict)
    masked: set[Op] = field(default_factory=set)
    skipped: set[Op] = field(default_factory=set)
    slots: dict[Op, dict[Path, list[Product]]] = field(default_factory=dict)
    known: dict[int, tuple[Product | gast.expr, Fact]] | None = None
    names_values: bool = False

    def __post_init__(self) -> None:
        self.written = written_names(self.statement)
        self.numpy_name = self.context.numpy
        self.numpy = self.context.numpy_tree
        self.context.register(self.statement)

    # ---- the sweep over the operations ----

    def pull(self, op: Op, product: Product, masked: bool = False) -> None:
        """Note that ``product`` is (a term of) the adjoint of ``op``."""
        if self.context.has_complex:
            product = projected(self, product, self.context.facts.of[op])
        self.pending.setdefault(op, []).append(product)
        if masked:
            self.masked.add(op)

    def sweep(self) -> None:
        """Pass every pending adjoint on to the variables that it comes from."""
        self.remember()
        for op in sorted(own_ops(self.statement), key=lambda o: o.number, reverse=True):
            incoming = self.pending.pop(op, None)
            if (incoming or op in self.slots) and self.active(op) and op not in self.skipped:
                self._step(op, incoming or [], op in self.masked)
        lost = next((op for op in self.pending if self.active(op)), None)
        if lost is not None:
            raise self._refusal(lost)
        self.known = None

    def remember(self) -> None:
        """Remember facts from here on, anew: until ``known`` is None again no name comes to hold anything else."""
        self.known = {}

    def active(self, op: Op) -> bool:
        """True where ``op`` depends on an input."""
        return op in self.context.activity.varied

    def _step(self, op: Op, incoming: list[Product], masked: bool) -> None:
        self.check_kinds(op)
        check_trick(op, self.context.facts)
        if op in self.slots and op.payload is operator.getitem:
            raise self._refusal(op)  # slots are kept for calls, and nothing here would pass these on
        window = window_of(self, op)
        if window is not None:
            for product in incoming:
                self._contribute_all(op, window, product)
            return
        if slot_of_call(self, op, incoming, masked):
            return
        part = part_read(op, self.context.facts)
        if part is not None:
            for product in incoming:
                self.pull(part, product, masked)
            return
        bound = self.context.facts.calls.get(op)
        known = LISTS if isinstance(self.context.facts.of[op], Seq) else STRUCTURAL
        structural = known.get(op.form) or (_lookup(known, bound.function) if bound is not None else None)
        if op in self.context.facts.callees:
            structural = call_helper
        elif op in self.slots:
            structural = call_of_several
        if structural is not None:
            results = structural(self, op, incoming)
        elif bound is None or not isinstance(self.context.facts.of[op], Num):
            raise self._refusal(op)
        else:
            self._check_complex(op)
            results = [(o, p, m or masked) for o, p, m in apply_rule(self, op, incoming, masked)]
        check_lists(self, op, [operand for operand, _, _ in results])
        for operand, product, selected in results:
            self.pull(operand, product, selected)

    def _contribute_all(self, op: Op, window: Window, product: Product) -> None:
        """Note a term of the adjoint of a place; of one that is followed slot by slot, each slot's own."""
        holder = place_fact(self.context.facts, self.statement, window.place, after=False)
        if window.indices and slots(holder) is not None:
            raise Refusal(
                "which item of this list it is cannot be known, and each has a gradient of its own",
                "use a list of arrays of one rank, or write the items one by one",
                op.node,
            )
        if window.indices or slots(self.context.facts.of[op]) is None:
            self.contribute(window.place, product, op.number, window if window.indices else None)
            return
        for path in leaves(self.context.facts.of[op]):
            term = product
            for key in path:
                if not isinstance(key, int) or not term.bare:
                    raise self._refusal(op)
                term = term.of(quote(f"{{d}}[{key}]", d=term.factors[0])).weighing("part")
            self.contribute((*window.place, *path), term, op.number)

    def contribute(self, place: Path, product: Product, order: int, window: Window | None = None) -> None:
        """Note a term of the adjoint of a place. Raises Refusal for one that has an adjoint for each of its parts."""
        fact = place_fact(self.context.facts, self.statement, place, after=False)
        if slots(fact) is not None:
            reason = "the parts of this are differentiated one by one, and it is not known which one this reads"
            raise Refusal(reason, "name the parts", self.statement.node)
        if self.context.has_complex and window is None:
            product = lifted(self, product, fact)
        self.contributions.append(Contribution(place, product, order, window))

    def reserve(self, noun: str) -> str:
        """A new name for an adjoint."""
        return self.context.scope.new(self.context.scope.prefix + noun)

    def noun(self, op: Op) -> str:
        """What a person would call the value of an operation."""
        return temporary(op, self.context.parents.get(op), self.context.facts)

    def _check_complex(self, op: Op) -> None:
        """What may turn complex by a power of Python numbers must stay so to the end, where it is noticed."""
        of = self.context.facts.of
        result = of[op]
        if self.context.has_complex or (isinstance(result, Num) and result.maybe_complex):
            return
        operands = [of[a] for a in operands_of(op, self.context.facts)]
        if any(isinstance(f, Num) and f.maybe_complex for f in operands):
            raise becomes_complex(self.context.facts, op)

    def check_kinds(self, op: Op) -> None:
        """Among complex numbers, refuse what may be real or complex, unless it is a number that is made in no doubt."""
        of, bound = self.context.facts.of, self.context.facts.calls.get(op)
        if not self.context.has_complex:
            return
        made = op.form in ("read", "item") or (bound is not None and makes_complex(bound.function, of[op]))
        if not made and any(is_doubtful(of[a]) for a in (op, *operands_of(op, self.context.facts))):
            raise Refusal("this may be real or complex", "make it complex from the start: `0j`, `x + 0j`", op.node)
        if bound is not None and _lookup(_REAL_ONLY, bound.function) and is_complex(bound, of[op], of):
            raise Refusal(f"`{spelled(bound)}` has no derivative rule for complex numbers", "use `@`", op.node)

    def _refusal(self, op: Op) -> Refusal:
        unknown = next((a for a in op.walk() if isinstance(self.context.facts.of.get(a), Opaque)), op)
        text = unquote(unknown.node) if isinstance(unknown.node, gast.expr) else "this"
        return Refusal(
            f"`{text}` has no derivative rule and the result depends on it",
            "use functions with a rule, or compute it outside and pass it in",
            unknown.node,
        )

    # ---- what rules ask of the group ----

    def value(self, op: Op) -> gast.expr:
        """The expression that reads the value of ``op``."""
        return self.context.value(op, self.written)

    def tree(self, product: Product) -> gast.expr:
        """A product spelled out."""
        return product.tree(self._is_floating, self._behind)

    def _behind(self, factors: Sequence[gast.expr], divisor: gast.expr) -> int:
        """Behind how many of the factors of a product a divisor stands."""
        return early(factors, divisor, self.fact_of, self._is_tally)

    def _is_tally(self, tree: gast.expr) -> bool:
        """True for what counts elements that a mask marks, or its name."""
        return getattr(tree, "id", "") in self.context.tallies or is_tally(tree, self.fact_of)

    def fact(self, product: Product) -> Fact:
        """The fact of a product, which is asked for so often that it is put together without the tree."""
        if self.known is None:
            return self._fact(product)
        found = self.known.get(id(product))
        if found is None:
            found = self.known[id(product)] = product, self._fact(product)
        return found[1]

    def fact_of(self, tree: gast.expr) -> Fact:
        """The fact of an expression in a line of this group."""
        if self.known is None:
            return self.context.fact(tree, self.statement)
        found = self.known.get(id(tree))
        if found is None:
            found = self.known[id(tree)] = tree, self.context.fact(tree, self.statement)
        return found[1]

    def _is_floating(self, tree: gast.expr) -> bool | None:
        fact = self.fact_of(tree)
        if not isinstance(fact, Num):
            return False
        if fact.box == "py" and fact.kind in "bi":
            return None
        return fact.floating or (fact.kind == "?" and self.context.is_floating(tree, self.statement))

    def _fact(self, product: Product) -> Fact:
        if product.name is not None and product.sign > 0:
            own = self.fact_of(product.factors[0])
            if _is_floating(own):
                return own
        factors, divisors = product.operands(self._is_floating)
        first, *rest = map(self.fact_of, factors)
        if product.sign < 0:
            first = self.context.fact_of(operator.neg, first)
        for factor in rest:
            first = self.context.fact_of(operator.mul, first, factor)
        for divisor in divisors:
            first = self.context.fact_of(operator.truediv, first, self.fact_of(divisor))
        return first

    def is_simple(self, product: Product) -> bool:
        """True where a product may be written twice: a name, a window, a number, or a small scalar."""
        if product.bare and isinstance(product.factors[0], (gast.Name, gast.Subscript)):
            return not (isinstance(product.factors[0], gast.Name) and product.factors[0].id.startswith("#"))
        if product.literal:
            return True
        if product.atoms > 1 or product.heavy:
            return False
        fact = self.fact(product)
        return isinstance(fact, Num) and fact.shape == ()

    def is_long(self, product: Product) -> bool:
        """True where one more factor would make the line too long."""
        tree = self.tree(product)
        return at_most(tree) > WIDTH and len(unquote(tree)) > WIDTH

    def is_full(self, product: Product, op: Op) -> bool:
        """True where the product has all axes of the value of ``op``."""
        wanted = self.context.facts.of[op]
        if isinstance(wanted, Num) and wanted.shape == ():
            return True
        if product.bare and is_reshaped(product.factors[0], self.value(op)):
            return True
        return full_shape(self.fact(product), wanted)

    def named(self, op: Op, incoming: list[Product], spread: bool) -> Product:
        """Give the adjoint of ``op`` a line and a name of its own; ``spread`` it out if it is compact."""
        sum_ = self.sum(incoming)
        fact = self.fact_of(sum_)
        wanted = self.context.facts.of[op]
        full = full_shape(fact, wanted) or is_reshaped(sum_, self.value(op))
        if spread and not full and not (isinstance(wanted, Num) and wanted.shape == ()):
            sum_ = self.spread(sum_, fact, self.value(op))
            fact = self.fact_of(sum_)
        if isinstance(sum_, gast.Name) and not sum_.id.startswith("#"):
            return Product(factors=(sum_,))
        name = self.reserve(self.noun(op))
        self._line(self.temporaries, name, sum_, fact)
        return Product(factors=(quote(name),))

    def listed(self, op: Op, incoming: list[Product]) -> gast.expr:
        """The incoming adjoint of a list as a name, or as an item of a name."""
        total = bare(incoming[0])
        for term in incoming[1:]:
            total = list_sum(self.context.facts.of[op], total, bare(term))
        return total if _is_item(total) else self.kept(op, total)

    def kept(self, op: Op, tree: gast.expr) -> gast.expr:
        """A line of its own for an adjoint that is read more than once."""
        name = self.reserve("item" if op.form in ("tuple", "list") else self.noun(op))
        self.context.adjoint_facts[name] = self.context.adjoint_fact(self.context.facts.of[op])
        self.add(f"{name} = {{e}}", e=tree)
        return quote(name)

    def spread(self, tree: gast.expr, fact: Fact, like: gast.expr) -> gast.expr:
        """A compact adjoint at the full shape of the array ``like``."""
        if isinstance(tree, gast.Constant) and tree.value in (0, 1):
            return quote("{np}.ones_like({x})" if tree.value else "{np}.zeros_like({x})", np=self.numpy, x=like)
        if may_be_number(self.fact_of(like)):  # the adjoint may be larger than a number that starts an array
            return quote("{e} + {np}.zeros_like({x})", np=self.numpy, x=like, e=tree)
        return quote("{np}.full_like({x}, {e})", np=self.numpy, x=like, e=tree)

    def sum(self, terms: list[Product]) -> gast.expr:
        """The sum of several terms."""
        return add_terms(terms, self._is_floating, self._behind)

    def local(self, wanted: str, tree: gast.expr, temporary: bool) -> str:
        """A line for a local of a rule; returns its name."""
        fact = self.fact_of(tree)
        name = self.context.scope.new(wanted)
        self._line(self.temporaries if temporary else self.recomputed, name, tree, fact)
        if is_tally(tree, self.fact_of):
            self.context.tallies.add(name)
        return name

    def locals(self, wanted: tuple[str, ...], tree: gast.expr, temporary: bool = False) -> list[str]:
        """A line for the locals into which a rule unpacks a value; returns their names."""
        facts = unpack(self.context.fact(tree, self.statement), len(wanted), lambda *_, **__: ANY_DIM)
        names = [name if name == "_" else self.context.scope.new(name) for name in wanted]
        self.context.adjoint_facts.update({n: f for n, f in zip(names, facts, strict=True) if n != "_"})
        lines = self.temporaries if temporary else self.recomputed
        lines.extend(statements(f"{', '.join(names)} = {{e}}", e=tree))
        return names

    def _line(self, lines: list[gast.stmt], name: str, tree: gast.expr, fact: Fact) -> None:
        if isinstance(fact, Num) and fact.kind == "?" and self.context.is_floating(tree, self.statement):
            fact = self.context.floating(fact)
        self.context.adjoint_facts[name] = fact
        lines.extend(statements(f"{name} = {{e}}", e=tree))

    def pull_literals(self, scale: Product, signs: bool = True) -> Product:
        """Combine the literals of the user's own factors, and their signs, with those of the adjoint.

        ``2 * (0.5 * l2)`` is ``l2``, and ``dx += dy * -k`` is ``dx -= dy * k``.
        """
        factors: list[gast.expr] = []
        for factor in scale.factors:
            literal, rest = self._literal_part(factor, signs)
            scale = scale if rest is factor else scale.times(literal)
            factors.append(rest)
        return scale.of(*factors)

    def _literal_part(self, factor: gast.expr, signs: bool) -> tuple[Product, gast.expr]:
        op = self.context.numbered.get(factor.id) if isinstance(factor, gast.Name) else None
        if op is None or not self._floats(op):
            return Product(), factor
        if op.payload is operator.neg and signs:
            return Product(sign=-1), self.value(op.args[0])
        if op.payload is not operator.mul:
            return Product(), factor
        for literal, rest in (op.args, op.args[::-1]):
            if literal.form == "const" and type(literal.payload) in (int, float) and literal.payload != 0:
                value = literal.payload
                return Product(-1 if value < 0 else 1, abs(value)), self.value(rest)
        return Product(), factor

    def _floats(self, op: Op) -> bool:
        fact = self.context.facts.of[op]
        return isinstance(fact, Num) and fact.floating

    def add(self, template: str, **holes: gast.AST) -> None:
        """A line among those of the temporaries."""
        self.temporaries.extend(statements(template, **holes))


def _is_floating(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.floating


def _lookup(known: dict[Any, Any], function: Any) -> Any:
    try:
        return known.get(function)
    except TypeError:
        return None


def _is_item(tree: gast.expr) -> bool:
    while isinstance(tree, gast.Subscript) and isinstance(tree.slice, gast.Constant):
        tree = tree.value
    return isinstance(tree, gast.Name)
