"""Take numbers that a product without a name holds out of a sum: ``scale * (dy * x).sum()``.

The product is not computed again, and what is left inside the sum may be known already. Nothing is opened that has a
name, that may be complex, or that is not all of double precision: the range of single precision is soon left.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.product import Product, flatten
from s2sgrad.analysis.facts import Num
from s2sgrad.analysis.ir import Op

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["opened"]

_SCALING: tuple[Any, ...] = (operator.mul, operator.truediv, operator.neg)


def opened(group: Group, product: Product) -> Product:
    """``product`` with the factors of its factors, where some of those are numbers."""
    if group.context.has_complex:
        return product
    out = product.of()
    for factor in product.factors:
        op = group.context.numbered.get(getattr(factor, "id", ""))
        inner = None if op is None else _factors(group, op)
        out = out.times(inner if inner is not None and _has_number(group, inner) else Product(factors=(factor,)))
    return out


def _factors(group: Group, op: Op) -> Product | None:
    """The value of an operation as a product; None where it is none, has a name, or is not all of one dtype."""
    context = group.context
    bound = context.facts.calls.get(op)
    if bound is None or op in context.roots or op in context.hoisted or not isinstance(op.node, gast.expr):
        return None
    if not any(bound.function is f for f in _SCALING):
        return None
    own = context.facts.of[op]
    parts = [_part(group, own, arg) for arg in bound.args]
    if any(part is None for part in parts):
        return None
    first, *others = (part for part in parts if part is not None)
    if bound.function is operator.neg:
        return first.negated()
    return first.times(others[0]) if bound.function is operator.mul else first.over(others[0])


def _part(group: Group, whole: Any, arg: Op) -> Product | None:
    """An operand as a product, its own factors where it is scaled in turn; None where its dtype is another one."""
    fact = group.context.facts.of[arg]
    if not isinstance(fact, Num) or not isinstance(whole, Num) or fact.shape is None or whole.dtype != np.float64:
        return None
    alike = fact.dtype is not None and fact.dtype == whole.dtype
    if not alike and not (fact.box == "py" and fact.kind in "if"):
        return None
    inner = _factors(group, arg) if fact.shape != () else None
    return inner if inner is not None else flatten(group.value(arg))


def _has_number(group: Group, product: Product) -> bool:
    facts = [group.fact_of(tree) for tree in (*product.factors, *product.divisors)]
    return any(isinstance(f, Num) and f.shape == () for f in facts)
