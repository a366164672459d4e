"""Matrices of ``scipy.linalg`` that are made of others, norms, and what its other files share.

They are loaded when the first of its functions is met: nothing imports SciPy before the user does. ``linalg`` in a rule
stands for the module as the user's own call names it. Calls that let SciPy overwrite their arguments have no rule.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import gast
import numpy as np
from scipy import linalg

from s2sgrad.analysis.calls import PARTS
from s2sgrad.analysis.facts import Dim, Fact, Num, Seq
from s2sgrad.analysis.forms import Args, Passed, forms
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh, same_dim
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.instances import join_all
from s2sgrad.analysis.infer.table import FALSE, NONE, TRUE, Unknown, handler_of, infers, length, truth
from s2sgrad.quote import quote
from s2sgrad.rules.macros import expands, weak
from s2sgrad.rules.norms import NORM
from s2sgrad.rules.registry import ADJOINTS, TANGENTS, Rule, TangentRule, When, adjoint, linear, ranks, tangent
from s2sgrad.rules.when import all_of, any_of, given, rank, real

__all__ = [
    "MATRIX",
    "VECTOR_OR_MATRIX",
    "against",
    "double",
    "inside_triangle",
    "is_known_lower",
    "matrix",
    "of_system",
    "precision",
    "same_shape",
    "several",
    "shaped",
    "triangle",
]

R = TypeVar("R", Rule, TangentRule)
VECTOR_OR_MATRIX = any_of(ranks(2, 1), ranks(2, 2))
MATRIX = all_of(rank("a", 2), real("a"))
# Rules that do not ask for real operands take what may be complex, such as a root, to be real; what is complex is
# refused before.

# ---- what is known of the results ----


def double(*facts: Num) -> Any:
    """The dtype of a result of operands in double precision; None for one of others."""
    return FLOAT if all(fact.dtype == FLOAT for fact in facts) else None


def precision(x: Num) -> Any:
    """The dtype of what SciPy computes of a matrix in its own precision; None where that is not known."""
    return x.dtype if x.dtype in (np.dtype(np.float32), FLOAT) else None


def matrix(fact: Fact, fresh: Fresh) -> Num:
    """The fact of a matrix. Raises Unknown for anything else."""
    x = number(fact, fresh)
    if x.rank != 2 or x.shape is None:
        raise Unknown
    return x


def of_system(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    """The solution of a linear system with one right side, or with several in the columns of a matrix."""
    x, y = matrix(a, fresh), number(b, fresh)
    if y.rank not in (1, 2):
        raise Unknown
    return Num(double(x, y), "array", y.shape)


def same_shape(fresh: Fresh, a: Fact, *, check_finite: Fact = TRUE) -> Num:
    """A square matrix that is made of another."""
    x = matrix(a, fresh)
    assert x.shape is not None
    n = same_dim(*x.shape)
    return Num(double(x), "array", (n, n))


def several(*items: Fact) -> Fact:
    """The fact of a tuple."""
    return Seq("tuple", items, join_all(items), Dim.of(len(items)))


def shaped(wanted: str) -> When:
    """True unless a matrix ``a`` is known not to be ``"square"``, or at least as ``"tall"``, or ``"wide"``, as that.

    Where nothing is known, a rule must raise for another matrix, or give NaN.
    """

    def fits(facts: dict[str, Fact]) -> bool:
        a = facts["a"]
        if not isinstance(a, Num) or a.shape is None or len(a.shape) != 2 or a.shape[0].equals(a.shape[1]):
            return True
        m, n = map(length, a.shape)
        return m is None or n is None or {"square": m == n, "tall": m >= n, "wide": m <= n}[wanted]

    return fits


def is_known_lower(facts: dict[str, Fact]) -> bool:
    """True where it is known which triangle is read."""
    fact = facts["lower"]
    return isinstance(fact, Num) and (fact.value is not None or fact.origin is not None)


# ---- words of these rules ----


def triangle(x: Any, lower: Any) -> Any:
    """The lower or the upper triangle of ``x``."""
    return np.tril(x) if lower else np.triu(x)


def inside_triangle(x: Any, lower: Any) -> Any:
    """The lower or the upper triangle of ``x`` without the diagonal."""
    return np.tril(x, -1) if lower else np.triu(x, 1)


def against(a: Any, b: Any, *like: Any) -> Any:
    """All products of two vectors; ``a @ b.T`` of two matrices. One of them or of ``like`` tells which they are."""
    return np.outer(a, b) if np.ndim(b) == 1 else a @ b.T


@expands(triangle)
def _triangle(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return quote("np.tril({x})" if truth(facts[1]) else "np.triu({x})", x=args[0])


@expands(inside_triangle)
def _inside_triangle(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return quote("np.tril({x}, -1)" if truth(facts[1]) else "np.triu({x}, 1)", x=args[0])


@expands(against)
def _against(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    vectors = any(isinstance(fact, Num) and fact.rank == 1 for fact in facts)
    return quote("np.outer({a}, {b})" if vectors else "{a} @ {b}.T", a=args[0], b=args[1])


# ---- norms ----

note_fresh(linalg.norm, linalg.block_diag)


@infers(linalg.norm)
def _norm(
    fresh: Fresh,
    a: Fact,
    ord: Fact = NONE,
    axis: Fact = NONE,
    keepdims: Fact = FALSE,
    check_finite: Fact = TRUE,
) -> Fact:
    known = handler_of(NORM)
    assert known is not None
    fact = known(fresh, a, ord, axis, keepdims)
    if not isinstance(fact, Num) or fact.shape != ():
        return fact
    # BLAS gives one of Python's numbers, whatever the precision of the array.
    wide = number(a, fresh).dtype in (FLOAT, np.dtype(complex))
    return Num(FLOAT if wide else None, "any", ())


PLAIN = all_of(rank("a", 1), real("a"), given("ord", None, 2), given("axis", None), given("keepdims", False))


@adjoint(linalg.norm, when=PLAIN)
def norm_of_vector(dy: Any, y: Any, a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the Euclidean norm, which BLAS gives as one of Python's numbers: 0 at 0."""
    return dy * a / weak(np.where(y == 0, 1, y), a)


