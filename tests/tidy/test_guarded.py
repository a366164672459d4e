"""``guard=``: the first value that is no number is named with the user's line."""

import numpy as np
import pytest

from s2sgrad import grad, value_and_grad, vjp
from s2sgrad.errors import ArgumentError
from tests.promises import same_numbers

X = np.ones((3, 2))


def rooted(v):
    for _ in range(2):
        v = np.sqrt(v)
    return v


def loss(w, x):
    z = x @ w
    p = np.exp(z)
    q = p / p.sum()
    return -np.log(q[0]) + rooted(w).sum()


def masked(w):
    scores = np.where(w > 0, w, -np.inf)
    weights = np.exp(scores - scores.max())
    return (weights / weights.sum() * w).sum()


@pytest.mark.parametrize("level", ["nan", "finite"])
@pytest.mark.parametrize("transform", [grad, value_and_grad])
def test_where_all_is_finite_nothing_changes(level, transform):
    w = np.array([0.1, 0.2])
    guarded, bare = transform(loss, guard=level)(w, X), transform(loss)(w, X)
    same_numbers(guarded, bare, 0, level)


@pytest.mark.parametrize(
    "w, level, line",
    [
        ([1e3, 0.1], "nan", "q is NaN: test_guarded.py:22: q = p / p.sum()"),
        ([1e3, 0.1], "finite", "p is not finite: test_guarded.py:21: p = np.exp(z)"),
        ([-0.1, 0.2], "nan", "v is NaN: test_guarded.py:15: v = np.sqrt(v)"),
        ([0.0, 0.3], "nan", "dv is not finite: test_guarded.py:15: v = np.sqrt(v)"),
    ],
)
def test_the_first_line_is_named(w, level, line):
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError) as caught:
        grad(loss, guard=level)(np.array(w), X)
    assert str(caught.value) == line


def test_infinities_on_purpose():
    w = np.array([0.5, -1.0, 2.0])
    with np.errstate(all="ignore"):
        same_numbers(grad(masked, guard="nan")(w), grad(masked)(w), 0, "masked")
        with pytest.raises(FloatingPointError, match="scores is not finite"):
            grad(masked, guard="finite")(w)


def test_of_pullbacks_and_saved_code(tmp_path):
    _, pullback = vjp(rooted, guard="nan")(np.array([0.0, 4.0]))
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="dv is not finite"):
        pullback(np.ones(2))
    g = grad(loss, guard="nan")
    expected = g(np.array([0.1, 0.2]), X)
    g.save(tmp_path / "guarded.py")
    scope = {}
    exec((tmp_path / "guarded.py").read_text(), scope)
    same_numbers(scope["grad_loss"](np.array([0.1, 0.2]), X), expected, 0, "saved")


def test_what_is_no_guard():
    with pytest.raises(ArgumentError, match="guard is 'all'"):
        grad(loss, guard="all")


def test_a_complex_number_of_python_is_looked_at():
    def overflow(x):
        z = (1j + x) * 1e308
        w = z * 1e308
        return ((w - w) * z).imag

    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=r"w is NaN: .*w = z"):
        grad(overflow, guard="nan")(2.0)
