"""Programs on three arrays that are exchanged, aliased, cut and written to, each of which once came out wrong."""

import numpy as np
import pytest

from tests.differences import check, right_or_refused

X = np.array([0.20172859, -0.84829628, -0.29935844])
Y = np.array([-0.33277013, -0.9240458, 0.71494176])


def product(p, q):
    t = p
    return t * q


def raised(m, n):
    m += 0.3


def a_number_that_becomes_an_array(x, y):
    a = x
    b = 1.0
    c = x
    b *= a
    a = product(c, c)
    a[::-1] = c
    return (a * b * y).sum()


def a_result_that_is_changed_by_a_helper(x, y):
    a = x
    c = x
    b = y * c
    c = product(c, c)
    raised(c, c)
    return (a * b).sum() + c[0] + (c * a).sum()


def an_operand_that_takes_the_result(x, y):
    b = y * 1.0
    c = x
    b[:2] += c[1:]
    a = np.sin(b)
    b = product(a, b)
    b *= b
    return (a * b).sum() + c[0] + (c * a).sum()


def an_operand_that_takes_the_result_in_a_loop(x, y):
    b = y * 1.0
    for k in range(3):
        b[:2] += x[1:]
        b = product(x, b)
        b *= b
        b[k] += x[k]
    return (x * b).sum()


def a_name_that_one_statement_binds_twice(x, y):
    a = x
    a, a = a * y, a
    (b, c), b = (a, y), y * 2.0
    return (a * b * c).sum()


def a_loop_that_binds_one_name_twice(x, y):
    s = 0.0
    for v, v in zip(x, y):
        s = s + v * v
    return s + x[0]


FUNCTIONS = [f for f in list(globals().values()) if getattr(f, "__code__", None) is not None]
PROGRAMS = [f for f in FUNCTIONS if f.__code__.co_varnames[:2] == ("x", "y")]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_program(program):
    check(program, X, Y, wrt=(0, 1))


def test_a_value_that_only_some_paths_assign():
    def f(s, y):
        try:
            if (1 - s) > 0.2:
                return np.sum(y) + np.sum(np.sin(s))
            t = np.sin(y * s)
        except ValueError as error:
            raise RuntimeError from error
        return np.mean(t)

    for s in (0.3, 0.9):
        right_or_refused(f, s, Y, wrt=(0, 1))


def test_an_array_to_which_a_named_value_is_added_in_a_branch():
    def f(x, y):
        z = np.where(y > x, 0.4, 0.9)
        if x[0] < x[1]:
            z += np.cos(np.tanh(x))
        t = np.tanh(x[[1]] * z)
        z[[-1]] *= np.tanh(z[:1])
        return np.sum(t) + np.sum(z)

    for x in (X, -X):
        check(f, x, Y, wrt=(0, 1))


class Box:
    def __init__(self, held):
        self.held = held

    def scaled(self, k):
        return self.held * k


def test_an_object_that_a_method_saves_while_its_array_is_changed():
    def f(x):
        b = np.sin(x)
        c = Box(b).scaled(b)
        b += b
        return b[0] + np.sum(c)

    right_or_refused(f, X)


def test_an_object_that_a_method_saves_in_a_branch_while_its_array_is_changed_behind_it():
    def f(x, y):
        b = np.sin(y)
        a = y
        if x[1] > 0:
            a = Box(b).scaled(x)
        b += y
        return np.sum(a)

    right_or_refused(f, X, Y, wrt=(0, 1))
    right_or_refused(f, -X, Y, wrt=(0, 1))


class Holder(Box):
    def get(self):
        return self.held

    def get_turned(self, k):
        return self.held if k > 0 else self.held[::-1]


def what_a_method_gives(x, y):
    c = np.sin(y)
    b = Holder(c).get()
    c *= y
    return np.sum(b) * x[0]


def what_a_method_gives_in_a_loop(x, y):
    c = np.sin(x)
    s = 0.0
    for k in range(2):
        b = Holder(c).get_turned(y[k])
        c *= y
        s += np.sum(b) * x[k]
    return s


def what_a_dictionary_holds(x, y):
    c = np.sin(y)
    b = list({"a": c}.values())[0]
    c *= y
    return np.sum(b) * x[0]


@pytest.mark.parametrize("program", [what_a_method_gives, what_a_method_gives_in_a_loop, what_a_dictionary_holds])
def test_what_an_object_gives_is_changed_with_what_the_object_holds(program):
    right_or_refused(program, X, Y, wrt=(0, 1))
    right_or_refused(program, X, -Y, wrt=(0,))


def a_list_that_is_copied(x, y):
    b = x.copy()
    xs = [b, np.sin(x) * x]
    ys = xs.copy()
    t = np.sum(ys[0] ** 3)
    c = xs[1]
    c[1] = x[1]
    return np.sum(x * ys[0]) + t + c[0] + 2 * c[1] * np.sum(ys[1])


def a_list_to_which_one_is_added(x, y):
    a = np.cos(x)
    xs = [a]
    ys = xs + [y * 1.0]
    t = np.sum(ys[0] ** 2)
    a[1] = y[0]
    return np.sum(ys[0] * y) + t * ys[1][0] + np.sum(a)