@tangent(linalg.norm, when=PLAIN)
def norm_of_vector_dot(y: Any, a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, da: Any) -> Any:
    """Of the Euclidean norm: 0 at 0."""
    return (a @ da) / weak(np.where(y == 0, 1, y), a)


OF_MATRIX = all_of(rank("a", 2), real("a"), given("axis", None))


@adjoint(linalg.norm, when=all_of(OF_MATRIX, given("ord", 1)))
def norm_of_matrix_columns(dy: Any, y: Any, a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the largest column sum of absolute values: SciPy adds them up in another order than NumPy."""
    sums = np.abs(a).sum(axis=0)
    is_max = sums == sums.max()
    return dy * np.sign(a) * is_max / is_max.sum(dtype=a.dtype)


@adjoint(linalg.norm, when=all_of(OF_MATRIX, given("ord", np.inf)))
def norm_of_matrix_rows(dy: Any, y: Any, a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the largest row sum of absolute values: SciPy adds them up in another order than NumPy."""
    sums = np.abs(a).sum(axis=1, keepdims=True)
    is_max = sums == sums.max()
    return dy * np.sign(a) * is_max / is_max.sum(dtype=a.dtype)


@tangent(linalg.norm, when=all_of(OF_MATRIX, given("ord", 1)))
def norm_of_matrix_columns_dot(
    y: Any, a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, da: Any
) -> Any:
    """Of the largest column sum of absolute values."""
    sums = np.abs(a).sum(axis=0)
    is_max = sums == sums.max()
    rate = np.where(is_max, da * np.sign(a), 0).sum(keepdims=keepdims)
    return rate / is_max.sum(dtype=a.dtype)


@tangent(linalg.norm, when=all_of(OF_MATRIX, given("ord", np.inf)))
def norm_of_matrix_rows_dot(
    y: Any, a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, da: Any
) -> Any:
    """Of the largest row sum of absolute values."""
    sums = np.abs(a).sum(axis=1, keepdims=True)
    is_max = sums == sums.max()
    rate = np.where(is_max, da * np.sign(a), 0).sum(keepdims=keepdims)
    return rate / is_max.sum(dtype=a.dtype)


BY_BLAS = any_of(PLAIN, all_of(OF_MATRIX, given("ord", 1, np.inf)))


def _of_numpy(rule: R) -> R:
    """The rule of NumPy's norm for those that are NumPy's, which differ from the others by rounding errors."""
    wanted = rule.when
    return replace(rule, when=lambda f: (wanted is None or wanted(f)) and not BY_BLAS({**f, "a": f["x"]}))


PARTS.add(linalg.norm)
ADJOINTS[linalg.norm] += map(_of_numpy, ADJOINTS[NORM])
TANGENTS[linalg.norm] += map(_of_numpy, TANGENTS[NORM])


# ---- matrices made of blocks ----


@infers(linalg.block_diag)
def _block_diag(fresh: Fresh, *arrs: Fact) -> Fact:
    blocks = [matrix(fact, fresh) for fact in arrs]
    return Num(double(*blocks), "array", (fresh("rows"), fresh("columns")))


@adjoint(linalg.block_diag, when=ranks(2), exact=True)
def block_diag_of_one(dy: Any, y: Any, a: Any) -> Any:
    """Of a copy."""
    return dy


@adjoint(linalg.block_diag, when=ranks(2, 2), exact=True)
def block_diag(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of two blocks on the diagonal."""
    return dy[: len(a), : a.shape[1]], dy[len(a) :, a.shape[1] :]


@adjoint(linalg.block_diag, when=ranks(2, 2, 2), exact=True)
def block_diag_of_three(dy: Any, y: Any, a: Any, b: Any, c: Any) -> Any:
    """Of three blocks on the diagonal."""
    m, n = len(a) + len(b), a.shape[1] + b.shape[1]
    return dy[: len(a), : a.shape[1]], dy[len(a) : m, a.shape[1] : n], dy[m:, n:]


linear(linalg.block_diag)


# ---- calls that are written with others ----


@forms(linalg.block_diag)
def _blocks(args: Args, passed: Passed) -> str | None:
    """Up to three matrices at a time; a vector is a row."""
    known = [fact.rank if isinstance(fact, Num) else None for fact in args]
    if passed or not set(known) <= {0, 1, 2} or (len(args) <= 3 and set(known) == {2}):
        return None
    holes = [f"{{{k}}}" if n == 2 else f"{{np}}.atleast_2d({{{k}}})" for k, n in enumerate(known)]
    while len(holes) > 3:
        holes[:3] = [f"{{f}}({', '.join(holes[:3])})"]
    return f"{{f}}({', '.join(holes)})"


@forms(linalg.toeplitz)
def _toeplitz(args: Args, passed: Passed) -> str | None:
    """Elements by their distance from the diagonal."""
    if len(args) != 1 or passed or not isinstance(args[0], Num) or args[0].rank != 1:
        return None
    return "{0}[{np}.abs({np}.arange(len({0}))[:, None] - {np}.arange(len({0})))]"


@forms(linalg.circulant)
def _circulant(args: Args, passed: Passed) -> str | None:
    """Elements by their distance from the diagonal, around the end."""
    if len(args) != 1 or passed or not isinstance(args[0], Num) or args[0].rank != 1:
        return None
    return "{0}[({np}.arange(len({0}))[:, None] - {np}.arange(len({0}))) % len({0})]"
