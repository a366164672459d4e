"""Densities of several variables in ``scipy.stats``: normal and Dirichlet's."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from s2sgrad.analysis.facts import Dim, Fact, Num
from s2sgrad.analysis.forms import Args, Passed, forms
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.table import NONE, Unknown, infers, length
from s2sgrad.rules.registry import When, adjoint, refuse_where, tangent
from s2sgrad.rules.scipy_stats import member
from s2sgrad.rules.when import all_of, rank, real

GAUSSIAN = member("multivariate_normal.logpdf")


@infers(GAUSSIAN)
def _gaussian(fresh: Fresh, x: Fact, mean: Fact, cov: Fact) -> Fact:
    places, center, spread = (number(fact, fresh) for fact in (x, mean, cov))
    if places.rank not in (1, 2) or center.rank != 1 or spread.rank != 2 or places.shape is None:
        raise Unknown
    double = all(operand.dtype == FLOAT for operand in (places, center, spread))
    return _density(FLOAT if double else None, places.shape[:-1])


def _density(dtype: Any, shape: tuple[Dim, ...]) -> Num:
    """A number for one place, also where that stands in a matrix; else a number for each."""
    return Num(dtype, "array", shape) if shape and shape[0].constant != 1 else Num(dtype, "any", ())


def _is_one_place(axis: int) -> When:
    """True for a matrix that is known to hold one place alone."""

    def fits(facts: dict[str, Fact]) -> bool:
        x = facts["x"]
        return isinstance(x, Num) and x.rank == 2 and x.shape is not None and x.shape[axis].constant == 1

    return fits


refuse_where(
    GAUSSIAN,
    when=_is_one_place(0),
    reason="of one place in a matrix, SciPy makes a number",
    instead="pass the place itself, `x[0]`",
)


@forms(GAUSSIAN)
def _with_mean_and_covariances(args: Args, passed: Passed) -> str | None:
    """With a mean of 0, or with variances of 1, where one of them is left out: the other tells how many there are."""
    words = ("x", "mean", "cov")
    holes = {word: f"{{{k}}}" for k, word in enumerate(words[: len(args)])} | {word: f"{{{word}}}" for word in passed}
    facts = dict(zip(words, args, strict=False)) | dict(passed)
    if set(holes) == {"x", "mean"} and rank("mean", 1)(facts):
        return f"{{f}}({holes['x']}, {holes['mean']}, {{np}}.eye(len({holes['mean']})))"
    if set(holes) == {"x", "cov"} and rank("cov", 2)(facts):
        return f"{{f}}({holes['x']}, {{np}}.zeros(len({holes['cov']})), {holes['cov']})"
    return None


GIVEN = all_of(rank("mean", 1), rank("cov", 2), real("x", "mean", "cov"), lambda facts: not _is_one_place(0)(facts))


@adjoint(GAUSSIAN, when=all_of(rank("x", 1), GIVEN), exact=True)
def gaussian_logpdf(dy: Any, y: Any, x: Any, mean: Any, cov: Any) -> Any:
    """Of the logarithm of a normal density: in the covariances lower triangular, since SciPy reads no others."""
    pull = dy * np.linalg.solve(cov, x - mean)
    total = (np.outer(pull, np.linalg.solve(cov, x - mean)) - dy * np.linalg.inv(cov)) / 2
    return -pull, pull, np.tril(total) + np.tril(total, -1)


@adjoint(GAUSSIAN, when=all_of(rank("x", 2), GIVEN), exact=True)
def gaussian_logpdf_of_rows(dy: Any, y: Any, x: Any, mean: Any, cov: Any) -> Any:
    """Of the logarithms of a normal density at several places: in the covariances lower triangular."""
    pull = np.linalg.solve(cov, (x - mean).T).T
    scaled = dy[:, None] * pull
    total = (scaled.T @ pull - dy.sum() * np.linalg.inv(cov)) / 2
    return -scaled, scaled.sum(axis=0), np.tril(total) + np.tril(total, -1)


@tangent(GAUSSIAN, when=all_of(rank("x", 1), GIVEN))
def gaussian_logpdf_dot(y: Any, x: Any, mean: Any, cov: Any, *, dx: Any, dmean: Any, dcov: Any) -> Any:
    """Of the logarithm of a normal density, of whose covariances SciPy reads the lower triangle."""
    pull = np.linalg.solve(cov, x - mean)
    moved = np.tril(dcov) + np.tril(dcov, -1).T
    return -(pull @ dx), pull @ dmean, (pull @ moved @ pull - np.trace(np.linalg.solve(cov, moved))) / 2


@tangent(GAUSSIAN, when=all_of(rank("x", 2), GIVEN))
def gaussian_logpdf_of_rows_dot(y: Any, x: Any, mean: Any, cov: Any, *, dx: Any, dmean: Any, dcov: Any) -> Any:
    """Of the logarithms of a normal density at several places."""
    pull = np.linalg.solve(cov, (x - mean).T).T
    moved = np.tril(dcov) + np.tril(dcov, -1).T
    return (
        -(pull * dx).sum(axis=1),
        pull @ dmean,
        ((pull @ moved * pull).sum(axis=1) - np.trace(np.linalg.solve(cov, moved))) / 2,
    )


# SciPy takes eigenvalues for 0 that are less than 1e6 times the precision of the largest: from a condition of 4.5e9 on.
ENTROPY = member("multivariate_normal.entropy")


@infers(ENTROPY)
def _entropy(fresh: Fresh, mean: Fact = NONE, cov: Fact = NONE) -> Fact:
    spread = number(cov, fresh)
    if spread.rank != 2:
        raise Unknown
    return Num(FLOAT if spread.dtype == FLOAT else None, "any", ())


COVARIANCES = all_of(rank("cov", 2), real("cov"))


@adjoint(ENTROPY, when=COVARIANCES, exact=True)
def gaussian_entropy(dy: Any, y: Any, mean: Any, cov: Any) -> Any:
    """Of the entropy of a normal density: in the covariances lower triangular, NaN where SciPy takes some for 0."""
    total = dy * np.where(np.linalg.cond(cov) < 4.5e9, np.linalg.inv(cov), np.nan) / 2
    return None, np.tril(total) + np.tril(total, -1)


@adjoint(ENTROPY, when=COVARIANCES, exact=True)
def gaussian_entropy_of_covariances(dy: Any, y: Any, *, cov: Any) -> Any:
    """Of the entropy of a normal density: in the covariances lower triangular, NaN where SciPy takes some for 0."""
    total = dy * np.where(np.linalg.cond(cov) < 4.5e9, np.linalg.inv(cov), np.nan) / 2
    return np.tril(total) + np.tril(total, -1)


@tangent(ENTROPY, when=COVARIANCES)
def gaussian_entropy_dot(y: Any, mean: Any, cov: Any, *, dmean: Any, dcov: Any) -> Any:
    """Of the entropy of a normal density, of whose covariances SciPy reads the lower triangle."""
    rate = np.trace(np.linalg.solve(cov, np.tril(dcov) + np.tril(dcov, -1).T)) / 2
    return None, np.where(np.linalg.cond(cov) < 4.5e9, rate, np.nan)


@tangent(ENTROPY, when=COVARIANCES)
def gaussian_entropy_of_covariances_dot(y: Any, *, cov: Any, dcov: Any) -> Any:
    """Of the entropy of a normal density, of whose covariances SciPy reads the lower triangle."""
    rate = np.trace(np.linalg.solve(cov, np.tril(dcov) + np.tril(dcov, -1).T)) / 2
    return np.where(np.linalg.cond(cov) < 4.5e9, rate, np.nan)


# ---- Dirichlet's ----

DIRICHLET = member("dirichlet.logpdf")
note_fresh(DIRICHLET)


@infers(DIRICHLET)
def _dirichlet(fresh: Fresh, x: Fact, alpha: Fact) -> Fact:
    places, weights = number(x, fresh), number(alpha, fresh)
    if places.rank not in (1, 2) or places.shape is None or weights.rank != 1:
        raise Unknown
    dtype = FLOAT if places.dtype == FLOAT == weights.dtype else None
    return _density(dtype, places.shape[1:])


def _leaves_one_out(facts: dict[str, Fact]) -> bool:
    """True where it is known that the last share is left out, which SciPy takes for what is left of 1."""
    x, alpha = facts["x"], facts["alpha"]
    if not isinstance(x, Num) or not isinstance(alpha, Num) or not x.shape or not alpha.shape:
        return False
    if x.shape[0].equals(alpha.shape[0]):
        return False
    n, wanted = length(x.shape[0]), length(alpha.shape[0])
    return n is not None and wanted is not None and n != wanted


refuse_where(
    DIRICHLET,
    when=lambda facts: _is_one_place(1)(facts) or _leaves_one_out(facts),
    reason="`x` has less shares than `alpha` has weights, or is one place in a matrix, of which SciPy makes a number",
    instead="append the last share, `1 - x.sum()`, or pass the place itself, `x[:, 0]`",
)
ALL_SHARES = all_of(rank("alpha", 1), real("x", "alpha"), lambda facts: not _leaves_one_out(facts))
SEVERAL_PLACES = all_of(rank("x", 2), ALL_SHARES, lambda facts: not _is_one_place(1)(facts))


@adjoint(DIRICHLET, when=all_of(rank("x", 1), ALL_SHARES))
def dirichlet_logpdf(dy: Any, y: Any, x: Any, alpha: Any) -> Any:
    """Of the logarithm of Dirichlet's density; raises where the last share is left out."""
    weights = np.reshape(alpha, len(x))
    return dy * (weights - 1) / x, dy * (np.log(x) + special.digamma(weights.sum()) - special.digamma(weights))


