"""One of several results, a number on one path and an array on another, is changed in place: it is copied before."""

import numpy as np
import pytest

from tests.differences import check

W, X = np.array([[1.3, 2.4], [0.2, 5.3]]), np.array([1.7, 0.2])


def of_any_rank(w, k):
    if k > 0:
        return w.sum() if k > 1 else w[0]
    return w


def quotient(w, k, x):
    q, r = np.divmod(of_any_rank(w, k), 0.7)
    q *= x[0]
    return np.sum(q) + np.sum(r)


def quotient_by_python(w, k, x):
    q, r = divmod(of_any_rank(w, k), 0.7)
    q *= x[0]
    return np.sum(q) + np.sum(r)


def parts(w, k, x):
    r, q = np.modf(of_any_rank(w, k))
    q *= x[0]
    r *= q
    return np.sum(r) * np.sum(q)


def mantissa(w, k, x):
    r, _ = np.frexp(of_any_rank(w, k))
    r *= x[0]
    s = r
    s *= r
    return np.sum(s)


@pytest.mark.parametrize("f", [quotient, quotient_by_python, parts, mantissa])
@pytest.mark.parametrize("k", [0, 1, 2])
def test_what_is_read_later_was_not_changed(f, k):
    check(f, W, k, X)
