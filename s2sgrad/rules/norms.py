"""Norms of vectors: 0 at 0 with gradient 0; elements that are the largest together share the adjoint."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Fact, NeedValue, Num, Static
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.quote import quote
from s2sgrad.rules.macros import expands, minus_one, one_for_zero, unreduce
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, any_of, box, given, integer, rank, real, settled, value

NORM = np.linalg.norm
VECTOR_NORM = numpy_functions("vector_norm", module=np.linalg)
LARGEST = (np.inf, -np.inf)
OF_VECTORS = any_of(rank("x", 1), integer("axis"))


def is_power(facts: dict[str, Fact]) -> bool:
    """True where the order of a norm is known to be a finite number other than 0."""
    order = facts["ord"]
    if isinstance(order, Num) and order.value is None and order.origin is not None:
        raise NeedValue(order.origin)
    return value("ord", lambda p: p != 0 and np.isfinite(p))(facts)


def counted(mask: Any, axis: Any, x: Any) -> Any:
    """How often ``mask`` is true along an axis, in the precision of ``x``."""
    return mask.sum(axis=axis, keepdims=True, dtype=x.dtype)


@expands(counted)
def _counted(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    mask, axis, x = args
    double = isinstance(facts[2], Num) and facts[2].dtype == float
    precision = quote("{m}.sum(dtype={x}.dtype)", m=mask, x=x)
    if isinstance(facts[1], Static):
        return quote("{m}.sum()", m=mask) if double else precision
    if double:
        return quote("{m}.sum(axis={axis}, keepdims=True)", m=mask, axis=axis)
    return quote("{m}.sum(axis={axis}, keepdims=True, dtype={x}.dtype)", m=mask, axis=axis, x=x)


@adjoint(NORM, when=all_of(settled("x"), any_of(given("ord", None, "fro"), all_of(given("ord", 2), OF_VECTORS))))
def norm(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the Euclidean norm of vectors, the Frobenius norm of matrices: 0 at 0."""
    slope = dy / one_for_zero(y)
    return unreduce(slope, x, axis, keepdims) * x


