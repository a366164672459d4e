"""Determinants of matrices that may be singular: against minors in whole numbers, in every mode, to the third order."""

import importlib.util
import itertools
import math
import types

import numpy as np
import pytest

from s2sgrad import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from s2sgrad.errors import S2SGradError
from s2sgrad.printed import cofactors, cofactors_along
from tests.differences import check

SINGULAR = {
    "rank 2 of 3": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
    "rank 1 of 3": [[1, 2, -1], [2, 4, -2], [3, 6, -3]],
    "rank 0 of 3": [[0, 0, 0]] * 3,
    "rank 1 of 2": [[1, 2], [2, 4]],
    "rank 0 of 2": [[0, 0], [0, 0]],
    "rank 0 of 1": [[0]],
    "equal singular values": [[1, 0, 0], [0, -1, 0], [0, 0, 0]],
    "rank 3 of 4": [[1, 2, 0, 3], [0, 1, 1, 1], [2, 0, 1, -1], [3, 3, 2, 3]],
    "rank 2 of 4": [[1, 2, 0, 3], [0, 1, 1, 1], [1, 3, 1, 4], [1, 1, -1, 2]],
}
REGULAR = {
    "empty": [],
    "a number": [[3]],
    "identity": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "turned": [[0, 2, 1], [-1, 0, 1], [3, 1, 4]],
    "nearly singular": [[10**9 + 1, 10**9], [10**9, 10**9 - 1]],
}
MATRICES = {**SINGULAR, **REGULAR}


def exact(a):
    """The determinant of a matrix of Python integers."""
    if not a:
        return 1
    return sum((-1) ** j * a[0][j] * exact([row[:j] + row[j + 1 :] for row in a[1:]]) for j in range(len(a)))


def moved(a, *places):
    """``a`` with 1 added at some places."""
    return [[v + places.count((i, j)) for j, v in enumerate(row)] for i, row in enumerate(a)]


def mixed(a, *places):
    """The derivative of the determinant by elements: it is linear in each, so that differences are exact."""
    if len(set(places)) < len(places):
        return 0
    chosen = itertools.chain.from_iterable(itertools.combinations(places, k) for k in range(len(places) + 1))
    return sum((-1) ** (len(places) - len(c)) * exact(moved(a, *c)) for c in chosen)


def derivatives(a, order):
    """All derivatives of one order, exactly."""
    n = len(a)
    flat = [mixed(a, *zip(index[::2], index[1::2], strict=True)) for index in np.ndindex((n,) * (2 * order))]
    return np.reshape(np.array(flat, float), (n,) * (2 * order))


def matrix(name, dtype=float):
    a = MATRICES[name]
    return np.array(a, dtype).reshape(len(a), len(a))


def near(found, expected, a, order, rtol=1e-12):
    """Right to rounding errors of the largest product of elements that may stand in it."""
    scale = max(1.0, np.abs(a).max(initial=0)) ** max(len(a) - order, 0) * math.factorial(max(len(a) - order, 1))
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=rtol * scale)


def det(a):
    return np.linalg.det(a)


def dets(a):
    return np.linalg.det(a) * 1.0


@pytest.mark.parametrize("name", MATRICES)
def test_cofactors_in_both_modes(name):
    a = matrix(name)
    expected = derivatives(MATRICES[name], 1)
    near(grad(det)(a), expected, a, 1)
    near(grad(det, checked=True)(a), expected, a, 1)
    near(vjp(det)(a)[1](2.0), 2 * expected, a, 1)
    for place in np.ndindex(a.shape):
        unit = np.zeros(a.shape)
        unit[place] = 1
        value, along = jvp(det)(a, tangents=unit)
        near(along, expected[place], a, 1)
        near(value, exact(MATRICES[name]), a, 0)


