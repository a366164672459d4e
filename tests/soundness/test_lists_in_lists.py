"""Stores into lists of lists and lists of arrays: right where no two items are one object, refused elsewhere."""

import numpy as np
import pytest

from tests.differences import check, check_pullback, refused

x = np.array([0.5, -0.7, 1.1, 0.9])


def fill(F, x):
    for i in range(3):
        F[i][i] = x[i] * x[0]


def made(n, m):
    return [[0.0] * m for _ in range(n)]


def table(x):
    F = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        for j in range(3):
            F[i][j] = x[i] * x[j]
    for i in range(1, 3):
        for j in range(1, 3):
            F[i][j] += F[i - 1][j] * F[i][j - 1]
    return F


def single_items(x):
    F = [[0.0] * 3 for _ in range(3)]
    F[0][1] = x[0]
    F[1][1] = F[0][1] * x[1]
    return F[1][1] * 2 + F[0][1] ** 2


def filled_in_loops(x):
    n = len(x)
    F = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            F[i][j] = x[i] * x[j]
    for i in range(1, n):
        for j in range(1, n):
            F[i][j] += 0.5 * F[i - 1][j - 1]
    return F[n - 1][n - 1] ** 2 + F[1][2]


def augmented_items(x):
    F = [[0.0, 1.0], [2.0, 3.0]]
    F[0][1] += x[0]
    F[1][0] *= x[1]
    return F[0][1] * F[1][0]


def of_displays(x):
    F = [[x[0], x[1]], [x[2], x[3]]]
    F[0][0] = F[1][1] * 2
    return F[0][0] * F[0][1] + F[1][0]


def parts_of_arrays(x):
    hs = [x.copy() for _ in range(3)]
    hs[0][1] = 2.0
    hs[1][2] *= x[0]
    return sum((h**2).sum() for h in hs)


def arrays_in_place(x):
    hs = [np.zeros(4) for _ in range(3)]
    for i in range(3):
        hs[i][i] += x[i]
        hs[i] += x
    return sum((h**2).sum() for h in hs)


def filled_by_a_helper(x):
    F = [[0.0] * 3 for _ in range(3)]
    fill(F, x)
    return F[1][1] * F[2][2]


