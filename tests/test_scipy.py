"""Programs that use SciPy beyond its special functions."""

import math

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused

linalg = pytest.importorskip("scipy.linalg")
signal = pytest.importorskip("scipy.signal")
stats = pytest.importorskip("scipy.stats")
integrate = pytest.importorskip("scipy.integrate")
special = pytest.importorskip("scipy.special")

RNG = np.random.default_rng(0)


def between(low, high, *shape):
    return RNG.uniform(low, high, shape)


def regular(n):
    return between(-1, 1, n, n) + n * np.eye(n)


def positive(n):
    a = between(-1, 1, n, n)
    return a @ a.T + n * np.eye(n)


def likelihood(mu, sigma, x):
    return stats.norm.logpdf(x, loc=mu, scale=sigma).sum() + stats.norm.logcdf(x[0] - mu)


def shapes(a, df, x):
    return stats.gamma.logpdf(x, a, scale=2.0).sum() * stats.t.logpdf(x, df=df).sum() + stats.chi2.cdf(x, 3.0).sum()


def counted(p, k):
    total = stats.poisson.logpmf(k, 3 * p).sum() + stats.binom.logpmf(k, 5, p).sum()
    for _ in range(2):
        total = total + stats.bernoulli.logpmf(1, p).sum()
    return total


def in_space(mean, x):
    return stats.multivariate_normal.logpdf(x, mean=mean, cov=np.eye(2) * 2.0).sum()


def quantile(q, s):
    return stats.norm.ppf(q, scale=s).sum() + stats.expon.sf(q, 0.0, s).sum()


def gaussian(K, y):
    L = linalg.cholesky(K, lower=True)
    alpha = linalg.solve_triangular(L, y, lower=True)
    return 0.5 * (alpha**2).sum() + np.log(np.diag(L)).sum()


def gaussian_by_factor(K, y):
    factor = linalg.cho_factor(K)
    return 0.5 * y @ linalg.cho_solve(factor, y) + np.log(np.diag(factor[0])).sum()


def gaussian_by_lower_factor(K, y):
    c, low = linalg.cho_factor(K, lower=True)
    return y @ linalg.cho_solve((c, low), y * 2)


def flow(A, x):
    for _ in range(2):
        x = linalg.expm(0.1 * A) @ x
    return (x**2).sum() + linalg.det(A) + linalg.inv(A).sum()


def structured(c, x):
    return (linalg.solve(linalg.toeplitz(c) + linalg.circulant(c * 0.1), x) ** 2).sum()


def spectrum(A, x):
    w, v = linalg.eigh(A)
    return (w**3).sum() + ((v.T @ x) ** 2 * w).sum()


def of_python_numbers(a):
    return math.lgamma(a) * math.gamma(a / 2)


def filtered(x, h):
    return (signal.convolve(x, h, mode="same") ** 2).sum() + (signal.correlate(x, h) * 2).sum()


PROGRAMS = [
    (likelihood, 0.3, 1.2, between(-1, 1, 1)), (shapes, 2.5, 4.0, between(0.3, 2, 1)),
    (counted, between(0.2, 0.6, 2), np.array([1, 2])), (in_space, between(-1, 1, 2), between(-1, 1, 2, 2)),
    (of_python_numbers, 2.5), (quantile, between(0.2, 0.8, 1), 1.3), (filtered, between(-1, 1, 4), between(-1, 1, 2)),
    (gaussian, positive(3), between(-1, 1, 3)), (gaussian_by_factor, positive(3), between(-1, 1, 3)),
    (gaussian_by_lower_factor, positive(3), between(-1, 1, 3)), (flow, regular(2), between(-1, 1, 2)),
    (structured, np.array([4.0, 1.0, 0.3]), between(-1, 1, 3)), (spectrum, positive(3), between(-1, 1, 3)),
]  # fmt: skip


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: case[0].__name__)
def test_in_programs(case):
    check(*case)


def test_the_text_of_statistics():
    text = grad(likelihood, (0, 1)).source_for(0.3, 1.2, np.ones(3))
    assert "(x - mu) / sigma" in text and "stats.norm.pdf" not in text


def test_a_shape_of_a_distribution_function_has_no_derivative():
    def f(a, x):
        return stats.gamma.cdf(x, a)

    refused(f, 1.5, 0.5, match="`shape` of `gamma.cdf`")


def test_a_shape_without_scipy_special_is_refused_with_the_way_out():
    def f(df):
        return stats.t.logpdf(0.3, df)

    scope = {"stats": stats, "__name__": "somewhere"}
    lone = type(f)(f.__code__.replace(co_freevars=()), scope)
    assert "from scipy import special" in str(refused(lone, 3.0))


def test_a_method_without_a_rule_is_refused():
    def f(x):
        return stats.norm.isf(x)

    refused(f, 0.3)


def test_a_frozen_distribution_is_refused():
    def f(mu):
        return stats.norm(mu, 1.0).logpdf(0.3)

    refused(f, 0.3)


def test_the_text_of_linear_algebra():
    text = grad(gaussian, (0, 1)).source_for(np.eye(3), np.ones(3))
    assert "dy = linalg.solve_triangular(L, dalpha, trans=1, lower=True)" in text


def test_the_text_of_functions_of_a_matrix():
    def f(A, w):
        root = linalg.sqrtm(A)
        return (w * root).sum() + (w * linalg.sinm(A)).sum()

    text = grad(f).source_for(np.eye(2), np.ones((2, 2)))
    assert "solve_sylvester = linalg.solve_sylvester(root.T, root.T, droot)" in text
    assert "blocks = np.block([[A.T, w], [np.zeros_like(A), A.T]])" in text
    assert "linalg.sinm(blocks)[:n, n:]" in text


def test_a_call_that_overwrites_its_argument_is_refused():
    def f(A, b):
        return linalg.solve(A, b, overwrite_a=True).sum()

    refused(f, np.eye(2), np.ones(2))


def test_a_matrix_of_which_one_half_is_read_is_refused():
    def f(A, b):
        return linalg.solve(A, b, assume_a="pos").sum()

    refused(f, np.eye(2), np.ones(2))


def test_what_has_no_rule_is_refused_by_name():
    def f(A):
        return linalg.hessenberg(A).sum()

    refused(f, np.eye(2), match="hessenberg")


def test_solvers_are_refused_with_the_way_out():
    def f(rate):
        return integrate.odeint(lambda y, t: -rate * y, 1.0, np.linspace(0, 1, 3))[-1, 0]

    def g(rate):
        return integrate.solve_ivp(lambda t, y: -rate * y, (0.0, 1.0), np.array([rate])).y.sum()

    assert "a loop is differentiated" in str(refused(f, 0.5, match="odeint"))
    assert "a loop is differentiated" in str(refused(g, 0.5, match="solve_ivp"))
