"""The tangent of a function whose Jacobian is diagonal: its adjoint's template, read with a tangent."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.apply import Application, _count, _is_none
from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.facts import Num
from s2sgrad.analysis.ir import Op
from s2sgrad.rules.arithmetic import POWERS
from s2sgrad.tangent.dots import Dot
from s2sgrad.tangent.operands import Wanted

if TYPE_CHECKING:
    from s2sgrad.tangent.step import Step

__all__ = ["Elementwise", "fills", "multiplied"]

_STEEP = frozenset([np.sqrt, math.sqrt, np.cbrt, np.arcsin, math.asin, np.arccos, math.acos, np.arccosh, *POWERS])
"""Functions that have a finite value where their derivative is infinite."""


def multiplied(step: Step, rest: Product, tangent: Product, first: bool = True) -> Product:
    """The derivative times the tangent: ``rest`` in front where it is proven to be floating."""
    rest = step.pull_literals(rest)
    if rest.factors and (not step.floating(rest.factors[0]) or not first):
        return tangent.times(rest)
    both = rest.times(tangent)
    return both if rest.factors or not rest.divisors else tangent.times(rest)


def fills(step: Step, op: Op, operand: Op, dot: Dot) -> bool:
    """True where a full tangent of an operand has the shape of the result, whatever else it is multiplied with."""
    own, whole = step.context.facts.of[operand], step.context.facts.of[op]
    if not dot.full or not isinstance(own, Num) or not isinstance(whole, Num):
        return False
    if whole.box == "array" and own.box == "py":
        return False  # an array without axes is made of a number
    if own.shape is None or whole.shape is None or len(own.shape) != len(whole.shape):
        return False
    return all(a.equals(b) for a, b in zip(own.shape, whole.shape, strict=True))


class Elementwise(Application):
    """The rule of a function whose Jacobian is diagonal, being inlined for one operation."""

    group: Step
    function: Any
    in_reverse = False

    def dot(self, wanted: Wanted) -> Dot | None:
        """The tangent of the result; None where no operand that varies has a derivative."""
        trees = dict(zip(self.rule.operands, self.template.results, strict=False))
        self._emit_locals(self.needed_locals([trees[name] for name, _, _ in wanted]), Product(), [])
        terms: list[Product] = []
        full = False
        for name, operand, dot in wanted:
            if self._is_steep(name, dot):
                dot = replace(dot, terms=(self.group.factor(operand, dot, named=True),))
            found = [] if _is_none(trees[name]) else self._guarded(name, self._terms(trees[name], operand, dot), dot)
            terms += found
            filled = fills(self.group, self.op, operand, dot)
            full = full or any(filled or self.group.is_full_term(t, self.op) for t in found)
        chosen = self.rule.selects or any(dot.chosen for _, _, dot in wanted)
        return Dot(tuple(terms), full, chosen) if terms else None

    def _is_steep(self, name: str, dot: Dot) -> bool:
        """True where an exact zero may meet an infinite derivative of a value that is finite."""
        return dot.chosen and name in dict(self.rule.finite) and self.function in _STEEP

    def _guarded(self, name: str, terms: list[Product], dot: Dot) -> list[Product]:
        """Keep an exact zero zero where the derivative is infinite."""
        if not self._is_steep(name, dot):
            return terms
        tangent, whole = self.group.tree(dot.terms[0].positive()), self.group.sum(terms)
        return [Product(factors=(self.guarded(name, tangent, whole),))]

    def _terms(self, tree: gast.expr, operand: Op, dot: Dot) -> list[Product]:
        """The contribution of one operand."""
        expanded = self._expanded(tree)
        if isinstance(expanded, gast.Name) and expanded.id == self.template.incoming:
            return list(dot.terms)
        if _is_negated(expanded, self.template.incoming):
            return [term.negated() for term in dot.terms]
        if self._scales(tree):
            rest = self._product(tree, Product())
            return [multiplied(self.group, rest, self.group.factor(operand, dot, beside=rest))]
        uses = _count(expanded, self.template.incoming)
        tangent = self.group.factor(operand, dot, named=uses > 1)
        return [self._product(tree, tangent)]


def _is_negated(tree: gast.expr, name: str) -> bool:
    return isinstance(tree, gast.UnaryOp) and isinstance(tree.op, gast.USub) and getattr(tree.operand, "id", "") == name
