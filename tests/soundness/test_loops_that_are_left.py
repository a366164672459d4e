"""Loops with ``break``, ``continue``, ``while`` and ``return``: right for every way in which they can be left."""

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check

X = np.array([0.5, -0.2, 1.1])
A = np.arange(6.0).reshape(2, 3) / 7 + 0.1


def newton(m, e):
    E = m
    for _ in range(50):
        f = E - e * np.sin(E) - m
        if abs(f) < 1e-12:
            break
        E = E - f / (1 - e * np.cos(E))
    return E


def halved(x):
    n = 0
    while x > 1.0:
        x = x * 0.5 + 0.1 * np.sin(x)
        n += 1
    return x * n + x


def root(x):
    while True:
        r = x * x - 2.0
        if abs(r) < 1e-3:
            break
        x = x - r / (2.5 * x)
    return x + 3 * r


def first_negative(x, y):
    for k in range(10):
        y = y - x[k % 3] * 0.3
        if y < 0:
            return y * x[0]
    return y * x[1]


def positive_part(x):
    s = 0.0
    for v in x:
        if v < 0:
            continue
        s += v**2
    return s


def inner_break(x):
    s = 0.0
    for i in range(len(x)):
        t = x[i]
        for j in range(6):
            if t > 2.0:
                break
            t = t * 1.3 + x[j % 3]
        s += t * t
    return s


def for_else(x):
    s = 0.0
    for i in range(3):
        s = s + x[i] ** 2
        if s > 1.0:
            break
    else:
        s = s * x[0]
    return s


def for_else_plain(x):
    s = 0.0
    for v in x:
        s += v * v
    else:
        s = np.sin(s)
    return s


def while_else(x):
    n = 0
    while n < 4:
        x = np.sin(x) * 1.5
        if x > 1.2:
            break
        n += 1
    else:
        x = x * x
    return x


def partial_exit(x, c):
    s = 0.0
    for i in range(4):
        s += x[i % 3]
        if c > 0:
            s = s * x[0]
            if s > 1.0:
                break
            s = s + 0.1
        if c > 2:
            if i == 1:
                continue
        s = s * 1.1
    return s * s


def nested_return(x):
    s = 0.0
    for i in range(3):
        for j in range(3):
            s = s + x[i] * x[j]
            if s > 0.9:
                return s * x[0]
        s = s * 0.9
    return s


def nested_return_arrays(x, y):
    h = x
    for i in range(3):
        h = np.tanh(h * y)
        while True:
            h = h + 0.2 * y
            if h.sum() > 1.5:
                return (h * h * x).sum()
            if h[0] > 0.3:
                break
    return (h * y).sum()


def while_true_ret(x):
    while True:
        r = np.sin(x)
        x = x + 0.3 * r
        if x[0] > 1.0:
            return (r * x).sum()


def ret_array_two(x, c):
    for i in range(5):
        x = np.tanh(x) * 1.1
        if x[0] < c:
            return x.sum()
        if x[1] < -5:
            return (x * x).sum()
    return x.prod()


def behind(x):
    for k in range(3):
        r = np.tanh(x * (k + 1))
        x = x + r
    return (r * x).sum()


def behind_break(x):
    for k in range(5):
        r = np.tanh(x * (k + 1))
        if r.sum() > 0.9:
            break
        x = x + r
    return (r * x).sum()


def behind_while(x):
    n = 0
    while True:
        r = np.tanh(x)
        q = r * 2
        n += 1
        if n > 3:
            break
        x = x + r * q
        if x[0] > 100:
            break
    return (r * q).sum()


def in_place(x):
    u = x.copy()
    for k in range(6):
        u[1:] = u[1:] * u[:-1] + 0.5
        if u[2] > 0.6:
            break
        u[0] *= 1.2
    return (u ** 2).sum()


def cont_rows(A):
    s = 0.0
    for row in A:
        if row[0] > 0.3:
            continue
        s += (row ** 2).sum()
    return s


def overwritten_break(x, y):
    for i in range(3):
        x = x * y
        if i == 1:
            x = 3.0 * y
            break
    return x * x


def const_break(x, y):
    for i in range(3):
        x = x * y
        if x > 0.1:
            x = 3.0
            break
    return x * y


def rev(x):
    s = 0.0
    for i in reversed(range(3)):
        s = s * 0.5 + x[i] ** 2
        if s > 1.0:
            break
    return s


