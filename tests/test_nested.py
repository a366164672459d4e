"""Derivatives inside derivatives: of derivatives, called in functions, taken of nested functions."""

import pickle
import types

import numpy as np
import pytest

from s2sgrad import grad, hvp, jacobian, jvp, value_and_grad, vjp
from s2sgrad.errors import Refusal
from tests import test_golden, trees
from tests.differences import check, refused
from tests.promises import same_numbers

rng = np.random.default_rng(0)
X, W, V = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=3)


def wave(x):
    return np.sin(x) * x


def loss(w, x):
    return (np.tanh(x @ w) ** 2).sum()


def recurrent(x, h, w):
    for t in range(3):
        h = np.tanh(w @ h + x[t])
    return (h**2).sum()


dwave = grad(wave)
dloss = grad(loss)


# ---- derivatives of derivatives ----


def test_to_the_fourth_derivative():
    d = wave
    for expected in (lambda x: np.sin(x) + x * np.cos(x), lambda x: 2 * np.cos(x) - x * np.sin(x),
                     lambda x: -3 * np.sin(x) - x * np.cos(x), lambda x: -4 * np.cos(x) + x * np.sin(x)):  # fmt: skip
        d = grad(d)
        assert d(0.7) == pytest.approx(expected(0.7), rel=1e-13)


def test_the_text_of_a_second_derivative():
    d = grad(dwave)
    d(1.0)
    assert d.source == (
        '''def grad_grad_wave(x):
    """Gradient of grad_wave with respect to x."""
    # return np.sin(x) * x
    cos_x = np.cos(x)

    # dx = x * np.cos(x) + sin_x
    d2x = cos_x - x * np.sin(x)

    # sin_x = np.sin(x)
    d2x += np.cos(x)
    return d2x
'''
    )


def test_with_respect_to_another_argument():
    f = lambda x, y: x**3 * y**2
    assert grad(grad(f, 0), 1)(2.0, 5.0) == pytest.approx(6 * 4.0 * 5.0)
    assert grad(grad(f, 1), 1)(2.0, 5.0) == pytest.approx(2 * 8.0)


def test_a_derivative_of_a_derivative_is_one_like_others(tmp_path):
    d = grad(dwave)
    assert d.primal is dwave and d.__name__ == "wave"
    assert pickle.loads(pickle.dumps(d))(0.7) == d(0.7)
    d.save(tmp_path / "second.py")
    scope = {}
    exec((tmp_path / "second.py").read_text(), scope)
    assert scope["grad_grad_wave"](0.7) == d(0.7)
    d.show()
    assert d.specialized(0.7)(0.7) == d(0.7)


def test_a_derivative_bound_to_an_object():
    class Model:
        def __init__(self, k):
            self.k = k

        def energy(self, x):
            return self.k * x**4

    model = Model(2.0)
    assert grad(grad(model.energy))(3.0) == pytest.approx(24 * 9.0)


# ---- derivatives called in functions ----


def penalty(w, x):
    return (dloss(w, x) ** 2).sum()


def test_a_penalty_on_the_gradient():
    check(penalty, W, X)


def gradient_step(w, x):
    return loss(w - 0.1 * grad(loss)(w, x), x)


def test_a_gradient_step_inside_a_loss():
    check(gradient_step, W, X)


def training(rate, w, x):
    for _ in range(4):
        w = w - rate * dloss(w, x)
    return loss(w, x)


def test_the_gradient_of_training_with_respect_to_its_rate():
    check(training, 0.1, W, X)


def both(w, x):
    value, slope = value_and_grad(loss)(w, x)
    return value * (slope**2).sum()


def test_value_and_grad_inside():
    check(both, W, X)


def several(x, h, w):
    dh, dw = grad(recurrent, ("h", "w"))(x, h, w)
    return (dh * V).sum() + (dw**2).sum()


def test_the_gradient_of_a_loop_inside():
    x, h, w = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=(3, 3))
    check(several, x, h, w)


def curvature(w, x):
    return (grad(penalty)(w, x) * V).sum()


def test_three_levels():
    check(curvature, W, X)


def fixed(w, x):
    return loss(w, x) + dloss(V, X).sum()


def test_one_that_depends_on_nothing_active():
    check(fixed, W, X, wrt=0)


def unrelated(x):
    return x * grad(lambda x: x + grad(lambda y: x * y)(1.0))(x)


def test_no_perturbation_is_confused():
    assert grad(unrelated)(3.0) == pytest.approx(2.0)


@grad
def halved(x):
    return x if x < 1.0 else halved(x / 2.0) * x


@grad
def cubed(x):
    return x**3


def calls_what_is_decorated(x):
    return cubed(x) * x


def test_a_decorated_function_calls_itself_by_name():
    # 3 * (1.5 * 0.75), as a function of x: x^3 / 8
    assert halved(3.0) == pytest.approx(3 * 9 / 8)


def test_other_functions_call_its_gradient():
    assert grad(calls_what_is_decorated)(2.0) == pytest.approx(9 * 4.0)


def test_a_helper_that_is_redefined_is_noticed_through_the_derivative():
    scope = types.ModuleType("scope")
    scope.scale = lambda v: 2.0 * v**2

    def f(x):
        return scope.scale(x) * x

    inner = grad(f)

    def g(x):
        return inner(x) * x

    d = grad(g)
    assert d(2.0) == pytest.approx(6 * 3 * 2.0**2)
    scope.scale = lambda v: 4.0 * v**2
    assert d(2.0) == pytest.approx(12 * 3 * 2.0**2)


