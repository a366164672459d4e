"""Row 26: only ``np.ndarray`` itself with a numeric dtype is an array."""

import fractions

import numpy as np
import pytest

from s2sgrad import grad, value_and_grad, vjp
from s2sgrad.errors import S2SGradError
from tests.differences import right_or_refused


class Tagged(np.ndarray):
    def __mul__(self, other):
        return np.ndarray.__add__(self, other)


def product(x, y):
    return (x * y).sum()


def on_constant(x, y):
    return x[0, 0] * np.sum(y)


A = np.array([[1.0, 2.0], [3.0, 4.0]])
STRANGE = [
    pytest.param(np.asmatrix(A), id="matrix"),
    pytest.param(np.ma.masked_array(A, mask=[[0, 1], [0, 0]]), id="masked"),
    pytest.param(A.astype(object), id="object"),
    pytest.param(A.view(Tagged), id="subclass"),
    pytest.param(np.array([["a", "b"], ["c", "d"]]), id="text"),
    pytest.param(np.zeros((2, 2), dtype=[("a", float)]), id="structured"),
    pytest.param(np.array([["2020-01-01"] * 2] * 2, dtype="datetime64[D]"), id="dates"),
]


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("transform", [grad, value_and_grad, vjp])
def test_differentiated(strange, transform):
    with pytest.raises(S2SGradError):
        transform(product, 0)(strange, A)


@pytest.mark.parametrize("strange", STRANGE)
def test_as_a_factor(strange):
    with pytest.raises(S2SGradError):
        grad(product, 0)(A, strange)


def made_inside(x):
    M = np.asmatrix(x)
    return (M * M).sum()


def masked_inside(x):
    return np.ma.masked_array(x, mask=x > 2).sum()


def object_inside(x):
    return np.array([x[0, 0], x], dtype=object)[0] * 2.0


def bmat_inside(x):
    M = np.bmat([[x, x]])
    return (M * M.T).sum()


def matrix_in_a_list(xs):
    return (xs[0] * xs[1]).sum()


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("program", [made_inside, masked_inside, object_inside, bmat_inside])
def test_made_inside(program):
    right_or_refused(program, A + 0.1)


def test_inside_a_list():
    with pytest.raises(S2SGradError):
        grad(matrix_in_a_list)([np.asmatrix(A), np.asmatrix(A)])


CONSTANT = np.asmatrix(A)


def with_global_matrix(x):
    return (x * CONSTANT).sum()


def test_global_matrix():
    right_or_refused(with_global_matrix, A)


@pytest.mark.parametrize("x", [fractions.Fraction(1, 2), "1", None, object(), [], {}, (1, 2)])
def test_not_numbers(x):
    with pytest.raises(S2SGradError):
        grad(lambda v: v * 2)(x)
