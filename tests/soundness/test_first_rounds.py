"""What the first round of a loop tells about functions and known items need not hold in the next."""

from functools import partial

import numpy as np
import pytest

from tests.differences import check, refused

X = np.array([0.5, -1.0, 2.0])


def longer(t, s):
    return t + (s,)


def appended(items, s):
    items.append(s)


def total(*parts):
    return sum((part**2).sum() for part in parts)


def closure_rebound(x):
    a = x[0]
    g = lambda v: v * a
    s = 0.0
    for k in range(3):
        s = s + g(x).sum()
        if k == 0:
            g = lambda v: v * v + a
    return s


def closures_exchanged(x):
    a = x[0]

    def g(v):
        return v * a

    def h(v):
        return v * v * a

    s = 0.0
    for _ in range(3):
        s = s + g(x).sum()
        g, h = h, g
    return s


def closure_in_a_list(x):
    a = x[0]
    fs = [lambda v: v * a]
    s = 0.0
    for _ in range(3):
        s = s + fs[0](x).sum()
        fs[0] = np.sin
    return s


def closures_in_a_tuple(x):
    fs = (lambda v: v * x[0],)
    s = 0.0
    for k in range(3):
        for g in fs:
            s = s + g(x).sum()
        if k == 0:
            fs = (np.sin, np.cos)
    return s


def partial_rebound(x):
    g = partial(np.power, x)
    s = 0.0
    for k in range(1, 3):
        s = s + g(k + 1).sum()
        g = partial(np.multiply, x)
    return s


@pytest.mark.parametrize(
    "f", [closure_rebound, closures_exchanged, closure_in_a_list, closures_in_a_tuple, partial_rebound]
)
def test_another_function_in_a_later_round(f):
    refused(f, X, match="now one function, now another|how many items")


def items_join(x):
    xs = (x[0], x[1:])
    s = 0.0
    k = 0
    while k < 3:
        for v in xs:
            s = s + (v * v).sum()
        if k == 1:
            xs = (x, xs[0], xs[-1] * 0.5)
        k += 1
    return s


def items_join_in_a_list(x):
    layers = [x[0], x[1:]]
    s = 0.0
    for k in range(3):
        for i, layer in enumerate(layers):
            s = s + (i + 1) * (layer * layer).sum()
        layers = [layers[1], layers[0], x] if k == 0 else layers
    return s


def sum_of_more(x):
    xs = (x[0], x[1])
    s = 0.0
    for _ in range(3):
        s = s + sum(xs)
        xs = (*xs, s)
    return s


def sum_of_appended(x):
    xs = [x[0], x[1]]
    s = 0.0
    for _ in range(3):
        s = s + sum(xs)
        appended(xs, s)
    return s


def keys_join(x):
    d = {"a": x[0]}
    s = 0.0
    for k in range(3):
        for v in d.values():
            s = s + v * v
        if k == 0:
            d = {"a": x[1], "b": x[2]}
    return s


@pytest.mark.parametrize("f", [items_join, items_join_in_a_list, sum_of_more, sum_of_appended, keys_join])
def test_another_number_of_items_in_a_later_round(f):
    refused(f, X, match="how many items")


def same_function_each_round(x):
    s = x[0]
    for k in range(3):
        g = lambda v: v * s + k
        parts = (g(x[1]), x[1:])
        for part in parts:
            s = s + (part**2).sum() * 0.01
    return s


def layers_in_a_loop(x):
    layers = [lambda h: np.tanh(x[0] * h), np.sin]
    h = x
    for _ in range(2):
        for layer in layers:
            h = layer(h)
    return h.sum()


@pytest.mark.parametrize("f", [same_function_each_round, layers_in_a_loop])
def test_the_same_in_every_round(f):
    check(f, X)


def known_items(x):
    head, *rest = [x[0] * x[1], x[1] * x[2], x[2]]
    return head + sum(rest) + sum(rest, x.sum())


def changed_items(x):
    head, *rest = [x[0] * x[1], x[1] * x[2], x[2]]
    s = head
    for _ in range(3):
        s += sum(rest)
        rest[0] = rest[0] * 2
    return s


def parts_of_one_function(x):
    return total(x, x[:1]) * total(x, x[1:], 2 * x)


def two_generators(x):
    parts = (x, x[:1])
    return sum((a * b.sum()).sum() for a in parts for b in (x, x[1:], x[0]))


@pytest.mark.parametrize("f", [known_items, changed_items, parts_of_one_function, two_generators])
def test_items_known_one_by_one_are_added_up(f):
    check(f, X)


def test_the_arguments_of_a_call_are_added_up():
    check(total, X, X[:1])


def tuples_that_hold_parts_of_the_argument(x):
    t = (x[0], x[1:])
    s = 0.0
    for _ in range(2):
        for v in t:
            s = s + 0.1 * (v * v).sum()
        t = longer(t, s)
    return s


def test_what_a_pullback_reads_of_tuples_is_copied():
    check(tuples_that_hold_parts_of_the_argument, X)


def scaled(v, **options):
    return v.sum() * options.get("scale", 1.0) + options.get("shift", v)[0]


def keys_asked_for(x):
    d = {"a": x[0], "b": 2.0}
    known = d.get("a", 1.0) * d.get("c", x[1]) * (1 if d.get("e") is None else 2)
    return known * scaled(x, scale=x[2]) * scaled(x, shift=x**2)


def test_keys_that_are_known():
    check(keys_asked_for, X)


def key_in_a_later_round(x):
    d = {"a": x[0]}
    s = 0.0
    for k in range(3):
        s = s + d.get("b", x[1]) ** 2
        if k == 1:
            d = {"a": x[0], "b": x[2]}
    return s


def test_a_key_that_a_later_round_has():
    refused(key_in_a_later_round, X, match="changes from one round")


def sorted_rows(x):
    A = np.outer(x, np.array([1.0, -2.0, 0.5, 3.0]))
    for row in A:
        row.sort()
    B = np.sort(A, axis=0) * np.arange(4.0)
    B.sort()
    B[0] *= 2
    return (B * np.arange(12.0).reshape(3, 4)).sum()


def test_sorting_in_place():
    check(sorted_rows, X)


def penalties(p):
    whole = sum((v**2).sum() for v in p.values()) + sum([(p[k] ** 3).sum() for k in p])
    return whole + sum(np.sum(v) for k, v in p.items() if k != "b") * max(v.sum() for v in p.values())


def test_generators_over_dicts():
    check(penalties, {"a": X[:2], "b": np.outer(X, X)})


def two_lists(x):
    a, b = [], []
    for i in range(3):
        a.append(x * i)
        b.append(x**2 + i)
    return a, b


def unpacked_lists(x):
    a, b = two_lists(x)
    return sum(p.sum() for p in a) * b[-1][0]


def one_of_two(x):
    _, b = two_lists(x)
    return (np.array(b) ** 2).sum()


def items_of_the_pair(x):
    r = two_lists(x)
    return r[0][-1].sum() * r[1][0][1]


def exchanged_lists(x):
    if x[0] > 0:
        a, b = two_lists(x)
    else:
        b, a = two_lists(x)
    return a[-1].sum() * b[-1].sum()


@pytest.mark.parametrize("f", [unpacked_lists, one_of_two, items_of_the_pair, exchanged_lists])
def test_lists_that_a_helper_returns_together(f):
    check(f, X)
