"""Rules by users, constants, and the check of derivatives against differences."""

import math
import pickle

import numpy as np
import pytest

from s2sgrad import (
    adjoint,
    check_grads,
    elementwise,
    grad,
    jvp,
    nondifferentiable,
    stop_gradient,
    tangent,
    value_and_grad,
    vjp,
)  # fmt: skip
from s2sgrad.errors import ArgumentError, GradientError, Refusal
from tests.differences import check, refused
from tests.promises import same_numbers

rng = np.random.default_rng(0)
X, A, B = rng.normal(size=5), rng.normal(size=(3, 3)), rng.normal(size=3)


def softplus(x):
    return np.logaddexp(0, x)


@elementwise(softplus)
def softplus_rule(dy, y, x):
    return dy * (1 - np.exp(-y))


def cube_root(a, b):
    """The root of x^3 + a x = b."""
    x = 1.0
    while abs(x**3 + a * x - b) > 1e-14 * (1 + abs(b)):
        x = x - (x**3 + a * x - b) / (3 * x**2 + a)
    return x


@adjoint(cube_root)
def cube_root_adjoint(dy, y, a, b):
    slope = 3 * y**2 + a
    return -dy * y / slope, dy / slope


@tangent(cube_root)
def cube_root_tangent(y, a, b, *, da, db):
    return (db - da * y) / (3 * y**2 + a)


def solve_spd(a, b):
    return np.linalg.solve(a, b)


def factored(a, b):
    inverse = np.linalg.inv(a)
    return inverse @ b, inverse


@adjoint(solve_spd, forward=factored)
def solve_adjoint(dy, y, inverse, a, b):
    db = inverse.T @ dy
    return -np.outer(db, y), db


def scaled(x, k, *, shift=0.5):
    return k * x + shift


@elementwise(scaled)
def scaled_rule(dy, y, x, k, shift):
    return dy * k, dy * x


# ---- in both modes ----


def smooth(x):
    return (softplus(x * x) * x).sum()


def rooted(a, b):
    return cube_root(a, b * b) * a


def solved(a, b):
    return (solve_spd(a + a.T + 10 * np.eye(3), b) ** 2).sum()


def broadcast(x, k):
    return (scaled(x, k) ** 2).sum() + scaled(k, k, shift=2.0)


CASES = [(smooth, (X,)), (rooted, (1.3, 2.1)), (solved, (A, B)), (broadcast, (X, 1.5))]


