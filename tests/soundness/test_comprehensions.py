"""Comprehensions, generator expressions and loops over lists that are followed item by item: right, or refused."""

import numpy as np
import pytest

from tests.differences import check, refused

x, W = np.array([0.5, -0.7, 1.1]), np.array([[0.2, 0.9, -0.3], [1.2, 0.4, 0.6], [0.3, -0.8, 0.5]])


def doubled_items(x):
    xs = [v * 2 for v in x]
    return sum(xs) * xs[0]


def sum_of_a_generator(x):
    return sum(v * v for v in x) / len(x)


def stacked_and_filtered(x):
    return np.stack([np.sin(x * k) for k in range(3)]).sum() + sum([v ** 3 for v in x if v > 0])


def table(x):
    table = [[a * b for a in x] for b in x]
    return np.array(table).sum() + table[0][2]


def inactive_ones(x):
    n = [i * i for i in range(3)]
    k = [len(r) for r in ([1], [2, 3])]
    return x[0] * n[2] + x[k[1]] * sum(i for i in range(4)) + x[1] * len([v for v in x if v > 0])


def names_in_use(x):
    v = 3.0
    y = [v * a for a in x]
    z = [a if a > 0 else -a * v for a in y]
    v = v + sum(v * w for v, w in zip(y, z))
    return v


def loss(a, b):
    c = a * b
    return np.sin(c)


def pairs_and_a_helper(x):
    pairs = [(a, b) for a in x for b in x if a > b]
    return sum(loss(a, b) for a, b in pairs) / 3


def behind_a_pure_call(x):
    s = np.sum(x) + sum(float(v) * 2 for v in x)
    return s


def tuple_of_a_generator(x):
    rows = tuple(x * k for k in range(1, 3))
    return (rows[0] * rows[1]).sum()


def in_a_test(x):
    if sum(v * v for v in x) > 1:
        return x[0] * 2
    return x[1]


def any_and_all(x):
    return any(v > 1 for v in x) * x[0] + x[1] * all([v > 1 for v in x])


def zipped(x):
    W = [x, x * 2]
    h = [np.tanh(w * x) for w in W]
    return sum(np.dot(a, b) for a, b in zip(h, W))


def loop_over_a_variable(x):
    W = [x, x * 2]
    s = 0.0
    for w in W:
        s = s + (w * w).sum()
    return s


def loop_over_a_display(x):
    s = 0.0
    for w in [x, x * 2]:
        s = s + (w * w).sum()
    return s


def item_by_number(x):
    W = [x, x * 2]
    s = 0.0
    for k in range(2):
        s = s + (W[k] * W[k]).sum()
    return s


def loop_over_pairs(x):
    s = 0.0
    for a, b in ((x, 1.0), (x * x, 2.0)):
        s = s + (a * b).sum()
    return s


def loop_over_zipped_displays(x):
    s = 0.0
    for a, b in zip([x, 2 * x], [1.0, 2.0]):
        s = s + (a * b).sum()
    return s


def loop_and_unpacked(x):
    W = (x, x * 2)
    s = 0.0
    for i, w in enumerate(W):
        s = s + i * (w * w).sum()
    a, b = W
    return s * a[0] + b[1]


def python_floats(x):
    terms = [1.5, x[0] * 2, x[1]]
    return sum(t * float(x[2]) for t in terms)


def in_a_loop(x):
    s = 0.0
    for k in range(3):
        row = [x[j] * x[k] for j in range(k + 1) if j != 1]
        s += sum(r * r for r in row)
    return s


def in_a_branch(x):
    if x[0] > 0:
        ys = [v * 2 for v in x]
    else:
        ys = [v * 3 for v in x[1:]]
    return sum(ys) * ys[-1]


def loss_of_a_network(x):
    params = [(W * x[0], x), (W * x[1], 2 * x)]
    h = x
    for A, b in params:
        h = np.tanh(A @ h + b)
    return (h**2).sum() + sum(np.sum(A**2) for A, _ in params)


def local_function(x):
    def sq(v):
        w = v * v
        return w * x[0]
    return sum(sq(v) for v in x) + sum([sq(v) for v in x[1:]])


def local_lambda(x):
    f = lambda a: a * x[1]
    ys = [f(a) for a in x]
    table = [[f(a) * b for a in x] for b in ys]
    return np.array(table).sum() + max(f(v) for v in x)


def lists_of_a_local_function(x):
    def rows(k):
        return [v * k for v in x]
    r = rows(2)
    r.append(x[0])
    return sum(r) + sum(rows(3))


PROGRAMS = [
    local_function, local_lambda, lists_of_a_local_function,
    doubled_items, sum_of_a_generator, stacked_and_filtered, table, inactive_ones, names_in_use,
    pairs_and_a_helper, behind_a_pure_call, tuple_of_a_generator, in_a_test, any_and_all, zipped,
    loop_over_a_variable, loop_over_a_display, item_by_number, loop_over_pairs, loop_over_zipped_displays,
    loop_and_unpacked, python_floats, in_a_loop, in_a_branch, loss_of_a_network,
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_right(program):
    check(program, x)


def filtered(x, least):
    return sum(v * v for v in x if v > least) + sum([v for v in x if v > least]) + x[0]


@pytest.mark.parametrize("least", [-1.0, 0.0, 0.7, 2.0])
def test_any_number_of_items(least):
    check(filtered, x, least, wrt=0)


def loop_over_unlike_items(x, Ws):
    s = 0.0
    for w in Ws:
        s = s + (w * x).sum()
    return s


def test_a_list_of_unlike_arrays_is_walked_item_by_item():
    check(loop_over_unlike_items, x, [x, W], wrt=(0, 1))


def late_binding(x):
    a = x[0]
    g = (a * v for v in x)
    a = 5.0
    return sum(g) + a


def drawn(x):
    rng = np.random.default_rng(0)
    return rng.normal() * sum(v * rng.normal() for v in x)


def changed_by_the_items(x):
    acc = x * 2.0

    def grown(v):
        acc[0] += v
        return acc[0] * v

    return acc[0] + sum(grown(v) for v in x) * acc[0]


@pytest.mark.parametrize("program", [drawn, changed_by_the_items])
def test_what_runs_before_runs_before(program):
    check(program, x)


@pytest.mark.parametrize("program", [late_binding])
def test_refused(program):
    refused(program, x)
