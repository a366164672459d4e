"""Lists and tuples that are stored: into slices of arrays, as items of lists, or kept whole for a pullback."""

import numpy as np
import pytest

from s2sgrad import hessian, jvp, vjp
from tests.differences import check, refused

x = np.array([0.5, -1.2, 2.1])


# ---- parts that start as integers, or are complex, stored into an array ----


def counters_in_a_list(x):
    a = b = 0
    for v in x:
        a = a + v
        b = b + v * v
    y = np.zeros(2)
    y[:] = [a, b]
    return (y**2).sum()


def counters_without_brackets(x):
    u = v = 0
    M = np.zeros((2, 2))
    for t in x:
        u = u + t * t
        v = v - t
        M[0, :] = u, v
        M[:, 1] *= u, 2
    return (M**3).sum()


def complex_parts(x):
    w = 1j * x[0] * 2
    c = np.zeros(2, complex)
    c[:] = [w, w * w]
    return abs(c[0]) ** 2 + abs(c[1]) ** 2


def a_named_tuple_of_numbers(x):
    cur = (0, 1)
    for v in x:
        cur = (cur[0] + v, cur[1] * v)
    y = np.zeros(2)
    y[:] = cur
    return (y**2).sum()


def counters_in_a_dict(x):
    d = {"a": 0, "b": 0}
    for v in x:
        d["a"] += v
        d["b"] += v * v
    y = np.zeros(2)
    y[:] = [d["a"], d["b"]]
    return (y**2).sum()


def running_sums_in_rows(x):
    p = [0]
    for v in x:
        p.append(p[-1] + v)
    y = np.zeros((2, 4))
    y[:] = [p, p]
    return (y**2).sum()


def a_list_that_starts_with_an_integer(x):
    p = [0]
    for v in x:
        p.append(v)
    y = np.zeros(4)
    y[:] = p
    return (y**2).sum()


def rows_with_integers(x):
    rows = [[v, 1] for v in x]
    y = np.zeros((3, 2))
    y[:] = rows
    return (y**2).sum()


def an_array_that_reads_itself(x):
    y = np.ones(4)
    a, i = 0, 0
    for v in x:
        a = a + v
        i = (i + 1) % 3
        y[[i, 3]] = [a * y[0], i]
        y[:2] = [y[1] * a, y[0] + a]
    return (y**2).sum()


def counters_where_numpy_takes_an_array(x):
    a = b = 0
    for v in x:
        a = a + v
        b = b + v * v
    w = 1j * x[0]
    return np.sum([a, b]) ** 2 + np.dot((a, b), [b, 1]) + abs(np.sum([w, w * w])) ** 2


@pytest.mark.parametrize(
    "f",
    [
        counters_in_a_list,
        counters_without_brackets,
        complex_parts,
        a_named_tuple_of_numbers,
        counters_in_a_dict,
        running_sums_in_rows,
        a_list_that_starts_with_an_integer,
        rows_with_integers,
        an_array_that_reads_itself,
        counters_where_numpy_takes_an_array,
    ],
)
def test_numbers_that_may_be_integers_or_complex_are_stored_with_their_gradient(f):
    check(f, x)


def number_or_float(x, n):
    a = 0
    if n:
        a = x[0]
    y = np.zeros(2)
    y[:] = [a, 1]
    return (y**2).sum()


@pytest.mark.parametrize("n", [0, 1])
def test_a_number_that_is_a_float_on_one_path_alone(n):
    check(number_or_float, x, n)


def real_or_complex(x):
    cur = (0, 1j)
    for v in x:
        cur = (cur[0] + v, cur[1] * v)
    y = np.zeros(2, complex)
    y[:] = cur
    return (abs(y) ** 2).sum()


def test_a_part_that_may_be_real_or_complex_is_refused():
    refused(real_or_complex, x, match="real or complex")


# ---- integers and bools beside floats, in a named list that becomes an array ----


def stored_with_an_integer(x):
    p = (x[0], 1)
    y = np.zeros((2, 2))
    y[0] = p
    y[:, 1] += p
    y[1] *= p
    return (y**3).sum()


def copied_put_and_filled(x):
    p = [x[0], 1]
    y, z = np.ones(2), np.ones(2)
    np.copyto(y, p)
    np.put(z, [0, 1], p)
    return (y**2 * z).sum() + (np.full(2, p) ** 2).sum() + (np.asarray(p, dtype=float) ** 3).sum()


def rows_of_both_kinds(x):
    p, q, r = [x[0], 1], (True, x[1]), (2, 3)
    rows = (p, [len(x), x[2]])
    y = np.zeros((3, 2))
    y[:] = [p, q, r]
    return (y**2).sum() + (np.array(rows) ** 2).sum() + (np.stack([p, r]) ** 3).sum()


def in_functions_of_arrays(x):
    p = (x[0], 1)
    many = np.linalg.norm(p) + np.mean(p) + np.max(p) * np.prod(p) + np.dot(p, p) + np.sum(p) ** 2
    return many + (np.ones(2) * p).sum() + (np.array(p) ** 2).sum() + np.concatenate([p, x]).prod()


