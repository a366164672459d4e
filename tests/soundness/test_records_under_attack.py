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


class Deep:
    def __init__(self, w):
        self.w = np.sin(w)

    def double(self):
        self.w = self.w * 2
        return self.w


class Holder:
    def __init__(self, item):
        self.item = item


def held_and_doubled(x):
    t = Deep(x)
    h = Holder(t)
    h.item.double()
    return np.sum(t.w)


def held_in_a_dict_and_doubled(x):
    t = Deep(x)
    t.double()
    d = {"a": t}
    d["a"].double()
    return np.sum(t.w)


def of_a_display(x):
    t = Deep(x)
    t.double()
    u = [t][0]
    u.double()
    return np.sum(t.w)


def held_by_a_copied_name(x):
    t = Cell(x)
    h = Holder(t)
    u = h.item
    u.w = u.w * 3
    return np.sum(t.w)


class Tanh:
    def __init__(self):
        self.out = 0.0

    def forward(self, x):
        self.out = np.tanh(x)
        return self.out


class Scale:
    def __init__(self, s):
        self.s = s
        self.n = 0

    def forward(self, x):
        self.n += 1
        self.s = self.s * 0.9
        return x * self.s + self.n


def layers_of_several_kinds(x):
    layers = [Scale(x[0]), Tanh(), Scale(x[1])]
    h = x
    for _ in range(2):
        for i, layer in enumerate(layers):
            h = layer.forward(h) * (i + 1)
    return np.sum(h) + np.sum(layers[1].out) + layers[-1].n * layers[2].s * len(layers)


def a_layer_with_another_name(x):
    t = Tanh()
    layers = [Scale(x[0]), t, Scale(x[1])]
    h = x
    for layer in layers:
        h = layer.forward(h)
    return np.sum(h) + np.sum(t.out)


def a_layer_that_comes_twice(x):
    t = Tanh()
    layers = [Scale(x[0]), t, Scale(x[1]), t]
    h = x
    for layer in layers:
        h = layer.forward(h)
    return np.sum(h) + np.sum(layers[1].out)


def one_of_two(x):
    b = Cell(x * 0.7)
    cells = [Cell(x), Cell(x * 2)]
    for t in cells:
        t.w = t.w * x
        n = b if x[0] > 0.1 else t  # noqa: F841
    return np.sum(cells[0].w * b.w)


def a_deleted_slot(x):
    cells = [Cell(x), Cell(x * 2), Cell(x * 3)]
    for c in cells:
        c.w = c.w * x
    del cells[0].w
    return np.sum(cells[1].w)


def a_half_made_item(x):
    cells = []
    for k in range(3):
        try:
            cells.append(Cell(x * k, 1.0 / (k - 1)))
        except ZeroDivisionError:
            continue
    for c in cells:
        c.w = c.w * c.v
    return sum(np.sum(c.w * x) * c.v for c in cells)


def made_in_another_order(x):
    rng = np.random.default_rng(0)
    cells = [Cell(v=rng.random(), w=x * rng.random())]
    for c in cells:
        c.w = c.w * c.v
    return np.sum(cells[0].w)


class Push:
    def __init__(self, i):
        self.i = i

    def act(self, cells):
        cells[self.i].w = cells[self.i].w * 2


class Pull:
    def __init__(self, i):
        self.i = i

    def act(self, cells):
        cells[self.i].w = cells[self.i].w * 5


def methods_of_one_of_two_classes(x):
    cells = [Cell(x), Cell(x * 2)]
    p = Pull(0)
    acts = [Push(0), Push(1), p]
    for a in acts:
        a.act(cells)
    return total(cells)


def methods_of_a_list_that_is_stored_into(x):
    cells = [Cell(x), Cell(x * 2)]
    acts = [Push(0), Push(1)]
    acts[0] = Pull(0)
    for a in acts:
        a.act(cells)
    return total(cells)


PROGRAMS = [
    numbered_part, numbered_backwards, numbered_steps, one_array_in_two_slots, one_array_in_two_slots_of_items,
    a_dropped_store, a_dropped_count, a_dropped_append, the_last_before_it_grows, a_tape,
    counted_from_the_end_in_a_loop, an_index_that_is_an_array, a_part_with_a_name, a_copy_with_a_name,
    an_enumerate_of_the_users, a_walrus_in_a_comprehension, held_and_doubled, held_in_a_dict_and_doubled, of_a_display,
    held_by_a_copied_name, layers_of_several_kinds, a_layer_with_another_name, a_layer_that_comes_twice,
    one_of_two, a_deleted_slot, a_half_made_item, made_in_another_order,
    methods_of_one_of_two_classes, methods_of_a_list_that_is_stored_into,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_right_or_refused(program: Any):
    right_or_refused(program, X, wrt=0)


@pytest.mark.parametrize(
    "program",
    [
        numbered_part, numbered_backwards, numbered_steps, the_last_before_it_grows, counted_from_the_end_in_a_loop,
        layers_of_several_kinds,
    ],
    ids=lambda f: f.__name__,
)
def test_right(program: Any):
    check(program, X)