@pytest.mark.parametrize("name", MATRICES)
def test_second_derivatives(name):
    a = matrix(name)
    expected = derivatives(MATRICES[name], 2)
    if len(a):
        near(hessian(det)(a), expected, a, 2, 1e-11)
        near(jacobian(grad(det))(a), expected, a, 2, 1e-11)
    v = np.arange(1.0, a.size + 1).reshape(a.shape)
    along = np.tensordot(expected, v, 2)
    near(hvp(det)(a, vectors=v), along, a, 2, 1e-11)
    near(grad(lambda a: (grad(det)(a) * v).sum())(a), along, a, 2, 1e-11)
    near(jvp(grad(det))(a, tangents=v)[1], along, a, 2, 1e-11)


def test_third_derivatives_of_a_regular_matrix_are_right_and_none_are_made_up():
    def second(a, v):
        return (hvp(det)(a, vectors=v) * v).sum()

    v = np.array([[1.0, -2.0, 0.5], [0.3, 1.5, -1.0], [2.0, 0.0, 1.0]])
    for name in ("identity", "turned"):
        a = matrix(name)
        expected = np.tensordot(np.tensordot(derivatives(MATRICES[name], 3), v, 2), v, 2)
        np.testing.assert_allclose(grad(second)(a, v), expected, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(hvp(second)(a, v, vectors=v), np.zeros((3, 3)), atol=1e-9)  # of the fourth order
    almost = matrix("rank 2 of 3") + 1e-13 * np.eye(3)
    with np.errstate(all="ignore"):
        assert np.isnan(grad(second)(matrix("rank 2 of 3"), v)).all() and np.isnan(grad(second)(almost, v)).all()


def test_a_stack_of_regular_and_singular_matrices_and_of_none():
    names = ("rank 2 of 3", "identity", "rank 1 of 3", "turned", "rank 0 of 3")
    a = np.stack([matrix(name) for name in names])
    a = np.stack([a, 2 * a])
    weights = np.arange(1.0, 11).reshape(2, 5)
    expected = np.stack([derivatives(MATRICES[name], 1) for name in names])
    expected = np.stack([expected, 4 * expected])
    _, pullback = vjp(dets)(a)
    np.testing.assert_allclose(pullback(weights), weights[..., None, None] * expected, atol=1e-12)
    np.testing.assert_allclose(jvp(dets)(a, tangents=a)[1], (expected * a).sum(axis=(-2, -1)), atol=1e-12)

    def total(a):
        return (weights * np.linalg.det(a)).sum()

    v = a[:, ::-1] + 1
    second = np.stack([np.stack([derivatives((k * matrix(n)).astype(int).tolist(), 2) for n in names]) for k in (1, 2)])
    along = weights[..., None, None] * np.einsum("abijkl,abkl->abij", second, v)
    np.testing.assert_allclose(hvp(total)(a, vectors=v), along, atol=1e-10)
    np.testing.assert_allclose(grad(lambda a: (grad(total)(a) * v).sum())(a), along, atol=1e-10)
    assert vjp(dets)(np.zeros((0, 3, 3)))[1](np.zeros(0)).shape == (0, 3, 3)
    assert grad(lambda a: np.linalg.det(a).sum())(np.zeros((2, 0, 0))).shape == (2, 0, 0)


def test_a_stack_keeps_its_other_matrices_where_one_is_not_finite():
    a = np.stack([matrix("rank 2 of 3"), matrix("turned"), np.full((3, 3), np.nan)])
    with np.errstate(all="ignore"):
        found = grad(lambda a: np.linalg.det(a).sum())(a)
    for k, name in enumerate(("rank 2 of 3", "turned")):
        np.testing.assert_allclose(found[k], derivatives(MATRICES[name], 1), atol=1e-12)
    assert np.isnan(found[2]).all()


@pytest.mark.parametrize("name", SINGULAR)
def test_single_precision_stays_single(name):
    a = matrix(name, np.float32)
    found = grad(det)(a), hvp(det)(a, vectors=a + 1), grad(lambda a: (grad(det)(a) ** 2).sum())(a)
    assert [v.dtype for v in found] == [np.float32] * 3
    near(found[0], derivatives(MATRICES[name], 1), a, 1, 1e-5)
    near(found[1], np.tensordot(derivatives(MATRICES[name], 2), a + 1, 2), a, 2, 1e-4)


def gaussian_integers(n, rank):
    rng = np.random.default_rng([n, rank])
    left, right = (rng.integers(-2, 3, (2, *shape)) for shape in ((n, rank), (rank, n)))
    return (left[0] + 1j * left[1]) @ (right[0] + 1j * right[1])


@pytest.mark.parametrize("n, rank", [(2, 1), (3, 2), (3, 1), (3, 0), (4, 3), (3, 3)])
def test_complex_matrices(n, rank):
    a = gaussian_integers(n, rank)
    rows = [[complex(v) for v in row] for row in a]
    expected = derivatives_of_complex(rows)
    atol = np.abs(a).max() ** (n - 1) * 1e-11
    np.testing.assert_allclose(vjp(dets)(a)[1](1 + 2j), (1 + 2j) * np.conj(expected), rtol=1e-11, atol=atol)
    v = gaussian_integers(n, n)
    np.testing.assert_allclose(jvp(dets)(a, tangents=v)[1], (expected * v).sum(), rtol=1e-11, atol=50 * atol)

    def squared(a):
        return np.abs(np.linalg.det(a) - 1j) ** 2 + np.linalg.det(a).real

    check(squared, a, tol=1e-6)


def derivatives_of_complex(rows):
    n = len(rows)
    return np.array([[mixed(rows, (i, j)) for j in range(n)] for i in range(n)])


@pytest.mark.parametrize("n", [2, 3, 5, 8, 20])
def test_random_matrices_of_every_rank_change_as_their_determinants_do(n):
    rng = np.random.default_rng(n)
    for rank in {0, 1, n - 2, n - 1, n}:
        a = rng.normal(size=(n, rank)) @ rng.normal(size=(rank, n))
        u = rng.normal(size=n)
        v = rng.normal(size=n)
        rank_one = np.outer(u, v)  # the determinant is linear along it
        expected = np.linalg.det(a + rank_one) - np.linalg.det(a)
        scale = np.linalg.norm(a + rank_one, 2) ** n
        assert abs((grad(det)(a) * rank_one).sum() - expected) <= 1e-12 * scale
        assert abs((hvp(det)(a, vectors=rank_one) * rank_one).sum()) <= 1e-11 * scale


@pytest.mark.parametrize("scale", [1e-100, 1e-5, 1.0, 1e5, 1e100])
def test_nothing_hangs_on_the_size_of_the_elements(scale):
    a = scale * matrix("rank 2 of 3")
    expected = derivatives(MATRICES["rank 2 of 3"], 1) * scale**2
    np.testing.assert_allclose(grad(det)(a), expected, rtol=1e-13)


def test_what_has_no_number_as_determinant_has_cofactors():
    tiny, huge = np.diag([1e-200, 1e-200]), np.diag([1e200, 1e200])
    np.testing.assert_allclose(grad(det)(tiny), tiny)  # the determinant is 0, for there is no smaller number
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(grad(det)(huge), huge)
    np.testing.assert_allclose(grad(det)(np.diag([1e-310, 1.0])), np.diag([1.0, 1e-310]))


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 1e-17])
def test_nearly_singular_matrices_of_every_kind(gap):
    rng = np.random.default_rng(7)
    u, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    v, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    sign = np.linalg.det(u) * np.linalg.det(v)
    for s in ([3.0, 2.0, 1.0, gap], [3.0, 2.0, gap, gap], [3.0, gap, gap, gap / 2]):
        others = [math.prod(s[:k] + s[k + 1 :]) for k in range(4)]
        expected = sign * (u * others) @ v.T
        np.testing.assert_allclose(grad(det)((u * s) @ v.T), expected, atol=3e-8 * max(others) + 1e-14)


