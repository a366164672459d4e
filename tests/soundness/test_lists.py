"""Lists that a function builds, changes, passes on and returns: right, or refused with the name of who shares them."""

import numpy as np
import pytest

from tests.differences import check, check_pullback, refused

x = np.array([0.5, -0.7, 1.1])


def augmented_by_a_list(x):
    hs = [x[0]]
    for t in range(1, len(x)):
        hs += [hs[-1] * x[t]]
    return np.sum(np.array(hs) ** 2)


def rebound_to_a_longer_list(x):
    hs = [x[0]]
    for t in range(1, len(x)):
        hs = hs + [hs[-1] * x[t]]
    return sum(hs)


def zeros_then_stores(x):
    hs = [0.0] * len(x)
    for t in range(len(x)):
        hs[t] = x[t] ** 2
    s = 0.0
    for i, h in enumerate(hs):
        s += i * h * h
    return s


def joined_in_every_way(x):
    hs = []
    for t in range(3):
        hs.append(x * t)
        hs.insert(0, np.sin(x))
    return np.concatenate(hs).sum() + (np.stack(hs, axis=1)[:, 0] ** 2).sum() + np.vstack(hs)[0, 1] + np.hstack(hs)[2]


def a_list_for_each_iteration(x):
    total = 0.0
    for i in range(3):
        row = []
        for j in range(i + 1):
            row.append(x[j] * x[i])
        total = total + sum(row) * row[0]
    return total


def copied_list(x):
    xs = [x, 2 * x]
    ys = list(xs)
    ys.append(x ** 3)
    return (ys[2] * xs[0]).sum() + (ys[1]**2).sum()


def list_of_tuples(x):
    params = []
    for k in range(3):
        params.append((x * k, x[k]))
    h = x
    for W, b in params:
        h = np.tanh(W * h + b)
    return h.sum()


def appended_in_a_branch(x):
    xs = []
    for k in range(3):
        if x[k] > 0:
            xs.append(x[k])
    s = 0.0
    for v in reversed(xs):
        s = s * v + v
    return s


def slice_of_a_list(x):
    xs = []
    for v in x:
        xs.append(v * v)
    ys = xs[1:]
    return sum(ys) + ys[0] * xs[0] + xs[-1] ** 2


def item_of_a_slice(x):
    hs = [x]
    for _ in range(3):
        hs.append(np.sin(hs[-1]))
    return (hs[1:][0] * hs[:-1][1]).sum() + (hs[::2][1]).sum()


def table_of_rows(x):
    table = []
    for i in range(3):
        row = []
        for j in range(2):
            row.append(x[i] * x[j])
        table.append(row)
    return table[0][1] * table[2][0] + np.array(table).sum()


def exchanged_items(x):
    hs = [x[0], x[1]]
    hs[0], hs[1] = hs[1], hs[0]
    hs[1] = hs[1] * hs[0]
    hs[0] += hs[1]
    return hs[0] * 2 + hs[1]


def extended_and_unpacked(x):
    hs = []
    hs.extend([x[0], x[1] * x[2]])
    hs.extend([hs[0] * hs[1]])
    a, b, c = hs
    return a * b * c + len(hs)


def sines(x, n):
    out = []
    for k in range(n):
        out.append(np.sin(x * k))
    return out


def returned_by_a_helper(x):
    ys = sines(x, 4)
    return (ys[1] * ys[2]).sum() + ys[-1][0]


def energy(ys):
    s = 0.0
    for y in ys:
        s = s + (y * y).sum()
    return s


def passed_to_a_helper(x):
    ys = []
    for k in range(3):
        ys.append(x ** (k + 1))
    return energy(ys)


def two_ways_of_starting(x):
    if x[0] > 0:
        hs = [x[0]]
    else:
        hs = []
    hs.append(x[1])
    return hs[-1] * hs[0]


def none_then_stores(x):
    hs = [None] * 4
    hs[0] = x
    for t in range(3):
        hs[t + 1] = np.sin(hs[t] * x)
    return (hs[-1] * hs[2]).sum()


def memo(x):
    memo = [None] * 3
    s = 0.0
    for k in (0, 1, 0):
        if memo[k] is None:
            memo[k] = x[k] * 2
        s = s + memo[k]
    return s


def zeros_then_arrays(x):
    hs = [0.0] * 3
    for t in range(3):
        hs[t] = np.sin(x) * t
    return (hs[2] * hs[1]).sum()


def augmented_items(x):
    hs = [0] * 3
    for t in range(3):
        hs[t] = x[t]
        hs[t] *= x[0]
    return hs[0] * hs[1] + np.dot(np.array(hs), x)


def scalars_by_slices(x):
    xs = [x[0], x[1], x[2]]
    xs.append(x[0] * x[1])
    return xs[1:][0] * xs[:-1][2] * xs[::2][1]


def lists_of_different_length(x, c):
    if c > 0:
        xs = [x]
    else:
        xs = [x, x * 2]
    return (xs[0] * xs[-1]).sum()


def tuples_of_different_length(x, c):
    pair = (x, x * 2) if c > 0 else (x * x, x, x)
    return (pair[0] * pair[-1]).sum()


def empty_loop(x, n):
    xs = []
    for k in range(n):
        xs.append(x[0] * k)
    return sum(xs) + x[1]


def appended_to_itself(x):
    xs = [x[0]]
    for _ in range(3):
        xs.append(xs[-1])
        xs.append(xs[0] * xs[-2])
    return xs[-1] * xs[-2]


def moving_average(x):
    window = []
    s = 0.0
    for k in range(len(x)):
        window = window + [x[k]]
        window = window[-2:]
        s += sum(window) / len(window) * x[k]
    return s


