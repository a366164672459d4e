"""Lists of records, and records, in programs that were written to break them."""

from typing import Any

import numpy as np
import pytest

from tests.differences import check, right_or_refused

X = np.array([0.317, 0.739])


class Cell:
    def __init__(self, w, v=0.5, n=1.0):
        self.w = w
        self.v = v
        self.n = n


class Both:
    def __init__(self, w, v=0.5):
        self.w = w
        self.b = w
        self.v = v


class Drop:
    def __init__(self, w, z=None):
        self.w = w
        self.v = 1.0


class Counter:
    def __init__(self):
        self.i = 0

    def __call__(self):
        self.i += 1
        return float(self.i)


def total(cells):
    return sum(np.sum(c.w) * c.v for c in cells)


def numbered_part(x):
    cells = [Cell(x), Cell(x * 2), Cell(x * 3)]
    for i, c in enumerate(cells[1:]):
        c.w = c.w * (i + 1)
    return total(cells) + np.sum(cells[1].w)


def numbered_backwards(x):
    layers = [{"W": x * k, "b": x[0]} for k in range(1, 4)]
    h = x
    for i, layer in enumerate(reversed(layers)):
        h = np.tanh(layer["W"] * h + layer["b"]) * (i + 1)
        layer["b"] = np.sum(h)
    return np.sum(h) * layers[0]["b"]


def numbered_steps(x):
    cells = [Cell(x), Cell(2 * x), Cell(3 * x)]
    t = x
    for i, c in enumerate(cells[::2]):
        t = t + c.w * i
    for i, c in enumerate(cells):
        for j, d in enumerate(cells[i + 1 :]):
            d.w = d.w + 0.1 * j * c.w
    cells[0].w = t
    return total(cells)


def one_array_in_two_slots(x):
    a = Both(x * 2)
    a.w += x
    return np.sum(a.b)


def one_array_in_two_slots_of_items(x):
    cells = [Both(x * 2), Both(x * 3)]
    for c in cells:
        c.w[0] = 1.0
        c.w *= x
    return sum(np.sum(c.b * c.w) for c in cells)


def a_dropped_store(x):
    y = x * 1
    a = Drop(x, np.multiply(y, 2, out=y))
    a.w = a.w * 3
    return np.sum(a.w * y)


def a_dropped_count(x):
    n = Counter()
    a = Drop(x * 2, n())
    a.w = a.w * n()
    return np.sum(a.w)


def a_dropped_append(x):
    log = []
    cells = [Drop(x * 2, log.append(1)), Drop(x * 3, log.append(x))]
    for c in cells:
        c.w = c.w * len(log)
    return total(cells)


def the_last_before_it_grows(x):
    cells = [Cell(x), Cell(x * 2)]
    p = cells[-1]
    cells.append(Cell(x * 3))
    p.w = p.w * 5
    return total(cells)


def a_tape(x):
    tape = [Cell(x)]
    cur = tape[-1]
    while np.sum(cur.w) < 10:
        tape.append(Cell(x * len(tape) * 2))
        cur.v = cur.v + 1
        cur = tape[-1]
    cur.w = cur.w * 2
    return total(tape)


def counted_from_the_end_in_a_loop(x):
    cells = [Cell(x), Cell(x * 2), Cell(x * 4)]
    for i in range(-2, 0):
        p = cells[i]
        cells.append(Cell(x * i))
        p.w = p.w * 3
    return total(cells)


def an_index_that_is_an_array(x):
    cells = [Cell(x), Cell(2 * x), Cell(3 * x)]
    i = np.zeros((), dtype=int)
    for _ in range(3):
        p = cells[i]
        i += 1
        p.w = p.w * x
        p.v = p.v + np.sum(p.w)
    return total(cells)


def a_part_with_a_name(x):
    cells = [Cell(x), Cell(x * 2), Cell(x * 3)]
    sub = cells[1:]
    for c in sub:
        c.w = c.w * 3
    return total(cells)


def a_copy_with_a_name(x):
    cells = [Cell(x), Cell(x * 2), Cell(x * 3)]
    other = cells[:]
    other[0].w = x * 5
    return total(cells) + total(other)


def an_enumerate_of_the_users(x):
    enumerate = lambda cells: [(7, c) for c in cells]
    cells = [Cell(x * k) for k in range(3)]
    for i, c in enumerate(cells):
        c.w = c.w * i
    return total(cells)


def a_walrus_in_a_comprehension(x):
    y = x * 3
    cells = [Cell(x), Cell(2 * x)]
    for c in cells:
        c.w = c.w * y
    total = sum((y := c.w * x)[0] for c in cells)
    return total + np.sum(y)


PROGRAMS = [
    numbered_part, numbered_backwards, numbered_steps, one_array_in_two_slots, one_array_in_two_slots_of_items,
    a_dropped_store, a_dropped_count, a_dropped_append, the_last_before_it_grows, a_tape,
    counted_from_the_end_in_a_loop, an_index_that_is_an_array, a_part_with_a_name, a_copy_with_a_name,
    an_enumerate_of_the_users, a_walrus_in_a_comprehension,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_right_or_refused(program: Any):
    right_or_refused(program, X, wrt=0)


@pytest.mark.parametrize(
    "program",
    [numbered_part, numbered_backwards, numbered_steps, the_last_before_it_grows, counted_from_the_end_in_a_loop],
    ids=lambda f: f.__name__,
)
def test_right(program: Any):
    check(program, X)
