"""What is set to zero and then added to is assigned, where nothing is read in between."""

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.quote import statements, unquote
from s2sgrad.tidy.refill import refilled
from tests.differences import check


def tidied(text, adjoints=("dy", "dp")):
    return "".join(unquote(s) for s in refilled(statements(text), set(adjoints)))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("dy[0] = 0\ndy[0] += 2 * dz", "dy[0] = 2 * dz\n"),
        ("dp = dy[0]\ndy[0] = 0\ndy[0] += 2 * dp", "dy[0] = 2 * dy[0]\n"),
        ("dp = dy[:2].copy()\ndy[:2] = 0\ndy[:2] += dp * w", "dy[:2] = dy[:2] * w\n"),
        ("if t:\n    dy[i, 0] = 0\n    dy[i, 0] += dz", "if t:\n    dy[i, 0] = dz\n"),
    ],
)
def test_one_line_for_both(text, wanted):
    assert tidied(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "dy[0] = 0\ndy[0] += dy[1]",
        "dy[0] = 0\ndy[1] += dz",
        "dy[0] = 0\ndy[0] -= dz",
        "dy[0] = 1\ndy[0] += dz",
        "dy[f()] = 0\ndy[f()] += dz",
        "y[0] = 0\ny[0] += dz",
        "dy[0] = 0\nv = dy[0]\ndy[0] += dz",
        "dy = 0\ndy += dz",
    ],
)
def test_what_stays(text):
    assert tidied(text) == text + "\n"


def test_a_name_that_is_read_again_stays():
    text = "dp = dy[0]\ndy[0] = 0\ndy[0] += 2 * dp\ndw = dp"
    assert tidied(text) == "dp = dy[0]\ndy[0] = 2 * dp\ndw = dp\n"


def doubled(x):
    y = x.copy()
    y[0] = 2 * y[0]
    return (y * y).sum()


def scaled_parts(x, w, n):
    y = np.sin(x)
    for i in range(n):
        y[i] = y[i] * w[i]
        y[1:] = y[1:] * 0.5 * w[1:]
    return (y * y * w).sum()


def swapped_within(x):
    y = x * 1.0
    y[::2] = y[::2] * x[::2]
    y[1] = y[0] * y[1] + 3 * y[1]
    return (y**2).sum()


def test_the_user_s_own_lines_stay():
    def f(x, t):
        y = x.copy()
        y[0] = 0
        y[0] += 2 * t
        return (y * y).sum()

    text = grad(f, ("x", "t")).source_for(np.ones(3), 2.0)
    assert "    y[0] = 0\n    y[0] += 2 * t\n" in text
    check(f, np.array([1.0, -2.0, 0.5]), 1.5)


def test_a_doubled_item():
    text = grad(doubled).source_for(np.ones(3))
    assert "    dy[0] = 2 * dy[0]\n" in text
    for x in (np.array([0.3, -1.2, 0.7]), np.array([2.0])):
        check(doubled, x)
    check(doubled, np.array([0.3, -1.2], dtype=np.float32), tol=2e-4)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_parts_in_a_loop(n):
    rng = np.random.default_rng(n)
    check(scaled_parts, rng.normal(size=4), rng.normal(size=4), n, wrt=("x", "w"))


def test_slices_of_stride_two_and_a_later_term():
    check(swapped_within, np.array([0.4, -0.9, 1.3, 0.2]))


def test_inside_a_helper():
    def halved(y):
        z = y.copy()
        for i in range(len(z)):
            z[i] = z[i] * 0.5
        return z

    def f(x):
        return (halved(x * x) * x).sum()

    check(f, np.array([1.0, -2.0, 0.5]))


def test_arrays_in_a_list_are_not_shared():
    def f(x, w):
        parts = [x * 2.0, x * 3.0]
        parts[0] = parts[0] * w
        return (parts[0] * parts[1]).sum()

    check(f, np.array([1.0, -2.0]), np.array([0.5, 1.5]))
