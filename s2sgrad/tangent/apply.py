"""The tangent of one operation, by the rule of its function.

A form of its own comes first, then a template of forward mode; a function that is linear is applied to the tangents;
for one whose Jacobian is diagonal the adjoint's template is read with the tangent in place of the incoming adjoint.
"""

from __future__ import annotations

import functools
import math
import operator
import types
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.apply import Application, _count, _is_none
from s2sgrad.adjoint.choose import Local, Template, bind, choose, facts_of, spelled, template_of
from s2sgrad.adjoint.product import Product, flatten
from s2sgrad.adjoint.several import pruned_template
from s2sgrad.analysis.facts import Fact, Num, Record, Seq
from s2sgrad.analysis.interpret import Bound
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal
from s2sgrad.quote import names_in, quote, structure
from s2sgrad.rules.arithmetic import POWERS
from s2sgrad.rules.registry import LINEAR, MULTILINEAR, TANGENTS, Rule, TangentRule
from s2sgrad.tangent.dots import Dot, Dots, zeros
from s2sgrad.tangent.respell import respelled

if TYPE_CHECKING:
    from s2sgrad.tangent.step import Step

__all__ = ["by_rule", "call_tangents", "wanted_operands"]

_STEEP = frozenset([np.sqrt, math.sqrt, np.cbrt, np.arcsin, math.asin, np.arccos, math.acos, np.arccosh, *POWERS])
"""Functions that have a finite value where their derivative is infinite."""

Values = dict[str, "Op | Any"]


def call_tangents(step: Step, op: Op) -> Dots:
    """The tangents of the value of a call, an attribute or any other operation that computes something."""
    from s2sgrad.tangent.forms import FORMS
    from s2sgrad.tangent.several import of_several

    bound = step.context.facts.calls.get(op)
    form = FORMS.get(op.form) or (_lookup(FORMS, bound.function) if bound is not None else None)
    if form is not None:
        made: Dots = form(step, op)
        return made
    if bound is not None and isinstance(step.context.facts.of[op], (Seq, Record)):
        return of_several(step, op, bound, template_for(step, op, bound))
    return by_rule(step, op)


def by_rule(step: Step, op: Op) -> Dots:
    """The tangent of a number or an array, by the rule of the function that gives it."""
    bound = step.context.facts.calls.get(op)
    if bound is None or not isinstance(step.context.facts.of[op], Num):
        raise step._refusal(op)
    step._check_complex(op)
    dot = _by_rule(step, op, bound)
    return {} if dot is None else {(): dot}


def _lookup(known: dict[Any, Any], function: Any) -> Any:
    try:
        return known.get(function)
    except TypeError:
        return None


def _by_rule(step: Step, op: Op, bound: Bound) -> Dot | None:
    own = template_for(step, op, bound)
    if own is not None:
        return _Tangent(step, op, bound, *own).dot()
    rule, values = choose(bound, op, step.context.facts.of)
    wanted = wanted_operands(step, op, bound, rule, values)
    if not wanted:
        return None
    if bound.function in LINEAR:
        return _linear(step, op, bound, rule, values)
    if bound.function in MULTILINEAR:
        return _multilinear(step, op, bound, wanted)
    if not rule.elementwise:
        reason = f"`{spelled(bound)}` has no rule of forward mode"
        raise Refusal(reason, "write it with functions that have one", op.node)
    elementwise = _Elementwise(step, op, bound, rule, template_of(rule.template), values)
    elementwise.function = bound.function
    return elementwise.dot(wanted)


def template_for(step: Step, op: Op, bound: Bound) -> tuple[TangentRule, Values] | None:
    """The first template of forward mode that fits."""
    for rule in _lookup(TANGENTS, bound.function) or []:
        try:
            values = bind(rule, bound, op)
        except Refusal:
            continue
        if rule.when is None or rule.when(facts_of(values, step.context.facts.of)):
            return rule, values
    return None


Wanted = list[tuple[str, Op, Dot]]


def wanted_operands(step: Step, op: Op, bound: Bound, rule: Any, values: Values) -> Wanted:
    """The operands in which something varies, by parameter, each with its tangent."""
    found: Wanted = []
    for name, value in values.items():
        dots = step.tangents(value) if isinstance(value, Op) else {}
        if not dots:
            continue
        if name not in rule.operands:
            reason = f"the result depends on `{name}` of `{spelled(bound)}`, with respect to which it has no rule"
            raise Refusal(reason, f"pass a constant `{name}`", op.node)
        if not isinstance(step.context.facts.of[value], Num):
            raise Refusal("a list stands where its rule expects an array", "convert it with np.array", value.node)
        found.append((name, value, dots[()]))
    return found


# ---- linear functions ----


