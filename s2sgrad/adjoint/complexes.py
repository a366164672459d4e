"""Complex numbers on the way of an adjoint: factors are conjugated, and what comes to a real operand is projected.

The adjoint of ``z`` is ``dJ/dRe z + 1j * dJ/dIm z``. So a holomorphic rule, written as for real numbers, multiplies by
the conjugate of the derivative; and an operand that is real takes the real part of what its rule gives.

>>> unquote(conjugated_names(quote("-np.outer(dy, y) @ a.T / len(a)"), frozenset(["y", "a"])))
'-np.outer(dy, np.conj(y)) @ np.conj(a).T / len(a)'
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.choose import reaches_complex
from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.array_forms import leaves_the_reals
from s2sgrad.analysis.facts import Fact, Num, Seq, is_scalar, may_be_complex
from s2sgrad.analysis.found import Facts
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote, unquote  # noqa: F401

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = [
    "becomes_complex",
    "check_lists",
    "check_store",
    "conjugated",
    "conjugated_names",
    "is_doubtful",
    "is_imaginary",
    "is_real",
    "lifted",
    "makes_complex",
    "projected",
    "without_pairs",
]

_METADATA = frozenset(["shape", "size", "ndim", "dtype", "zeros_like", "ones_like", "empty_like"])
"""Attributes and functions of NumPy's for which a conjugate is as good as the array itself."""
_SCALING = (operator.mul, operator.truediv, operator.neg)


def is_doubtful(fact: Fact) -> bool:
    """True for what may be real or complex and is more than a number that took a complex one over from another place.

    The latter is differentiated as the complex number that it may be; a power of a negative Python number is not.
    """
    if isinstance(fact, Seq):
        held = (fact.element,) if fact.items is None else fact.items
        return any(isinstance(f, Num) and f.maybe_complex for f in held)
    return isinstance(fact, Num) and fact.maybe_complex and (fact.kind != "?" or not is_scalar(fact))


def makes_complex(function: Any, result: Fact) -> bool:
    """True for a function whose result the data makes real or complex, and for what makes it complex then.

    The rules of both are right for either kind: what they give goes to a real operand, and its real part is taken.
    """
    if function is np.ndarray.astype:
        return isinstance(result, Num) and result.kind == "c"
    return function is np.linalg.eig or leaves_the_reals(function)


def becomes_complex(facts: Facts, op: Op) -> Refusal:
    """The refusal of ``op``, at the power of a Python number that may leave the reals, where there is one."""

    def leaves(power: Op) -> bool:
        return may_be_complex(facts.of[power]) and not any(may_be_complex(facts.of[a]) for a in power.args)

    powers = [o for o, bound in facts.calls.items() if bound.function is operator.pow and hasattr(o.node, "lineno")]
    found = next(filter(leaves, powers), None)
    if found is None:
        return Refusal("this may be complex, which is not differentiated yet", "use real arrays", op.node)
    reason = "a power of a Python number is complex where the number is negative and the exponent no integer"
    return Refusal(reason, "use `np.power(a, b)`, or NumPy's numbers: `np.float64(a) ** b`", found.node)


def check_store(group: Group, base: Fact, value: Op) -> None:
    """Refuse to store a complex number into an array of real ones, where NumPy drops the imaginary part."""
    if isinstance(base, Num) and not may_be_complex(base) and may_be_complex(group.context.facts.of[value]):
        raise Refusal("this drops the imaginary part of what is stored", "store `.real` of it", value.node)


def check_lists(group: Group, op: Op, operands: list[Op]) -> None:
    """Refuse to make complex numbers of a list of real ones, whose adjoints are not projected one by one."""
    of = group.context.facts.of
    if not group.context.has_complex or not reaches_complex(of[op]):
        return
    lost = next((a for a in operands if isinstance(of[a], Seq) and not reaches_complex(of[a])), None)
    if lost is not None:
        raise Refusal("this makes complex numbers of a list of real ones", "make them complex: `v + 0j`", lost.node)


def is_real(fact: Fact) -> bool:
    """True for a number or an array that is proven to be real."""
    return isinstance(fact, Num) and fact.kind in "biuf" and not fact.maybe_complex


def is_imaginary(tree: Any) -> bool:
    """True for a literal like ``2j``."""
    return isinstance(tree, gast.Constant) and isinstance(tree.value, complex) and tree.value.real == 0


def conjugated_names(tree: Any, names: frozenset[str]) -> Any:
    """A part of a rule with the conjugates of these names, where their values and not their shapes are read."""
    from s2sgrad.adjoint.apply import _map_children

    if isinstance(tree, gast.Name):
        return quote("np.conj({x})", x=tree) if tree.id in names else tree
    if isinstance(tree, gast.stmt):
        return _statement(tree, names)
    if not isinstance(tree, gast.expr) or _reads_metadata(tree):
        return tree
    return _map_children(tree, lambda child: conjugated_names(child, names))


def _statement(tree: Any, names: frozenset[str]) -> Any:
    new = tree.__class__.__new__(tree.__class__)
    new.__dict__.update(tree.__dict__)
    new.value = conjugated_names(tree.value, names)
    return new


