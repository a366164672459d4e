"""Row 12: a pullback leaves the result alone, may be called again, and does not see later changes of the arguments."""

import numpy as np
import pytest

from s2sgrad import vjp
from s2sgrad.errors import ArgumentError, Refusal
from tests.differences import check_pullback

rng = np.random.default_rng(12)
u0, W = rng.normal(size=7), rng.normal(size=(4, 7))


def heat(u0, alpha):
    u = u0.copy()
    for _ in range(3):
        u[1:-1] = u[1:-1] + alpha * u[1:-1] * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u


def layer(W, u0):
    return np.tanh(W @ u0)


def states(W, u0):
    h = np.zeros(4)
    hs = np.zeros((3, 4))
    for t in range(3):
        h = np.tanh(W @ u0 + h)
        hs[t] = h
    return hs


def identity(u0):
    return u0


def written_argument_copy(u0):
    v = u0.copy()
    v[0] = v[1] * v[2]
    w = v
    w[1] = v[0] ** 2
    return w


def view_of_local(u0):
    u = u0 * u0
    return u[1:]


def accumulated(u0):
    total = np.zeros(7)
    for k in range(7):
        total[k:] += u0[k] ** 2
    return total


def scalar_loop(u0):
    s = 0.0
    for v in u0:
        s = np.sin(s + v * v)
    return s


@pytest.mark.parametrize(
    ("program", "args"),
    [
        (heat, (u0, 0.1)), (layer, (W, u0)), (states, (W, u0)), (identity, (u0,)), (written_argument_copy, (u0,)),
        (view_of_local, (u0,)), (accumulated, (u0,)), (scalar_loop, (u0,)),
    ],
)  # fmt: skip
def test_pullback(program, args):
    try:
        check_pullback(program, *args)
    except (Refusal, ArgumentError) as error:
        pytest.skip(f"refused: {error}")


SCALE = np.array([2.0, 3.0])


def scaled(x):
    return x * SCALE * x


def test_a_global_changed_in_between():
    try:
        _, pullback = vjp(scaled)(np.array([0.5, 0.25]))
    except Refusal:
        return
    before = SCALE.copy()
    SCALE[:] = 100.0
    try:
        assert np.allclose(pullback(np.ones(2)), [2.0, 1.5])
    finally:
        SCALE[:] = before


def weights(params, x):
    return np.tanh(params["W"] @ x) @ params["v"]


def test_a_list_changed_in_between():
    params = {"W": W.copy(), "v": rng.normal(size=4)}
    try:
        _, pullback = vjp(weights)(params, u0)
    except Refusal:
        return
    first = pullback(1.0)
    kept = {name: value.copy() for name, value in first.items()}
    params["W"] -= 0.1 * first["W"]
    params["v"] = params["v"] * 0
    params["extra"] = 1.0
    second = pullback(1.0)
    assert all(np.array_equal(second[name], kept[name]) for name in ("W", "v"))