def a_list_made_of_a_list(x, y):
    a = np.cos(x)
    xs = [a, y * 1.0]
    ys = [v for v in xs]
    t = np.sum(ys[0] ** 2)
    a *= y
    return np.sum(ys[0] * y) + t * ys[1][0] + np.sum(xs[0])


def a_list_that_is_extended(x, y):
    a = np.cos(x)
    xs = [y * 1.0]
    xs.extend([a])
    t = np.sum(xs[1] ** 2)
    a[1] = y[0]
    return np.sum(xs[1] * y) + t * xs[0][0] + np.sum(a)


def an_array_that_is_inserted(x, y):
    a = np.cos(x)
    xs = [y * 1.0]
    xs.insert(0, a)
    t = np.sum(xs[0] ** 2)
    a[1] = y[0]
    return np.sum(xs[0] * y) + t * xs[1][0] + np.sum(a)


def an_item_that_is_replaced(x, y):
    a = np.cos(x)
    xs = [y * 1.0, x * y]
    xs[0] = a
    t = np.sum(xs[0] ** 2)
    a[1] = y[0]
    return np.sum(xs[0] * y) + t * xs[1][0] + np.sum(a)


def a_result_that_is_an_item(x, y):
    b = x.copy()
    c = np.sin(x)
    xs = [b, c * x]
    t = np.sum(xs[0] ** 3)
    b = xs[0]
    c[1] = x[1]
    if np.sum(c) > np.sum(x):
        xs.append(x)
    return np.sum(x * b) + c[0] + t + 2 * c[1]


def an_item_of_a_list_that_was_copied(x, y):
    b = x.copy()
    xs = [b, np.sin(x) * x]
    ys = xs.copy()
    t = np.sum(ys[0] ** 3)
    b = xs[0]
    if np.sum(b) > np.sum(y):
        ys.append(x)
    return np.sum(x * b) + t + np.sum(ys[1] * ys[0])


def an_item_of_a_list_that_grew(x, y):
    b = x.copy()
    xs = [b]
    for k in range(3):
        xs = xs + [np.sin(xs[k] * y)]
    b = xs[0]
    return np.sum(x * b) + np.sum(xs[3] * xs[1]) + b[1]


def an_item_of_a_list_with_more_in_front(x, y):
    b = x.copy()
    xs = [np.sin(x) * x]
    xs.insert(0, b)
    t = np.sum(xs[0] ** 3)
    b = xs[0]
    if np.sum(b) > np.sum(y):
        xs.extend([x, b])
    return np.sum(x * b) + t + np.sum(xs[1] * xs[0])


LISTS = [
    a_list_that_is_copied,
    a_list_to_which_one_is_added,
    a_list_made_of_a_list,
    a_list_that_is_extended,
    an_array_that_is_inserted,
    an_item_that_is_replaced,
    a_result_that_is_an_item,
    an_item_of_a_list_that_was_copied,
    an_item_of_a_list_that_grew,
    an_item_of_a_list_with_more_in_front,
]


@pytest.mark.parametrize("program", LISTS, ids=lambda p: p.__name__)
def test_arrays_in_a_list_that_another_list_holds_too(program):
    for x in (X, -X):
        right_or_refused(program, x, Y, wrt=(0, 1))


def test_a_part_of_what_a_branch_put_together_is_changed_behind_it():
    def f(x):
        b = x.copy()
        if x[1] > 0:
            b = np.stack([x, b])[1]
        s = b[1]
        b[:] = x
        return s

    right_or_refused(f, X)
    right_or_refused(f, -X)


def an_item_of_a_list_in_a_list(x, y):
    c = np.sin(x)
    b = [[c, y], [y]][0][0]
    t = np.sum(b * x)
    c *= y
    return t + np.sum(c)


def an_item_of_a_dict_in_a_tuple(x, y):
    b = ({"held": [np.sin(x)]}, y)[0]["held"][0]
    return np.sum(b * x * y)


def a_list_taken_out_of_a_list(x, y):
    inner = [[[np.sin(x)], y]][0][0]
    b = inner[0]
    return np.sum(b * x * y)


def items_of_a_list_in_a_list_that_are_unpacked(x, y):
    b, c = [[x * y, np.sin(x)], y][0]
    return np.sum(b * c)


def factors_taken_out_of_a_list(x, y):
    values, vectors = [np.linalg.eigh(np.outer(x, x) + np.diag(y + 2.0))][0]
    return np.sum(values * x) + np.sum(vectors**2 @ y)


def a_result_of_a_helper_in_a_list(x, y):
    return np.sum([_both(x, y), y][0][1] * x)


def _both(x, y):
    for _ in range(2):
        x = x * y
    return x, (np.sin(x) * y)


DISPLAYS = [
    an_item_of_a_list_in_a_list,
    an_item_of_a_dict_in_a_tuple,
    a_list_taken_out_of_a_list,
    items_of_a_list_in_a_list_that_are_unpacked,
    factors_taken_out_of_a_list,
    a_result_of_a_helper_in_a_list,
]


@pytest.mark.parametrize("program", DISPLAYS, ids=lambda p: p.__name__)
def test_what_is_read_of_a_display_that_no_name_holds(program):
    check(program, X, Y, wrt=(0, 1))
