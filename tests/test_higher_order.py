"""Hessian-vector products, Jacobians, Hessians, and derivatives as functions of one vector."""

import pickle

import numpy as np
import pytest

from s2sgrad import grad, hessian, hvp, jacobian, value_and_grad
from s2sgrad.errors import ArgumentError
from s2sgrad.flat import flat
from s2sgrad.sparsity import Pattern
from tests.promises import same_numbers

rng = np.random.default_rng(0)
X, W, V = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=3)


def loss(w, x):
    return (np.tanh(x @ w) ** 2).sum()


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def rosenbrock_hessian(x):
    """By hand: differentiate 400 x_i (x_i^2 - x_{i+1}) - 2 (1 - x_i) + 200 (x_i - x_{i-1}^2) once more."""
    h = np.diag(np.r_[1200 * x[:-1] ** 2 - 400 * x[1:] + 2, 0.0]) + np.diag(np.r_[0.0, np.full(len(x) - 1, 200.0)])
    off = np.diag(-400 * x[:-1], 1)
    return h + off + off.T


def layered(params, x):
    return {"h": np.tanh(x @ params["W"] + params["b"]), "n": (params["b"] ** 2).sum()}


POINT = np.array([1.2, 0.7, 1.4, 0.9])
PARAMS = {"W": rng.normal(size=(2, 3)), "b": rng.normal(size=3)}


# ---- Hessian times vector ----


def test_hvp_is_the_derivative_of_the_gradient():
    h = 1e-6
    expected = (grad(loss)(W + h * V, X) - grad(loss)(W - h * V, X)) / (2 * h)
    same_numbers(hvp(loss)(W, X, vectors=V), expected, 1e-8, "hvp")


def test_the_text_of_a_product():
    product = hvp(loss)
    product(W, X, vectors=V)
    assert (
        product.source
        == '''def hvp_loss(w, x, w_dot):
    """The Hessian of loss times w_dot."""
    tanh_prod = np.tanh(x @ w)
    tanh_prod_dot = (1 - tanh_prod ** 2) * (x @ w_dot)

    # return (np.tanh(x @ w) ** 2).sum()
    prod_dot = 4 * tanh_prod * tanh_prod * tanh_prod_dot
    dtanh_arg_dot = 2 * tanh_prod_dot * (1 - tanh_prod ** 2) - prod_dot
    dw_dot = x.T @ dtanh_arg_dot
    return dw_dot
'''
    )


def test_the_gradient_comes_with_it():
    gradient, product = hvp(loss, with_grad=True)(W, X, vectors=V)
    same_numbers(gradient, grad(loss)(W, X), 1e-14, "gradient")
    same_numbers(product, hvp(loss)(W, X, vectors=V), 1e-14, "product")


def test_of_several_arguments_and_scalars():
    assert hvp(lambda x, y: x * y**2, (0, 1))(2.0, 3.0, vectors=(1.0, 0.0)) == (0.0, 6.0)


def test_of_structures():
    def f(params):
        return (params["W"] ** 3).sum() * params["b"][0]

    product = hvp(f)(PARAMS, vectors=PARAMS)
    gradient = grad(f)
    h = 1e-6
    up, down = ({k: v * (1 + s * h) for k, v in PARAMS.items()} for s in (1, -1))
    for key in PARAMS:
        same_numbers(product[key], (gradient(up)[key] - gradient(down)[key]) / (2 * h), 1e-7, key)


def test_as_a_decorator_of_methods():
    class Model:
        k = 2.0

        @hvp
        def energy(self, x):
            return self.k * (x**3).sum()

    same_numbers(Model().energy(W, vectors=V), 12 * W * V, 1e-14, "method")


def test_vectors_are_checked():
    with pytest.raises(ArgumentError, match=r"vectors is float64 of shape \(4,\), w is float64 of shape \(3,\)"):
        hvp(loss)(W, X, vectors=np.ones(4))


def test_products_are_pickled():
    product = hvp(loss)
    same_numbers(pickle.loads(pickle.dumps(product))(W, X, vectors=V), product(W, X, vectors=V), 0, "pickled")


# ---- Jacobians and Hessians ----


@pytest.mark.parametrize("mode", ["auto", "fwd", "rev"])
def test_a_hessian_known_by_hand(mode):
    same_numbers(hessian(rosenbrock, mode=mode)(POINT), rosenbrock_hessian(POINT), 1e-13, mode)


