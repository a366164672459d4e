"""Loops over what cannot be found again backwards: items are noted on the way, or the loop is refused."""

import numpy as np
import pytest

from tests.differences import check

X = np.array([0.5, -0.2, 1.1])
A = np.arange(6.0).reshape(2, 3) / 7 + 0.1
D = {"a": 1.0, "b": 2.0}


def shifted(x):
    s = 0.0
    for i in range(3):
        j = i
        i = i * 2 % 3
        s = s * x[i] + x[j]
        i = i + 1
        s = s + x[i % 3] ** 2
    return s


def rebound_n(x, n):
    s = 0.0
    for i in range(n):
        s = s * 0.7 + x[i % 3] ** 2
        n = n + 1
    return s * n


def rebound_xs(x):
    s = 0.0
    xs = [1.0, 2.0, 3.0]
    for v in xs:
        s = s * 0.5 + np.sin(v * x).sum()
        xs = [v]
    return s


def same(x, i):
    s = 0.0
    for i in range(1, i, 2):
        s = s + x[i % 3] ** 2 * i
    return s


def d_items(x):
    s = 0.0
    d = {'a': 1.0, 'b': 2.0}
    for k, v in d.items():
        s = s * v + np.sin(x * v).sum()
    return s


def g_items(x, d):
    s = 0.0
    for k, v in d.items():
        s = s * v + np.sin(x * v).sum()
    return s


def z_var(x, y):
    s = 0.0
    p = zip(range(3), [1.0, 2.0, 3.0])
    for i, w in p:
        s = s * w + x[i] * y[i]
    return s


def e_var(x):
    s = 0.0
    p = enumerate([2.0, 1.0, 3.0])
    for i, w in p:
        s = s * w + x[i]
    return s


def rows_changed(A):
    B = A.copy()
    s = 0.0
    for i, row in enumerate(B):
        s = s + (row * row).sum()
        B[i] = row * 2.0 * s
    return s + (B * B).sum()


def rows_changed2(A):
    B = A.copy()
    s = 0.0
    for row in B:
        s = s + (row * row).sum()
        B[1] = s * B[0]
    return s + (B * B).sum()


def after(x):
    s = 0.0
    i = 2
    a = x[i]
    for i in range(2):
        s += x[i] ** 2 * a
    return s * x[i] * i


def step(x):
    s = 0.0
    for i in range(5, 0, -2):
        s = s * x[i % 3] + i
    for i in range(3, 3):
        s = s * x[0]
    for i in range(0, 3, 2):
        s = s * x[i]
    return s


def zipunequal(x):
    s = 0.0
    for a, b in zip(x, x[2:]):
        s = s * a + b
        if s > 50:
            break
    return s


def tgt_assigned_rows(A):
    s = 0.0
    for row in A:
        row = row * row
        s = s * 0.5 + np.sin(row).sum()
    return s


def zip_break(A, x):
    s = 0.0
    for row, v in zip(A, x):
        if v < 0:
            break
        row = row * v
        s = s + (row * row).sum() * v
    return s


def gen(x, n):
    s = 0.0
    it = iter([1.0, 2.0, 3.0])
    for w in it:
        s = s * w + np.sin(x * w).sum()
        if n > 2:
            break
    for w in it:
        s = s * w + np.cos(x * w).sum()
    return s


def nested_tgt(x):
    s = 0.0
    for i in range(3):
        for i in range(i + 1):
            s = s * 0.9 + x[i] ** 2
        s = s * x[i]
    return s


def tuple_targets(x):
    s = 0.0
    for i, (a, b) in [(0, (1.0, 2.0)), (1, (3.0, 4.0))]:
        a = a * s
        s = s + x[i] * a * b + b * x[i]
    return s


def keys(x, d):
    s = 0.0
    for k in d:
        s = s + np.sin(x * d['a']).sum()
    return s


def keys2(x, d):
    s = 0.0
    for k in d.keys():
        s = s + np.sin(x * d['a']).sum()
    return s


def act(p):
    s = 0.0
    for k, v in p.items():
        s = s * 0.5 + (v * v).sum()
    return s


def act2(p):
    s = 0.0
    for v in p.values():
        s = s * 0.5 + (v * v).sum()
    return s


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (shifted, (X,)),
        (rebound_n, (X, 4)),
        (rebound_n, (X, 0)),
        (rebound_xs, (X,)),
        (same, (X, 6)),
        (same, (X, 0)),
        (d_items, (X,)),
        (g_items, (X, D)),
        (keys, (X, D)),
        (keys2, (X, D)),
        (z_var, (X, X + 1)),
        (e_var, (X,)),
        (rows_changed, (A,)),
        (rows_changed, (A[:1],)),
        (rows_changed2, (A,)),
        (after, (X,)),
        (step, (X,)),
        (zipunequal, (X,)),
        (tgt_assigned_rows, (A,)),
        (tgt_assigned_rows, (A[:0],)),
        (zip_break, (A, X)),
        (zip_break, (A, X + 1)),
        (gen, (X, 1)),
        (gen, (X, 4)),
        (nested_tgt, (X,)),
        (tuple_targets, (X,)),
    ],
)
def test_right(f, args):
    check(f, *args, wrt=0)


@pytest.mark.parametrize("f", [act, act2])
def test_views_of_active_values(f):
    check(f, {"a": X, "b": 2 * X}, wrt=0)


def listed(x):
    s = 0.0
    items = [x, 2 * x, x * x]
    for v in items:
        s = s * 0.5 + (v * v).sum()
    return s


def over_tuple(ws):
    s = 0.0
    for w in ws:
        s = s * 0.5 + (w * w).sum()
    return s


def over_two_tuples(ws, bs):
    s = 0.0
    for w, b in zip(ws, bs):
        if b > 1.5:
            continue
        s = s * 0.5 + (w * w).sum() * b
    return s


def numbered_tuple(ws):
    s = 0.0
    for i, w in enumerate(ws):
        s = s * 0.5 + (w * w).sum() * (i + 1)
        if i == 1:
            break
    return s


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (listed, (A,)),
        (over_tuple, ((A, 2 * A),)),
        (over_tuple, ((A, A[0]),)),
        (over_two_tuples, ((A, 2 * A), (1.0, 2.0))),
        (numbered_tuple, ((A, 2 * A, A),)),
    ],
)
def test_items_that_have_an_adjoint_each(f, args):
    check(f, *args)
