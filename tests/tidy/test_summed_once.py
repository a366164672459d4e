"""A sum that two lines need is computed once, where nothing in it changes in between."""

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.adjoint import apply, fit, writer
from s2sgrad.quote import statements, unquote
from s2sgrad.tidy.summed_once import summed_once
from tests.differences import check

NAMES = {"da", "db", "dc", "dx"}


def tidied(text):
    return "".join(unquote(s) for s in summed_once(statements(text), NAMES, lambda wanted: wanted))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("da = 2 * x.sum()\ndb = 3 * x.sum()", "sum_x = x.sum()\nda = 2 * sum_x\ndb = 3 * sum_x\n"),
        ("da = x.sum()\ndb = 3 * x.sum()", "da = x.sum()\ndb = 3 * da\n"),
        (
            "da[i] -= (x / y).sum()\ndb = (x / y).sum()",
            "sum_ratio = (x / y).sum()\nda[i] -= sum_ratio\ndb = sum_ratio\n",
        ),
        (
            "da = x.sum() * (x * y).sum()\ndb = -(x * y).sum()\ndc = -x.sum()",
            "sum_prod = (x * y).sum()\nsum_x = x.sum()\nda = sum_x * sum_prod\ndb = -sum_prod\ndc = -sum_x\n",
        ),
        ("for i in r:\n    da = x.sum()\n    db = x.sum() * y", "for i in r:\n    da = x.sum()\n    db = da * y\n"),
        (
            "da -= x[i].sum()\ny = z.pop()\ndb = x[i].sum()",
            "sum_x = x[i].sum()\nda -= sum_x\ny = z.pop()\ndb = sum_x\n",
        ),
    ],
)
def test_the_second_is_a_name(text, wanted):
    assert tidied(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "da = 2 * x.sum()\nx = y.pop()\ndb = x.sum()",
        "da = 2 * x[i].sum()\ni = y.pop()\ndb = x[i].sum()",
        "da = 2 * dx.sum()\ndx[0] = 0\ndb = dx.sum()",
        "da = 2 * x.sum()\nv[0] = 0\ndb = x.sum()",
        "da = 2 * x.sum()\nv += 1\ndb = x.sum()",
        "da = 2 * x.sum()\nnp.add.at(v, i, 1)\ndb = x.sum()",
        "da = 2 * x.sum()\nt = f(x)\ndb = x.sum()",
        "da = 2 * x.sum()\nt = np.exp(y, out=x)\ndb = x.sum()",
        "da = x.sum()\nda *= 2\ndb = x.sum()",
        "da = da.sum() * y\ndb = da.sum()",
        "a = 2 * x.sum()\nb = 3 * x.sum()",
        "da = 2 * x.sum(axis=0)\ndb = 3 * x.sum(axis=0)",
        "da = 2 * f(x).sum()\ndb = 3 * f(x).sum()",
        "da = y.sum() if t else 0.0\ndb = 3 * y.sum() if t else 1.0",
        "da = [x.sum() for x in y]\ndb = [x.sum() for x in y]",
        "da = 2 * x.sum()\nif t:\n    db = x.sum()",
    ],
)
def test_what_stays(text):
    assert tidied(text) == text + "\n"


def pairs(position, mass, steps):
    """Bodies that pull each other: a vector is scaled by numbers, one of them made of its length."""
    position = position.copy()
    for _ in range(steps):
        for i in range(len(mass)):
            j = (i + 1) % len(mass)
            gap = position[j] - position[i]
            position[i] += 0.1 * mass[j] * gap / ((gap**2).sum() + 0.2) ** 1.5
    return (position**2).sum()


def unit(x, w):
    """A vector over its length, times a number, without names."""
    return (np.sin(w[0] * x / np.sqrt((x**2).sum())) * w[1]).sum()


def weighted(x, w):
    """Numbers on both sides of a quotient, and a minus."""
    return (np.cos(-x * w[0] / w[1]) / (w[1] + x.sum())).sum()


def rows(x, w):
    """A stack of vectors by a number that they all have."""
    y = np.outer(x, w)
    return (np.tanh(w[0] * y / (y**2).sum()) * y).sum()


def named(x, w):
    """The quotient has a name: it is read as it is."""
    p = x / (x * x).sum()
    return (p * w[0]).sum() * p[1]


ARGUMENTS = {
    pairs: (np.array([[0.1, 0.7], [1.2, -0.3], [-0.5, 0.4]]), np.array([0.5, 1.5, 0.8]), 2),
    unit: (np.array([0.3, -1.1, 0.7]), np.array([0.6, 1.3])),
    weighted: (np.array([0.3, -1.1, 0.7]), np.array([0.6, 1.3])),
    rows: (np.array([0.3, -1.1, 0.7]), np.array([0.6, 1.3])),
    named: (np.array([0.3, -1.1, 0.7]), np.array([0.6, 1.3])),
}
every = pytest.mark.parametrize("function", ARGUMENTS, ids=lambda f: f.__name__)


@every
def test_against_differences(function):
    check(function, *ARGUMENTS[function], wrt=("position", "mass") if function is pairs else ("x", "w"))


@every
def test_switched_off_the_numbers_are_the_same(function, monkeypatch):
    derivative = grad(function, (0, 1))
    on = derivative(*ARGUMENTS[function])
    choose = apply.choose
    monkeypatch.setattr(writer, "summed_once", lambda body, *_: body)
    monkeypatch.setattr(fit, "opened", lambda group, product: product)
    monkeypatch.setattr(apply, "choose", lambda *given: choose(*given[:4]))
    derivative.cache_clear()
    for mine, theirs in zip(on, derivative(*ARGUMENTS[function]), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-14)


def test_the_pull_of_a_pair_reads_as_by_hand():
    text = grad(pairs, ("position", "mass")).source_for(*ARGUMENTS[pairs])
    assert "sum_prod = (dprod * gap).sum()" in text
    assert text.count("dprod * gap") == 1 and "ratio" not in text


def test_numbers_stay_inside_where_they_are_wider():
    def f(x, s):
        return (np.sin(x) / (s * x)).sum() + (x * (np.float64(0.1) * x) / s).sum()

    check(f, np.float32([0.5, 1.5]), np.float32(0.7), wrt=("x", "s"), tol=2e-3)
