"""Text that stands at several places once it is written out: what is known of one copy is not taken for all.

A loop over known items inside another, a nested function that is called twice, what follows a branch that may return.
"""

import numpy as np
import pytest

from tests.differences import check
from tests.soundness import other_module

x = np.array([0.5, -0.7, 1.1, 0.9])
y = np.array([0.9, -0.7, 1.1, 0.3])
z = np.array([0.3, 0.5, 1.1, 0.3])


def compose(*fs):
    def h(v):
        for f in fs:
            v = f(v)
        return v

    return h


def squares(*args):
    return sum(v**2 for v in args)


def shorter_first(x):
    ps = [[3 * x], [x, 2 * x]]
    s = 0.0
    for row in ps:
        for p in row:
            s += (p**2).sum()
    return s


def longer_first(x):
    ps = [[x, 2 * x], [3 * x]]
    s = 0.0
    for row in ps:
        for p in row:
            s += (p**2).sum()
    return s


def sums_of_rows(x):
    ps = [[3 * x], [x, 2 * x]]
    s = 0.0
    for row in ps:
        s += sum((p**2).sum() for p in row)
    return s


def array_and_list(x):
    ps = (x, [x, 2 * x])
    s = 0.0
    for row in ps:
        for p in row:
            s += (p**2).sum()
    return s


def numbers_and_arrays(x):
    ps = [[x[0], x], [x]]
    s = 0.0
    for row in ps:
        for p in row:
            s += (p**2).sum()
    return s


def starred_once_and_twice(x):
    def h(*a):
        return sum(v**2 for v in a)

    def g(*args):
        return h(*args)

    return (g(x) + g(x, 2 * x)).sum()


def starred_twice_and_once(x):
    def h(*a):
        return sum(v**2 for v in a)

    def g(*args):
        return h(*args)

    return (g(x, 2 * x) + g(x)).sum()


def composed_of_one_and_three(x):
    a = compose(np.sin)
    b = compose(np.sin, lambda v: v * x[0], np.tanh)
    return a(x).sum() + b(x).sum()


def composed_of_three_and_one(x):
    b = compose(np.sin, lambda v: v * x[0], np.tanh)
    a = compose(np.sin)
    return a(x).sum() + b(x).sum()


def composed_of_others(x):
    b = compose(np.sin, lambda v: v * x[0])
    a = compose(np.cos, np.tanh)
    return a(x).sum() + b(x).sum()


def dicts_of_several_sizes(x):
    def tot(d):
        s = 0.0
        for k, v in d.items():
            s += (v**2).sum()
        return s

    f = lambda: x[0]

    def g(d):
        return tot(d) * f()

    return g({"a": x}) + g({"a": x, "b": 2 * x})


def keys_that_are_there_and_not(x):
    def get(d):
        return d.get("a", 2 * x)

    return (get({"a": x}) * get({"b": x})).sum()


def rests_of_several_lengths(x):
    def first(t):
        a, *r = t
        return a * len(r)

    return (first((x, x)) + first((x, x, x))).sum()


def sums_of_several_lengths(x):
    def s(*t):
        return sum(t) * x

    return (s(x) + s(x, x, x)).sum()


def items_by_the_path(x):
    if x[0] > 0.4:
        fs = [np.sin, np.tanh]
        if x[1] > 0:
            return x[0]
    else:
        fs = [np.sin]
        if x[1] > 0.1:
            return x[1]
    for f in fs:
        x = f(x)
    return x.sum()


def functions_by_the_path(x):
    if x[0] > 0.4:
        f = lambda v: v**2 * x[0]
        if x[1] > 0:
            return x[0]
    else:
        f = lambda v: v**3 * x[0]
        if x[1] > 0.1:
            return x[1]
    return f(x).sum()


def arguments_by_the_path(x):
    if x[0] > 0.6:
        t = (x, 2 * x)
        if x[1] > 0:
            return x[0]
    else:
        t = (x,)
        if x[1] > 0.1:
            return x[1]
    return squares(*t).sum()


def a_function_of_a_flag(x):
    def run(k, v):
        h = (lambda u: u * v) if k else (lambda u: u + v)
        return h(x)

    return (run(True, x) * run(False, x[0])).sum()


PROGRAMS = [
    shorter_first,
    longer_first,
    sums_of_rows,
    array_and_list,
    numbers_and_arrays,
    starred_once_and_twice,
    starred_twice_and_once,
    composed_of_one_and_three,
    composed_of_three_and_one,
    composed_of_others,
    dicts_of_several_sizes,
    keys_that_are_there_and_not,
    rests_of_several_lengths,
    sums_of_several_lengths,
    items_by_the_path,
    functions_by_the_path,
    arguments_by_the_path,
    a_function_of_a_flag,
]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("argument", [x, y, z], ids=["x", "y", "z"])
def test_each_copy_is_known_by_itself(program, argument):
    check(program, argument)


def test_helpers_of_another_file():
    check(with_helpers_from_elsewhere, x)


def with_helpers_from_elsewhere(x):
    one = other_module.composed(np.sin)
    three = other_module.composed(np.sin, lambda v: v * x[0], np.tanh)
    return one(x).sum() + three(x).sum() * other_module.total(x, 2 * x) + other_module.total(x)
