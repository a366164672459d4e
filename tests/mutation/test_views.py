"""Writes through views, rows and aliases: right where the name stands for one part all the while, else refused."""

import numpy as np
import pytest

from tests.differences import check, refused, right_or_refused

x = np.array([0.3, 0.4, -0.2, 0.6, 0.9])
A = np.linspace(-1, 1.2, 12).reshape(4, 3) ** 3


def slice_and_base(x):
    y = x.copy()
    v = y[1:]
    v[0] = x[0] ** 2
    y[2] *= 3
    v += v[::-1]
    return (y**2).sum() + (v * v).sum()


def plain_alias(x):
    y = x.copy()
    w = y
    w[0] = x[1] ** 2
    y[1] = w[0] * 3
    w *= 2
    return (y * w).sum()


def alias_rebound(x):
    y = x.copy()
    v = y[1:]
    y = y * 2
    v[0] = x[0] * x[1]
    return (y**3).sum() + (v**2).sum()


def in_a_loop_and_rebound(x):
    y = x.copy()
    for k in range(3):
        v = y[k : k + 2]
        y[k] = v[1] * x[k]
        v += 1
        v = v * 2
        y[0] += v.sum()
    return (y**3).sum()


def halves_in_a_branch(x):
    y = x.copy()
    n = len(y) // 2
    low, high = y[:n], y[n:]
    if x[0] > 0:
        low[0] = high[1] * 2
        high *= low[1]
    else:
        high[0] = low[0]
    v = y[1:]
    w = v[::2]
    w *= w
    v[0] += 1
    return (y**2).sum()


def negative_steps(x):
    y = x.copy()
    v = y[::-2]
    v[:2] = x[:2] * v[1]
    y[0] += v[0]
    v[..., -1] *= 3
    return (y**2).sum()


def new_axes(x):
    y = x.copy()
    column = y[:, None]
    column[1:] *= x[0]
    y[0] = column[2, 0] ** 2
    return (y**2).sum() + column.sum()


def ellipsis(x):
    y = x.copy()
    v = y[...]
    v[1] = x[0] * y[2]
    y *= v
    return y.sum() + v[0]


VECTORS = [
    slice_and_base, plain_alias, alias_rebound, in_a_loop_and_rebound, halves_in_a_branch, negative_steps, new_axes,
    ellipsis,
]  # fmt: skip


@pytest.mark.parametrize("program", VECTORS)
def test_right_of_vectors(program):
    check(program, x)
    check(program, -x)


def rows(A):
    B = A.copy()
    for row in B:
        row[0] = row[1] * row[2]
        row *= 2
    return (B**2).sum()


def rows_twice(A):
    B = A.copy()
    for i, row in enumerate(B):
        row -= i * B[0]
    for row in B:
        row += row[0]
    return (B**3).sum()


def rows_in_step(A):
    B, C = A.copy(), A * 2
    for b, c in zip(B, C[1:]):
        b += c
        c *= b
    return (B**3).sum() + (C**2).sum()


def two_rows(A):
    B = A.copy()
    for i in range(3):
        r = B[i]
        s = B[i + 1]
        r += s * s
        s[1:] = r[:-1]
        r[0] = 0
    return (B**3).sum()


def transposed(A):
    B = A.copy()
    T = B.T
    T[0] = A[:, 1]
    u, v = B[:2], B[2:]
    u += v * v
    v -= u
    return (B**3).sum() + T[1].sum()


def column_of_rows(A):
    B = A.copy()
    for j in range(3):
        column = B[:, j]
        column /= np.sqrt((column**2).sum())
        for k in range(j + 1, 3):
            other = B[:, k]
            other -= (column @ other) * column
    return (B * A).sum()


def rows_of_nothing(A):
    B = A[:0].copy()
    for row in B:
        row *= B.sum()
    return (A**2).sum() + B.sum()


MATRICES = [rows, rows_twice, rows_in_step, two_rows, transposed, column_of_rows, rows_of_nothing]


@pytest.mark.parametrize("program", MATRICES)
def test_right_of_matrices(program):
    check(program, A)


def helper(A):
    B = A * 1.0
    top = B[0]
    top *= B[1]
    B[1] += top
    return B


def with_a_helper(A):
    return (helper(A) ** 2).sum() + helper(A[:2] * 2)[0, 0]


def test_inside_a_helper():
    check(with_a_helper, A)


def index_rebound(x):
    y = x.copy()
    i = 1
    v = y[i:]
    i += 1
    v[0] = x[0] * x[i]
    return (y**3).sum()