def _linear(step: Step, op: Op, bound: Bound, rule: Rule, values: Values) -> Dot:
    """The function itself, applied to the tangents; a number that all of it is scaled by goes in front."""
    results = dict(zip(rule.operands, template_of(rule.template).results, strict=False))
    operands = [v for n, v in values.items() if isinstance(v, Op) and n in results and not _is_none(results[n])]
    if len(operands) == 1:
        dot = step.tangents(operands[0])[()]
        return Dot((_applied(step, op, bound, operands[0], dot),), chosen=dot.chosen)
    table = {}
    for operand in operands:
        tangent = step.single(operand)
        fact = step.context.facts.of[operand]
        table[operand] = zeros(fact, step.value(operand), step.numpy, op.node) if tangent is None else tangent
    return Dot((Product(factors=(respelled(step, op, bound, table),)),))


def _multilinear(step: Step, op: Op, bound: Bound, wanted: Wanted) -> Dot:
    """For each operand the function with that operand's tangent in its place."""
    elementwise = _is_product(bound.function)
    if elementwise and len(wanted) == 2 and _is_square(bound):
        _, operand, dot = wanted[0]
        twice = Product(number=2).times(flatten(step.value(operand)))
        return Dot((_multiplied(step, twice, step.factor(operand, dot)),), _fills(step, op, operand, dot), dot.chosen)
    terms: list[Product] = []
    full = False
    for _, operand, dot in wanted:
        if elementwise:
            other = bound.args[1] if operand is bound.args[0] else bound.args[0]
            term = _multiplied(step, flatten(step.value(other)), step.factor(operand, dot), other is bound.args[0])
            full = full or _fills(step, op, operand, dot) or step.is_full_term(term, op)
        else:
            term, full = _applied(step, op, bound, operand, dot), True
        terms.append(term)
    return Dot(tuple(terms), full, elementwise and any(dot.chosen for _, _, dot in wanted))


def _is_square(bound: Bound) -> bool:
    """True for ``x * x``."""
    a, b = bound.args
    return all(map(_is_plain_read, a.walk())) and structure(a.node) == structure(b.node)


def _is_plain_read(op: Op) -> bool:
    """True for a variable, or what leads to a part of one."""
    return op.form in ("read", "const", "slice", "tuple", "attribute") or op.payload is operator.getitem


def _is_product(function: Any) -> bool:
    return getattr(function, "__name__", "") in ("mul", "multiply")


def _applied(step: Step, op: Op, bound: Bound, operand: Op, dot: Dot) -> Product:
    """The function with a tangent in place of one operand, without the number that the tangent is scaled by."""
    fact = step.context.facts.of[operand]
    if len(dot.terms) == 1 and dot.full and (scale := _scale_of(dot.terms[0])) is not None:
        bare = Product(1, 1, dot.terms[0].factors, 1, dot.terms[0].divisors, dot.terms[0].heavy)
        tree = step.tree(bare)
    else:
        scale, tree = Product(), step.full(dot, fact, lambda: step.value(operand))
    whole = Product(factors=(respelled(step, op, bound, {operand: tree}),))
    return scale.times(whole)


def _scale_of(product: Product) -> Product | None:
    """The sign and the number of a product that has other factors."""
    if not product.factors or (product.sign > 0 and product.number == product.divisor == 1):
        return None
    return Product(product.sign, product.number, (), product.divisor)


# ---- element by element ----


def _multiplied(step: Step, rest: Product, tangent: Product, first: bool = True) -> Product:
    """The derivative times the tangent: ``rest`` in front where it is proven to be floating."""
    rest = step.pull_literals(rest)
    if rest.factors and (not step.floating(rest.factors[0]) or not first):
        return tangent.times(rest)
    both = rest.times(tangent)
    return both if rest.factors or not rest.divisors else tangent.times(rest)


def _fills(step: Step, op: Op, operand: Op, dot: Dot) -> bool:
    """True where a full tangent of an operand has the shape of the result, whatever else it is multiplied with."""
    own, whole = step.context.facts.of[operand], step.context.facts.of[op]
    if not dot.full or not isinstance(own, Num) or not isinstance(whole, Num):
        return False
    if own.shape is None or whole.shape is None or len(own.shape) != len(whole.shape):
        return False
    return all(a.equals(b) for a, b in zip(own.shape, whole.shape, strict=True))


