"""Row 9: a saved reference into an array that is written later, although its own name never changes."""

import numpy as np
import pytest

from tests.differences import right_or_refused

rng = np.random.default_rng(9)
W, x = rng.normal(size=(3, 3)), rng.normal(size=3)


def rolling(W, x):
    buf = np.zeros((2, 3))
    buf[0] = x
    for t in range(4):
        h = buf[t % 2]
        buf[(t + 1) % 2] = np.tanh(W @ h)
    return (buf**2).sum()


def rolling_copies(W, x):
    buf = np.zeros((2, 3))
    buf[0] = x
    for t in range(4):
        h = buf[t % 2].copy()
        buf[(t + 1) % 2] = np.tanh(W @ h)
    return (buf**2).sum()


def one_row(W, x):
    buf = np.zeros((2, 3))
    buf[0] = x
    for _ in range(3):
        h = buf[0]
        y = np.tanh(W @ h)
        buf[0] = y * x
    return (buf[0] ** 2).sum()


def sliding(W, x):
    hist = np.zeros((6, 3))
    hist[0] = x
    for t in range(1, 6):
        hist[t] = np.tanh(W @ hist[t - 1])
    return (hist**2).sum()


def shifted_history(W, x):
    hist = np.tile(x, (3, 1))
    for _ in range(4):
        last = hist[2]
        new = np.tanh(W @ last) + hist[0]
        hist[0] = hist[1]
        hist[1] = hist[2]
        hist[2] = new
    return (hist**2).sum()


def read_before_write(W, x):
    u = x * 2
    v = u[1:]
    s = (v * v).sum()
    u[2] = s
    return (u**2).sum() + (v * W[0, 0]).sum()


def product_of_views(W, x):
    u = x * 2
    a = u[:2] * u[1:]
    u[1] = x[0] ** 2
    b = u[:2] * u[1:]
    return (a * b).sum() + W.sum()


def transposed(W, x):
    M = W * 1.0
    T = M.T
    y = T @ x
    M[0] = x
    return (y * (T @ x)).sum()


def loop_over_rows(W, x):
    M = W * 1.0
    s = 0.0
    for row in M:
        s = s + (row * x).sum() ** 2
        M[0] = row * 0.5
    return s


def saved_by_list(W, x):
    states = []
    h = x * 1.0
    for _ in range(3):
        states.append(h)
        h = np.tanh(W @ h)
    return (states[1] * h).sum()


def saved_by_list_in_place(W, x):
    states = []
    h = x * 1.0
    for _ in range(3):
        states.append(h)
        h += W[0]
    return (states[0] * h).sum()


PROGRAMS = [
    rolling, rolling_copies, one_row, sliding, shifted_history, read_before_write, product_of_views, transposed,
    loop_over_rows, saved_by_list, saved_by_list_in_place,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_buffers(program):
    right_or_refused(program, W, x)
    right_or_refused(program, W, x, wrt=0)
    right_or_refused(program, W, x, wrt=1)
