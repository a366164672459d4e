"""Row 13: every fact that the text relies on is looked at again in each call."""

import types

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.errors import ArgumentError, Refusal
from tests.differences import right_or_refused

rng = np.random.default_rng(13)
A = np.sin(np.arange(15.0) * 2.3).reshape(3, 5)
b = np.zeros(5)
scale = 2.0
numbers = {"rate": 0.5}


def with_global(x):
    return ((x + b) ** 2).sum()


@pytest.fixture
def restored():
    kept = {name: globals()[name] for name in ("b", "scale", "activation", "np")}
    yield
    globals().update(kept)


def test_global_changes_rank(restored):
    for value in (
        rng.normal(size=5),
        rng.normal(size=(3, 1)),
        0.5,
        rng.normal(size=(3, 5)),
        rng.normal(size=(2, 3, 5)),
    ):
        globals()["b"] = value
        right_or_refused(with_global, A)


def scaled_by_global(x):
    return (x * scale).sum() * scale


def test_global_changes_kind(restored):
    for value in (2.0, 3, np.float64(0.5), rng.normal(size=5), np.array(2.0), np.arange(5)):
        globals()["scale"] = value

        def total(x):
            return np.sum(x * scale)

        right_or_refused(total, A)
    globals()["scale"] = 7.0
    right_or_refused(scaled_by_global, A)
    globals()["scale"] = np.float32(7.0)
    right_or_refused(scaled_by_global, A)


def activation(v):
    return np.tanh(v)


def through_global_function(x):
    return activation(x).sum()


def test_global_function_is_replaced(restored):
    right_or_refused(through_global_function, A)
    globals()["activation"] = np.sin
    right_or_refused(through_global_function, A)
    globals()["activation"] = lambda v: v * v
    right_or_refused(through_global_function, A)


def test_numpy_itself_is_replaced(restored):
    right_or_refused(through_global_function, A)
    globals()["np"] = types.SimpleNamespace(tanh=np.sin)
    wrapped = grad(through_global_function)
    try:
        ours = wrapped(A)
    except Refusal:
        return
    finally:
        globals()["np"] = __import__("numpy")
    assert np.allclose(ours, np.cos(A))


def closure(factor):
    def scaled(x):
        return ((x * factor) ** 2).sum()

    def change(new):
        nonlocal factor
        factor = new

    return scaled, change


def test_closure_changes_rank():
    scaled, change = closure(2.0)
    for value in (2.0, rng.normal(size=5), rng.normal(size=(3, 1)), 3, rng.normal(size=(1, 5))):
        change(value)
        right_or_refused(scaled, A)


class Layer:
    def __init__(self, W, kind="tanh"):
        self.W = W
        self.kind = kind

    def loss(self, x):
        y = x @ self.W
        if self.kind == "tanh":
            y = np.tanh(y)
        return (y**2).sum()


def test_attribute_changes_rank():
    layer = Layer(rng.normal(size=(5, 2)))
    right_or_refused(layer.loss, A)
    layer.W = rng.normal(size=5)
    right_or_refused(layer.loss, A)
    layer.kind = "linear"
    right_or_refused(layer.loss, A)


def test_attribute_changes_under_one_wrapper():
    layer = Layer(rng.normal(size=(5, 2)))
    wrapped = grad(layer.loss)
    for W, kind in ((rng.normal(size=(5, 2)), "linear"), (rng.normal(size=5), "linear"), (np.ones((5, 1)), "tanh")):
        layer.W, layer.kind = W, kind
        try:
            ours = wrapped(A)
        except (Refusal, ArgumentError):
            continue
        assert np.allclose(ours, _layer_gradient(layer, A))


def _layer_gradient(layer, x):
    y = x @ layer.W
    dy = 2 * y if layer.kind == "linear" else 2 * np.tanh(y) * (1 - np.tanh(y) ** 2)
    return dy @ layer.W.T if layer.W.ndim == 2 else np.outer(dy, layer.W)


def reduce_by(x, w, axis, keepdims):
    y = x.sum(axis=axis, keepdims=keepdims)
    return (y * w).sum() + (y**2).sum()


@pytest.mark.parametrize("w", [0.7, np.full(5, 0.7), np.full((1, 5), 0.7), np.full((3, 1), 0.7)])
def test_axis_and_keepdims_are_arguments(w):
    for axis in (0, 1, None, -1, (0, 1), -2):
        for keepdims in (False, True):
            try:
                reduce_by(A, w, axis, keepdims)
            except ValueError:
                continue
            right_or_refused(reduce_by, A, w, axis, keepdims, wrt=0)


def maximum_by(x, axis):
    return (x.max(axis=axis) ** 2).sum() + np.mean(x, axis).sum()


def test_axis_of_max():
    for axis in (0, 1, 0, -1, None):
        right_or_refused(maximum_by, A, axis, wrt=0)


def norm_by(x, order):
    return np.linalg.norm(x, ord=order) ** 2


def test_order_of_norm():
    for order in (None, 2, 1, 3, np.inf):
        right_or_refused(norm_by, A[0] + 2, order, wrt=0)


def einsum_by(subscripts, x, y):
    return (np.einsum(subscripts, x, y) ** 2).sum()


def test_subscripts():
    for subscripts in ("ij,ij->i", "ij,kj->ik", "ij,ij->", "ij,ij->j"):
        right_or_refused(einsum_by, subscripts, A, A + 1, wrt=(1, 2))


def by_flag(x, flag, name):
    y = x * 2 if flag else x * x
    if name == "sum":
        return y.sum()
    return y.mean()


def test_flags_and_names():
    for flag in (True, False, None, 1, 0):
        for name in ("sum", "mean", None):
            right_or_refused(by_flag, A, flag, name, wrt=0)


def by_config(x, config):
    return (x * config["rate"]).sum() + (x ** config["power"]).sum()


def test_dictionaries_of_settings():
    for config in (
        {"rate": 0.5, "power": 2},
        {"rate": np.ones(5), "power": 3},
        {"rate": np.ones((3, 1)), "power": 2.0},
    ):
        right_or_refused(by_config, A, config, wrt=0)


def from_dictionary(x):
    return (x * numbers["rate"]).sum() * numbers["rate"]


def test_global_dictionary():
    kept = dict(numbers)
    try:
        for rate in (0.5, 2, np.float64(0.25)):
            numbers["rate"] = rate
            right_or_refused(from_dictionary, A)
    finally:
        numbers.update(kept)


def optional(x, w=None):
    if w is None:
        return (x**2).sum()
    return (x * w).sum()


def test_optional_argument():
    right_or_refused(optional, A, wrt=0)
    right_or_refused(optional, A, A + 1)
    right_or_refused(optional, A, None, wrt=0)
    right_or_refused(optional, A, 2, wrt=0)


def either(x, w):
    return np.sum(x * w)


def test_one_function_many_signatures():
    for x in (0.5, A, A[0], np.float32(0.5), A.astype(np.float32), np.array(0.5), A[:1], A[:, :1]):
        for w in (0.5, 2, np.float64(0.5), np.float32(0.5), A[:, :1], A[0], True, np.array(2.0), A[None]):
            right_or_refused(either, x, w, wrt=0)