def normal(x, cov):
    return -0.5 * np.linalg.slogdet(cov)[1] - 0.5 * x @ x


def logs(a):
    return np.linalg.slogdet(a)[1] * 1.0


def signs(a):
    sign, logdet = np.linalg.slogdet(a)
    return sign * logdet


@pytest.mark.parametrize("name", [name for name in SINGULAR if name != "rank 0 of 1"])
def test_the_logarithm_of_the_determinant_of_a_singular_matrix_has_no_gradient(name):
    a = matrix(name)
    with np.errstate(all="ignore"):
        value, gradient = value_and_grad(normal, "cov")(np.ones(2), a)
        assert value == np.inf and np.isnan(gradient).all()
        assert np.isnan(jvp(logs)(a, tangents=a + 1)[1])
        assert np.isnan(hvp(logs)(a, vectors=a + 1)).all()
        assert np.isnan(vjp(signs)(a + 0j)[1](1.0 + 0j)).all() and np.isnan(jvp(signs)(a + 0j, tangents=a + 0j)[1])


def test_the_other_matrices_of_a_stack_have_one():
    a = np.stack([matrix("rank 2 of 3"), matrix("turned")])
    regular = vjp(logs)(matrix("turned"))[1](2.0)
    with np.errstate(all="ignore"):
        found = vjp(logs)(a)[1](np.array([1.0, 2.0]))
        second = hvp(lambda a: np.linalg.slogdet(a)[1].sum())(a, vectors=a)
    assert np.isnan(found[0]).all() and np.isnan(second[0]).all()
    np.testing.assert_allclose(found[1], regular)
    np.testing.assert_allclose(second[1], -regular / 2)  # homogeneous of degree -1