def row_of_a_table(x):
    table = []
    for i in range(3):
        row = [x[i]]
        for j in range(i):
            row.append(row[j] + (row[j] - table[i - 1][j]) / (4 ** (j + 1) - 1))
        table.append(row)
    return table[-1][-1] ** 2


def horner(x):
    coefficients = [1.0, x[0], x[1]]
    coefficients.append(x[2])
    y = 0.0
    for c in reversed(coefficients):
        y = y * x[0] + c
    return y


def stack_of_two(x):
    stack = [x[0]]
    stack.append(x[1] * 2)
    v = stack.pop()
    return v * stack[0]


def queue_of_arrays(x):
    queue = [x, x * 2]
    s = 0.0
    for k in range(3):
        v = queue.pop(0)
        s = s + (v * v).sum() * k
        queue.append(np.sin(v))
    return s


def worklist_of_numbers(x):
    todo = [0, 1, 2]
    s = 0.0
    for _ in range(3):
        k = todo.pop()
        s = s * x[k] + x[k]
    return s


def shortened_on_both_sides(x):
    xs = [v * 2 for v in x]
    xs.pop()
    xs.append(x[0])
    xs.pop(0)
    return sum(xs) * xs[0]


def trajectory_of(x):
    xs = [x]
    for _ in range(3):
        xs.append(np.sin(xs[-1] * x))
    return xs


def helper_result_grown(x):
    xs = trajectory_of(x)
    ys = trajectory_of(x * 2)
    ys.append(xs[1])
    return (ys[-1] * xs[-1]).sum() + (ys[2] ** 2).sum()


def repeated_tanh(x, n):
    y = x * 1.0
    for _ in range(n):
        y = np.tanh(y * x)
    return y


def helper_result_changed(x):
    y = repeated_tanh(x, 2)
    y += 1.0
    return (y * y).sum()


def popped_while_shared(x):
    xs = [x[0], x[1]]
    ys = xs
    v = xs.pop()
    return v * len(ys) * ys[0]


PROGRAMS = [
    helper_result_grown, helper_result_changed,
    stack_of_two, queue_of_arrays, worklist_of_numbers, shortened_on_both_sides,
    augmented_by_a_list, rebound_to_a_longer_list, zeros_then_stores, joined_in_every_way,
    a_list_for_each_iteration, copied_list, list_of_tuples, appended_in_a_branch, slice_of_a_list, item_of_a_slice,
    table_of_rows, exchanged_items, extended_and_unpacked, returned_by_a_helper, passed_to_a_helper,
    two_ways_of_starting, none_then_stores, memo, zeros_then_arrays, augmented_items, scalars_by_slices,
    appended_to_itself, moving_average, row_of_a_table, horner,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_right(program):
    check(program, x)


@pytest.mark.parametrize("program", [lists_of_different_length, tuples_of_different_length])
@pytest.mark.parametrize("c", [1.0, -1.0])
def test_one_list_or_another(program, c):
    check(program, x, c, wrt=0)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_any_number_of_items(n):
    check(empty_loop, x, n, wrt=0)


def trajectory(x, n):
    xs = [x]
    for _ in range(n):
        xs.append(xs[-1] + 0.1 * np.sin(xs[-1]))
    return np.stack(xs)


def rows(x, n):
    xs = []
    for k in range(n):
        xs.append(x * k)
    return np.array(xs)


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("program", [trajectory, rows])
def test_stacked_results(program, n):
    check_pullback(program, x, n, wrt=0)


def grows_while_it_is_walked(x):
    xs = [x[0]]
    for v in xs:
        if len(xs) < 3:
            xs.append(v * x[1])
    return xs[2]


def another_name(x):
    xs = [x[0]]
    ys = xs
    xs.append(x[1])
    return ys[1] * x[2]


def the_callers(xs):
    xs.append(1.0)
    return xs[0] * xs[1]


def item_changed_behind(x):
    u = x * 1.0
    xs = []
    xs.append(u)
    u += 1.0
    return (xs[0] ** 2).sum()


def row_changed_behind(x):
    row = [x[0]]
    table = []
    table.append(row)
    row.append(x[1])
    return table[0][1] * x[2]


def asked_in_a_helper(v):
    if v is None:
        return 1.0
    return v * 2


def maybe_none(x):
    memo = [None] * 2
    memo[0] = x[0]
    return asked_in_a_helper(memo[1]) * x[1] + memo[0]


@pytest.mark.parametrize(
    "program, reason",
    [
        (grows_while_it_is_walked, "over which the loop runs"),
        (another_name, "`ys` may share"),
        (popped_while_shared, "`ys` may share"),
        (item_changed_behind, "`xs` may share"),
        (row_changed_behind, "`table` may share"),
        (maybe_none, "None"),
    ],
)
def test_refused(program, reason):
    refused(program, x, match=reason)


def test_a_list_of_the_callers_is_not_changed():
    refused(the_callers, [0.5], match="belongs to the caller", frozen=False)


def test_elements_are_multiplied_by_constant_lists():
    def f(x, c):
        return (x * [1, 2, 3]).sum() + (x * c + x / (2, 4, 5)).sum() + (x ** [1, 2, 3]).sum()

    check(f, np.array([0.4, 1.3, 0.7]), [1.0, -2.0, 3.0], wrt=0)


def whole_numbers_or_floats(x):
    o = [1, 2, 3] if x[0] < 0.1 else x.tolist()
    r = np.prod(o)
    return r * r * 0.5


def test_a_list_of_whole_numbers_met_by_one_of_floats():
    """Forward mode had None for the tangents of whole numbers, where the list becomes one of floats."""
    check(whole_numbers_or_floats, np.array([0.3, 0.7, 1.2]))
    check(whole_numbers_or_floats, np.array([0.05, 0.7, 1.2]))