def sums_by_group(x):
    acc = [[0.0] * 2 for _ in range(2)]
    for i in range(len(x)):
        acc[i % 2][i // 2] += x[i] ** 2 * acc[0][0] + x[i]
    return acc[0][1] * acc[1][0] + acc[1][1]


def rows_by_append(x):
    F = []
    for i in range(3):
        row = []
        for j in range(2):
            row.append(x[i] * x[j])
        F.append(row)
    F[1][0] *= x[3]
    F[2][1] = F[1][0] ** 2
    return F[1][0] + F[2][1] * F[0][0]


def arrays_read_before(x):
    hs = [np.zeros(4) for _ in range(3)]
    for k in range(3):
        hs[k][k] = x[k] ** 2
        h = hs[k] ** 2
        hs[k] *= h.sum() + 2.0
    return sum((h**2).sum() for h in hs)


def two_buffers(x):
    hs = [x.copy(), np.zeros(4)]
    for k in range(4):
        h = hs[k % 2]
        hs[(k + 1) % 2][:] = np.sin(h) * x
    return (hs[0] ** 2).sum() + hs[1].sum()


def made_by_a_helper(x):
    F = made(3, 2)
    for i in range(3):
        for j in range(2):
            F[i][j] = x[i] * x[j]
    return F[0][1] * F[2][1]


def returned_by_a_helper(x):
    F = table(x)
    return F[2][2] ** 2 + F[1][1]


def three_levels(x):
    F = [[[0.0] * 2 for _ in range(2)] for _ in range(2)]
    F[0][1][1] = x[0] ** 2
    F[1][1][1] = F[0][1][1] * x[1]
    return F[1][1][1] * 3


def arrays_exchanged_for_others(x):
    F = [[x, 2 * x], [3 * x, x**2]]
    F[0][1] = x * x[0]
    F[1][0] = F[0][1] * F[1][1]
    return (F[1][0] ** 2).sum()


def overwritten_after_use(x):
    F = [[x[0]] * 2 for _ in range(2)]
    s = 0.0
    for k in range(3):
        s += F[0][1] * F[1][0]
        F[0][1] = np.sin(F[1][0] * x[k])
        F[1][0] *= F[0][1] + k
    return s


def read_through_a_row_before(x):
    F = [[x[0]] * 2 for _ in range(3)]
    r = F[1]
    s = r[0] ** 2
    F[1][0] = x[1] ** 2
    return s + F[1][0] ** 2


def tables_by_turns(x):
    F = [[x[0], x[1]], [x[2], x[3]]]
    for k in range(3):
        G = [[0.0, 0.0], [0.0, 0.0]]
        for i in range(2):
            for j in range(2):
                G[i][j] = F[i][0] * F[0][j] + F[j][i]
        F = G
    return F[0][0] * F[1][1]


def a_row_of_its_own(x):
    F = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        F[1][i] = x[i] ** 2
    r = F[1]
    return sum(r)


def in_branches(x):
    F = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        if x[i] > 0:
            F[i][i] = x[i] ** 2
        else:
            F[0][i] += x[i]
    return F[0][0] * F[1][1] + F[0][1] + F[2][2]


def one_row_twice(x):
    row = [x[0], x[1]]
    F = [row, row]
    F[0][0] = x[2] * 2
    return F[1][0] ** 2 + F[0][1]


def one_row_appended_twice(x):
    row = [x[0], x[1]]
    F = []
    for _ in range(2):
        F.append(row)
    F[0][0] = x[2] * 2
    return F[1][0] ** 2 + F[0][1]


def one_row_in_a_comprehension(x):
    row = [x[0], x[1]]
    F = [row for _ in range(2)]
    F[0][0] = x[2] * 2
    return F[1][0] ** 2 + F[0][1]


def a_row_repeated(x):
    F = [[0.0] * 2] * 2
    F[0][0] = x[2] * 2
    return F[1][0] ** 2 + F[0][1]


def an_item_assigned_to_another(x):
    F = [[0.0] * 2 for _ in range(3)]
    F[0] = F[1]
    F[0][0] = x[2] * 2
    return F[1][0] ** 2 + F[0][1]


def an_item_appended_again(x):
    F = [[0.0] * 2 for _ in range(3)]
    F.append(F[1])
    F[-1][0] = x[2] * 2
    return F[1][0] ** 2 + F[0][1]


def rows_of_another_list(x):
    F = [[0.0] * 2 for _ in range(3)]
    G = []
    for r in F:
        G.append(r)
    G[1][0] = x[0] ** 2
    return F[1][0] * 3


def a_row_that_may_be_an_old_one(x):
    F = []
    row = [0.0, 0.0]
    for i in range(3):
        if x[i] > 0:
            row = [x[i], 0.0]
        F.append(row)
    F[1][0] = x[3]
    return F[1][0] + F[2][1] * F[0][0]


def one_array_twice(x):
    a = x.copy()
    hs = [a, a]
    hs[0][1] = 2 * x[0]
    return (hs[1] ** 2).sum()


def two_views_of_one_array(x):
    y = x.copy()
    hs = [y[:2], y[1:]]
    hs[0][1] = 2 * x[0]
    return (hs[1] ** 2).sum()


def an_array_in_two_places(x):
    F = [[x.copy(), 2 * x], [3 * x, x**2]]
    F[0][1] = F[0][0]
    F[0][0][1] = 5 * x[0]
    return (F[0][1] ** 2).sum()


def a_row_read_later(x):
    F = [[0.0] * 2 for _ in range(3)]
    r = F[1]
    F[1][0] = x[0] ** 2
    return r[0] * 3 + F[1][0]


def a_slice_read_later(x):
    F = [[0.0] * 2 for _ in range(3)]
    G = F[1:]
    F[1][0] = x[0] ** 2
    return G[0][0] * 3 + F[1][0]


def a_copy_of_the_outer_list(x):
    F = [[0.0] * 2 for _ in range(3)]
    G = list(F)
    F[1][0] = x[0] ** 2
    return G[1][0] * 3 + F[1][0]


def arrays_that_have_names(x):
    a = x.copy()
    b = 2 * x
    hs = [a, b]
    hs[0][1] = x[3] ** 2
    return (a * b).sum() + (hs[0] ** 2).sum()


def a_row_by_another_name(x):
    F = [[0.0] * 3 for _ in range(3)]
    row = F[1]
    row[2] = x[0]
    return F[1][2] ** 2


STORES = [
    single_items,
    filled_in_loops,
    augmented_items,
    of_displays,
    parts_of_arrays,
    arrays_in_place,
    filled_by_a_helper,
    sums_by_group,
    rows_by_append,
    arrays_read_before,
    two_buffers,
    made_by_a_helper,
    returned_by_a_helper,
    three_levels,
    arrays_exchanged_for_others,
    overwritten_after_use,
    read_through_a_row_before,
    tables_by_turns,
    a_row_of_its_own,
    in_branches,
]
SHARED = [
    one_row_twice,
    one_row_appended_twice,
    one_row_in_a_comprehension,
    a_row_repeated,
    an_item_assigned_to_another,
    an_item_appended_again,
    rows_of_another_list,
    a_row_that_may_be_an_old_one,
    one_array_twice,
    two_views_of_one_array,
    an_array_in_two_places,
]
READ_LATER = [
    a_row_read_later,
    a_slice_read_later,
    a_copy_of_the_outer_list,
    arrays_that_have_names,
    a_row_by_another_name,
]


@pytest.mark.parametrize("program", STORES)
def test_stores_into_items(program):
    check(program, x)
    check(program, x.astype(np.float32))


@pytest.mark.parametrize("program", SHARED)
def test_items_that_may_be_one_object(program):
    refused(program, x, match="another item may be the same object")


@pytest.mark.parametrize("program", READ_LATER)
def test_items_that_are_read_by_another_name(program):
    refused(program, x, match="may share its memory and is read later")


def rows(x):
    F = [[0.0] * 2 for _ in range(3)]
    for i in range(3):
        for j in range(2):
            F[i][j] = x[i] * x[j] + F[i - 1][j]
    F[0][0] = F[2][1] * F[0][0]
    return np.array(F)


def test_pullbacks_put_items_back_in_lists_of_their_own():
    check_pullback(rows, x)


def copied_arguments(ws):
    ws = [w.copy() for w in ws]
    for k in range(len(ws)):
        ws[k] -= 0.1 * ws[k] ** 2
        ws[k][0] *= 3.0
    return sum((w**2).sum() for w in ws)


def copied_rows(F):
    G = [list(row) for row in F]
    G[0][1] = G[1][0] ** 2
    return G[0][1] * G[1][1] + G[0][0]


def test_copies_of_arguments():
    check(copied_arguments, [x, 2 * x])
    check(copied_arguments, [x[:1]])
    check(copied_rows, [[1.0, 2.0], [3.0, 4.0]])


def row_of_an_argument(F):
    F[0][1] = F[1][0] ** 2
    return F[0][1] * F[1][1]


def test_arguments_are_refused():
    refused(row_of_an_argument, [[1.0, 2.0], [3.0, 4.0]], frozen=False)


def repeated(x):
    xs = [x[0], x[1] ** 2] * 3
    ys = [x * x] * 2
    return xs[2] * xs[5] + (ys[0] * ys[1]).sum() + sum(xs)


def repeated_n_times(x, n):
    xs = [x[0]] * n
    total = 1.0
    for i, v in enumerate(xs):
        total += v ** (i + 1)
    return total


def test_repeated_items():
    check(repeated, x)
    for n in (0, 1, 4):
        check(repeated_n_times, x, n, wrt=0)


def empty(x, n):
    F = [[1.0] * n for _ in range(n)]
    for i in range(n):
        F[i][i] *= x[i]
    total = 0.0
    for i in range(n):
        total += F[i][0] * F[0][i]
    return total + x[0]


@pytest.mark.parametrize("n", [0, 1, 3])
def test_lists_of_any_length(n):
    check(empty, x, n, wrt=0)
