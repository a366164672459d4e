"""Rounds over the columns of a matrix, and what is unpacked from them: ``x.T`` has no adjoint of its own."""

import numpy as np
import pytest

from tests.differences import check, refused

DATA = np.array([[0.31, -0.42], [1.1, 0.7], [-0.9, 1.3]])


def unpacked(data):
    t, y = data.T
    return np.sum((y - np.exp(-t)) ** 2)


def unpacked_beside_a_number(data):
    (t, y), scale = data.T, 3.0
    return np.sum(scale * t * y)


def unpacked_with_a_star(data):
    first, *others = data.T
    return np.sum(first * others[0])


def unpacked_from_a_call(data):
    t, y = (data * 2.0).copy().T
    return np.sum(t * y**2)


def in_rounds(data):
    total = 0.0
    for column in data.T:
        total = total + np.sum(column**2) * column[0]
    return total


def in_rounds_of_some(data):
    total = 0.0
    for column in data.T[1:]:
        total = total + np.prod(column)
    return total


def counted(data):
    return sum(k * np.sum(column**3) for k, column in enumerate(data.T, start=1))


def beside_weights(data):
    terms = []
    for column, weight in zip(data.T, data[0], strict=True):
        terms.append(weight * np.sum(column**3))
    return np.sum(np.array(terms))


def in_rounds_within_rounds(data):
    total = 0.0
    for a in data.T:
        for b in data.T:
            total = total + np.dot(a, b) * a[0]
    return total


def left_early(data):
    total = 0.0
    for row in data.real:
        if row[0] > 0.5:
            break
        total = total + np.sum(row**3)
    return total


def changed_in_place(data):
    y = data * 1.0
    for column in y.T:
        column *= 2.0
        column[0] = column[1]
    return np.sum(y**2)


def bound_anew_within(data):
    y = data * 1.0
    total = 0.0
    for column in y.T:
        y = y * 0.5
        total = total + np.sum(column * y[:, 0])
    return total


PROGRAMS = [
    unpacked, unpacked_beside_a_number, unpacked_with_a_star, unpacked_from_a_call, in_rounds, in_rounds_of_some,
    counted, beside_weights, in_rounds_within_rounds, left_early, changed_in_place, bound_anew_within,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_columns(program):
    check(program, DATA)


def changed_where_the_matrix_is_read(data):
    y = data * 1.0
    a, b = y.T
    a *= b
    return np.sum(y**3)


def test_a_part_changed_in_place_behind_the_matrix_is_refused():
    refused(changed_where_the_matrix_is_read, DATA)
