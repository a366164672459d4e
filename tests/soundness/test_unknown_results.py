"""A result of which nothing is known is refused in forward mode, too: it may carry a derivative."""

import numpy as np
import pytest

from s2sgrad import hvp, jvp
from s2sgrad.errors import Refusal


def chosen(x, c):
    found = None
    if c > 0:
        found = x * 2
    return found


def folded(h, c):
    h = np.tanh(h) * 2
    for _ in range(2):
        if h.sum() < c:
            h = h * h
    return h


def bent(h, c):
    h = np.tanh(h) * 2
    if h.sum() < c:
        h = h * h
    return h


X = np.array([0.1, 0.4, -0.3])


def test_a_result_that_may_be_anything():
    for f in (chosen, lambda x, c: (x, chosen(x, c))):
        with pytest.raises(Refusal, match=r"is not known|may be None"):
            jvp(f)(X, 1.0, tangents=X)


@pytest.mark.parametrize("helper", [folded, bent])
def test_the_second_derivative_through_a_branch_of_a_helper_is_right_or_refused(helper):
    def f(x, c):
        return (helper(x, c) ** 2).sum()

    def at(x):
        h = 1e-4
        rows = np.eye(3) * h
        return np.array([[f(x + a + b, 9.0) - f(x + a - b, 9.0) - f(x - a + b, 9.0) + f(x - a - b, 9.0) for b in rows]
                         for a in rows]) / (4 * h * h)  # fmt: skip

    try:
        found = hvp(f)(X, 9.0, vectors=X)
    except Refusal:
        return
    assert found == pytest.approx(at(X) @ X, rel=1e-4)
