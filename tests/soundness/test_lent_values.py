"""Programs that gave wrong gradients: a value was changed under a name that the saves did not know of."""

import numpy as np
import pytest

from tests.differences import check


class Box:
    """Something with attributes."""


CONSTANT = np.diag([1.0, 2.0, 3.0])


def exponential(v):
    return np.exp(v)


def itself_and_exponential(v):
    return v, np.exp(v)


def part_of_an_unnamed_array(x):
    z = np.exp(x)[1:]
    z *= 2
    return (z**2).sum()


def softmax_of_columns(A):
    P = np.exp(A - A.max(axis=1, keepdims=True)).T
    P /= P.sum(axis=0)
    return (P[0] ** 2).sum()


def deleted_then_bound_again(x):
    y = np.exp(x)
    z = y[1:]
    del y
    z *= 3
    y = z
    y[0] += 1
    return (y**2).sum()


def deleted(x):
    y = x * 2
    s = (y * y).sum()
    z = y
    del y
    z *= 2
    return s + z.sum()


def deleted_attribute(x):
    o = Box()
    o.y = np.exp(x)
    z = o.y
    del o.y
    z *= 2
    return (z**2).sum()


def deleted_and_in_a_list(x):
    y = np.exp(x)
    z = [y]
    del y
    z[0] += 1
    return (z[0] ** 2).sum()


def deleted_key(x):
    d = {"y": np.exp(x)}
    z = d["y"]
    del d["y"]
    z *= 2
    return (z**2).sum()


def loop_over_numbers(x):
    y = np.exp(x)
    z = y
    for y in (1.0, 2.0):
        z *= y
    return (z**2).sum()


def loop_over_numbered(x):
    s = np.tanh(x)
    t = s[::-1]
    for i, s in enumerate([1.5, 2.5]):
        t *= s
    return t.sum()


def popped(x):
    h = [np.exp(x)]
    z = h.pop()
    z *= 2
    return (z**2).sum()


def unpacked(x):
    t = (np.exp(x), 1.0)
    z, _k = t
    z *= z
    return (z**2).sum()


def part_of_a_result(x):
    z = exponential(x)[1:]
    z *= 2
    return (z**2).sum()


def last_of_a_list(x):
    st = [np.exp(x)]
    z = st[-1]
    st = []
    z *= z
    return (z**2).sum()


def item_of_a_dict(x):
    z = {"a": np.exp(x)}["a"]
    z *= z
    return (z**2).sum()


def in_a_loop(x):
    for k in range(2):
        z = np.exp(x)[:, None]
        z += 1
        x = np.tanh(z)[:, 0]
        x *= 2
    return (x**2).sum()


def perhaps_a_view(x):
    z = np.asarray(np.exp(x))
    z *= 2
    w = np.atleast_1d(np.tanh(z))
    w += z
    u = np.squeeze(np.sqrt(w)[None])
    u /= u.sum()
    return (u**2).sum()


def results_of_a_helper(x):
    a, z = itself_and_exponential(x * 1)
    z *= 2
    a *= z
    return (a**2).sum()


def target_that_is_changed(x):
    y = np.exp(x)
    z = y * 1
    for y in (1.0, 2.0):
        z = z * y
        y = y + 1
        z = z * y
    return (z**2).sum()


def target_of_an_array_that_is_changed(x):
    y = np.exp(x)
    z = y * 1
    for y in x:
        z = z * y
        y = y * y
        z = z * y
    return (z**2).sum()


def target_that_is_changed_in_an_inner_loop(x):
    y = x * x
    z = np.sin(y)
    for k in range(2):
        for y in x:
            z = z * y
            y = y * y
            z = z * y
        y = x * z
        z = z * np.cos(y)
    return (z**2).sum()


def fractions(x):
    f, _i = np.modf(x)
    f[0] *= x[1]
    return f.sum()


def eigenvalues_by_another_name(a):
    w, _V = np.linalg.eigh(a + a.T)
    u = w
    u *= a[0]
    return (w**2).sum()


def triangular_factor(a):
    _Q, r = np.linalg.qr(a)
    r *= a
    return r.sum()