class _Elementwise(Application):
    """The rule of a function whose Jacobian is diagonal, being inlined for one operation."""

    group: Step
    function: Any

    def dot(self, wanted: Wanted) -> Dot | None:
        trees = dict(zip(self.rule.operands, self.template.results, strict=False))
        self._emit_locals(self.needed_locals([trees[name] for name, _, _ in wanted]), Product(), [])
        terms: list[Product] = []
        full = False
        for name, operand, dot in wanted:
            if self._is_steep(name, dot):
                dot = replace(dot, terms=(self.group.factor(operand, dot, named=True),))
            found = [] if _is_none(trees[name]) else self._guarded(name, self._terms(trees[name], operand, dot), dot)
            terms += found
            filled = _fills(self.group, self.op, operand, dot)
            full = full or any(filled or self.group.is_full_term(t, self.op) for t in found)
        chosen = self.rule.selects or any(dot.chosen for _, _, dot in wanted)
        return Dot(tuple(terms), full, chosen) if terms else None

    def _is_steep(self, name: str, dot: Dot) -> bool:
        """True where an exact zero may meet an infinite derivative of a value that is finite."""
        return dot.chosen and name in self.rule.singular and self.function in _STEEP

    def _guarded(self, name: str, terms: list[Product], dot: Dot) -> list[Product]:
        """Keep an exact zero zero where the derivative is infinite."""
        if not self._is_steep(name, dot):
            return terms
        tangent, whole = self.group.tree(dot.terms[0].positive()), self.group.sum(terms)
        guard = quote("{np}.where({d} == 0, 0.0, {e})", np=self.group.numpy, d=tangent, e=whole)
        return [Product(factors=(guard,))]

    def _terms(self, tree: gast.expr, operand: Op, dot: Dot) -> list[Product]:
        """The contribution of one operand."""
        expanded = self._expanded(tree)
        if isinstance(expanded, gast.Name) and expanded.id == self.template.incoming:
            return list(dot.terms)
        if _is_negated(expanded, self.template.incoming):
            return [term.negated() for term in dot.terms]
        if self._scales(tree):
            rest = self._product(tree, Product())
            return [_multiplied(self.group, rest, self.group.factor(operand, dot, beside=rest))]
        uses = _count(expanded, self.template.incoming)
        tangent = self.group.factor(operand, dot, named=uses > 1)
        return [self._product(tree, tangent)]


def _is_negated(tree: gast.expr, name: str) -> bool:
    return isinstance(tree, gast.UnaryOp) and isinstance(tree.op, gast.USub) and getattr(tree.operand, "id", "") == name


# ---- templates of forward mode ----


@functools.cache
def _template(function: types.FunctionType) -> Template:
    """The template of a rule of forward mode: no adjoint comes in."""
    template = template_of(function)
    return replace(template, parameters=("", template.parameters[0]))


class _Tangent(Application):
    """A rule of forward mode being inlined for one operation."""

    group: Step

    def __init__(self, step: Step, op: Op, bound: Bound, rule: TangentRule, values: Values) -> None:
        super().__init__(step, op, bound, rule, _template(rule.template), values)  # type: ignore[arg-type]
        self.bound = bound

    def dot(self) -> Dot | None:
        wanted = {n: (o, d) for n, o, d in wanted_operands(self.group, self.op, self.bound, self.rule, self.values)}
        if not wanted:
            return None
        joint = len(self.template.results) == 1 < len(self.rule.operands)
        if joint and self.bound.function is not np.where:
            absent = frozenset(f"d{n}" for n in self.rule.operands if n not in wanted)
            self.template = pruned_template(self.template, absent)
        names = self.rule.operands
        trees = (
            list(self.template.results)
            if joint
            else [t for n, t in zip(names, self.template.results, strict=True) if n in wanted and not _is_none(t)]
        )
        if not trees:
            return None
        needed = self.needed_locals(trees)
        everything = [*trees, *(tree for _, tree in needed)]
        for name in names:
            self._put_in(name, wanted.get(name), sum(_count(t, f"d{name}") for t in everything))
        self._emit(needed)
        terms = tuple(flatten(self.fill(tree, quote("incoming"))) for tree in trees)
        return Dot(terms, chosen=self.bound.function is np.where)

    def _put_in(self, name: str, found: tuple[Op, Dot] | None, uses: int) -> None:
        """Let the template read the tangent of an operand, under a name where it reads it more than once."""
        if found is None:
            self.substitution[f"d{name}"] = quote("0.0")
            return
        operand, dot = found
        tree = self.group.full(dot, self.group.context.facts.of[operand], lambda: self.group.value(operand))
        simple = isinstance(tree, gast.Name | gast.Constant)
        self.substitution[f"d{name}"] = tree if uses <= 1 or simple else self.group.kept_tangent(operand, tree)
        self.fact_of[f"d{name}"] = self.group.context.facts.of[operand]

    def _emit(self, needed: Iterable[Local]) -> None:
        late = {f"d{name}" for name in self.rule.operands}
        for names, tree in needed:
            depends = bool(late & set(names_in(tree)))
            late |= set(names) if depends else set()
            self.emit_local(names, tree, depends, [], quote("incoming"))


Maker = Callable[["Step", Op], Dots]
"""How a form of its own gives the tangents of an operation."""


def fact_of(step: Step, op: Op) -> Fact:
    """The fact of an operation."""
    return step.context.facts.of[op]
