"""Texts made for certain lengths: gates that are cut out of one array, without asking what was stretched."""

import runpy

import numpy as np
import pytest

from s2sgrad import grad, hvp, specialise, value_and_grad, vjp
from tests import promises
from tests.differences import check


def same_bits(ours, theirs):
    promises.same_bits(ours, theirs, "gradient")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(W, b, xs, y):
    H = W.shape[0] // 4
    h = np.zeros(H)
    c = np.zeros(H)
    for x in xs:
        z = W @ np.concatenate((x, h)) + b
        i, f, o = sigmoid(z[:H]), sigmoid(z[H : 2 * H]), sigmoid(z[2 * H : 3 * H])
        g = np.tanh(z[3 * H :])
        c = f * c + i * g
        h = o * np.tanh(c)
    return np.sum((h - y) ** 2)


def split(W, b, xs, y):
    h = c = np.zeros(W.shape[0] // 4)
    for x in xs:
        i, f, o, g = np.split(W @ np.concatenate((x, h)) + b, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return np.sum((h - y) ** 2)


class Gru:
    def __init__(self, W, U, b):
        self.W, self.U, self.b = W, U, b

    def __call__(self, xs):
        n = len(self.b) // 3
        h = np.zeros(n)
        for x in xs:
            pre, rec = self.W @ x + self.b, self.U @ h
            z = sigmoid(pre[:n] + rec[:n])
            r = sigmoid(pre[n : 2 * n] + rec[n : 2 * n])
            h = (1 - z) * h + z * np.tanh(pre[2 * n :] + r * rec[2 * n :])
        return h


def by_object(gru, xs, y):
    return np.sum((gru(xs) - y) ** 2)


def by_dict(params, xs, y):
    return by_object(Gru(params["W"], params["layers"][0], params["b"]), xs, y)


def drawn(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape)


def gates(rows, inputs=4):
    """Weights of gates of so many rows together, five inputs, and what is to come out."""
    size = rows // 4
    return drawn(rows, inputs + size), drawn(rows), drawn(5, inputs), drawn(size)


def gru_weights(n):
    return drawn(3 * n, 4), drawn(3 * n, n), drawn(3 * n)


@pytest.mark.parametrize("f", [lstm, split])
@pytest.mark.parametrize("rows", [12, 4])
def test_no_helper_asks_where_the_lengths_of_the_weights_tell(f, rows):
    assert "sum_to" not in grad(f, (0, 1)).source_for(*gates(rows))
    check(f, *gates(rows), wrt=(0, 1), tol=1e-6)
    check(f, *gates(rows), tol=1e-6)


@pytest.mark.parametrize("rows", [5, 6, 7])
def test_gates_that_are_stretched(rows):
    size = rows - 3  # of the last gate; the others have one row
    W, b, xs, _ = gates(rows)
    W = drawn(rows, 4)

    def loss(W, b, xs):
        c = np.zeros(1)
        for x in xs:
            z = W @ x + b
            c = sigmoid(z[1:2]) * c[:1] + sigmoid(z[:1]) * np.tanh(z[3:])
        return (c**2).sum() * size

    check(loss, W, b, xs, wrt=(0, 1), tol=1e-6)


def test_weights_in_objects_dicts_and_lists():
    xs, y, (W, U, b) = drawn(5, 4), drawn(3), gru_weights(3)
    params = {"W": W, "layers": [U, b], "b": b}
    text = grad(by_dict).source_for(params, xs, y)
    assert 'assert params["W"].shape == (9, 4) and params["layers"][0].shape == (9, 3)' in text
    assert "sum_to" not in text
    assert "assert gru.W.shape == (9, 4)" in grad(by_object).source_for(Gru(W, U, b), xs, y)
    check(by_dict, params, xs, y, tol=1e-6)


@pytest.mark.parametrize("transform", [grad, value_and_grad])
def test_switched_off_the_numbers_are_the_same(transform, monkeypatch):
    told = transform(lstm, (0, 1))(*gates(12))
    monkeypatch.setattr(specialise, "MOST_LENGTHS", 0)
    general = transform(lstm, (0, 1))
    assert "sum_to" in general.source_for(*gates(12))
    same_bits(general(*gates(12)), told)


def test_a_few_lengths_have_texts_of_their_own_and_the_others_one_together():
    slope = grad(lstm, (0, 1))
    for rows in (8, 12, 16, 20, 24, 28, 32, 12):
        same_bits(slope(*gates(rows)), grad(lstm, (0, 1))(*gates(rows)))
    assert slope.cache_info().currsize == specialise.MOST_LENGTHS + 1
    assert "sum_to" in slope.source_for(*gates(36))
    assert "sum_to" not in slope.source_for(*gates(16))


def test_data_of_any_length_take_the_same_text():
    slope = grad(lstm, (0, 1))
    W, b, xs, y = gates(12)
    for steps in (5, 2, 3):
        slope(W, b, xs[:steps], y)
    assert slope.cache_info().currsize == 1


def test_the_bare_function_asks_for_the_lengths(tmp_path):
    slope = grad(lstm, (0, 1))
    right = slope(*gates(12))
    same_bits(slope.fn(*gates(12)), right)
    with pytest.raises(AssertionError):
        slope.fn(*gates(16))
    slope.save(tmp_path / "saved.py")
    saved = runpy.run_path(str(tmp_path / "saved.py"))["grad_lstm"]
    same_bits(saved(*gates(12)), right)
    with pytest.raises(AssertionError):
        saved(*gates(16))


def test_pullbacks_and_second_derivatives():
    W, b, xs, y = gates(8)
    value, pullback = vjp(lstm, (0, 1))(W, b, xs, y)
    np.testing.assert_allclose(value, lstm(W, b, xs, y))
    same_bits(pullback(1.0), grad(lstm, (0, 1))(W, b, xs, y))
    direction = drawn(8, 6)
    step = 1e-5 * direction
    ahead, behind = (grad(lstm)(W + s, b, xs, y) for s in (step, -step))
    np.testing.assert_allclose(hvp(lstm)(W, b, xs, y, vectors=direction), (ahead - behind) / 2e-5, rtol=1e-5, atol=1e-7)
