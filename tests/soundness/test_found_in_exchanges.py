"""Assignments to several names at once of which each reads parts of the others."""

import numpy as np
import pytest

from tests.differences import check

MATRIX = np.array([[0.3, 0.4, -0.5], [0.1, 0.7, 0.9], [1.0, 0.5, 0.2]])




def part_of_one(s):
    a, b = np.sin(s), s * 2
    a, b = b, a[:, ::1]
    return np.sum(a * a / (1 + b * b))


def parts_of_both(s):
    a, b = np.sin(s), s * 2
    a, b = b[::-1], a[:, ::-1]
    return np.sum(a * a / (1 + b * b))


def repeated_rows_in_a_loop(s):
    a, b = np.sin(s), s * 2
    for _ in range(3):
        a, b = b[::-1] + a[0], a[[0, 1, 0]] + b[1]
    return np.sum(a * a / (1 + b * b))


def three_of_them(s):
    a, b, c = np.sin(s), s * 2, s + 1
    a, b, c = b[:, [0, 0, 1]], c + a, a.T
    return np.sum(a * a / (1 + b * b) * c)


def sums_and_parts(s):
    a, b = np.sin(s), s * 2
    a, b = b + a[0], a - 1
    a, b = a + b, b[::-1]
    return np.sum(a * a / (1 + b * b))


def lists(s):
    a, b = [s[0], s[1], s[2]], [s[0] * 2, s[1], s[1]]
    a, b = b[1:] + a, a[1:] + b
    return np.sum(a[0] * b[1] * a[2])


def one_stays(s):
    a, b, c = np.sin(s), s * 2, s + 1
    a, b, c = a, c[[0, 0, 2]] * a, b[1:] @ a
    return np.sum(c) * np.sum(a * b)


def stacked(s):
    a = np.stack([s, s * 2])
    b = a
    a, b = (b, a[:, :, ::1])
    return np.mean(b / a)


def in_a_branch(s):
    a, b = np.sin(s), s * 2
    if s[0, 0] > 0:
        a, b = b[[1, 1, 0]], a[1:] @ b
    else:
        a, b = b[1:], a[[2, 0]]
    return np.sum(a[:2] * a[:2] / (1 + b * b))


def choice_behind_which_its_array_is_gone(s):
    t = s[2, 1] and s[2, 2]
    s = t
    return s * s


def branch_behind_which_its_array_is_gone(s):
    y = s * 2
    t = y[0, 1] * y[1, 1] if y[0, 0] > 0 else y[1, 2]
    y = np.sin(t)
    return y * s[0, 0]


PROGRAMS = [
    part_of_one, parts_of_both, repeated_rows_in_a_loop, three_of_them, sums_and_parts, lists, one_stays, stacked,
    in_a_branch, choice_behind_which_its_array_is_gone, branch_behind_which_its_array_is_gone,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_each_adjoint_is_read_before_it_is_replaced(program, sign: float) -> None:
    check(program, MATRIX * sign)
