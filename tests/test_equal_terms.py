"""Equal contributions of one statement are one line, and Python's integers need no literal to be floats."""

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check


def squares(x, n):
    y = x.copy()
    s = 0.0
    for i in range(n):
        s += (y * y).sum() * i
    return s


def test_a_square_is_one_line():
    text = grad(squares).source_for(np.ones(3), 2)
    assert text.count("dy += ") == 1
    assert "        dy += 2 * i * y\n" in text


@pytest.mark.parametrize("n", [0, 1, 3])
def test_squares(n):
    check(squares, np.array([0.5, -1.5, 2.0]), n)
    check(squares, np.array([[0.5, -1.5]], dtype=np.float32), n, tol=2e-4)


def test_integers_alone_are_made_floats():
    def f(x, k):
        return (x * k).sum() * k

    gradient = grad(f)(np.ones(2), 3)
    assert gradient.dtype == float and gradient.tolist() == [9.0, 9.0]
    assert type(grad(lambda x, k: x * k)(2.0, 3)) is float


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, bool])
def test_narrow_integers_are_never_scaled_in_their_own_type(dtype):
    def f(x, k):
        return (-3 * x * x * k).sum()

    check(f, np.array([1.0, 2.0]), np.array([1, 100 if dtype is not bool else 1], dtype=dtype), wrt="x")
    for item in np.array([1, 100 if dtype is not bool else 1], dtype=dtype):
        check(f, np.array([1.0, 2.0]), item, wrt="x")


def test_a_truth_value():
    def f(x, on):
        return -(x * x * on).sum() * on

    check(f, np.array([1.0, 2.0]), True, wrt="x")


def test_large_integers():
    def f(x, k):
        total = 0.0
        for i in range(2):
            total += x * x * k * (i + 1)
        return total

    check(f, 1.5, 10**17, wrt="x")


def neighbours(x, n):
    y = np.sin(x)
    for i in range(n):
        y[i] = y[i] * y[i + 1] + 3 * y[i]
    return (y * y).sum()


def test_terms_of_one_part_are_one_line():
    text = grad(neighbours).source_for(np.ones(4), 3)
    assert "dy[i] = dtotal * y[i + 1] + 3 * dtotal\n" in text
    for n in (0, 1, 3):
        check(neighbours, np.array([0.5, -1.5, 2.0, 0.3]), n)


def differences_of_parts(x, w):
    y = x * x
    return (y[1:] * w - 2 * y[1:] - y[:-1] * y[1:]).sum() - 3 * y[0] - y[0] * w[0]


def test_slices_and_negative_terms():
    x, w = np.array([0.5, -1.5, 2.0, 0.3]), np.array([1.0, 0.5, -0.7])
    check(differences_of_parts, x, w)
    check(differences_of_parts, x.astype(np.float32), w.astype(np.float32), tol=2e-4)
    check(differences_of_parts, np.array([0.5]), np.array([1.0]))


def test_parts_that_repeat():
    def f(x, k):
        return (x[k] * x[k] + 2 * x[k]).sum() * x[0] + x[0] * x[0]

    check(f, np.array([0.5, -1.5, 2.0]), np.array([0, 2, 2]), wrt="x")


def test_parts_of_unequal_shape():
    def f(x, s):
        y = x * 1.0
        y[1:] = y[1:] * y[0] + s * y[1:]
        return (y[1:] * y[1:]).sum() + (y[1:] * s).sum()

    check(f, np.array([0.5, -1.5, 2.0]), 0.7)
    check(f, np.array([[0.5, -1.5], [2.0, 1.0]]), np.array([0.7, 0.1]))


def test_terms_that_cancel():
    def f(x):
        return x[0] * 2.0 - 2.0 * x[0] + x[1] * x[0]

    check(f, np.array([0.5, -1.5]))


def test_squares_of_items_inside_a_helper():
    def norm(v):
        return v[0] * v[0] + v[1] * v[1]

    def f(x):
        return norm(x) * norm(x[1:])

    check(f, np.array([0.5, -1.5, 0.7]))
