"""Each method against a computation of another form: closed forms on quadratics, sums over all past gradients."""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import pytest

from s2sgrad import ArgumentError, grad
from s2sgrad.optim import AdamState, adagrad, adam, gradient_descent, momentum, nesterov, rmsprop
from tests import trees
from tests.promises import same_bits

METHODS = {
    "gradient_descent": partial(gradient_descent, rate=0.1),
    "momentum": partial(momentum, rate=0.1),
    "nesterov": partial(nesterov, rate=0.1),
    "adagrad": partial(adagrad, rate=0.1),
    "rmsprop": partial(rmsprop, rate=0.1),
    "adam": partial(adam, rate=0.1),
}
every_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)

CURVATURE, RATE, DECAY = np.array([0.5, 1.0, 3.0]), 0.2, 0.7
START = np.array([1.0, -2.0, 0.25])


def _run(method, w, gradients):
    """The parameters after each step; the gradients are a sequence, or a function of the parameters."""
    state, path = None, []
    for k in range(20):
        w, state = method(w, gradients(w) if callable(gradients) else gradients[k], state)
        path.append(w)
    return np.array(path)


def _random_gradients(seed=0):
    return np.random.default_rng(seed).normal(size=(20, 3))


def test_gradient_descent_shrinks_a_quadratic_geometrically():
    path = _run(partial(gradient_descent, rate=RATE), START, lambda w: CURVATURE * w)
    powers = np.arange(1, 21)[:, None]
    np.testing.assert_allclose(path, (1 - RATE * CURVATURE) ** powers * START, rtol=1e-12)


def test_momentum_solves_its_difference_equation():
    # w[k+1] = (1 + μ - η c) w[k] - μ w[k-1] with w[-1] = w[0]: a combination of powers of the two roots.
    path = _run(partial(momentum, rate=RATE, decay=DECAY), START, lambda w: CURVATURE * w)
    for i, (c, w0) in enumerate(zip(CURVATURE, START)):
        roots = np.roots([1.0, -(1 + DECAY - RATE * c), DECAY])
        weights = np.linalg.solve(np.array([roots ** 0, 1 / roots]), [w0, w0])
        expected = [(weights * roots ** k).sum().real for k in range(1, 21)]
        np.testing.assert_allclose(path[:, i], expected, rtol=1e-9)


def test_nesterov_keeps_the_point_ahead_of_the_textbook_form():
    def slope(w):
        return np.sinh(w) + CURVATURE * w

    path = _run(partial(nesterov, rate=RATE, decay=DECAY), START, slope)
    theta, v, ahead = START, np.zeros(3), []
    for _ in range(20):
        v = DECAY * v - RATE * slope(theta + DECAY * v)
        theta = theta + v
        ahead.append(theta + DECAY * v)
    np.testing.assert_allclose(path, ahead, rtol=1e-12)


def test_adagrad_divides_by_the_root_of_the_sum_of_all_squares():
    g = _random_gradients()
    path = _run(partial(adagrad, rate=RATE, epsilon=1e-3), START, g)
    steps = RATE * g / (np.cumsum(g ** 2, axis=0) ** 0.5 + 1e-3)
    np.testing.assert_allclose(path, START - np.cumsum(steps, axis=0), rtol=1e-12)


def _weighted(values, decay):
    """``(1 - decay) Σ decay^(n-k) values[k]`` for each n, as one triangular product."""
    n = len(values)
    age = np.subtract.outer(np.arange(n), np.arange(n))
    return (1 - decay) * np.where(age >= 0, decay ** np.abs(age), 0.0) @ values


def test_rmsprop_weights_squares_by_their_age():
    g = _random_gradients(1)
    path = _run(partial(rmsprop, rate=RATE, decay=0.8, epsilon=1e-3), START, g)
    steps = RATE * g / (np.sqrt(_weighted(g ** 2, 0.8)) + 1e-3)
    np.testing.assert_allclose(path, START - np.cumsum(steps, axis=0), rtol=1e-12)