def rng2(x):
    s = 0.0
    for i in range(2, -1, -1):
        s = s * 0.5 + x[i] ** 2
        if i < 1:
            break
    return s * s


def enum(x, y):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, y)):
        s = s + a * b * i + a
        if i == 1:
            break
    return s * s


def whiletest_side(x):
    it = 0
    while (x * x).sum() > 0.5 and it < 10:
        x = x * 0.8
        it = it + 1
    return x.sum() * it


def wfalse(x):
    while False:
        x = x * 2
    return x.sum()


def once(x):
    while True:
        x = x * x
        break
    return x.sum()


def zero(x, n):
    for i in range(n):
        x = np.sin(x)
        if x[0] > 10:
            break
    return x.sum()


def bis(a, lo, hi):
    while hi - lo > 0.001:
        mid = 0.5 * (lo + hi)
        if mid * mid - a > 0:
            hi = mid
        else:
            lo = mid
    return 0.5 * (lo + hi) * a


def collatz(x, n):
    s = 0.0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
            s = s + x
            continue
        n = 3 * n + 1
        s = s * 1.01 + x * x
    return s


def backtrack(x, g):
    t = 1.0
    f0 = (x * x).sum()
    while True:
        y = x - t * g
        if (y * y).sum() < f0 - 0.1 * t * (g * g).sum():
            break
        t = t * 0.5
        if t < 1e-06:
            raise ValueError('no step')
    return (y ** 3).sum()


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (newton, (0.9, 0.3)),
        (halved, (5.3,)),
        (halved, (1.7,)),
        (halved, (0.4,)),
        (root, (1.0,)),
        (root, (1.4142,)),
        (first_negative, (X, 0.9)),
        (first_negative, (X, 0.1)),
        (first_negative, (X, 5.9)),
        (positive_part, (X,)),
        (positive_part, (-abs(X),)),
        (inner_break, (X,)),
        (inner_break, (X + 3,)),
        (for_else, (X,)),
        (for_else, (X * 0.3,)),
        (for_else_plain, (X,)),
        (while_else, (0.3,)),
        (while_else, (0.9,)),
        (partial_exit, (X, 3)),
        (partial_exit, (X, -1)),
        (nested_return, (X,)),
        (nested_return, (X * 0.1,)),
        (nested_return, (X * 0.6,)),
        (nested_return_arrays, (X, X + 0.3)),
        (nested_return_arrays, (X * 0.1, X * 0.1)),
        (while_true_ret, (X,)),
        (ret_array_two, (X, 0.3)),
        (ret_array_two, (X, -3.0)),
        (behind, (X,)),
        (behind_break, (X,)),
        (behind_while, (X,)),
        (in_place, (X,)),
        (cont_rows, (A,)),
        (overwritten_break, (0.3, 0.4)),
        (const_break, (0.3, 0.4)),
        (rev, (X,)),
        (rng2, (X,)),
        (enum, (X, X + 1)),
        (whiletest_side, (X * 3,)),
        (wfalse, (X,)),
        (once, (X,)),
        (zero, (X, 0)),
        (zero, (X, 3)),
        (bis, (2.0, 0.0, 2.0)),
        (collatz, (1.2, 7)),
        (backtrack, (X, X * 2 + 1)),
    ],
)
def test_scalars(f, args):
    check(f, *args)


def test_the_text_of_a_loop_that_is_left_stays_the_users():
    text = grad(newton).source_for(0.9, 0.3)
    assert "        if abs(f) < 1e-12:\n            break\n" in text
    assert "for _ in range(steps):" in text
    assert "taken" not in text


def test_what_a_round_leaves_behind_is_saved_before_it_continues():
    def saved_behind_a_branch(x, v):
        for i in range(3):
            x = 0.5 + x * 0.1
            if v[0] > 0:
                x = v + x
            else:
                v = v * x * v
            if i % 2:
                continue
            x = x * np.cos(v)
        return (x + v).sum()

    def saved_in_many_places(x, v):
        for i in range(5):
            x = 0.5 + x * 0.1
            if i == 1:
                v = v * x
                continue
            elif i == 2:
                x = x * v
                if v[0] > 0:
                    continue
                v = v - x
            if v[1] < 0:
                v = v + x * x
                continue
            x = x * np.cos(v)
            v = v * x
        return (x * v).sum()

    for f in (saved_behind_a_branch, saved_in_many_places):
        check(f, np.array([0.3, 0.4]), np.array([-1.2, 0.7]))
