"""Pieces of one array, changed in place: right where they are proven to be apart, refused where they may overlap."""

import numpy as np
import pytest

from tests.differences import check, refused

x = np.array([0.3, 0.4, -0.2, 0.6, 0.9, -0.5])
A = np.linspace(-1, 1.2, 12).reshape(4, 3) ** 3


def each_changes_another(x):
    a, b, c = np.split(np.exp(x), [1, 3])
    b *= a
    c *= b.sum()
    a += c[0]
    return (a**2).sum() + (b**3).sum() + c.sum()


def part_of_a_part(x):
    y = np.exp(x)
    a, b = np.split(y, [2])
    c, d = np.split(b, [1])
    a *= 2.0
    c *= 3.0 * d[0]
    return (a**2).sum() + (d**2).sum() + (c**3).sum()


def part_of_a_view(A):
    a, b = np.split(np.exp(A).T[1:], [3], axis=1)
    b *= np.sin(a[:, :1])
    return (a**2).sum() + (b**3).sum()


def cuts_in_order(x, k=-4):
    a, b, c = np.split(np.exp(x), (-4, -1))
    b *= a[0]
    d, e, f = np.split(np.cos(x), [2, 9])
    e *= d[0]
    d[0] = 2.0
    g, h = np.split(np.exp(-x), [k])
    g *= 2.0 * h[0]
    return (a**2).sum() + (b**3).sum() + c.sum() + (d**2).sum() + (e**3).sum() + f.sum() + (g**2).sum() + (h**3).sum()


def stores_into_halves(x):
    z = np.zeros(6)
    a, b = np.array_split(z, 2)
    a[:] = x[:3]
    b[:] = x[3:] * a[0]
    a[1] = b[0] ** 2
    return (a**2).sum() + (b**3).sum()


def columns(A):
    a, b = np.hsplit(np.exp(A), [2])
    a[1] *= 2.0
    b[0, 0] = a[0, 0] * a[1, 1]
    return (a**2).sum() + (b**3).sum()


def rows(A):
    a, b, c, d = np.exp(A)
    a *= c
    d -= a * b
    return (a**2).sum() + (b**3).sum() + c.sum() + (d**2).sum()


def changed_in_each_round(x):
    y = np.exp(x)
    a, b = np.split(y, [2])
    for _ in range(3):
        a *= np.sin(a) + b[:2]
        b *= 0.5
    return (a**2).sum() + (b**2).sum()


def views_of_parts(x):
    a, b = np.split(np.exp(x), [2])
    c, d = a[1:], b[::-1]
    c *= d[0]
    d[0] = 2.0
    return (a**2).sum() + (b**3).sum()


def grids_and_slopes(A):
    g, h = np.meshgrid(A[0], A[1] * 2)
    g *= np.sin(h)
    u, v = np.gradient(A)
    u *= v
    s = np.gradient(A[0])
    s *= 2.0
    return (g * h).sum() + (u * v).sum() + (A**2).sum() + (s**3).sum()


def a_copy_of_what_was_stretched(x):
    a, b = np.broadcast_arrays(np.exp(x), np.ones((2, 6)))
    a = a.copy()
    a[0] *= 2.0
    return (a**2 * b).sum()


RIGHT = [
    each_changes_another, part_of_a_part, part_of_a_view, cuts_in_order, stores_into_halves, columns, rows,
    changed_in_each_round, views_of_parts, grids_and_slopes, a_copy_of_what_was_stretched,
]  # fmt: skip


@pytest.mark.parametrize("program", RIGHT)
def test_apart(program):
    check(program, A if program.__code__.co_varnames[0] == "A" else x)


def into_a_buffer(x, out):
    a, b = np.split(out, [1])
    a[:] = x[:1] ** 2
    b *= a
    b += x[1:]
    return (a * b).sum()


def test_parts_of_an_argument_that_is_written():
    check(into_a_buffer, x, np.linspace(1.0, 2.0, 6), wrt=0, frozen=False)


def back_to_front(x):
    a, b, c = np.split(np.exp(x), [3, 1])
    a *= 3.0
    return a.sum() + (b**2).sum() + (c**2).sum()


def from_both_ends(x):
    a, b, c = np.split(np.exp(x), [4, -4])
    a *= 2.0
    return (a**2).sum() + (b**3).sum() + c.sum()


def two_cuts_anywhere(x, k=-1):
    a, b, c = np.split(np.exp(x), [k, k + 1])
    a *= 2.0
    return (a**2).sum() + (b**3).sum() + c.sum()


def the_operand_is_read(x):
    y = np.exp(x)
    a, b = np.split(y, [2])
    a *= 3.0
    return y.sum() + (b**2).sum()


def the_operand_changes(x):
    y = np.exp(x)
    a, b = np.split(y, [2])
    y[0] = 5.0
    return (a**2).sum() + (b**3).sum()


def a_part_and_its_part(x):
    a, b = np.split(np.exp(x), [2])
    c, d = np.split(b, [1])
    c *= 3.0
    return (a**2).sum() + (b**2).sum() + (c**3).sum() + d.sum()


def split_twice(x):
    y = np.exp(x)
    a, b = np.split(y, [2])
    c, d = np.split(y, [1])
    c *= 3.0
    return (a**2).sum() + (b**2).sum() + (d**2).sum()


def split_anew_in_each_round(x):
    y = np.exp(x)
    s, old = 0.0, y[:1]
    for k in range(3):
        a, b = np.split(y, [k + 1])
        b *= 1.5
        s = s + (a**2).sum() + (old**2).sum()
        old = a
    return s


def a_part_or_a_view(x):
    y = np.exp(x)
    a, b = np.split(y, 2)
    if x[0] > 0:
        b = y[:3]
    a *= 2.0
    return (a**2).sum() + (b**3).sum()


def held_by_a_list(x):
    a, b = np.split(np.exp(x), [2])
    parts = [a, b]
    a *= 2.0
    return (parts[0] ** 2).sum() + (b**2).sum()


@pytest.mark.parametrize(
    "program",
    [back_to_front, from_both_ends, two_cuts_anywhere, the_operand_is_read, the_operand_changes, a_part_and_its_part,
     split_twice, split_anew_in_each_round, a_part_or_a_view, held_by_a_list],
)  # fmt: skip
def test_not_proven_apart(program):
    refused(program, x, match="may share its memory")


def stretched(x):
    a, b = np.broadcast_arrays(np.exp(x), np.ones((2, 6)))
    a[0] *= 2.0
    return (a[1] ** 2).sum() + b.sum()


def halves_of_what_is_stretched(x):
    a, b = np.split(np.broadcast_arrays(np.exp(x), np.ones((2, 6)))[0], 2)
    a *= 2.0
    return (b**2).sum()


def rows_of_what_is_stretched(x):
    a, b = stretched_by_a_helper(np.exp(x))
    a *= 2.0
    return (b**2).sum()


def stretched_by_a_helper(y):
    return np.broadcast_arrays(y, np.ones((2, 6)))[0]


@pytest.mark.filterwarnings("ignore:Numpy has detected")
@pytest.mark.parametrize("program", [stretched, halves_of_what_is_stretched, rows_of_what_is_stretched])
def test_one_element_at_several_places(program):
    refused(program, x, match="may stand at several places")