def test_adam_divides_weighted_means_by_the_sum_of_their_weights():
    g, ones = _random_gradients(2), np.ones((20, 1))
    path = _run(partial(adam, rate=RATE, decay=0.8, decay_squares=0.95, epsilon=1e-3), START, g)
    mean = _weighted(g, 0.8) / _weighted(ones, 0.8)
    squares = _weighted(g ** 2, 0.95) / _weighted(ones, 0.95)
    np.testing.assert_allclose(path, START - np.cumsum(RATE * mean / (squares ** 0.5 + 1e-3), axis=0), rtol=1e-11)


def test_first_steps_by_hand():
    w, g = 1.0, 4.0
    assert gradient_descent(w, g, rate=0.5) == (-1.0, None)
    assert momentum(w, g, 1.0, rate=0.25, decay=0.5) == (0.5, -0.5)
    assert nesterov(w, g, 1.0, rate=0.25, decay=0.5) == (-0.25, -0.5)
    assert adagrad(w, g, 9.0, rate=0.5, epsilon=1.0) == (1 - 0.5 * 4 / (5 + 1), 25.0)
    assert rmsprop(w, g, 2.0, rate=0.5, decay=0.5, epsilon=1.0) == (1 - 0.5 * 4 / (3 + 1), 9.0)
    assert adam(w, g, rate=0.5, decay=0.5, decay_squares=0.75, epsilon=1.0) == (1 - 0.5 * 4 / (4 + 1), (1, 2.0, 4.0))


def test_the_papers_defaults_of_adam():
    w, state = adam(0.0, 10.0)
    assert w == pytest.approx(-0.001, rel=1e-8)
    assert state == (1, pytest.approx(1.0), pytest.approx(0.1))


class Pair(NamedTuple):
    a: float
    b: list


@dataclass(frozen=True)
class Layer:
    W: np.ndarray
    b: float


class Plain:
    def __init__(self, w):
        raise AssertionError("made without __init__")


def _plain(w):
    made = object.__new__(Plain)
    made.w = w
    return made


def _nested(rng):
    return {
        "pair": Pair(rng.normal(), [rng.normal(size=(2, 3)), (rng.normal(size=4),)]),
        "layer": Layer(rng.normal(size=(3, 1)), rng.normal()),
        "plain": _plain(rng.normal(size=2)),
        "scalar": np.float32(rng.normal()),
        "0-d": np.array(rng.normal()),
        "empty": [np.zeros((0, 2)), ()],
    }


def _numbers(tree):
    return list(trees.float_leaves(tree))


@every_method
def test_every_part_of_a_structure_is_updated_as_if_it_were_alone(method):
    rng = np.random.default_rng(3)
    params = _nested(rng)
    gradients = [_nested(rng) for _ in range(3)]
    alone, w, state = [(leaf, None) for leaf in _numbers(params)], params, None
    for g in gradients:
        w, state = method(w, g, state)
        alone = [method(p, part, s) for (p, s), part in zip(alone, _numbers(g))]
    assert len(alone) == 9
    for got, (expected, _), given in zip(_numbers(w), alone, _numbers(params)):
        np.testing.assert_array_equal(got, expected)
        assert type(got) is type(given) and np.result_type(got) == np.result_type(given)
    assert type(w["pair"]) is Pair and type(w["layer"]) is Layer and type(w["plain"]) is Plain
    assert type(w["scalar"]) is np.float32 and type(w["layer"].b) is float and w["0-d"].shape == ()


@every_method
def test_nothing_given_is_changed_or_shared(method):
    rng = np.random.default_rng(4)
    params, g = trees.copied(_nested(rng), frozen=True), trees.copied(_nested(rng), frozen=True)
    before = trees.copied((params, g))
    first, state = method(params, g, None)
    kept = trees.copied((first, state), frozen=True)
    second = method(kept[0], g, kept[1])
    arrays = [[leaf for leaf in _numbers(one) if isinstance(leaf, np.ndarray)] for one in (params, g, kept, second)]
    new = {id(leaf) for leaf in arrays[3]}
    assert len(new) == len(arrays[3])
    assert not any(np.shares_memory(a, b) for a in arrays[3] for old in arrays[:3] for b in old)
    same_bits((params, g), before, "the arguments after two steps")


