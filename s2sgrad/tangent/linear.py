"""The tangent of a function that is linear: the function itself, applied to tangents."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from s2sgrad.adjoint.apply import _is_none
from s2sgrad.adjoint.choose import template_of
from s2sgrad.adjoint.product import Product, flatten
from s2sgrad.analysis.interpret import Bound
from s2sgrad.analysis.ir import Op
from s2sgrad.quote import structure
from s2sgrad.rules.registry import Rule
from s2sgrad.tangent.dots import Dot, zeros
from s2sgrad.tangent.elementwise import fills, multiplied
from s2sgrad.tangent.operands import Values, Wanted
from s2sgrad.tangent.respell import respelled

if TYPE_CHECKING:
    from s2sgrad.tangent.step import Step

__all__ = ["linear", "multilinear", "scale_of"]


def linear(step: Step, op: Op, bound: Bound, rule: Rule, values: Values) -> Dot:
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


def multilinear(step: Step, op: Op, bound: Bound, wanted: Wanted) -> Dot:
    """For each operand the function with that operand's tangent in its place."""
    elementwise = _is_product(bound.function)
    if elementwise and len(wanted) == 2 and _is_square(bound):
        _, operand, dot = wanted[0]
        twice = Product(number=2).times(flatten(step.value(operand)))
        return Dot((multiplied(step, twice, step.factor(operand, dot)),), fills(step, op, operand, dot), dot.chosen)
    if len(wanted) == 2 and _is_inner(step, bound) and _is_square(bound):
        _, operand, dot = wanted[1]
        return Dot((Product(number=2).times(_applied(step, op, bound, operand, dot)),))
    terms: list[Product] = []
    full = False
    for _, operand, dot in wanted:
        if elementwise:
            other = bound.args[1] if operand is bound.args[0] else bound.args[0]
            term = multiplied(step, flatten(step.value(other)), step.factor(operand, dot), other is bound.args[0])
            full = full or fills(step, op, operand, dot) or step.is_full_term(term, op)
        else:
            term, full = _applied(step, op, bound, operand, dot), True
        terms.append(term)
    return Dot(tuple(terms), full, elementwise and any(dot.chosen for _, _, dot in wanted))


def _is_inner(step: Step, bound: Bound) -> bool:
    """True for the inner product of two vectors, which may change places."""
    name = getattr(bound.function, "__name__", "")
    vectors = all(getattr(step.context.facts.of[a], "rank", None) == 1 for a in bound.args)
    return name in ("matmul", "dot", "inner") and len(bound.args) == 2 and vectors and not bound.keywords


def _is_square(bound: Bound) -> bool:
    """True for ``x * x``, and for any other function of one variable twice."""
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
    if len(dot.terms) == 1 and dot.full and (scale := scale_of(dot.terms[0])) is not None:
        bare = Product(1, 1, dot.terms[0].factors, 1, dot.terms[0].divisors, dot.terms[0].heavy)
        tree = step.tree(bare)
    else:
        scale, tree = Product(), step.full(dot, fact, lambda: step.value(operand))
    whole = Product(factors=(respelled(step, op, bound, {operand: tree}),))
    return scale.times(whole)


def scale_of(product: Product) -> Product | None:
    """The sign and the number of a product that has other factors."""
    if not product.factors or (product.sign > 0 and product.number == product.divisor == 1):
        return None
    return Product(product.sign, product.number, (), product.divisor)
