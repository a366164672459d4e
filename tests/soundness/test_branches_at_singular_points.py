"""A value that one side of a branch alone uses gives the other no NaN where its derivative is infinite."""

import importlib.util
import math

import numpy as np
import pytest

from s2sgrad import grad, hessian, jacobian, jvp, vjp
from tests.differences import check

ZEROS = np.zeros(3)
POINT = np.array([0.6, -1.1, 0.4])


def rotation(w):
    theta = np.sqrt(w @ w)
    if theta < 1e-8:
        return w[0] + 1.0
    return np.sin(theta) / theta * w[0]


def pairs(p):
    energy = 0.0
    for i in range(3):
        for j in range(3):
            r = np.sqrt((p[i] - p[j]) ** 2)
            if i != j:
                energy += 1 / r
    return energy


def unit(x):
    r = np.sqrt(x @ x)
    if r > 0:
        x = x / r
    return x.sum() + x[0] ** 2


def skipped_rows(X):
    total = 0.0
    for row in X:
        s = np.sqrt((row**2).sum())
        if s == 0:
            continue
        total += s
    return total


def support(x, sigma):
    z = (x - 1.0) / sigma
    if abs(z) > 5:
        return -1e3 * x
    return -0.5 * z * z - np.log(sigma)


def helped(x):
    return length_or_nothing(x) + x.sum()


def length_or_nothing(x):
    r = np.linalg.norm(x) ** 0.5
    return r if r > 0.1 else 0.0


def elementwise_before(x, used):
    y = np.arcsin(np.sqrt(x)) + np.log(x)
    return (y + x).sum() if used else x.sum()


@pytest.mark.parametrize("f", [rotation, unit, helped])
def test_away_from_the_singular_point(f):
    check(f, POINT)


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (rotation, ZEROS, [1.0, 0.0, 0.0]),
        (unit, ZEROS, [1.0, 1.0, 1.0]),
        (helped, ZEROS, [1.0, 1.0, 1.0]),
        # From p[0] = 0, p[1] = 2, p[2] = 4: twice the slopes of 1/2, 1/4 and 1/2.
        (pairs, np.array([0.0, 2.0, 4.0]), [2 / 4 + 2 / 16, 0.0, -2 / 4 - 2 / 16]),
        (skipped_rows, np.array([[0.0, 0.0], [3.0, 4.0]]), [[0.0, 0.0], [0.6, 0.8]]),
    ],
)
def test_nothing_comes_from_the_side_that_is_not_taken(f, x, expected):
    with np.errstate(all="raise"):
        np.testing.assert_allclose(grad(f)(x), expected, rtol=1e-14)
        _, pullback = vjp(f)(x)
        np.testing.assert_allclose(pullback(1.0), expected, rtol=1e-14)
    with np.errstate(all="ignore"):
        along = np.random.default_rng(3).normal(size=x.shape)
        tangent = jvp(f)(x, tangents=along)[1]
        np.testing.assert_allclose(tangent, np.sum(np.array(expected) * along), rtol=1e-13)


def test_elementwise_values_that_a_branch_leaves_unused():
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(grad(elementwise_before)(np.array([0.0, 1.0, 0.25]), False), [1.0, 1.0, 1.0])
    check(elementwise_before, np.array([0.3, 0.5, 0.2]), True, wrt=0)
    with np.errstate(all="ignore"):
        assert np.isinf(grad(elementwise_before)(np.array([0.0, 0.5, 0.2]), True)[0])


def test_a_quotient_outside_of_the_support():
    check(support, 2.0, 0.7)
    with np.errstate(all="ignore"):
        assert grad(support, wrt=(0, 1))(np.float64(2.0), np.float64(0.0)) == (-1e3, 0.0)


def ratio(x, y):
    r = math.sqrt(x * x + y * y)
    if r > 0:
        return x / r
    return x * 2


def test_python_numbers_are_not_divided_by_zero():
    assert grad(ratio, wrt=(0, 1))(0.0, 0.0) == (2.0, 0.0)
    check(ratio, 0.3, 0.4)


# ---- the guard is no stop for what is differentiated once more ----


def log_squared(x):
    return np.where(x > 0, np.log(x) ** 2, 0.0).sum()


def scaled_root(x, c):
    return np.where(x > 0, np.sqrt(x) * c, 0.0).sum()


def ratio_or_zero(x, c):
    return np.where(x != 0, c * c / x, 0.0).sum()


def branch_at_an_optimum(x):
    r = np.sqrt(x @ x)
    if r > 0.01:
        return (r - 1.0) ** 2
    return 0.0


def test_second_derivatives_where_the_first_is_zero():
    # (ln x)^2 has its minimum at 1, and the second derivative 2 there.
    np.testing.assert_allclose(hessian(log_squared)(np.array([1.0, 1.0])), [[2.0, 0.0], [0.0, 2.0]], rtol=1e-13)
    x, c = np.array([1.0, 4.0]), np.zeros(2)
    mixed = jacobian(lambda c: grad(scaled_root)(x, c))(c)
    np.testing.assert_allclose(mixed, [[0.5, 0.0], [0.0, 0.25]], rtol=1e-13)
    mixed = jacobian(lambda c: grad(ratio_or_zero, wrt="c")(np.array([1.0, 4.0]), c))(c)
    np.testing.assert_allclose(mixed, [[2.0, 0.0], [0.0, 0.5]], rtol=1e-13)


def test_second_derivatives_behind_a_branch():
    # On the unit circle (|x| - 1)^2 has the Hessian 2 x x^T.
    x = np.array([0.6, 0.8])
    np.testing.assert_allclose(hessian(branch_at_an_optimum)(x), 2 * np.outer(x, x), atol=1e-13)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(hessian(branch_at_an_optimum)(np.zeros(2)), np.zeros((2, 2)))


def root_of_the_positive(x):
    return np.sqrt(np.maximum(x, 0.0)).sum()


def test_forward_mode_differentiated_where_the_tangent_is_zero(tmp_path):
    x = np.array([1.0, 4.0])
    path = tmp_path / "forward.py"
    path.write_text("import numpy as np\n\n" + jvp(root_of_the_positive).source_for(x))
    spec = importlib.util.spec_from_file_location("forward", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (slope,) = [f for name, f in vars(module).items() if name.startswith("jvp_")]

    def tangent(x_dot):
        return slope(x, x_dot)[1]

    np.testing.assert_allclose(grad(tangent)(np.zeros(2)), [0.5, 0.25], rtol=1e-14)