@every_method
@pytest.mark.parametrize("rate", [0.1, np.float64(0.1)])
def test_single_precision_stays_single(method, rate):
    w = {"a": np.ones((2, 2), np.float32), "b": np.float32(1)}
    w, state = method(w, {"a": np.ones((2, 2)), "b": 1.0}, rate=rate)
    w, state = method(w, w, state, rate=rate)
    assert {np.result_type(leaf) for leaf in _numbers([w, state])} == {np.dtype(np.float32)}


@every_method
def test_gradients_fit_as_grad_gives_them(method):
    def loss(model):
        return (model.w ** 2).sum()

    model, state = _plain(np.array([1.0, -1.0])), None
    for _ in range(3):
        model, state = method(model, grad(loss)(model), state)
    assert type(model) is Plain and loss(model) < 2


@every_method
@pytest.mark.parametrize(
    ("params", "g", "state", "options", "reason"),
    [
        ({"a": 1.0}, {"b": 1.0}, None, {}, "grads is a dict, the parameter is a dict with a"),
        ([1.0], (1.0,), None, {}, "grads is a tuple, the parameter is a list"),
        ([np.ones(2)], [np.ones(3)], None, {}, r"grads\[0\] is float64 of shape \(3,\), the parameter is .*\(2,\)"),
        ([np.ones(2)], [1.0], None, {}, r"grads\[0\] is a scalar of float64, the parameter is"),
        (1.0, None, None, {}, "grads is a NoneType"),
        ({"W": [1]}, {"W": [1.0]}, None, {}, r"argument params\['W'\]\[0\] is the integer 1"),
        (np.ones(2, complex), np.ones(2), None, {}, "is complex"),
        (1.0, 1.0, None, {"rate": -0.1}, "rate is -0.1"),
        (1.0, 1.0, None, {"rate": np.nan}, "rate is nan"),
        (1.0, 1.0, None, {"rate": np.inf}, "rate is inf"),
        (1.0, 1.0, None, {"rate": "fast"}, "rate is 'fast', but must be a number"),
        (1.0, 1.0, None, {"rate": np.ones(2)}, "must be a number"),
        (1.0, 1.0, [np.ones(2)], {}, "state"),
    ],
)
def test_what_does_not_fit_is_refused(method, params, g, state, options, reason):
    with pytest.raises(ArgumentError, match=reason):
        method(params, g, state, **options)


@pytest.mark.parametrize(
    ("method", "options", "reason"),
    [
        (momentum, {"decay": 1.0}, "decay is 1.0, but must be in 0 <= decay < 1"),
        (nesterov, {"decay": -0.1}, "decay is -0.1"),
        (rmsprop, {"decay": np.nan}, "decay is nan"),
        (adam, {"decay_squares": 1}, "decay_squares is 1.0"),
        (adam, {"epsilon": 0}, "epsilon is 0.0, which is 0 in float64, but must be positive"),
        (adagrad, {"epsilon": -1e-8}, "epsilon is -1e-08"),
        (gradient_descent, {"state": 0.0}, "gradient_descent has no state"),
        (adam, {"state": (1, 0.0, 0.0)}, "state is a tuple, not an AdamState"),
        (adam, {"state": AdamState(1, [0.0], 0.0)}, "state is a list, the parameter is a scalar"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(method, options, reason):
    with pytest.raises(ArgumentError, match=reason):
        method(1.0, 1.0, rate=0.1, **options)


def test_a_list_that_holds_itself_is_refused():
    params = [1.0]
    params.append(params)
    with pytest.raises(ArgumentError, match="holds itself"):
        gradient_descent(params, params, rate=0.1)


@pytest.mark.parametrize("method", [adagrad, rmsprop, adam])
def test_an_epsilon_that_is_zero_in_half_precision_is_refused(method):
    w = np.ones(2, np.float16)
    with pytest.raises(ArgumentError, match=r"(?s)epsilon is 1e-08, which is 0 in float16.*write epsilon=1e-03, say"):
        method(w, np.zeros(2, np.float16), rate=0.1)
    new, _ = method(w, np.zeros(2, np.float16), rate=0.1, epsilon=1e-3)
    assert new.dtype == np.float16 and np.array_equal(new, w)
