"""Row 18: containers whose slots hold one and the same object."""

import numpy as np
import pytest

from tests.differences import right_or_refused

x, W = np.array([0.5, -0.7, 1.1]), np.array([[0.2, 0.9, -0.3], [1.2, 0.4, 0.6], [0.3, -0.8, 0.5]])


def repeated_lists(x):
    m = [[0.0] * 2] * 3
    m[0][1] = x[0]
    m[1][1] = m[2][1] * x[1]
    return m[0][1] + m[2][0]


def repeated_array(x):
    rows = [x * 2] * 3
    rows[0][1] = x[0] ** 2
    return (rows[1] * rows[2]).sum()


def repeated_zeros(x):
    rows = [np.zeros(3)] * 2
    rows[0][0] = x[1]
    rows[1][0] = rows[1][0] * x[2]
    return rows[0].sum()


def repeated_scalars(x):
    m = [0.0] * 3
    m[0] = x[0]
    m[1] = m[0] * x[1]
    m[2] = m[1] * m[0]
    return m[2] + m[1]


def from_keys(x):
    d = dict.fromkeys(["a", "b"], [])  # noqa: RUF024
    d["a"].append(x[0])
    d["b"].append(x[1])
    return d["a"][1] * d["b"][0]


def from_keys_array(x):
    d = dict.fromkeys(["a", "b"], x * 2)
    d["a"][0] = x[1] * x[2]
    return (d["b"] ** 2).sum()


def history_in_place(x):
    hist = []
    u = x * 1.0
    for _ in range(3):
        hist.append(u)
        u += x
    return (hist[0] * hist[1]).sum()


def history_rebound(x):
    hist = []
    u = x * 1.0
    for _ in range(3):
        hist.append(u)
        u = u * x
    return (hist[0] * hist[2]).sum()


def history_copied(x):
    hist = []
    u = x * 1.0
    for _ in range(3):
        hist.append(u.copy())
        u += x
    return (hist[0] * hist[2]).sum()


def the_same_twice(x):
    a = x * 1.0
    pair = [a, a]
    pair[0][0] = x[1] * x[2]
    return (pair[1] ** 2).sum()


def the_same_twice_rebound(x):
    a = x * 1.0
    pair = [a, a]
    pair[0] = pair[1] * 2
    return (pair[0] * pair[1]).sum()


def tuple_of_one(x):
    a = x * 1.0
    pair = (a, a)
    a[0] = 3.0 * x[1]
    return (pair[0] * pair[1]).sum()


def list_aliased(x):
    a = [x[0], x[1]]
    b = a
    b[0] = x[2] ** 2
    return a[0] * a[1]


def list_copied(x):
    a = [x[0], x[1]]
    b = list(a)
    b[0] = x[2] ** 2
    return a[0] * b[0]


def list_augmented(x):
    a = [x[0]]
    b = a
    a += [x[1]]
    return b[0] * b[1]


def list_rebound(x):
    a = [x[0]]
    b = a
    a = a + [x[1]]
    return a[0] * a[1] + len(b)


def nested_list_aliased(x):
    row = [x[0], x[1]]
    m = [row, row]
    m[0][0] = x[2]
    return m[1][0] * m[1][1]


def rows_of_array_in_list(x):
    M = np.outer(x, x)
    rows = [M[0], M[1], M[0]]
    rows[0][1] = x[2]
    return (rows[2] ** 2).sum() + M.sum()


PROGRAMS = [
    repeated_lists, repeated_array, repeated_zeros, repeated_scalars, from_keys, from_keys_array, history_in_place,
    history_rebound, history_copied, the_same_twice, the_same_twice_rebound, tuple_of_one, list_aliased, list_copied,
    list_augmented, list_rebound, nested_list_aliased, rows_of_array_in_list,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_slots(program):
    right_or_refused(program, x)


def layers(Ws, x):
    h = x
    for W in Ws:
        h = np.tanh(W @ h)
    return (h**2).sum()


def layers_by_index(Ws, x):
    h = x
    for k in range(len(Ws)):
        h = np.tanh(Ws[k] @ h)
    return (h**2).sum()


@pytest.mark.parametrize("program", [layers, layers_by_index])
def test_one_matrix_in_two_slots_of_an_argument(program):
    right_or_refused(program, [W, W], x)
    right_or_refused(program, [W, W, x * W], x, wrt=0)


def writes_a_slot(Ws, x):
    Ws[0][0, 0] = 2.0
    return (Ws[1] @ x).sum()


def test_writing_a_shared_slot_of_an_argument():
    right_or_refused(writes_a_slot, [W, W], x, wrt=1, frozen=False)


def stored_list(x):
    cache = {}
    a = [x[0], x[1]]
    cache["a"] = a
    a[0] = x[2]
    return cache["a"][0] * cache["a"][1]


def test_dictionary_of_a_list():
    right_or_refused(stored_list, x)
