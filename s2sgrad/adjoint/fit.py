"""Undo broadcasting: bring the adjoint that a rule returned to the shape of the operand.

Every axis that broadcasting added or stretched is summed; where it cannot be known whether an axis was stretched, the
printed helper ``sum_to`` decides when the code runs. An adjoint may be *compact* (smaller than its operand, to be
broadcast by the next elementwise step); it is spread out before an axis of it is summed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import gast

from s2sgrad.adjoint.opened import opened
from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.facts import Dim, Fact, Num
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.literals import may_be_number
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote, structure

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["by_helper", "fit", "full_shape", "is_reshaped"]

Shape = tuple[Dim, ...]


def fit(
    group: Group,
    product: Product,
    operand: Op,
    result: Op,
    elementwise: bool,
    full: bool = False,
    reduces: bool = False,
) -> Product:
    """``product``, an adjoint of ``operand`` that stands for an array of the shape of ``result``, in operand's shape.

    ``full`` says that the incoming adjoint is proven to have every axis of the result at full length. What a rule for
    a reduction gives (``reduces``) is broadcast to the operand by whoever reads it next; there is nothing to undo.
    """
    if reduces:
        return product
    wanted = group.context.facts.of[operand]
    fact = group.fact(product)
    if full and isinstance(fact, Num):
        # The incoming adjoint had every axis of the result; what it was multiplied with adds none.
        fact = fact.of_shape(getattr(group.context.facts.of[result], "shape", None))
    if not isinstance(wanted, Num):
        if elementwise:
            raise Refusal("a list is broadcast here", "make an array of it: `np.array(...)`", operand.node)
        return product
    if not isinstance(fact, Num):
        return by_helper(group, product, operand, result, elementwise and not full)
    if not elementwise and (fact.shape == () or wanted.shape is None):
        return product
    if not elementwise and product.bare and is_reshaped(product.factors[0], group.value(operand)):
        return product
    spread = group.context.facts.of[result] if elementwise else fact
    spread_shape = spread.shape if isinstance(spread, Num) else None
    if wanted.shape is None or spread_shape is None or fact.shape is None:
        return by_helper(group, product, operand, result, elementwise and not full)
    if (may_be_number(fact) or may_be_number(wanted)) and not full_shape(fact, wanted):
        return by_helper(group, product, operand, result, elementwise and not full)
    leading = len(spread_shape) - len(wanted.shape)
    ones = _stretched(wanted.shape, spread_shape[max(leading, 0) :])
    if ones is None:
        return by_helper(group, product, operand, result, elementwise and not full)
    if leading <= 0 and not ones:
        return product
    leading = max(leading, 0)
    missing = len(spread_shape) - len(fact.shape)
    if missing == len(spread_shape) and leading + len(ones) == missing and elementwise:
        counted = product.times(Product(factors=(size_of(group, result),)))
        return counted if wanted.shape == () else _reshaped(group, counted, operand)
    if elementwise and not _is_spread(fact.shape, spread_shape, leading, ones):
        product, missing = _broadcast(group, product, result), 0
    return _summed(group, product, wanted, leading, [axis - missing for axis in ones])


def is_reshaped(tree: gast.expr, value: gast.expr) -> bool:
    """True for ``np.reshape(..., value.shape)``, which has the shape of ``value`` by construction."""
    called = isinstance(tree, gast.Call) and getattr(tree.func, "attr", "") == "reshape" and len(tree.args) == 2
    return called and structure(tree.args[1]) == structure(quote("{x}.shape", x=value))


def _stretched(wanted: Shape, spread: Shape) -> list[int] | None:
    """Axes of ``wanted`` of length 1 that were stretched; None where that cannot be known."""
    found = []
    for axis, (own, full) in enumerate(zip(wanted[len(wanted) - len(spread) :], spread, strict=True)):
        if own.equals(full) or own.not_one:
            continue
        if not own.is_one:
            return None
        found.append(axis + len(wanted) - len(spread))
    return found


def _is_spread(shape: Shape, spread: Shape, leading: int, ones: list[int]) -> bool:
    """True where an adjoint of this shape has, at full length, every axis that is about to be summed."""
    missing = len(spread) - len(shape)
    summed = [*range(leading), *(leading + axis for axis in ones)]
    return all(a >= missing and _full(shape[a - missing], spread[a]) for a in summed)


def _reshaped(group: Group, product: Product, operand: Op) -> Product:
    """A scalar as an array of the operand's shape, all of whose axes have length 1."""
    tree = quote("{np}.full_like({x}, {e})", np=group.numpy, x=group.value(operand), e=group.tree(product))
    return Product(factors=(tree,))


def _operand_of_full_shape(group: Group, result: Op) -> Op:
    """An operand whose shape is that of the result, if there is one: it has a name more often."""
    facts = group.context.facts
    fact = facts.of[result]
    bound = facts.calls.get(result)
    for arg in bound.args if bound is not None else ():
        own = facts.of[arg]
        if isinstance(own, Num) and isinstance(fact, Num) and own.shape and fact.shape and own.box == "array":
            same = len(own.shape) == len(fact.shape) and all(
                a.equals(b) for a, b in zip(own.shape, fact.shape, strict=True)
            )
            if same:
                return arg
    return result


def shape_of(group: Group, op: Op) -> gast.expr:
    """The expression for the shape of an operation's result."""
    return quote("{x}.shape", x=group.value(_operand_of_full_shape(group, op)))