def _reads_metadata(tree: Any) -> bool:
    if isinstance(tree, gast.Attribute):
        return tree.attr in _METADATA
    if not isinstance(tree, gast.Call):
        return False
    return getattr(tree.func, "id", "") == "len" or getattr(tree.func, "attr", "") in _METADATA


def without_pairs(product: Product) -> Product:
    """The product with ``np.conj(np.conj(z))`` written as ``z``."""
    return product.of(*map(_without_pair, product.factors))


def _without_pair(tree: Any) -> Any:
    inner = _conjugate_of(tree)
    return tree if inner is None or _conjugate_of(inner) is None else _conjugate_of(inner)


def _conjugate_of(tree: Any) -> Any:
    """What ``np.conj(...)`` is the conjugate of; None for anything else."""
    called = isinstance(tree, gast.Call) and getattr(tree.func, "attr", "") == "conj" and len(tree.args) == 1
    return tree.args[0] if called and not tree.keywords else None


def conjugated(group: Group, product: Product) -> Product:
    """The conjugate of a product; what is real stays as it is."""
    new = product.of()._replace(divisors=())
    for factor in product.factors:
        new = new.times(_conjugate(group, factor))
    for divisor in product.divisors:
        new = new.over(_conjugate(group, divisor))
    return new.weighing(product.heavy)


def _conjugate(group: Group, tree: Any) -> Product:
    if is_real(group.fact_of(tree)):
        return Product(factors=(tree,))
    if is_imaginary(tree):
        return Product(-1, factors=(tree,))
    op = group.context.numbered.get(tree.id) if isinstance(tree, gast.Name) else None
    bound = group.context.facts.calls.get(op) if op is not None and op not in group.context.roots else None
    if bound is not None and bound.function is np.conj and not bound.keywords:
        return Product(factors=(group.value(bound.args[0]),))
    spelled = _scaled(group, op) if op is not None else None
    return spelled or Product(factors=(quote("{np}.conj({x})", np=group.numpy, x=tree),))


def _scaled(group: Group, op: Op) -> Product | None:
    """The conjugate of an unnamed product, factor by factor, where some of it is real or a literal."""
    if op.payload not in _SCALING or op in group.context.roots:
        return None
    if op.payload is operator.neg:
        (operand,) = op.args
        inner = _conjugate(group, group.value(operand)) if _is_plain(group, operand) else None
        return None if inner is None else inner.negated()
    if not any(_is_plain(group, a) for a in op.args):
        return None
    first, second = (_conjugate(group, group.value(a)) for a in op.args)
    return first.times(second) if op.payload is operator.mul else first.over(second)


def _is_plain(group: Group, op: Op) -> bool:
    """True for a real value, an imaginary literal, and a product of such that has no name."""
    if not may_be_complex(group.context.facts.of[op]) or is_imaginary(op.node):
        return True
    return op.form == "call" and op.payload in _SCALING and any(_is_plain(group, a) for a in op.args)


def projected(group: Group, product: Product, wanted: Fact) -> Product:
    """What goes to a value with the fact ``wanted``: the real part of a product that may be complex, if it is real."""
    if not isinstance(wanted, Num) or may_be_complex(wanted) or is_real(group.fact(product)):
        return product
    quarters = sum(map(is_imaginary, product.factors)) - sum(map(is_imaginary, product.divisors))
    inner = Product(factors=tuple(f for f in product.factors if _is_complex(group, f)))
    inner = inner._replace(divisors=tuple(d for d in product.divisors if _is_complex(group, d)))
    if not inner.factors:
        return Product(factors=(quote("({e}).real", e=group.tree(product)),))
    part = "imag" if quarters % 2 else "real"
    sign, number, divisor = product.sign, product.number, product.divisor
    for literal in filter(is_imaginary, product.factors):
        number *= literal.value.imag
    for literal in filter(is_imaginary, product.divisors):
        divisor *= literal.value.imag
    sign = -sign if quarters % 4 in (1, 2) else sign
    factor = quote(f"({{e}}).{part}", e=group.tree(inner))
    factors = (factor, *(f for f in product.factors if is_real(group.fact_of(f))))
    divisors = tuple(d for d in product.divisors if is_real(group.fact_of(d)))
    return Product(sign, number, factors, divisor, divisors, product.heavy)


def _is_complex(group: Group, tree: Any) -> bool:
    return not is_real(group.fact_of(tree)) and not is_imaginary(tree)


def lifted(group: Group, product: Product, wanted: Fact) -> Product:
    """A term of the adjoint of a value with the fact ``wanted``: complex, if that is complex and has axes."""
    if not isinstance(wanted, Num) or wanted.kind != "c" or wanted.shape == () or product.literal:
        return product
    fact = group.fact(product)
    if isinstance(fact, Seq) or may_be_complex(fact) or getattr(fact, "shape", None) == ():
        return product
    return Product(factors=(quote("{e} + 0j", e=group.tree(product)),), heavy=product.heavy)
