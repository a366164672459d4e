"""The same arithmetic on numbers is not done twice in a row of lines."""

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.quote import statements, unquote
from s2sgrad.tidy.once import said_once
from tests.differences import check

NAMES = {"a", "b", "c", "d", "e"}


def tidied(text):
    return "".join(unquote(s) for s in said_once(statements(text), NAMES))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a = 2 * d\nb = 2 * d", "a = 2 * d\nb = a\n"),
        ("a = 2 * d\nc = -d * e\nb = 2 * d", "a = 2 * d\nc = -d * e\nb = a\n"),
        ("for i in x:\n    a = d * e\n    b = d * e", "for i in x:\n    a = d * e\n    b = a\n"),
    ],
)
def test_the_second_is_a_name(text, wanted):
    assert tidied(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "a = 2 * d\nd += 1\nb = 2 * d",
        "a = 2 * d\na -= 1\nb = 2 * d",
        "a = 2 * d\nd, e = f(a)\nb = 2 * d",
        "a = 2 * a\nb = 2 * a",
        "a = 2 * x[0]\nb = 2 * x[0]",
        "a = 2 * f(d)\nb = 2 * f(d)",
        "a = 2 * y\nb = 2 * y",
        "a = 2 * d\nb = 2.0 * d",
        "a = 2 * d\nif t:\n    b = 2 * d",
        "a = 2 * d\nfor d in x:\n    e = d\nb = 2 * d",
        "a = d\nb = d",
    ],
)
def test_what_stays(text):
    assert tidied(text) == text + "\n"


def step(x, v, dt, steps):
    """Runge and Kutta's method of third order, whose middle slopes have one weight."""
    for _ in range(steps):
        k1 = -x * v
        k2 = -(x + 0.5 * dt * k1) * v
        k3 = -(x + 0.5 * dt * k2) * v
        x = x + dt / 6 * (2 * k1 + 2 * k2 + 2 * k3)
    return x * x


def test_the_weights_of_a_step():
    text = grad(step, ("x", "v")).source_for(0.3, 0.7, 0.1, 3)
    assert text.count("= 2 * dtotal") == 1
    for steps in (0, 1, 4):
        check(step, 0.3, 0.7, 0.1, steps, wrt=("x", "v", "dt"))


def test_arrays_are_not_shared():
    def f(x, w):
        y = np.sin(x)
        z = y * w + y * w
        return (z * y).sum()

    check(f, np.array([0.2, -0.4]), np.array([1.5, 0.5]))
