"""Row 31: a helper brings its own globals, rebinds its own parameters and evaluates its arguments once."""

import numpy as np
import pytest

from tests.differences import right_or_refused
from tests.soundness import other_module as other
from tests.soundness.other_module import activation, augments_array, decorated, scaled

x = np.array([0.5, -0.7, 1.1])
scale = 0.01


def other_globals(x):
    return (scaled(x) * scale).sum() + other.scaled(x).sum()


def nested_globals(x):
    return activation(x * scale).sum()


def rebinding(x):
    k = 5.0
    return (other.rebinds(x) * k + other.rebinds(x, 4)).sum()


def argument_is_used_after(x):
    v = x * 2
    y = other.rebinds(v)
    return (y * v).sum()


def scalar_augmented(x):
    v = x[0]
    y = other.augments_scalar(v)
    return y * v


def array_augmented(x):
    v = x * 1.0
    y = augments_array(v)
    return (y * v).sum()


def array_augmented_argument(x):
    v = x * 1.0
    augments_array(v)
    return (v * v).sum()


def slice_augmented(x):
    v = x * 1.0
    augments_array(v[1:])
    return (v * v).sum()


def evaluated_once(x):
    it = iter([1.0, 2.0, 3.0])
    return other.uses_twice(x[0] * next(it)) + next(it) * x[1]


def drawn_once(x):
    rng = np.random.default_rng(0)
    return other.uses_twice(x[0] * rng.random()) + rng.random() * x[1]


def bound_first(x):
    return other.uses_twice(np.tanh(x)).sum() + other.uses_twice(other.uses_twice(x)).sum()


def several(x):
    a = x[0]
    c = x[1]
    y = other.many_statements(a, c)
    return y * c + other.many_statements(c, a)


def branching(x):
    s = 0.0
    for v in x:
        s += other.branches(v, 0.6) * other.branches(v, -1.0)
    return s


def looping(x):
    return other.loops(x, 3).sum() + other.loops(x[0], 2)


def counting(x):
    return (other.counted(x) * x).sum()


def through_cache(x):
    return other.cached(x[0]) * x[1]


def through_decorator(x):
    return decorated(x).sum() + other.decorated(x[0])


def recursing(x):
    return other.recursive(x[0], 3) + other.recursive(x, 2).sum()


def mutually(x):
    return other.even(x, 3).sum()


def two_results(x):
    a, b = other.pair(x)
    c, _ = other.pair(b)
    return (a * b + c).sum()


def two_results_indexed(x):
    p = other.pair(x)
    return (p[0] * p[1]).sum()


def keywords(x):
    return other.keyword_only(x, w=x[0], u=x[1]).sum() + other.keyword_only(v=x).sum()


def starred(x):
    args = (x, x * 2, x + 1)
    return other.starred(*args).sum() + other.starred(x).sum()


def in_a_loop(x):
    s = 0.0
    for i in range(len(x)):
        s = np.sin(other.many_statements(s, x[i]))
    return s


def in_a_branch(x):
    if x[0] > 0:
        y = other.many_statements(x, x[0])
    else:
        y = other.uses_twice(x)
    return (y * y).sum()


def different_ranks(x):
    return other.uses_twice(x).sum() + other.uses_twice(x[0]) + other.uses_twice(np.outer(x, x)).sum()


def helper_of_helper(x):
    return local_helper(x, 2.0) * local_helper(x[1:], x[0])


def local_helper(v, k):
    w = other.loops(v, 2) * k
    return w.sum()


def shadows_a_helper(x):
    scaled = x * 2
    return (scaled * x).sum()


def same_name_inside(x):
    v = x * 3
    y = other.uses_twice(v=x)
    return (v * y).sum()


def inner_function(x):
    def square(v):
        return v * v * x[0]

    return square(x).sum() * square(x[1])


def expression_statement(x):
    other.uses_twice(x)
    print("", end="")
    return (x * x).sum()


PROGRAMS = [
    other_globals, nested_globals, rebinding, argument_is_used_after, scalar_augmented, array_augmented,
    array_augmented_argument, slice_augmented, evaluated_once, drawn_once, bound_first, several, branching, looping,
    counting, through_cache, through_decorator, recursing, mutually, two_results, two_results_indexed, keywords,
    starred, in_a_loop, in_a_branch, different_ranks, helper_of_helper, shadows_a_helper, same_name_inside,
    inner_function, expression_statement,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_helper(program):
    right_or_refused(program, x)


def test_globals_of_the_other_module_change():
    right_or_refused(other_globals, x)
    right_or_refused(nested_globals, x)
    kept = other.scale, other.offset
    try:
        for value in (3.0, np.array([1.0, 2.0, 3.0]), 2):
            other.scale = value
            right_or_refused(other_globals, x)
            right_or_refused(nested_globals, x)
        other.offset = lambda: 7.0
        right_or_refused(nested_globals, x)
    finally:
        other.scale, other.offset = kept


def plain(x):
    return (x * x).sum()


def test_decorated_from_outside():
    right_or_refused(other.doubled(plain), x)
    right_or_refused(decorated, 0.7)
