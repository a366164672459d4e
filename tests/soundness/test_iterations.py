"""``map``, ``filter``, ``reduce``, the functions of ``itertools``, and choices by a key: right, or refused by name."""

import functools
import itertools
import math
import operator
from functools import reduce
from itertools import accumulate, chain, combinations, islice, pairwise, product, starmap

import numpy as np
import pytest

from tests.differences import check, check_pullback, refused

x = np.array([0.5, -0.7, 1.1, 0.9])
A = np.array([[1.0, 2.0], [3.0, 4.5]])


def square(v):
    return v * v


def mapped(x):
    products = list(map(lambda a, b: a * b, x, x[1:]))
    return sum(map(square, x)) + products[0] * products[2] + np.array(list(map(np.sin, x))).sum()


def mapped_in_a_loop(x):
    total = 0.0
    for v in map(square, x):
        total = total * 0.5 + v
    return total


def mapped_twice(x):
    return sum(map(math.sin, map(square, x))) + max(map(square, x))


def mapped_a_closure(x):
    scale = x[0]
    scaled = lambda v: v * scale
    scale = x[1]
    return sum(map(scaled, x))


def filtered(x):
    indices = list(filter(lambda i: i % 2 == 0, range(len(x))))
    return sum(filter(lambda v: v > 0, x)) + sum(x[i] ** 2 for i in indices)


def filtered_in_a_loop(x):
    total, v = 0.0, x[3]
    for v in filter(lambda v: v < 1, x):
        if v < 0:
            continue
        total += v**2
    return total * v


def filtered_with_a_break(x):
    total = 0.0
    for v in filter(None, x):
        if v > 1:
            break
        total += v**2
    return total


def reduced(x):
    total = reduce(lambda a, b: a * 0.5 + b**2, x, 1.0)
    return reduce(lambda a, b: a * b, x) + total + functools.reduce(operator.mul, x)


def reduced_matrices(A):
    return reduce(np.dot, [A, A.T, A]).sum() + reduce(np.matmul, (A, A)).sum()


def reduced_layers(x):
    return reduce(lambda h, f: f(h), [np.sin, np.tanh, lambda v: v * x[0]], x).sum()


def accumulated(x):
    totals = list(accumulate(x))
    decayed = list(accumulate(x, lambda a, b: 0.5 * a + b))
    products = list(itertools.accumulate(x, operator.mul, initial=2.0))
    return totals[1] * totals[3] + decayed[2] ** 2 + products[4] + sum(accumulate(x))


def paired(x):
    total = 0.0
    for a, b in pairwise(x):
        total += (b - a) ** 2 * total + a
    return total + sum((b - a) ** 2 for a, b in pairwise(x))


def products(x):
    total = 0.0
    for i, j in product(range(4), range(3)):
        total += x[i] * x[j] ** 2
    for a, b in product(x, x[1:]):
        if a < 0:
            continue
        total += a * b * total
    for i, j in itertools.product(range(2), repeat=2):
        if i + j == 2:
            break
        total *= x[i] + x[j]
    return total


def over_what_changes(x):
    y = x.copy()
    total = 0.0
    for a, b in product(y, x):
        y[1] = 2.0 * a
        total += a * b
    return total


def all_combinations(x):
    total = 0.0
    for i, j in combinations(range(4), 2):
        total += x[i] * x[j] ** 2
    for a, b, c in itertools.combinations(x, 3):
        total += a * b**2 * c
    pairs = [(x[0], x[1]), (x[2], x[3])]
    for (a, b), (c, d) in combinations(pairs, 2):
        total += a * b**2 * c + d
    return total


def chained(x):
    total = 0.0
    for v in chain(x, x[1:]):
        total += v**2
    products = sum(starmap(lambda a, b: a * b, [(x[0], x[1]), (x[2], x[3])]))
    return total + sum(islice(x, 2)) * sum(islice(x, 1, 3)) + products


def by_key(x):
    values = [x[0], x[1] * 2, x[2]]
    best = max(values, key=lambda v: -v) * min(x, key=lambda v: abs(v - 0.6))
    place = max(range(4), key=lambda i: x[i])
    return best * x[place] + max(x, key=abs) + sorted(x)[1] * sorted(x, key=lambda v: -v)[0] ** 2


RIGHT = [
    mapped, mapped_in_a_loop, mapped_twice, mapped_a_closure, filtered, filtered_in_a_loop, filtered_with_a_break,
    reduced, reduced_layers, accumulated, paired, products, over_what_changes, all_combinations, chained, by_key,
]  # fmt: skip


@pytest.mark.parametrize("program", RIGHT)
def test_right(program):
    check(program, x)
    check(program, x.astype(np.float32))


def test_matrices():
    check(reduced_matrices, A)


def helper(v):
    return np.array(list(accumulate(map(square, v), lambda a, b: 0.5 * a + b)))


def in_a_helper(x):
    return (helper(x) * helper(x[::-1])).sum()


def test_helpers():
    check(in_a_helper, x)
    check_pullback(helper, x)


def of_any_length(x):
    totals = list(accumulate(x, lambda a, b: a * 0.5 + b))
    total = sum(totals) + sum(map(square, x)) + reduce(lambda a, b: a * b, x, 2.0)
    for a, b in product(x, x):
        total += a * b
    for a, b in combinations(x, 2):
        total += a * b**2
    return total


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_any_length(n):
    check(of_any_length, x[:n])


def kept(x):
    squares = map(square, x)
    return sum(squares) + sum(squares)


def of_a_generator(x):
    return sum((b - a) ** 2 for a, b in pairwise(x[1:]))


def test_refused():
    refused(kept, x, match="can be run over once, and is kept here")
    refused(of_a_generator, x, match="give what it runs over a name first")


def test_another_map_is_noticed(monkeypatch):
    from s2sgrad import grad

    dmapped = grad(mapped_in_a_loop)
    before = dmapped(x)
    monkeypatch.setitem(globals(), "map", lambda f, items: [3.0 * f(item) for item in items])
    after = dmapped(x)
    assert np.allclose(after, 3.0 * before)