def places_where_nonzero(x):
    x = x.ravel()
    (i,) = np.nonzero(x > 0)
    y = x[i] ** 2
    i -= 1
    return (y * x[i]).sum()


def small_singular_values_dropped(a):
    U, s, Vt = np.linalg.svd(a, full_matrices=False)
    s[s < 0.9] = 0
    return ((U * s @ Vt) ** 3).sum()


def eigenvectors_and_part_of_the_values(a):
    w, V = np.linalg.eigh(a + a.T)
    V *= a[0]
    w = w[1:]
    w += V[0, 1:]
    return (w**2).sum() + np.abs(V).sum()


def eigenvalues_of_a_constant(x):
    w, _V = np.linalg.eigh(CONSTANT)
    y = x * w
    w[0] = 7
    return (y * y * w).sum()


def eigenvalues_by_attribute(x):
    r = np.linalg.eigh(x + x.T)
    w = r.eigenvalues
    v = w[::-1]
    v *= x[0]
    return (w**2).sum()


def indices_of_a_triangle(x):
    i, j = np.tril_indices(3)
    s = x[i, j].sum()
    j *= 0
    return s * x[i, j].prod()


def open_grid(x):
    i, _j = np.ogrid[0:3, 0:3]
    s = (x * i).sum()
    i += 1
    return s * (x * i).sum()


def places_where(x):
    rows, cols = np.where(x > 0.2)
    s = x[rows, cols].sum()
    rows -= rows
    return s * x[rows, cols].sum()


VECTOR = np.array([0.5, -0.2, 0.1])
MATRIX = np.array([[0.5, 0.25, 0.1], [0.3, 0.7, -0.4], [0.9, -0.2, 0.35]])


@pytest.mark.parametrize(
    "function",
    [
        part_of_an_unnamed_array,
        deleted_then_bound_again,
        deleted,
        deleted_attribute,
        deleted_and_in_a_list,
        deleted_key,
        loop_over_numbers,
        loop_over_numbered,
        popped,
        unpacked,
        part_of_a_result,
        last_of_a_list,
        item_of_a_dict,
        in_a_loop,
        perhaps_a_view,
        results_of_a_helper,
        target_that_is_changed,
        target_of_an_array_that_is_changed,
        target_that_is_changed_in_an_inner_loop,
    ],
    ids=lambda f: f.__name__,
)
def test_of_a_vector(function):
    check(function, VECTOR)


@pytest.mark.parametrize(
    "function",
    [
        softmax_of_columns,
        fractions,
        eigenvalues_by_another_name,
        triangular_factor,
        places_where_nonzero,
        small_singular_values_dropped,
        eigenvectors_and_part_of_the_values,
        eigenvalues_of_a_constant,
        eigenvalues_by_attribute,
        indices_of_a_triangle,
        open_grid,
        places_where,
    ],
    ids=lambda f: f.__name__,
)
def test_of_a_matrix(function):
    check(function, MATRIX)


def of_the_positive(a, b):
    return np.maximum(np.linalg.solve(a, b), 0).sum()


def of_those_chosen(a, b):
    x = np.linalg.solve(a, b)
    return x[x > 0].sum() + np.where(b > 0, x, 0).sum()


def of_matrices(a, b):
    return np.maximum(np.linalg.solve(a, b[:, None] * np.ones(2)), 0).sum()


def of_tables(a, b):
    return np.maximum(np.divide.outer(a[0], b), 0).sum() + np.maximum(np.power.outer(np.abs(a[1, :2]), b), 0.5).sum()


def of_quotients(a, b):
    return np.maximum(np.divide.reduce(a, axis=1), 0).sum() * b[0]


@pytest.mark.parametrize(
    "function", [of_the_positive, of_those_chosen, of_matrices, of_tables, of_quotients], ids=lambda f: f.__name__
)
def test_what_is_not_chosen_is_masked_element_by_element_alone(function):
    check(function, np.random.default_rng(1).normal(size=(3, 3)), np.array([-1.0, 2.0, 0.5]), wrt=(0, 1))
