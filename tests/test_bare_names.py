"""Functions of SciPy's that are called by a bare name, in a file that knows their module too."""

import numpy as np
import pytest

from tests.differences import check, refused

pytest.importorskip("scipy")
from scipy import linalg, special, stats
from scipy.linalg import cho_factor, cholesky, solve_triangular
from scipy.special import gammaln

x = np.array([0.31, 0.42, 0.53, 1.2])
A = np.diag([4.0, 3.0, 2.0, 3.0])
MODULES = linalg, special


def log_gamma(x):
    return (gammaln(x) * x).sum()


def triangular(x):
    factor = cholesky(A + np.outer(x, x), lower=True)
    return (solve_triangular(factor, x, lower=True) ** 2).sum()


@pytest.mark.parametrize("program", [log_gamma, triangular])
def test_the_derivative_calls_the_module(program):
    check(program, x)


def factored(x):
    c, _ = cho_factor(A + np.outer(x, x))
    return c[0, 0] * c[1, 1]


def test_cho_factor_is_refused_with_a_way_out():
    refused(factored, x, match="call it as `linalg.cho_factor`")


def hidden(x):
    special = x * 2
    return stats.t.logpdf(x, x + 3).sum() + (special**2).sum()


def test_a_variable_of_the_same_name_is_no_module():
    refused(hidden, x, match="needs scipy.special")
