"""Functions of ``scipy.linalg``, loaded when the first of them is met: nothing imports SciPy before the user does.

``linalg`` in a rule stands for the module as the user's own call names it. Calls that let SciPy overwrite their
arguments have no rule.
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np
from scipy import linalg

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq
from s2sgrad.analysis.forms import Args, Passed, forms
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh, same_dim
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.instances import join_all
from s2sgrad.analysis.infer.spelling import UNPACKED
from s2sgrad.analysis.infer.table import FALSE, NONE, TRUE, ZERO, Unknown, infers, truth
from s2sgrad.printed import cofactors, nan_if_close
from s2sgrad.quote import quote
from s2sgrad.rules.macros import expands
from s2sgrad.rules.registry import adjoint, ranks, tangent
from s2sgrad.rules.stacks import skew_over
from s2sgrad.rules.when import all_of, any_of, given, rank, real

GENERAL = all_of(given("assume_a", None, "gen", "general"), given("transposed", False))
VECTOR_OR_MATRIX = any_of(ranks(2, 1), ranks(2, 2))
SQUARE = all_of(rank("a", 2), real("a"))

# ---- what is known of the results ----

note_fresh(
    linalg.solve, linalg.solve_triangular, linalg.solve_sylvester, linalg.inv, linalg.det, linalg.expm,
    linalg.expm_frechet, linalg.cholesky, linalg.eigh, linalg.cho_solve,
)  # fmt: skip


def _double(*facts: Num) -> Any:
    return FLOAT if all(fact.dtype == FLOAT for fact in facts) else None


def _matrix(fact: Fact, fresh: Fresh) -> Num:
    x = number(fact, fresh)
    if x.rank != 2 or x.shape is None:
        raise Unknown
    return x


@infers(linalg.solve)
def _solve(
    fresh: Fresh, a: Fact, b: Fact, *, check_finite: Fact = TRUE, assume_a: Fact = NONE, transposed: Fact = FALSE
) -> Fact:
    return _of_system(fresh, a, b)


@infers(linalg.solve_triangular)
def _solve_triangular(
    fresh: Fresh,
    a: Fact,
    b: Fact,
    trans: Fact = ZERO,
    lower: Fact = FALSE,
    unit_diagonal: Fact = FALSE,
    *,
    check_finite: Fact = TRUE,
) -> Fact:
    return _of_system(fresh, a, b)


def _of_system(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, y = _matrix(a, fresh), number(b, fresh)
    if y.rank not in (1, 2):
        raise Unknown
    return Num(_double(x, y), "array", y.shape)


@infers(linalg.inv, linalg.expm)
def _same_shape(fresh: Fresh, a: Fact, *, check_finite: Fact = TRUE) -> Fact:
    x = _matrix(a, fresh)
    assert x.shape is not None
    n = same_dim(*x.shape)
    return Num(_double(x), "array", (n, n))


@infers(linalg.cholesky)
def _cholesky(fresh: Fresh, a: Fact, lower: Fact = FALSE, *, check_finite: Fact = TRUE) -> Fact:
    return _same_shape(fresh, a)


@infers(linalg.expm_frechet)
def _expm_frechet(fresh: Fresh, A: Fact, E: Fact, *, compute_expm: Fact = TRUE) -> Fact:
    if truth(compute_expm) is not False:
        raise Unknown
    return _same_shape(fresh, A)


@infers(linalg.det)
def _det(fresh: Fresh, a: Fact, *, check_finite: Fact = TRUE) -> Fact:
    return Num(_double(_matrix(a, fresh)), "any", ())


@infers(linalg.solve_sylvester)
def _solve_sylvester(fresh: Fresh, a: Fact, b: Fact, q: Fact) -> Fact:
    operands = [_matrix(fact, fresh) for fact in (a, b, q)]
    return Num(_double(*operands), "array", operands[2].shape)


def _several(*items: Fact) -> Fact:
    return Seq("tuple", items, join_all(items), Dim.of(len(items)))


@infers(linalg.eigh)
def _eigh(fresh: Fresh, a: Fact, *, check_finite: Fact = TRUE) -> Fact:
    x = _matrix(a, fresh)
    assert x.shape is not None
    return _several(Num(_double(x), "array", x.shape[:1]), Num(_double(x), "array", x.shape))


# ---- words of these rules ----


def triangle(x: Any, lower: Any) -> Any:
    """The lower or the upper triangle of ``x``."""
    return np.tril(x) if lower else np.triu(x)


def against(a: Any, b: Any) -> Any:
    """All products of two vectors; ``a @ b.T`` of two matrices."""
    return np.outer(a, b) if np.ndim(b) == 1 else a @ b.T


@expands(triangle)
def _triangle(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return quote("np.tril({x})" if truth(facts[1]) else "np.triu({x})", x=args[0])


@expands(against)
def _against(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    vectors = any(isinstance(fact, Num) and fact.rank == 1 for fact in facts)
    return quote("np.outer({a}, {b})" if vectors else "{a} @ {b}.T", a=args[0], b=args[1])


# ---- systems ----


@adjoint(linalg.solve, when=all_of(VECTOR_OR_MATRIX, real("a", "b"), GENERAL))
def solve(
    dy: Any, y: Any, a: Any, b: Any, *, check_finite: Any = True, assume_a: Any = None, transposed: Any = False
) -> Any:
    """Of the solution of ``a @ y == b``."""
    db = linalg.solve(a.T, dy)
    return -against(db, y), db


@tangent(linalg.solve, when=all_of(VECTOR_OR_MATRIX, real("a", "b"), GENERAL))
def solve_dot(
    y: Any,
    a: Any,
    b: Any,
    *,
    check_finite: Any = True,
    assume_a: Any = None,
    transposed: Any = False,
    da: Any,
    db: Any,
) -> Any:
    """Of the solution of ``a @ y == b``."""
    return linalg.solve(a, db - da @ y)


def _is_known(facts: dict[str, Fact]) -> bool:
    """True where it is known which triangle is read."""
    fact = facts["lower"]
    return isinstance(fact, Num) and (fact.value is not None or fact.origin is not None)


TRIANGULAR = all_of(VECTOR_OR_MATRIX, real("a", "b"), given("unit_diagonal", False), _is_known)
STRAIGHT, TURNED = all_of(TRIANGULAR, given("trans", 0, "N")), all_of(TRIANGULAR, given("trans", 1, "T"))


@adjoint(linalg.solve_triangular, when=STRAIGHT)
def solve_triangular(
    dy: Any,
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
) -> Any:
    """Of the solution of ``a @ y == b``, of whose matrix one triangle is read."""
    db = linalg.solve_triangular(a, dy, trans=1, lower=lower)
    return -triangle(against(db, y), lower), db


@adjoint(linalg.solve_triangular, when=TURNED)
def solve_triangular_turned(
    dy: Any,
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
) -> Any:
    """Of the solution of ``a.T @ y == b``, of whose matrix one triangle is read."""
    db = linalg.solve_triangular(a, dy, lower=lower)
    return -triangle(against(y, db), lower), db


@tangent(linalg.solve_triangular, when=STRAIGHT)
def solve_triangular_dot(
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
    da: Any,
    db: Any,
) -> Any:
    """Of the solution of ``a @ y == b``, of whose matrix one triangle is read."""
    return (
        -linalg.solve_triangular(a, triangle(da, lower) @ y, lower=lower),
        linalg.solve_triangular(a, db, lower=lower),
    )


@tangent(linalg.solve_triangular, when=TURNED)
def solve_triangular_turned_dot(
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
    da: Any,
    db: Any,
) -> Any:
    """Of the solution of ``a.T @ y == b``, of whose matrix one triangle is read."""
    return (
        -linalg.solve_triangular(a, triangle(da, lower).T @ y, trans=1, lower=lower),
        linalg.solve_triangular(a, db, trans=1, lower=lower),
    )


@adjoint(linalg.solve_sylvester, when=all_of(ranks(2, 2, 2), real("a", "b", "q")), exact=True)
def solve_sylvester(dy: Any, y: Any, a: Any, b: Any, q: Any) -> Any:
    """Of the solution of ``a @ y + y @ b == q``."""
    dq = linalg.solve_sylvester(a.T, b.T, dy)
    return -dq @ y.T, -y.T @ dq, dq


@tangent(linalg.solve_sylvester, when=all_of(ranks(2, 2, 2), real("a", "b", "q")))
def solve_sylvester_dot(y: Any, a: Any, b: Any, q: Any, *, da: Any, db: Any, dq: Any) -> Any:
    """Of the solution of ``a @ y + y @ b == q``."""
    return linalg.solve_sylvester(a, b, dq - da @ y - y @ db)


# ---- inverses, determinants, exponentials ----


@adjoint(linalg.inv, when=SQUARE, exact=True)
def inv(dy: Any, y: Any, a: Any, *, check_finite: Any = True) -> Any:
    """Of the inverse."""
    return -y.T @ dy @ y.T


@tangent(linalg.inv, when=SQUARE)
def inv_dot(y: Any, a: Any, *, check_finite: Any = True, da: Any) -> Any:
    """Of the inverse."""
    return -y @ da @ y


@adjoint(linalg.det, when=SQUARE, exact=True)
def det(dy: Any, y: Any, a: Any, *, check_finite: Any = True) -> Any:
    """Of the determinant, of a singular matrix as well."""
    return dy * cofactors(a)


@tangent(linalg.det, when=SQUARE)
def det_dot(y: Any, a: Any, *, check_finite: Any = True, da: Any) -> Any:
    """Of the determinant, of a singular matrix as well."""
    return (cofactors(a) * da).sum()


@adjoint(linalg.expm, when=all_of(rank("A", 2), real("A")), exact=True)
def expm(dy: Any, y: Any, A: Any) -> Any:
    """Of the exponential of a matrix: the derivative of Fréchet at the transpose."""
    return linalg.expm_frechet(A.T, dy, compute_expm=False)


@tangent(linalg.expm, when=all_of(rank("A", 2), real("A")))
def expm_dot(y: Any, A: Any, *, dA: Any) -> Any:
    """Of the exponential of a matrix: the derivative of Fréchet."""
    return linalg.expm_frechet(A, dA, compute_expm=False)


# ---- factors ----


@adjoint(linalg.cholesky, when=all_of(SQUARE, given("lower", True)), exact=True)
def cholesky(dy: Any, y: Any, a: Any, lower: Any = False, *, check_finite: Any = True) -> Any:
    """Of the lower factor: lower triangular, since SciPy reads no element above the diagonal."""
    inner = y.T @ dy
    middle = (np.tril(inner) + np.tril(inner, -1)) / 2
    half = linalg.solve_triangular(y, middle.T, trans=1, lower=True)
    total = linalg.solve_triangular(y, half.T, trans=1, lower=True)
    return (np.tril(total + total.T) + np.tril(total + total.T, -1)) / 2


@tangent(linalg.cholesky, when=all_of(SQUARE, given("lower", True)))
def cholesky_dot(y: Any, a: Any, lower: Any = False, *, check_finite: Any = True, da: Any) -> Any:
    """Of the lower factor: SciPy reads no element above the diagonal."""
    symmetric = np.tril(da) + np.tril(da, -1).T
    half = linalg.solve_triangular(y, symmetric, lower=True)
    inner = linalg.solve_triangular(y, half.T, lower=True)
    return y @ (np.tril(inner) + np.tril(inner, -1)) / 2


@adjoint(linalg.cholesky, when=all_of(SQUARE, given("lower", False)), exact=True)
def cholesky_of_upper(dy: Any, y: Any, a: Any, lower: Any = False, *, check_finite: Any = True) -> Any:
    """Of the upper factor: upper triangular, since SciPy reads no element below the diagonal."""
    inner = y @ dy.T
    middle = (np.tril(inner) + np.tril(inner, -1)) / 2
    half = linalg.solve_triangular(y, middle.T)
    total = linalg.solve_triangular(y, half.T)
    return (np.triu(total + total.T) + np.triu(total + total.T, 1)) / 2


@tangent(linalg.cholesky, when=all_of(SQUARE, given("lower", False)))
def cholesky_of_upper_dot(y: Any, a: Any, lower: Any = False, *, check_finite: Any = True, da: Any) -> Any:
    """Of the upper factor: SciPy reads no element below the diagonal."""
    symmetric = np.triu(da) + np.triu(da, 1).T
    half = linalg.solve_triangular(y, symmetric, trans=1)
    inner = linalg.solve_triangular(y, half.T, trans=1)
    return (np.triu(inner) + np.triu(inner, 1)) @ y / 2


@adjoint(linalg.eigh, results=2, when=SQUARE)
def eigh(dw: Any, dv: Any, w: Any, v: Any, a: Any, *, check_finite: Any = True) -> Any:
    """Of the eigenvalues and eigenvectors of a symmetric matrix: lower triangular; NaN as with NumPy's."""
    gaps = np.where(np.eye(len(w)) > 0, 1, nan_if_close(w - w[:, None], w))
    inner = v.T @ dv
    turned = skew_over(inner, gaps, dw)
    total = (v * dw + v @ turned) @ v.T
    return np.tril(total) + np.tril(total, -1)