@adjoint(DIRICHLET, when=SEVERAL_PLACES)
def dirichlet_logpdf_of_columns(dy: Any, y: Any, x: Any, alpha: Any) -> Any:
    """Of the logarithms of Dirichlet's density in columns; raises where the last share is left out."""
    weights = np.reshape(alpha, len(x))
    growth = np.log(x).T + special.digamma(weights.sum()) - special.digamma(weights)
    return dy * (weights - 1)[:, None] / x, dy @ growth


@tangent(DIRICHLET, when=all_of(rank("x", 1), ALL_SHARES))
def dirichlet_logpdf_dot(y: Any, x: Any, alpha: Any, *, dx: Any, dalpha: Any) -> Any:
    """Of the logarithm of Dirichlet's density; raises where the last share is left out."""
    weights = np.reshape(alpha, len(x))
    growth = np.log(x) + special.digamma(weights.sum()) - special.digamma(weights)
    return ((weights - 1) / x) @ dx, growth @ dalpha


@tangent(DIRICHLET, when=SEVERAL_PLACES)
def dirichlet_logpdf_of_columns_dot(y: Any, x: Any, alpha: Any, *, dx: Any, dalpha: Any) -> Any:
    """Of the logarithms of Dirichlet's density in columns; raises where the last share is left out."""
    weights = np.reshape(alpha, len(x))
    growth = np.log(x).T + special.digamma(weights.sum()) - special.digamma(weights)
    return (dx * (weights - 1)[:, None] / x).sum(axis=0), growth @ dalpha
