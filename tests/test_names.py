"""Names of NumPy's that are written as loops, stores and other calls, or that only describe an array."""

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused

X = np.random.default_rng(3).normal(size=(2, 3))
V = np.random.default_rng(4).uniform(0.5, 1.5, size=4)
K = np.array([2, 0, 2, 1])


def described(x):
    scale = len(str(x)) + len(repr(x)) + len(np.array2string(x, precision=3)) + (2.5 in x) + (x.dtype == float)
    shape = np.broadcast(x, x[:1]).shape
    total = (np.ones(shape) * x**2).sum() * (scale if x.dtype != "float32" else 1.0)
    return total + np.broadcast(x, 2.0).size * x[0, 0]


def over_indices(x):
    y, total = x * 1.0, 0.0
    for i in np.ndindex(x.shape):
        y[i] = x[i] * y[0, 0] * (1 + i[1])
    for i, j in np.ndindex(*x.shape):
        total += y[i, j] ** 2 * i
    for i in np.ndindex(len(x), 2):
        if i[1] > 0:
            break
        total = total + y[i]
    return total + sum(x[k] * k[0] for k in np.ndindex(2, 2))


def over_elements(x):
    total = 0.0
    for i, v in np.ndenumerate(x):
        if v > 0.3:
            continue
        total += v**3 * (1 + i[0])
    for (i, j), v in np.ndenumerate(x):
        total += v * i + x[i, j] * j * total
    return total


def changed_elements(x):
    y = x * 1.0
    for (i, j), v in np.ndenumerate(y):
        y[i, j] = v**2 + y[0, 0]
    return (y**2).sum()


def at_indices(v, w):
    a, b = v * 1.0, v * w
    np.multiply.at(a, K, w)
    np.maximum.at(b, [3, 3, 0], 0.7)
    np.logaddexp.at(b, K, a)
    return (a**2 * b).sum()


def at_rows(x, v):
    a = x * 1.0
    for _ in range(2):
        rows = np.stack([v, v, v], axis=1)
        np.minimum.at(a, np.array([0, 1, 0, 1]), rows)
        a = a * v[:3]
    return (a**3).sum()


def along_an_axis(x):
    a, b = x * 1.0, x * 2.0
    np.put_along_axis(a, np.argmax(x, 1, keepdims=True), x[:, :1] ** 2, 1)
    np.put_along_axis(b, np.argmin(x, 0, keepdims=True), x[0, 0], 0)
    np.put_along_axis(c := x[0] * 1.0, np.array([2, 2]), x[1, :2], 0)
    return (a * b * c).sum()


def padded(x, v):
    mean = np.pad(np.pad(x, ((1, 0), (2, 1)), "mean"), 1, "minimum", stat_length=2)
    ramp = np.pad(x, 2, mode="linear_ramp", end_values=((1.0, 2.0), (0.0, -1.0)))
    odd = np.pad(x, ((1, 2), (3, 1)), "reflect", reflect_type="odd") * v[0]
    far = np.pad(v, 5, "symmetric", reflect_type="odd")
    return (mean**2).sum() + (ramp**3).sum() + (odd**2).sum() + (far**3).sum()


def of_polynomials(v, w):
    q, r = np.polydiv(v, w[:2])
    return (q**2).sum() + (r**2).sum() * np.poly1d(v)(w[0]) + (np.polydiv(w[:2], v)[1] ** 3).sum()


def counted(v):
    first = np.histogram2d(K, V, bins=[2, 2], weights=v)[0]
    second = np.histogramdd(np.stack([K, V], axis=1), 2, density=True, weights=v**2)[0]
    third, edges = np.histogram(K, 3, density=True, weights=v)
    return (first**2).sum() + (second * first).sum() + (third * np.diff(edges)).sum() * v[0] + (third**2).sum()


def others(v):
    a = v * 2.0
    a.resize(2, 3)
    b = np.logaddexp.accumulate(a, axis=1) * v.tolist()[1:][0]
    return (b**2).sum() + (np.kaiser(4, v[0]) * v.view(np.ndarray)).sum() + [v.tolist(), v.tolist()][0][2]


CASES = [
    (described, X), (over_indices, X), (over_elements, X), (changed_elements, X), (at_indices, V, V[::-1] * 1.1),
    (padded, X, V), (of_polynomials, V, V[::-1] * 1.0), (counted, V), (others, V),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_the_form_is_right(case):
    check(*case, tol=1e-6)


def test_what_a_loop_over_elements_reads_is_the_array_that_it_began_with():
    def f(x):
        total = 0.0
        for i, v in np.ndenumerate(x):
            x = x * 2.0
            total += v * x[i]
        return total

    refused(f, V, match="ndenumerate")


def test_stores_at_indices_that_may_see_each_other_are_refused():
    def itself(v):
        a = v * 1.0
        np.multiply.at(a, K, a)
        return a.sum()

    def computed(v):
        a = v * 1.0
        np.multiply.at(a, K, a[K])
        return a.sum()

    def of_the_caller(v, w):
        np.multiply.at(v, K, w)
        return v.sum()

    def of_two_axes(x, w):
        a = x * 1.0
        np.multiply.at(a, (K % 2, K % 2), w)
        return a.sum()

    refused(itself, V, match="multiply.at")
    refused(computed, V, match="one index after the other")
    refused(of_the_caller, V, V, match="belongs to the caller")
    refused(of_two_axes, X, V, match="multiply.at")


def test_a_change_in_place_is_refused_where_a_copy_is_expected():
    def f(x):
        y = x * 1.0
        np.nan_to_num(y, copy=False)
        return (y**2).sum()

    def g(x):
        y = x
        y.resize(2)
        return y.sum()

    refused(f, np.array([1.0, np.nan]), match="nan_to_num")
    refused(g, V, match="resize")


def test_the_bytes_of_numbers_as_other_numbers_are_refused():
    def f(x):
        return x.view(np.float32).sum()

    refused(f, V)


def test_a_text_is_no_number():
    def f(x):
        return float(str(x)) * x

    refused(f, 0.5, match="str")


def test_an_object_of_a_polynomial_is_not_followed():
    def f(v):
        p = np.poly1d(v)
        return p(2.0) * v[0]

    refused(f, V)


def test_the_loop_of_a_ufunc_reads_as_by_hand():
    def f(v, w):
        a = v * 1.0
        np.multiply.at(a, K, w)
        return (a**2).sum()

    assert "    for i in range(len(K)):\n        a[K[i]] *= w[i]\n" in grad(f).source_for(V, V)
