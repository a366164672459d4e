"""A loop over a list of tuples that reads each by place, ``p[0]``: the adjoint of a part goes to that part."""

import numpy as np
import pytest

from tests.differences import check

x = np.array([0.5, -0.7, 1.1])
params = [(np.array([[0.3, -0.2, 0.5], [0.1, 0.4, -0.6], [0.7, 0.2, -0.1]]), x * 0.3),
          (np.array([[-0.3, 0.6, 0.2], [0.5, -0.1, 0.3], [0.2, -0.8, 0.4]]), x + 0.1)]  # fmt: skip


def backwards_and_forwards(params, x):
    layers = []
    for W, b in params:
        layers.append((2 * W, b + x))
    total = 0.0
    for first, second in zip(layers[::-1], layers):
        total = total + (first[1] * second[1]).sum()
    return total


def kept_and_run_over_backwards(params, x):
    rows, state = [], (np.outer(x, x), x)
    for W, b in params:
        state = (W @ state[0], b * state[1])
        rows.append(state)
    return sum((r[1] * x).sum() + (r[0] ** 2).sum() for r in rows[::-1])


def backwards_under_a_name(params, x):
    rows, state = [], (np.outer(x, x), x)
    for W, b in params:
        state = (W @ state[0], b * state[1])
        rows.append(state)
    back = rows[::-1]
    return sum((r[1] * x).sum() + (r[0] ** 2).sum() for r in back)


def by_place(params, x):
    s = 0.0
    for p in params:
        s = s + (x @ p[0] + p[1]).sum() ** 2
    return s


def numbered(params, x):
    s = 0.0
    for i, p in enumerate(params):
        s = s + (x @ p[0] + i * p[1]).sum() ** 2
    return s


def neighbours(params, x):
    s = 0.0
    for p, q in zip(params, params[1:]):  # noqa: RUF007
        s = s + (x @ p[0] + q[1]).sum() ** 2
    return s


def tuples_in_tuples(params, x):
    out = []
    for W, b in params:
        out.append(((W, b), 2 * b))
    s = 0.0
    for p, c in out:
        s = s + (x @ p[0] + c * p[1]).sum() ** 2
    for p in out:
        s = s + (x @ p[0][0] + p[1] * p[0][1]).sum() ** 2
    return s


PROGRAMS = [
    backwards_and_forwards,
    kept_and_run_over_backwards,
    backwards_under_a_name,
    by_place,
    numbered,
    neighbours,
    tuples_in_tuples,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_right(program):
    check(program, params, x)