@pytest.mark.parametrize("f, args", CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_against_differences(f, args):
    check(f, *args, forward="rule for reverse mode only" if f is solved else "")


@pytest.mark.parametrize("f, args", [CASES[0], CASES[1], CASES[3]], ids=lambda case: getattr(case, "__name__", ""))
def test_forward_mode_agrees(f, args):
    direction = tuple(rng.normal(size=np.shape(a)) if np.ndim(a) else float(rng.normal()) for a in args)
    wrt = tuple(range(len(args)))
    _, along = jvp(f, wrt)(*args, tangents=direction)
    gradient = grad(f, wrt)(*args)
    same_numbers(along, sum(np.sum(g * d) for g, d in zip(gradient, direction, strict=True)), 1e-12, "jvp")


def test_the_rule_is_what_runs():
    def doubled(x):
        return 2.0 * x

    @adjoint(doubled)
    def straight_through(dy, y, x):
        return 10.0 * dy

    assert grad(lambda x: doubled(x) * 3.0)(1.0) == 30.0


def test_the_rule_holds_where_the_function_itself_is_differentiated():
    assert grad(cube_root, (0, 1))(1.0, 2.0) == (-0.25, 0.25)
    assert jvp(cube_root)(1.0, 2.0, tangents=1.0) == (1.0, -0.25)
    assert grad(scaled, "k")(2.0, 3.0, shift=1.0) == 2.0
    check_grads(cube_root, (1.0, 2.0))


def test_second_order_differentiates_the_rule():
    x = grad(grad(lambda a: cube_root(a, 2.0)))(1.0)
    h = 1e-4
    expected = (grad(cube_root)(1.0 + h, 2.0) - grad(cube_root)(1.0 - h, 2.0)) / (2 * h)
    assert grad(lambda a: cube_root(a, 2.0))(1.0) == pytest.approx(-1 / 4)
    assert x == pytest.approx(expected, rel=1e-6)


def test_in_loops_and_in_helpers():
    def helper(x, n):
        for _ in range(n):
            x = softplus(x) - 0.5
        return x

    check(lambda x: (helper(x, 3) * x).sum(), X)


def test_what_is_changed_behind_the_call():
    def f(x):
        y = x * 2
        z = softplus(y)
        y[0] = 3.0
        z[1] = 1.0
        return (z * y).sum()

    check(f, X)


def test_only_the_argument_is_changed():
    def f(x):
        y = x * 2
        z = softplus(y)
        y[0] = 3.0
        return (z * y).sum()

    check(f, X)


def test_a_function_without_text():
    special = pytest.importorskip("scipy.special")

    @elementwise(special.kei)
    def kei_rule(dy, y, x):
        return dy * special.keip(x)

    check(lambda x: special.kei(x**2 + 0.5).sum(), X)


def test_a_method():
    class Layer:
        def __init__(self, k):
            self.k = k

        def act(self, x):
            return np.abs(x) * self.k

    @adjoint(Layer.act)
    def act_rule(dy, y, self, x):
        return None, dy * self.k * np.sign(x)

    layer = Layer(2.0)
    same_numbers(grad(lambda x: layer.act(x).sum())(X), 2 * np.sign(X), 0, "method")


def test_saved_and_pickled(tmp_path):
    d = grad(smooth)
    expected = d(X)
    d.save(tmp_path / "saved.py")
    scope = {}
    exec((tmp_path / "saved.py").read_text(), scope)
    same_numbers(scope["grad_smooth"](X), expected, 0, "saved")
    same_numbers(pickle.loads(pickle.dumps(d))(X), expected, 0, "pickled")


def test_the_text_of_a_rule():
    d = grad(smooth)
    d(X)
    assert d.source == (
        '''def forward_softplus(x):
    """Value of softplus, and what its rule reads."""
    y = softplus(x)
    return y, (y, x)


def backward_softplus(saved, dy):
    """Pull dy back through softplus to x, by softplus_rule."""
    y, x = saved
    dx = softplus_rule(dy, y, x)
    if np.shape(dx) != np.shape(x):
        raise ValueError("softplus_rule gives x an adjoint of another shape")
    return np.array(dx)


def grad_smooth(x):
    """Gradient of smooth with respect to x."""
    softplus_prod, saved_softplus = forward_softplus(x * x)

    # return (softplus(x * x) * x).sum()
    dx2 = backward_softplus(saved_softplus, x)
    dx = 2 * dx2 * x + softplus_prod
    return dx
'''
    )


# ---- constants ----


def test_stop_gradient():
    same_numbers(grad(lambda x: (x * stop_gradient(x)).sum())(X), X, 0, "stop_gradient")
    value, gradient = value_and_grad(lambda x: (x - stop_gradient(x.max()))[0])(X)
    assert value == X[0] - X.max() and gradient.tolist() == [1, 0, 0, 0, 0]
    _, tangent_of_it = jvp(lambda x: x * stop_gradient(x))(2.0, tangents=1.0)
    assert tangent_of_it == 2.0


def test_stop_gradient_of_what_is_changed():
    def f(x):
        y = x * 1.0
        z = stop_gradient(y)
        z[0] = 5.0
        return (y * z).sum()

    refused(f, X)


def test_nondifferentiable_functions():
    def bins(x):
        return np.searchsorted(np.array([0.0, 1.0]), x) * 1.0

    nondifferentiable(bins)
    same_numbers(grad(lambda x: (bins(x) * x).sum())(X), bins(X), 0, "bins")


# ---- what is refused ----


def test_rules_that_do_not_fit():
    with pytest.raises(ArgumentError, match=r"takes \(z\) behind dy, y(.|\n)*it must take \(x\)"):

        @adjoint(lambda x: x)
        def rule(dy, y, z):
            return dy

    with pytest.raises(ArgumentError, match="there is a rule for tanh already"):
        adjoint(np.tanh)(lambda dy, y, x: dy)
    with pytest.raises(ArgumentError, match="is no function"):
        tangent(3)(lambda y: y)


def test_a_mode_without_a_rule():
    with pytest.raises(Refusal, match=r"`solve_spd` has a rule for reverse mode only(.|\n)*\^\^\^"):
        jvp(solved)(A, B, tangents=A)


def test_a_rule_of_the_wrong_shape():
    def total(x):
        return x.sum()

    @adjoint(total)
    def bad(dy, y, x):
        return dy

    with pytest.raises(ValueError, match="bad gives x an adjoint of another shape"):
        grad(lambda x: total(x) * 2)(X)


# ---- the check ----


def test_right_functions_pass():
    check_grads(lambda W, x: np.tanh(W @ x), (A, B))
    check_grads(lambda p: (p["a"] ** 2).sum() * p["b"], ({"a": B, "b": 2.0},))
    check_grads(lambda W, x: np.tanh(W @ x), (A.astype(np.float32), B.astype(np.float32)))
    check_grads(lambda x: math.sin(x), (0.5,))


def test_a_wrong_rule_is_shown_at_its_worst_element():
    def square(x):
        return x * x

    @adjoint(square)
    def wrong(dy, y, x):
        return 2 * dy * x + np.array([0.0, 0.0, 0.25, 0.0, 0.0])

    with pytest.raises(GradientError, match=r"vjp of f: the adjoint of x\[2\] is wrong: .* by differences"):

        def f(x):
            return square(x).sum()

        check_grads(f, (X,), modes=("rev",))


def test_a_wrong_tangent_is_shown():
    def square(x):
        return x * x

    @tangent(square)
    def wrong(y, x, *, dx):
        return 3 * x * dx

    with pytest.raises(GradientError, match=r"jvp of <lambda>: the tangent\[\d\] is wrong"):
        check_grads(lambda x: square(x), (X,), modes=("fwd",), order=1)


def test_a_wrong_second_derivative_is_shown():
    def square(x):
        return x * x

    @adjoint(square)
    def constant(dy, y, x):
        return 2 * dy * stop_gradient(x)

    check_grads(lambda x: square(x).sum(), (X,), modes=("rev",), order=1)
    with pytest.raises(GradientError, match="vjp of the gradient of"):
        check_grads(lambda x: square(x).sum(), (X,), modes=("rev",))


def test_bad_requests():
    with pytest.raises(ArgumentError, match="order is 3"):
        check_grads(smooth, (X,), order=3)
    with pytest.raises(ArgumentError, match="no argument is made of floats"):
        check_grads(lambda n: n * 2.0, (3,))
    assert vjp(smooth)(X)[0] == smooth(X)


def squares_of_objects(x):
    return np.frompyfunc(lambda v: v * v, 1, 1)(x).astype(float)


@adjoint(squares_of_objects)
def squares_of_objects_rule(dy, y, x):
    return dy * 2 * x


def test_what_has_a_rule_gives_floats():
    """Nothing else is known of the result, and an array like it rounds nothing."""

    def f(x):
        y = squares_of_objects(x)
        b = np.zeros_like(y)
        b[...] = y * 2
        return np.sum(b * x)

    x = np.array([1.0, 2.0, 3.0])
    assert np.allclose(grad(f)(x), 6 * x**2)