# ---- derivatives of nested functions ----


def inner_problem(w, x):
    inner = lambda u: loss(u, x * w)
    u = np.ones_like(w)
    for _ in range(3):
        u = u - 0.1 * grad(inner)(u)
    return loss(u, x)


def test_a_minimum_inside_a_loss():
    check(inner_problem, W, X)


def rebound_before_the_call(w, u):
    def inner(v):
        return ((v - w) ** 2 * w).sum()

    slope = grad(inner)
    w = w * 2
    return (slope(u) * V).sum()


def test_what_is_captured_is_read_at_the_call():
    check(rebound_before_the_call, W, V)


def newton(a):
    x = 1.0 * a
    for _ in range(5):
        f = lambda v: v**4 / 4 - a * v
        x = x - grad(f)(x) / grad(grad(f))(x)
    return x


def test_newtons_method_with_both_derivatives_inside():
    assert grad(newton)(2.0) == pytest.approx(2.0 ** (-2 / 3) / 3, rel=1e-6)


# ---- what is refused ----


def pullback_inside(w, x):
    y, pullback = vjp(loss)(w, x)
    return y * pullback(1.0)[0]


def along_inside(w, x):
    return jvp(loss)(w, x, tangents=w)[1]


def product_inside(w, x):
    return hvp(loss)(w, x, vectors=w).sum()


def product_with_two(w, b, x):
    """Of two arguments, along a tuple that depends on what is differentiated."""
    dw, db = hvp(shifted, wrt=("w", "b"))(w, b, x, vectors=(w * w, b))
    return (dw * w).sum() + db**2


def along_a_tuple_of_one(w, x):
    value, dot = jvp(tuple_of_one, wrt=("w",))(w, x, tangents=(w * w,))
    (dw,) = hvp(tuple_of_one, wrt=("w",))(w, x, vectors=(w,))
    return value * dot + dw @ w


def tuple_of_one(w, x):
    return np.tanh(x @ w).sum()


def shifted(w, b, x):
    return (np.sin(x @ w) * b).sum()


def best_step(w, x):
    """An exact line search on the quadratic model."""
    g = grad(loss)(w, x)
    return loss(w - (g @ g) / (g @ hvp(loss)(w, x, vectors=g)) * g, x)


def along_what_is_around(w, x):
    return jvp(lambda v: np.tanh(x @ v) * w.sum())(w, tangents=w**2)[1].sum()


def along_a_number(w, x):
    return hvp(loss)(w, x, vectors=1.0).sum()


def jacobian_inside(w):
    return jacobian(loss)(w, X).sum()


@pytest.mark.parametrize(
    "f, args, wrt",
    [
        (along_inside, (W, X), (0, 1)),
        (product_inside, (W, X), (0, 1)),
        (product_with_two, (W, 0.7, X), (0, 1, 2)),
        (along_a_tuple_of_one, (W, X), (0, 1)),
        (best_step, (W, X), (0, 1)),
        (along_what_is_around, (W, X), (0, 1)),
    ],
)
def test_tangents_and_products_inside_what_is_differentiated(f, args, wrt):
    check(f, *args, wrt=wrt, tol=1e-6)


def changing(w):
    n = 0.0

    def inner(v):
        nonlocal n
        n = n + 1.0
        return (v**2).sum()

    return grad(inner)(w).sum() + n


def unused(w):
    inner = lambda v: (v**3).sum()
    print(grad(inner)(V), end="")
    return (w**2).sum()


def recursion_inside(x):
    return halved(x) * x


@pytest.mark.parametrize(
    "f, args, match",
    [
        (pullback_inside, (W, X), "vjp of loss is called inside"),
        (along_a_number, (W, X), "shape and kind"),
        (jacobian_inside, (W,), "a matrix of derivatives"),
        (changing, (W,), "variables that it changes"),
        (unused, (W,), "the gradient does not depend on it"),
        (recursion_inside, (3.0,), "is not known"),
    ],
)
def test_refused(f, args, match):
    refused(f, *args, match=match)


def test_an_integer_is_refused_inside_too():
    def f(x, n):
        return x * grad(lambda n: n * 2.0)(n)

    with pytest.raises(Refusal, match="not known to hold floats"):
        grad(f)(1.0, 3)


# ---- second order of every golden function ----


def random_like(tree):
    return trees.mapped(tree, lambda path, leaf: rng.normal(size=np.shape(leaf)) if np.ndim(leaf) else rng.normal())


def dot(a, b):
    return sum(float((x * trees.at(b, path)).sum()) for path, x in trees.leaves(a) for x in [np.asarray(x)])


@pytest.mark.parametrize("name", [name for name in test_golden.NAMES if not name.startswith("vjp_")])
def test_second_order_of_the_golden_functions(name):
    """The gradient along a direction, by the pullback of the gradient and by differences of it."""
    golden = test_golden.golden(name)
    first, arguments = grad(golden.function, golden.wrt), golden.arguments()
    gradient, pullback = vjp(first, golden.wrt)(*arguments)
    seeds = random_like(gradient)
    second = pullback(seeds)
    direction = random_like(second)

    def along(step):
        moved = list(trees.copied(arguments))
        for name, d in zip(golden.wrt, direction, strict=True):
            i = golden.position(name)
            moved[i] = trees.mapped(moved[i], lambda path, leaf, d=d: leaf + step * trees.at(d, path))
        return dot(seeds, first(*moved))

    h = 1e-4
    expected = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)
    same_numbers(dot(direction, second), expected, 1e-6, "second order")