def test_lists_of_numbers():
    def f(x):
        return np.linalg.det([[x[0], x[1]], [x[2], 2 * x[3]]])

    x = np.array([1.0, 2.0, 3.0, 3.0])
    np.testing.assert_allclose(grad(f)(x), [6, -3, -2, 2])
    expected = np.array([[0, 0, 0, 2], [0, 0, -1, 0], [0, -1, 0, 0], [2, 0, 0, 0]])
    np.testing.assert_allclose(hessian(f)(x), expected, atol=1e-12)


def cofactors_of_mine(a):
    total = 0.0
    for k in range(len(a)):
        total += a[k, k] ** 2
    return total


def test_what_has_the_name_of_the_helper_is_not_taken_for_it():
    named = {"np": np, "cofactors": cofactors_of_mine}

    def by_call(a):
        return np.linalg.det(a) * cofactors(a)

    def by_variable(a):
        cofactors = 2 * a
        return np.linalg.det(a) * cofactors.sum()

    for f in (by_call, by_variable):
        with pytest.raises(S2SGradError, match="`cofactors`"):
            grad(types.FunctionType(f.__code__, named))(np.eye(2))


def test_the_helpers_as_functions():
    a = matrix("rank 2 of 3")
    d = np.arange(9.0).reshape(3, 3)
    np.testing.assert_allclose(cofactors(a), derivatives(MATRICES["rank 2 of 3"], 1), atol=1e-13)
    expected = np.tensordot(derivatives(MATRICES["rank 2 of 3"], 2), d, 2)
    np.testing.assert_allclose(cofactors_along(a, d), expected, atol=1e-12)


def saved(derivative, tmp_path):
    """The module that a derivative writes, imported."""
    path = tmp_path / "saved_determinants.py"
    derivative.save(path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def squared_and_log(a):
    return np.linalg.det(a) ** 2 + np.linalg.slogdet(a)[1]


def test_text_that_was_saved_is_differentiated_again(tmp_path):
    a = matrix("turned")
    first = grad(squared_and_log)
    first(a)
    of_file = saved(first, tmp_path).grad_squared_and_log
    np.testing.assert_array_equal(of_file(a), first(a))
    np.testing.assert_allclose(grad(lambda a: (of_file(a) * a).sum())(a), grad(lambda a: (first(a) * a).sum())(a))