def test_float32_stays():
    assert hessian(rosenbrock)(POINT.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("mode", ["auto", "fwd", "rev"])
def test_structures_of_the_result_and_of_the_argument(mode):
    x = np.array([0.1, 0.2])
    found = jacobian(layered, mode=mode)(PARAMS, x)
    slope = 1 - layered(PARAMS, x)["h"] ** 2
    same_numbers(found["h"]["W"], np.einsum("j,i,jk->jik", slope, x, np.eye(3)), 1e-14, "W")
    same_numbers(found["h"]["b"], np.diag(slope), 1e-14, "b")
    same_numbers(found["n"], {"W": np.zeros((2, 3)), "b": 2 * PARAMS["b"]}, 1e-14, "n")


def test_scalars_and_tuples():
    assert jacobian(lambda x, y: x * y, (0, 1))(2.0, 3.0) == (3.0, 2.0)
    assert hessian(lambda x, y: x**2 * y, (0, 1))(2.0, 3.0) == ((6.0, 4.0), (4.0, 0.0))


def test_nothing_in_or_out():
    assert jacobian(lambda x: x * 2)(np.zeros(0)).shape == (0, 0)
    assert jacobian(lambda x: x[:0] * 2)(np.zeros(3)).shape == (0, 3)


def test_a_method():
    class Model:
        @jacobian
        def double(self, x):
            return 2 * x

    same_numbers(Model().double(W), 2 * np.eye(3), 0, "method")


TRIDIAGONAL = np.abs(np.subtract.outer(range(4), range(4))) <= 1


def test_a_pattern_saves_products():
    assert Pattern(np.abs(np.subtract.outer(range(50), range(50))) <= 1).colours().max() == 2
    same_numbers(hessian(rosenbrock, sparsity=TRIDIAGONAL)(POINT), rosenbrock_hessian(POINT), 1e-13, "pattern")


@pytest.mark.parametrize("pattern", [np.eye(4), np.ones((3, 4)), np.ones(4)])
def test_a_wrong_pattern_is_an_error(pattern):
    with pytest.raises(ArgumentError, match="sparsity"):
        hessian(rosenbrock, sparsity=pattern)(POINT)


def test_a_pattern_of_scipys():
    sparse = pytest.importorskip("scipy.sparse")
    found = hessian(rosenbrock, sparsity=sparse.csr_matrix(TRIDIAGONAL))(POINT)
    assert sparse.issparse(found)
    same_numbers(found.toarray(), rosenbrock_hessian(POINT), 1e-13, "sparse")


def test_what_is_no_mode_and_no_float():
    with pytest.raises(ArgumentError, match="mode is 'both'"):
        jacobian(rosenbrock, mode="both")
    with pytest.raises(ArgumentError, match="is no float"):
        jacobian(lambda x: (x, 3))(W)


# ---- functions of one vector ----


def decay(params, t, y):
    return ((params["a"] * np.exp(-params["k"][0] * t) - y) ** 2).sum()


TIMES = np.linspace(0, 1, 20)
DATA = 2 * np.exp(-3 * TIMES)
START = {"a": 1.0, "k": np.array([1.0])}


def test_structures_become_vectors():
    fun = value_and_grad(decay).flat(START, TIMES, DATA)
    value, vector = fun(fun.x0)
    expected = grad(decay)(START, TIMES, DATA)
    assert value == decay(START, TIMES, DATA)
    same_numbers(vector, np.r_[expected["a"], expected["k"]], 0, "vector")
    assert fun.restore(fun.x0) == {"a": 1.0, "k": np.array([1.0])}
    same_numbers(grad(decay).flat(START, TIMES, DATA)(fun.x0), vector, 0, "grad")


def test_scipy_minimises():
    optimize = pytest.importorskip("scipy.optimize")
    fun, product = value_and_grad(decay).flat(START, TIMES, DATA), hvp(decay).flat(START, TIMES, DATA)
    found = optimize.minimize(fun, fun.x0, jac=True, hessp=product, method="trust-ncg")
    assert fun.restore(found.x)["a"] == pytest.approx(2.0, abs=1e-4)
    same_numbers(optimize.minimize(value_and_grad(rosenbrock), POINT, jac=True).x, np.ones(4), 1e-3, "minimize")


def test_what_is_no_vector():
    with pytest.raises(ArgumentError, match="becomes a vector"):
        flat({"a": 1.0, "n": 3})
    with pytest.raises(ArgumentError, match="a vector of 2 numbers is needed"):
        flat([1.0, 2.0])[1](np.zeros(3))
    with pytest.raises(ArgumentError, match="has no form of one vector"):
        jacobian(rosenbrock)._forward.flat(POINT)


def test_no_module_hides_a_public_function():
    import s2sgrad

    jacobian(rosenbrock)(POINT)
    assert all(callable(getattr(s2sgrad, name)) for name in s2sgrad.__all__)