def size_of(group: Group, op: Op) -> gast.expr:
    """The expression for the number of elements of an operation's result."""
    return quote("{x}.size", x=group.value(_operand_of_full_shape(group, op)))


def full_shape(fact: Fact, wanted: Fact) -> bool:
    """True where a value with ``fact`` is proven to have all axes of ``wanted`` at full length."""
    if not isinstance(fact, Num) or not isinstance(wanted, Num) or fact.shape is None or wanted.shape is None:
        return False
    if len(fact.shape) != len(wanted.shape) or (may_be_number(fact) and not may_be_number(wanted)):
        return False
    return all(map(_full, fact.shape, wanted.shape))


def _full(own: Dim, wanted: Dim) -> bool:
    return own.equals(wanted) or wanted.is_one or own.not_one


def _summed(group: Group, product: Product, wanted: Num, leading: int, ones: list[int]) -> Product:
    inner, outer = _split_scalars(group, opened(group, product))
    tree = group.tree(inner)
    fact = group.fact(inner)
    method = isinstance(fact, Num) and fact.box == "array"
    if wanted.shape == ():
        template = "{e}.sum()" if method else "{np}.sum({e})"
        tree = quote(template, e=tree, np=group.numpy)
        return Product(factors=(tree,), heavy="sum").times(outer)
    if leading:
        axis = "0" if leading == 1 else repr(tuple(range(leading)))
        tree = quote(f"{{e}}.sum(axis={axis})", e=tree)
    if ones:
        axis = repr(ones[0]) if len(ones) == 1 else repr(tuple(ones))
        tree = quote(f"{{e}}.sum(axis={axis}, keepdims=True)", e=tree)
    return Product(factors=(tree,), heavy="sum").times(outer)


def _split_scalars(group: Group, product: Product) -> tuple[Product, Product]:
    """The array part of a product, to be summed, and the scalar part, which stays outside the sum."""

    def scalar(tree: gast.expr) -> bool:
        fact = group.fact_of(tree)
        return isinstance(fact, Num) and fact.shape == ()

    arrays = tuple(f for f in product.factors if not scalar(f))
    if not arrays:
        return product.positive(), Product(product.sign)
    under = tuple(d for d in product.divisors if not scalar(d))
    inner = Product(factors=arrays, divisors=under)
    factors = tuple(f for f in product.factors if scalar(f))
    divisors = tuple(d for d in product.divisors if scalar(d))
    return inner, Product(product.sign, product.number, factors, product.divisor, divisors)


def by_helper(group: Group, product: Product, operand: Op, result: Op, elementwise: bool) -> Product:
    """Leave it to the printed helper."""
    wanted, fact = group.context.facts.of[operand], group.fact(product)
    full = group.context.facts.of[result]
    if isinstance(wanted, Num) and wanted.shape == () and wanted.box != "any":
        if elementwise and not full_shape(fact, full):
            product = _broadcast(group, product, result)
        tree = quote("{np}.sum({e})", np=group.numpy, e=group.tree(product))
        return Product(factors=(tree,), heavy="sum")
    if elementwise and not full_shape(fact, full):
        product = _broadcast(group, product, result)
    if group.context.interpreter.namespace.has_own_sum_to():
        reason = "the gradient needs a helper `sum_to`, and `sum_to` is another thing here"
        raise Refusal(reason, "rename your `sum_to`", operand.node)
    group.context.helpers.add("sum_to")
    value = group.value(operand)
    shape = quote(
        "{x}.shape" if isinstance(wanted, Num) and wanted.box == "array" else "{np}.shape({x})", x=value, np=group.numpy
    )
    tree = quote("sum_to({e}, {shape})", e=group.tree(product), shape=shape)
    return Product(factors=(tree,), heavy="sum")


def _broadcast(group: Group, product: Product, result: Op) -> Product:
    if may_be_number(group.context.facts.of[result]):
        # The adjoint may be larger than a number that an array was expected for; no more is lost by this than by a sum.
        return _beside(group, product, result)
    shape = quote("{np}.shape({x})", np=group.numpy, x=group.value(_operand_of_full_shape(group, result)))
    tree = quote("{np}.broadcast_to({e}, {shape})", np=group.numpy, e=group.tree(product), shape=shape)
    return Product(factors=(tree,))


def _beside(group: Group, product: Product, op: Op) -> Product:
    """The product broadcast against the value of an operation, whichever of the two is the larger one."""
    tree = quote("{e} + {np}.zeros_like({x})", e=group.tree(product), np=group.numpy, x=group.value(op))
    return Product(factors=(tree,))


def fit_to_value(group: Group, product: Product, value: Op) -> Product:
    """The adjoint of a stored value, which may have been broadcast into the place where it was stored.

    A value may have more axes than the place, all of length 1 and in front: they are lost there.
    """
    fact, wanted = group.fact(product), group.context.facts.of[value]
    if isinstance(fact, Num) and isinstance(wanted, Num) and wanted.shape != ():
        if fact.shape is None or wanted.shape is None:
            return by_helper(group, _beside(group, product, value), value, value, elementwise=False)
        if len(fact.shape) < len(wanted.shape):
            axes = ", ".join(["None"] * (len(wanted.shape) - len(fact.shape)))
            product = Product(factors=(quote(f"{{e}}[{axes}]", e=group.tree(product)),))
    return fit(group, product, value, value, elementwise=False)