def of_two_bindings(x):
    y = x.copy()
    v = y[1:]
    for k in range(3):
        v[0] = v[1] * x[k]
        v = y[k : k + 2]
    return (y**3).sum() + (v**2).sum()


def of_either(x):
    y, z = x.copy(), x * 2
    v = y if x[0] > 0 else z
    v[0] = x[1]
    return (y**2).sum() + (z**3).sum()


def maybe_a_view(x):
    y = x.copy()
    v = y.reshape(-1)
    v[0] = x[1]
    return (y**2).sum()


def read_after_the_loop(x):
    y = x.copy()
    v = x[:2] * 1.0
    for k in range(3):
        v = y[k : k + 2]
        v += 1
        y[k] *= v[0]
    return (y**3).sum() + (v**2).sum()


def late(x):
    y = x.copy()
    v = y[1:]
    f = lambda: v.sum()
    v[0] = x[0] ** 2
    return f() + (y**2).sum()


EITHER = [index_rebound, of_two_bindings, of_either, maybe_a_view, read_after_the_loop, late]


@pytest.mark.parametrize("program", EITHER)
def test_right_or_refused(program):
    right_or_refused(program, x)


@pytest.mark.parametrize("program", [of_two_bindings])
def test_refused_with_both_names(program):
    assert "share its memory" in str(refused(program, x))


def stencil(x, n):
    u = x.copy()
    u_new = x.copy()
    for _ in range(n):
        u_new[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2]) * u[1:-1]
        u, u_new = u_new, u
    return (u**2).sum()


def stencil_with_ends(x, n):
    u = x.copy()
    new = np.empty_like(x)
    new[:] = 0.1
    total = 0.0
    for _ in range(n):
        new[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2]) * u[1:-1]
        new[0] = new[1] ** 2
        new[-1] = 0.5
        total += (new * u).sum()
        new[1:3] *= u[2:4]
        u, new = new, u
    return (u**2).sum() + total + (new**2).sum() * 0.1


def exchanged_by_a_third_name(x, n):
    u = x.copy()
    old = np.zeros_like(u)
    for _ in range(n):
        old[:] = u
        u[1:-1] = old[1:-1] * old[2:]
        tmp = old
        old = u
        u = tmp
    return (u**2).sum() + (old**3).sum()


def three_buffers(x, n):
    a, b, c = x.copy(), x * 2, x * 3
    for _ in range(n):
        c[1:] = a[1:] * b[:-1]
        a, b, c = b, c, a
    return (a**2).sum() + (b**3).sum() + c.sum()


def exchanged_in_a_branch(x, n):
    a, b = x.copy(), x * 2
    for k in range(n):
        b[1:] = a[1:] * a[:-1]
        if b[1] > 0.05:
            a, b = b, a
        a[0] += b[-1]
    return (a**2).sum() + (b**3).sum()


@pytest.mark.parametrize("n", [0, 1, 2, 3, 6])
@pytest.mark.parametrize(
    "program", [stencil, stencil_with_ends, exchanged_by_a_third_name, three_buffers, exchanged_in_a_branch]
)
def test_two_buffers(program, n):
    check(program, x, n, wrt=0)


def one_buffer_twice(x, n):
    u = x.copy()
    v = u
    for _ in range(n):
        v[1:-1] = u[1:-1] * u[2:]
        u, v = v, u
    return (u**2).sum() + (v**3).sum()


def becomes_one(x, n):
    u, v = x.copy(), x.copy()
    for _ in range(n):
        v[1:-1] = u[1:-1] * u[2:]
        u[0] = v[1]
        u = v
    return (u**2).sum() + (v**3).sum()


def kept_in_a_list(x, n):
    u, v = x.copy(), x.copy()
    both = [u, v]
    for _ in range(n):
        v[1:-1] = u[1:-1] * u[2:]
        u, v = v, u
    return (both[0] ** 2).sum() + (both[1] ** 3).sum()


SHARED = np.zeros(5)


def shared():
    return SHARED


def the_same_global(x, n):
    u = shared()
    v = shared()
    v[1:] = x[1:]
    return (u * x).sum() * n


@pytest.mark.parametrize("n", [0, 1, 3])
@pytest.mark.parametrize("program", [one_buffer_twice, becomes_one, kept_in_a_list, the_same_global])
def test_buffers_that_are_one(program, n):
    right_or_refused(program, x, n, wrt=0)
    SHARED[:] = 0.0