@tangent(linalg.eigh, results=2, when=SQUARE)
def eigh_dot(w: Any, v: Any, a: Any, *, check_finite: Any = True, da: Any) -> Any:
    """Of the eigenvalues and eigenvectors of a symmetric matrix, of which SciPy reads the lower triangle."""
    symmetric = np.tril(da) + np.tril(da, -1).T
    inner = v.T @ symmetric @ v
    gaps = nan_if_close(w - w[:, None], w)
    turns = nan_if_close(inner, np.abs(inner).sum(axis=-1))
    still = np.isnan(gaps) & np.isnan(turns) | np.eye(len(w), dtype=bool)
    return np.diag(inner), v @ (inner / np.where(still, np.inf, gaps))


# ---- systems by their factor ----


def cho_solve(c: Any, lower: Any, b: Any) -> Any:
    """``linalg.cho_solve``, its tuple unpacked."""
    return linalg.cho_solve((c, lower), b)


UNPACKED[id(linalg.cho_solve)] = cho_solve
note_fresh(cho_solve)
FACTORED = all_of(rank("c", 2), rank("b", 1, 2), real("c", "b"))


@infers(cho_solve)
def _cho_solve_of(fresh: Fresh, c: Fact, lower: Fact, b: Fact) -> Fact:
    return _of_system(fresh, c, b)