def beside_an_array_of_integers(x):
    p = [x, np.arange(3)]
    y = np.zeros((2, 3))
    y[:] = p
    return (y**2).sum()


def complex_beside_an_integer(x):
    p = [x[0] * 1j, 1]
    y = np.zeros(2, complex)
    y[:] = p
    return (abs(y) ** 2).sum()


def pairs_with_their_numbers(x):
    pairs = [(v, i) for i, v in enumerate(x)]
    y, z = np.zeros((3, 2)), np.zeros((3, 2))
    y[:] = pairs
    for i, p in enumerate(pairs):
        z[i] = p
    return (y**2 * z).sum() + (np.array(pairs) ** 2).sum() + np.sum(pairs)


@pytest.mark.parametrize(
    "f",
    [
        stored_with_an_integer,
        copied_put_and_filled,
        rows_of_both_kinds,
        in_functions_of_arrays,
        beside_an_array_of_integers,
        complex_beside_an_integer,
        pairs_with_their_numbers,
    ],
)
def test_an_integer_among_floats_has_a_zero_tangent_in_an_array(f):
    check(f, x)


# ---- items of a list that are set to a tuple or a list: forward mode alone ----


def a_list_for_a_list(x):
    q = [[0.0, 0.0]]
    q[0] = [x[0], 1.0]
    return q[0][0] ** 2


def a_running_pair(x):
    q = [(0.0, 1.0)]
    for v in x:
        t, c = q[-1]
        q[-1] = (t + v**2, c + 1)
    t, c = q[0]
    return t / c


def pairs_one_after_the_other(x):
    q = []
    for _ in x:
        q.append((0.0, 1.0))
    for i in range(1, 3):
        q[i] = (q[i - 1][0] + x[i], q[i - 1][1] * 2)
    return q[2][0] ** 2 * q[2][1]


def the_best_two(x):
    best = [(-1e9, -1), (-1e9, -1)]
    for i, v in enumerate(x):
        if v > best[0][0]:
            best[1] = best[0]
            best[0] = (v, i)
        elif v > best[1][0]:
            best[1] = (v, i)
    return best[0][0] ** 2 * best[1][0]


def a_named_list_for_an_item(x):
    q = [[0.0, 0.0] for _ in x]
    for i in range(3):
        r = [x[i], 1.0]
        q[i] = r
    return q[1][0] ** 2 * q[0][0]


def sorted_by_a_key(x):
    xs = sorted([(v, i) for i, v in enumerate(x)], key=lambda t: -t[0])
    s = 0.0
    for r, (v, i) in enumerate(xs):
        s += (r + 1) * v * x[i]
    return s


def _difference(f, v, h=1e-3):
    """The derivative along ``v`` by the five-point formula."""
    return (8 * (f(x + h * v) - f(x - h * v)) - (f(x + 2 * h * v) - f(x - 2 * h * v))) / (12 * h)


@pytest.mark.parametrize(
    "f",
    [
        a_list_for_a_list,
        a_running_pair,
        pairs_one_after_the_other,
        the_best_two,
        a_named_list_for_an_item,
    ],
)
@pytest.mark.parametrize("checked", [False, True])
def test_an_item_that_is_set_to_a_pair_takes_its_tangent(f, checked):
    v = np.array([1.0, 2.0, 3.0])
    value, tangent = jvp(f, checked=checked)(x, tangents=v)
    assert value == f(x)
    assert abs(tangent - _difference(f, v)) < 1e-8


def test_the_hessian_of_numbers_that_were_sorted_with_their_places():
    check(sorted_by_a_key, x)
    np.testing.assert_allclose(hessian(sorted_by_a_key)(x), np.diag([4.0, 6.0, 2.0]), atol=1e-12)


# ---- lists of tuples and of dicts that are bound anew, kept for a pullback ----


def squared_pairs(pairs, n):
    for _ in range(n):
        pairs = [(p * p, q) for p, q in pairs]
    return sum((p * q).sum() for p, q in pairs)


def squared_dicts(pairs, n):
    if n:
        pairs = [{"a": d["a"] * d["a"], "b": d["b"]} for d in pairs]
    return sum((d["a"] * d["b"]).sum() for d in pairs)


@pytest.mark.parametrize("n", [0, 1])
@pytest.mark.parametrize("f, keys", [(squared_pairs, (0, 1)), (squared_dicts, ("a", "b"))])
def test_arrays_changed_between_the_halves_were_copied_out_of_tuples_and_dicts(f, keys, n):
    p, q = x.copy(), np.arange(3.0)
    pairs = [(p, q)] if f is squared_pairs else [{"a": p, "b": q}]
    value, pullback = vjp(f, 0)(pairs, n)
    p[:] = q[:] = 99.0
    power = 1 + n
    assert value == (x**power * np.arange(3.0)).sum()
    for _ in range(2):
        (found,) = pullback(1.0)
        np.testing.assert_allclose(found[keys[0]], power * x ** (power - 1) * np.arange(3.0))
        np.testing.assert_allclose(found[keys[1]], x**power)
