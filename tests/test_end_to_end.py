"""From a user's function to gradients, through the real generator."""

import copy
import dataclasses
import os
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

from s2sgrad import ArgumentError, grad, value_and_grad, vjp

rate = 0.5


def logistic(x):
    return np.log(1 + np.exp(-x))


def loss(W, b, x, y):
    h = np.tanh(x @ W + b)
    err = h - y
    return rate * (err**2).sum()


def scaled(v):
    return 3.0 * v


def with_helper(x):
    return scaled(x) * x


@dataclasses.dataclass
class Layer:
    W: np.ndarray
    b: np.ndarray

    def apply(self, x):
        return np.tanh(x @ self.W + self.b)

    @grad(wrt=("self.W", "self.b"))
    def loss(self, x):
        return (np.tanh(x @ self.W + self.b) ** 2).sum()


def arrays(rng, dtype=float):
    shapes = ((3, 2), (2,), (4, 3), (4, 2))
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def differences(f, args, k, eps=1e-6):
    """The gradient with respect to argument k by central differences."""
    a = np.asarray(args[k], float)
    result = np.zeros_like(a)
    for i in np.ndindex(a.shape):
        values = []
        for sign in (eps, -eps):
            moved = a.copy()
            moved[i] += sign
            values.append(f(*args[:k], moved if a.ndim else float(moved), *args[k + 1 :]))
        result[i] = (values[0] - values[1]) / (2 * eps)
    return result


def assert_close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("checked", [False, True])
def test_gradients_of_a_small_network(rng, checked):
    args = arrays(rng)
    dW, db = grad(loss, ("W", "b"), checked=checked)(*args)
    assert_close(dW, differences(loss, args, 0))
    assert_close(db, differences(loss, args, 1))
    value, dx = value_and_grad(loss, "x", checked=checked)(*args)
    assert value == loss(*args)
    assert_close(dx, differences(loss, args, 2))


def test_single_precision_stays(rng):
    args = arrays(rng, np.float32)
    assert [g.dtype for g in grad(loss, ("W", "b"))(*args)] == [np.float32] * 2


def test_a_python_float_gives_a_python_like_float():
    g = grad(logistic)
    assert abs(g(0.3) + 1 / (1 + np.exp(0.3))) < 1e-15 and np.ndim(g(0.3)) == 0


def test_arguments_stay_as_they_are(rng):
    args = arrays(rng)
    kept = copy.deepcopy(args)
    for a in args:
        a.flags.writeable = False
    gradients = grad(loss, (0, 1, 2))(*args)
    assert all(np.array_equal(a, k) for a, k in zip(args, kept, strict=True))
    assert not any(np.shares_memory(g, a) for g in gradients for a in args)


def test_broadcast_axes_make_their_own_code(rng):
    W, b, x, y = arrays(rng)
    g = grad(loss, "b")
    assert g(W, b, x, y).shape == (2,)
    wide = b[None, :]
    assert g(W, wide, x, y).shape == (1, 2)
    assert_close(g(W, wide, x, y)[0], g(W, b, x, y))
    assert g.cache_info().currsize == 2


def test_a_vjp_goes_back_twice(rng):
    args = arrays(rng)
    y, pullback = vjp(loss, ("W", "b"))(*args)
    assert y == loss(*args)
    expected = grad(loss, ("W", "b"))(*args)
    args[0] += 1.0
    for scale in (1.0, 2.0):
        for found, wanted in zip(pullback(scale), expected, strict=True):
            assert_close(found, scale * wanted)
    with pytest.raises(ArgumentError):
        pullback(np.ones(2))


def test_a_global_is_read_live_and_a_helper_may_be_redefined(monkeypatch, rng):
    args = arrays(rng)
    g, h = grad(loss, "W"), grad(with_helper)
    before = g(*args)
    monkeypatch.setitem(globals(), "rate", 2.0)
    assert_close(g(*args), 4.0 * before)
    assert h(2.0) == 12.0
    monkeypatch.setitem(globals(), "scaled", other_scaled)
    assert h(2.0) == 20.0


def other_scaled(v):
    return 5.0 * v


def test_paths_into_containers(rng):
    def f(params, x):
        return (np.tanh(x @ params["W"]) ** 2).sum() + (params["bs"][1] ** 2).sum()

    W, b, x, _ = arrays(rng)
    params = {"W": W, "bs": [b, 2 * b]}
    whole = grad(f)(params, x)
    assert whole.keys() == params.keys() and len(whole["bs"]) == 2
    assert_close(whole["bs"][0], 0.0)
    assert_close(whole["bs"][1], 4 * b)
    assert_close(grad(f, "params.W")(params, x), whole["W"])


def test_methods_differentiate_their_object(rng):
    W, b, x, _ = arrays(rng)
    dW, db = Layer(W, b).loss(x)
    assert_close(dW, differences(lambda W: (np.tanh(x @ W + b) ** 2).sum(), [W], 0))
    assert_close(db, differences(lambda b: (np.tanh(x @ W + b) ** 2).sum(), [b], 0))


def test_a_hidden_layer(rng):
    args = arrays(rng)
    W, b, x, y = args
    h = np.tanh(x @ W + b)
    assert_close(grad(loss, "h")(*args), 2 * rate * (h - y))


def test_closures_read_their_cells_live():
    def make():
        k = 2.0

        def f(x):
            return k * x * x

        def change(value):
            nonlocal k
            k = value

        return f, change

    f, change = make()
    g = grad(f)
    assert g(3.0) == 12.0
    change(5.0)
    assert g(3.0) == 30.0


def test_the_text_runs_on_its_own_and_saved_with_the_same_bits(rng, tmp_path):
    args = arrays(rng)
    g = grad(loss, ("W", "b"))
    expected = g(*args)
    g.save(tmp_path / "saved.py")
    np.savez(tmp_path / "args.npz", *args)
    program = (
        f"import sys, numpy as np; sys.path.insert(0, {str(tmp_path)!r}); import saved\n"
        f"data = np.load({str(tmp_path / 'args.npz')!r})\n"
        "for g in saved.grad_loss(*(data[k] for k in data.files)): print(g.tobytes().hex())"
    )
    out = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True).stdout
    assert out.split() == [g.tobytes().hex() for g in expected]


def test_a_pickled_closure_works_in_another_process(tmp_path):
    k = 3.0
    (tmp_path / "g").write_bytes(pickle.dumps(grad(lambda x: k * np.sum(x * x))))
    program = f"import pickle; print(pickle.load(open({str(tmp_path / 'g')!r}, 'rb'))(2.0))"
    root = os.path.dirname(os.path.dirname(__file__))
    out = subprocess.check_output([sys.executable, "-c", program], text=True, cwd=root)
    assert float(out) == 12.0


def test_threads_agree(rng):
    args = arrays(rng)
    expected = grad(loss, "W")(*args)
    g, found = grad(loss, "W"), []
    threads = [threading.Thread(target=lambda: found.append(g(*args))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and all(np.array_equal(f, expected) for f in found) and g.cache_info().misses == 1
