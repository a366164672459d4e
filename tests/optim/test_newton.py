"""Newton-CG: against direct solution, on functions that bend down, and what one step promises."""

import numpy as np
import pytest

from s2sgrad import ArgumentError, grad, hvp, value_and_grad
from s2sgrad.optim import newton_cg


def quadratic(w, A, b):
    return 0.5 * w @ A @ w - b @ w


def rosenbrock(w):
    return (100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2).sum()


def double_well(w):
    return (w ** 4).sum() - 2 * (w ** 2).sum() + 0.1 * w[0]


def ridge(params, x, y):
    return ((x @ params["w"] + params["b"] - y) ** 2).sum() + 0.1 * (params["w"] ** 2).sum()


def _positive(n, seed):
    A = np.random.default_rng(seed).normal(size=(n, n))
    return A @ A.T + n * np.eye(n)


def _descend(f, w, *args, steps=60, goal=1e-9):
    """Steps until the gradient vanishes; each lowers the value as the line search promises."""
    fun, product, done = value_and_grad(f), hvp(f), []
    for _ in range(steps):
        new, step = newton_cg(fun, product, w, *args)
        done.append(step)
        if step.gradient_norm < goal:
            return w, done
        assert fun(new, *args)[0] <= step.value
        w = new
    raise AssertionError(f"gradient of {done[-1].gradient_norm} after {steps} steps")


def test_a_quadratic_is_solved_in_few_steps():
    A, b = _positive(8, 0), np.random.default_rng(1).normal(size=8)
    w, steps = _descend(quadratic, np.zeros(8), A, b)
    np.testing.assert_allclose(w, np.linalg.solve(A, b), rtol=0, atol=1e-9 / 8)  # 8 is the least curvature
    assert all(step.length == 1 for step in steps[:-1]) and len(steps) <= 8


def test_one_exact_step_solves_a_quadratic_of_as_many_curvatures_as_products():
    # A residual of 0 is met after as many products as there are distinct curvatures, whatever the dimension.
    A, b = np.diag([2.0] * 5), np.arange(5.0)
    w, step = newton_cg(value_and_grad(quadratic), hvp(quadratic), np.zeros(5), A, b)
    np.testing.assert_allclose(w, b / 2)
    assert (step.products, step.length, step.negative_curvature) == (1, 1.0, False)


def test_rosenbrock_is_followed_to_its_minimum():
    w, steps = _descend(rosenbrock, np.array([-1.2, 1.0, 0.5]))
    np.testing.assert_allclose(w, np.ones(3), atol=1e-8)
    last, end = (step.gradient_norm for step in steps[-2:])
    assert end < 1e-3 * last  # faster than linearly


def test_negative_curvature_is_met_and_left():
    start = np.array([0.1, -0.2, 0.05])
    _, step = newton_cg(value_and_grad(double_well), hvp(double_well), start)
    assert step.negative_curvature and step.length > 0
    w, steps = _descend(double_well, start)
    assert np.all(12 * w ** 2 - 4 > 0) and not steps[-1].negative_curvature


def test_a_direction_found_before_negative_curvature_is_kept():
    # The curvature along the gradient is positive, and that of a later direction of the conjugate gradients is not.
    def saddle(w):
        return 2 * w[0] ** 2 - 0.5 * w[1] ** 2 + w[1] ** 4 + w[0] + w[1]

    new, step = newton_cg(value_and_grad(saddle), hvp(saddle), np.zeros(2))
    assert (step.negative_curvature, step.products) == (True, 2)
    np.testing.assert_allclose(new, -2 / 3 * np.ones(2) * step.length)


def test_the_line_search_halves_steps_that_do_not_lower_the_value_enough():
    # sqrt(1 + w²) has its Newton step at -w³: too long by far from w = 3.
    def slope_of_one(w):
        return np.sqrt(1 + w ** 2)

    new, step = newton_cg(value_and_grad(slope_of_one), hvp(slope_of_one), 3.0)
    full = -(3.0 + 27.0)
    assert step.length == 0.125 and new == pytest.approx(3 + 0.125 * full)
    assert slope_of_one(3 + 0.25 * full) > slope_of_one(3.0)


def test_values_that_are_not_finite_are_stepped_back_from():
    def barrier(w):
        return 10 * w - np.log(w)

    with np.errstate(invalid="ignore"):
        w, steps = _descend(barrier, 0.9, goal=1e-6)
    assert w == pytest.approx(0.1) and min(step.length for step in steps[:-1]) < 1


def test_nothing_moves_at_a_stationary_point():
    w, step = newton_cg(value_and_grad(rosenbrock), hvp(rosenbrock), np.ones(3))
    assert step == (0.0, 0.0, 0.0, 0, False) and np.array_equal(w, np.ones(3))


def test_nested_parameters_and_data():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(30, 3)), rng.normal(size=30)
    params, _ = _descend(ridge, {"w": np.zeros(3), "b": 0.0}, x, y, goal=1e-8)
    X = np.c_[x, np.ones(30)]
    expected = np.linalg.solve(X.T @ X + 0.1 * np.diag([1, 1, 1, 0]), X.T @ y)
    np.testing.assert_allclose([*params["w"], params["b"]], expected, rtol=1e-8)
    assert type(params["b"]) is float


def test_arguments_are_left_alone_and_single_precision_stays():
    w, A, b = (a.astype(np.float32) for a in (np.zeros(4), _positive(4, 3), np.ones(4)))
    w.flags.writeable = False
    new, _ = newton_cg(value_and_grad(quadratic), hvp(quadratic), w, A, b)
    assert new.dtype == np.float32 and not np.shares_memory(new, w) and not w.any()


def test_the_number_of_products_is_bounded():
    A, b, calls = np.diag(10.0 ** np.arange(8)), np.ones(8), []
    product = hvp(quadratic)

    def counted(w, A, b, vectors):
        calls.append(vectors.shape)
        return product(w, A, b, vectors=vectors)

    _, step = newton_cg(value_and_grad(quadratic), counted, np.zeros(8), A, b, products=3)
    assert calls == [(8,)] * 3 and step.products == 3


@pytest.mark.parametrize(
    ("fun", "product", "w", "options", "reason"),
    [
        (grad(rosenbrock), hvp(rosenbrock), np.ones(2), {}, "does not give a pair"),
        (value_and_grad(rosenbrock), hvp(rosenbrock), np.ones(2), {"products": 0}, "products is 0"),
        (value_and_grad(rosenbrock), hvp(rosenbrock), np.array([np.inf, 1.0]), {}, "not finite"),
        (value_and_grad(rosenbrock), lambda w, vectors: 1.0, np.zeros(2), {}, "the product is a scalar"),
        (lambda w: (1.0, [w]), hvp(rosenbrock), np.ones(2), {}, "the gradient is a list"),
        (value_and_grad(rosenbrock), hvp(rosenbrock), np.ones(2, int), {}, "params is an array of int64"),
    ],
)
def test_what_does_not_fit_is_refused(fun, product, w, options, reason):
    with np.errstate(all="ignore"), pytest.raises(ArgumentError, match=reason):
        newton_cg(fun, product, w, **options)
