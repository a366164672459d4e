"""Products with sparse matrices of SciPy's, which are constant."""

import numpy as np
import pytest

from s2sgrad import grad, hvp, vjp
from s2sgrad.errors import ArgumentError
from tests.differences import check, refused

sparse = pytest.importorskip("scipy.sparse")

RNG = np.random.default_rng(0)
DENSE = np.where(RNG.uniform(size=(3, 3)) > 0.3, RNG.normal(size=(3, 3)), 0)
LAPLACIAN = sparse.csr_array(DENSE)
KINDS = [
    sparse.csr_array, sparse.csc_array, sparse.coo_array, sparse.csr_matrix, sparse.dia_array, sparse.lil_array,
    lambda a: sparse.csr_array(a.astype(np.float32)), lambda a: sparse.csr_array((a * 9).astype(int)),
]  # fmt: skip


def diffusion(x):
    for _ in range(3):
        x = x + 0.1 * (LAPLACIAN @ np.tanh(x))
    return (x**2).sum()


def energy(x, A):
    y = A.T @ x
    return (y**3).sum() + x @ (A @ x) + ((x @ A) ** 2).sum()


def of_several(X, A):
    return (np.sin(A @ X @ A.T) * X).sum()


class Network:
    def __init__(self, L, w):
        self.L, self.w = L, w

    def __call__(self, x):
        return self.L @ (self.w * x)


def loss(network, x):
    return (network(network(x)) ** 2).sum()


def test_a_matrix_of_the_module():
    check(diffusion, RNG.normal(size=3))
    check(diffusion, RNG.normal(size=(3, 2)))
    check(lambda x: (grad(diffusion)(x) ** 2).sum(), RNG.normal(size=3))


@pytest.mark.parametrize("kind", KINDS)
def test_a_matrix_that_is_given(kind):
    matrix, x = kind(DENSE), RNG.normal(size=3)
    for f, point in ((energy, x), (of_several, RNG.normal(size=(3, 3)))):
        dense = matrix.toarray()
        np.testing.assert_allclose(grad(f)(point, matrix), grad(f)(point, dense), rtol=1e-6, atol=1e-6)
        along = np.cos(point)
        found, expected = hvp(f)(point, matrix, vectors=along), hvp(f)(point, dense, vectors=along)
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


def test_a_gradient_in_single_precision():
    x = RNG.normal(size=3).astype(np.float32)
    assert grad(energy)(x, LAPLACIAN).dtype == np.float32
    assert grad(energy)(x, LAPLACIAN.astype(np.float32)).dtype == np.float32


def test_a_matrix_that_an_object_holds():
    network, x = Network(LAPLACIAN, np.arange(1.0, 4.0)), RNG.normal(size=3)
    dense = Network(DENSE, network.w)
    np.testing.assert_allclose(grad(loss)(network, x).w, grad(loss, "network.w")(dense, x), rtol=1e-12)
    np.testing.assert_allclose(grad(loss, "x")(network, x), grad(loss, "x")(dense, x), rtol=1e-12)


def test_the_text():
    text = grad(energy).source_for(np.ones(3), LAPLACIAN)
    assert "dx = A @ " in text or "dx += A @ " in text
    assert "toarray" not in text and "astype" not in grad(diffusion).source_for(np.ones(3))


def test_a_matrix_that_changes_between_both_halves_of_a_pullback():
    given, held = LAPLACIAN.copy(), Network(LAPLACIAN.copy(), np.ones(3))
    for f, matrix, args in ((energy, given, (np.ones(3), given)), (loss, held.L, (held, np.ones(3)))):
        wrt = 0 if f is energy else "x"
        _, pullback = vjp(f, wrt)(*args)
        expected = pullback(1.0)
        matrix.data[:] = 7.0
        np.testing.assert_array_equal(pullback(1.0), expected)


def test_another_dtype_is_another_text():
    slope = grad(energy)
    x = np.ones(3)
    slope(x, LAPLACIAN)
    slope(x, 2.0 * LAPLACIAN)
    assert slope.cache_info().currsize == 1
    with pytest.raises(Exception, match="not known"):
        slope(x, LAPLACIAN * 1j)


def test_a_sparse_vector_is_refused():
    def f(x, a):
        return (a @ x).sum()

    vector = sparse.coo_array(np.array([1.0, 0.0, 2.0]))
    if vector.ndim == 1:  # since SciPy 1.13
        refused(f, np.ones(3), vector, wrt=0)
    slope = grad(f)
    slope(np.ones(3), sparse.coo_array(DENSE))
    if vector.ndim == 1:
        with pytest.raises(Exception, match="not known"):
            slope(np.ones(3), vector)


def test_a_derivative_with_respect_to_the_matrix_is_refused():
    with pytest.raises(ArgumentError, match="csr_array"):
        grad(energy, "A")(np.ones(3), LAPLACIAN)


def scaled(x, A):
    return (A * 2.0 @ x).sum()


def made_dense(x, A):
    return (A.toarray() @ x).sum()


def stored(x, A):
    A.data[:] = 2.0
    return (A @ x).sum()


def put(x, A):
    A[0, 0] = x[0]
    return (A @ x).sum()


def rebound(x, A):
    A *= 2.0
    return (A @ x).sum()


def converted(x, A):
    return (A.tocsc() @ x).sum()


def summed(x, A):
    return (A.sum(axis=0) * x).sum()


def by_numpy(x, A):
    return np.dot(A, x).sum()


def made_inside(x):
    return (sparse.diags(x) @ x).sum()


@pytest.mark.parametrize("f", [scaled, made_dense, stored, put, rebound, converted, summed, by_numpy])
def test_everything_else_is_refused(f):
    refused(f, np.ones(3), LAPLACIAN.copy(), wrt=0)


def test_a_matrix_that_is_made_inside_is_refused():
    refused(made_inside, np.ones(3), match="diags")