@adjoint(NORM, when=all_of(real("x"), given("ord", 1), OF_VECTORS))
def norm_1(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the sum of absolute values: 0 at 0."""
    return unreduce(dy, x, axis, keepdims) * np.sign(x)


@adjoint(NORM, when=all_of(real("x"), given("ord", *LARGEST), OF_VECTORS))
def norm_inf(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the largest or smallest absolute value."""
    is_max = np.abs(x) == unreduce(y, x, axis, keepdims)
    n_max = counted(is_max, axis, x)
    return unreduce(dy, x, axis, keepdims) * np.sign(x) * is_max / n_max


@tangent(NORM, when=all_of(real("x"), given("ord", *LARGEST), OF_VECTORS))
def norm_inf_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the largest or smallest absolute value."""
    is_max = np.abs(x) == unreduce(y, x, axis, keepdims)
    n_max = counted(is_max, axis, x)
    return (np.where(is_max, dx * np.sign(x), 0) / n_max).sum(axis=axis, keepdims=keepdims)


@adjoint(NORM, when=all_of(given("ord", 0), OF_VECTORS))
def norm_0(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the number of elements that are not 0."""
    return None


@adjoint(NORM, when=all_of(real("x"), is_power, OF_VECTORS))
def norm_p(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the root of the sum of powers of absolute values."""
    length = np.where(y == 0, 1, y)
    power = (np.abs(x) / unreduce(length, x, axis, keepdims)) ** minus_one(ord)
    return unreduce(dy, x, axis, keepdims) * np.sign(x) * power


@tangent(NORM, when=all_of(real("x"), is_power, OF_VECTORS))
def norm_p_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the root of the sum of powers of absolute values."""
    length = np.where(y == 0, 1, y)
    power = (np.abs(x) / unreduce(length, x, axis, keepdims)) ** minus_one(ord)
    return (dx * np.sign(x) * power).sum(axis=axis, keepdims=keepdims)


EUCLIDEAN = all_of(real("x"), any_of(given("ord", None, "fro"), all_of(given("ord", 2), OF_VECTORS)))


@tangent(np.linalg.norm, when=all_of(EUCLIDEAN, box("x", "py")))
def norm_of_number_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the magnitude of one number: 0 at 0."""
    return np.sign(x) * dx


@tangent(np.linalg.norm, when=EUCLIDEAN)
def norm_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the Euclidean norm of vectors, the Frobenius norm of matrices: 0 at 0."""
    return (x * dx).sum(axis=axis, keepdims=keepdims) / one_for_zero(y)


@tangent(np.linalg.norm, when=all_of(real("x"), given("ord", 1), OF_VECTORS))
def norm_1_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the sum of absolute values: 0 at 0."""
    return (np.sign(x) * dx).sum(axis=axis, keepdims=keepdims)


@adjoint(*VECTOR_NORM, when=all_of(settled("x"), given("ord", 2)))
def vector_norm(dy: Any, y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Of the Euclidean norm: 0 at 0."""
    slope = dy / one_for_zero(y)
    return unreduce(slope, x, axis, keepdims) * x


@tangent(*VECTOR_NORM, when=all_of(real("x"), given("ord", 2)))
def vector_norm_dot(y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2, dx: Any) -> Any:
    """Of the Euclidean norm: 0 at 0."""
    length = np.where(y == 0, 1, y)
    return (dx * x / unreduce(length, x, axis, keepdims)).sum(axis=axis, keepdims=keepdims)


@adjoint(*VECTOR_NORM, when=all_of(real("x"), given("ord", 1)))
def vector_norm_1(dy: Any, y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Of the sum of absolute values: 0 at 0."""
    return unreduce(dy, x, axis, keepdims) * np.sign(x)


@tangent(*VECTOR_NORM, when=all_of(real("x"), given("ord", 1)))
def vector_norm_1_dot(y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2, dx: Any) -> Any:
    """Of the sum of absolute values: 0 at 0."""
    return (dx * np.sign(x)).sum(axis=axis, keepdims=keepdims)


@adjoint(*VECTOR_NORM, when=all_of(real("x"), given("ord", *LARGEST)))
def vector_norm_inf(dy: Any, y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Of the largest or smallest absolute value."""
    is_max = np.abs(x) == unreduce(y, x, axis, keepdims)
    n_max = counted(is_max, axis, x)
    return unreduce(dy, x, axis, keepdims) * np.sign(x) * is_max / n_max


@tangent(*VECTOR_NORM, when=all_of(real("x"), given("ord", *LARGEST)))
def vector_norm_inf_dot(y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2, dx: Any) -> Any:
    """Of the largest or smallest absolute value."""
    is_max = np.abs(x) == unreduce(y, x, axis, keepdims)
    n_max = counted(is_max, axis, x)
    return (np.where(is_max, dx * np.sign(x), 0) / n_max).sum(axis=axis, keepdims=keepdims)


@adjoint(*VECTOR_NORM, when=given("ord", 0))
def vector_norm_0(dy: Any, y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Of the number of elements that are not 0."""
    return None


@adjoint(*VECTOR_NORM, when=all_of(real("x"), is_power))
def vector_norm_p(dy: Any, y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Of the root of the sum of powers of absolute values."""
    length = np.where(y == 0, 1, y)
    power = (np.abs(x) / unreduce(length, x, axis, keepdims)) ** minus_one(ord)
    return unreduce(dy, x, axis, keepdims) * np.sign(x) * power


@tangent(*VECTOR_NORM, when=all_of(real("x"), is_power))
def vector_norm_p_dot(y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2, dx: Any) -> Any:
    """Of the root of the sum of powers of absolute values."""
    length = np.where(y == 0, 1, y)
    power = (np.abs(x) / unreduce(length, x, axis, keepdims)) ** minus_one(ord)
    return (dx * np.sign(x) * power).sum(axis=axis, keepdims=keepdims)