@adjoint(cho_solve, when=all_of(FACTORED, given("lower", True)), operands=("c", "b"))
def cho_solve_of_lower(dy: Any, y: Any, c: Any, lower: Any, b: Any) -> Any:
    """Of the solution of ``c @ c.T @ y == b``, of whose factor the lower triangle is read."""
    db = linalg.cho_solve((c, True), dy)
    return -np.tril((against(db, y) + against(y, db)) @ np.tril(c)), db


@adjoint(cho_solve, when=all_of(FACTORED, given("lower", False)), operands=("c", "b"))
def cho_solve_of_upper(dy: Any, y: Any, c: Any, lower: Any, b: Any) -> Any:
    """Of the solution of ``c.T @ c @ y == b``, of whose factor the upper triangle is read."""
    db = linalg.cho_solve((c, False), dy)
    return -np.triu(np.triu(c) @ (against(db, y) + against(y, db))), db


@tangent(cho_solve, when=all_of(FACTORED, given("lower", True)))
def cho_solve_of_lower_dot(y: Any, c: Any, lower: Any, b: Any, *, dc: Any, db: Any) -> Any:
    """Of the solution of ``c @ c.T @ y == b``, of whose factor the lower triangle is read."""
    half = np.tril(dc) @ np.tril(c).T
    return -linalg.cho_solve((c, True), (half + half.T) @ y), linalg.cho_solve((c, True), db)


@tangent(cho_solve, when=all_of(FACTORED, given("lower", False)))
def cho_solve_of_upper_dot(y: Any, c: Any, lower: Any, b: Any, *, dc: Any, db: Any) -> Any:
    """Of the solution of ``c.T @ c @ y == b``, of whose factor the upper triangle is read."""
    half = np.triu(c).T @ np.triu(dc)
    return -linalg.cho_solve((c, False), (half + half.T) @ y), linalg.cho_solve((c, False), db)


# ---- calls that are written with others ----


@forms(linalg.cho_factor)
def _cho_factor(args: Args, passed: Passed) -> str | None:
    """The factor without what SciPy leaves in the other triangle, which nobody may read."""
    if len(args) != 1 or not set(passed) <= {"lower"}:
        return None
    lower = "lower" in passed and truth(passed["lower"])
    return f"({{x}}.cholesky({{0}}{', lower=True' if lower else ''}), {bool(lower)})"


@forms(linalg.cho_solve)
def _cho_solve(args: Args, passed: Passed) -> str | None:
    """The factor with its two items in sight."""
    known = len(args) == 2 and not passed and isinstance(args[0], Seq) and len(args[0].items or ()) == 2
    return "{f}(({0}[0], {0}[1]), {1})" if known else None


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
