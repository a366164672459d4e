"""Row 22: the gradient keeps the dtype of its argument, and integer buffers cut off what is stored."""

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import right_or_refused
from tests.soundness.test_row_01_integer_factors import ONE_HOT, W1, W2, X, b1, b2, mlp_loss

x = np.array([0.5, -0.7, 1.1])
SINGLE = [a.astype(np.float32) for a in (X, ONE_HOT, W1, b1, W2, b2)]


@pytest.mark.parametrize("l2", [0.1, np.float64(0.1), np.float32(0.1), np.array(0.1), 1, np.array(0.1, np.float32)])
def test_mlp_in_single_precision(l2):
    assert right_or_refused(mlp_loss, *SINGLE, l2, wrt=(2, 3, 4, 5)) == "right"


@pytest.mark.parametrize("l2", [0.1, np.float64(0.1), np.float32(0.1)])
def test_mlp_of_mixed_precision(l2):
    args = (X, ONE_HOT, W1.astype(np.float32), b1, W2, b2.astype(np.float32))
    right_or_refused(mlp_loss, *args, l2, wrt=(2, 3, 4, 5, 6))


def product(x, w):
    return np.sum(x * w)


def quotient(x, w):
    return np.sum(x / (w * w + 1) + np.tanh(x))


def looped(x, w):
    s = 0.0
    for i in range(len(x)):
        s = s + np.sum(x[i] * w)
    return s


def buffered(x, w):
    y = np.zeros(3)
    y[:] = x * np.sum(w)
    return (y**2).sum()


def constant_array(x, w):
    return (x * np.linspace(0, 1, 3)).sum() * np.sum(w)


def unused(x, w):
    return np.sum(w * w)


def mean_of(x, w):
    return np.mean(x * np.mean(w))


KINDS = [0.7, np.float32(0.7), np.float64(0.7), np.array(0.7), np.array([0.7], np.float32), np.full(3, 0.7)]


@pytest.mark.parametrize("w", KINDS)
@pytest.mark.parametrize("program", [product, quotient, looped, buffered, constant_array, unused, mean_of])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_mixed(program, dtype, w):
    right_or_refused(program, x.astype(dtype), w)


def test_half_precision_stays_half():
    try:
        ours = grad(product)(x.astype(np.float16), 0.5)
    except TypeError:
        return
    assert ours.dtype == np.float16 and np.allclose(ours, 0.5)


def integer_buffer(x, k):
    buf = np.zeros_like(k)
    buf[0] = x[0] * 10
    return (buf * x).sum()


def integer_buffer_full(x, k):
    buf = np.full(3, 2)
    buf[1] = x[2] * 10
    return (buf * x).sum()


def cast(x, k):
    return (x.astype(int) * x).sum() + k.sum()


def cast_to_single(x, k):
    return float((x.astype(np.float32) * 2).sum())


def cast_back(x, k):
    y = (x * 3).astype(np.float64)
    return (y * k).sum()


def integer_times(x, k):
    buf = np.zeros_like(k, dtype=float)
    buf += x * k
    return (buf**2).sum()


def floor_in_place(x, k):
    y = x * k
    y //= 1
    return (y * x).sum()


@pytest.mark.parametrize(
    "program", [integer_buffer, integer_buffer_full, cast, cast_back, integer_times, floor_in_place]
)
def test_integer_buffers(program):
    right_or_refused(program, x + 0.03, np.array([1, 2, 3]), wrt=0)


def single_buffer(x, w):
    buf = np.zeros(3, dtype=np.float32)
    buf[:] = x
    return (buf * w).sum()


def test_buffer_of_single_precision():
    right_or_refused(single_buffer, x, x + 1, wrt=1)
    right_or_refused(single_buffer, x.astype(np.float32), x.astype(np.float32) + 1, wrt=1)


@pytest.mark.parametrize("k", [3, np.array([1, 2, 3]), True, np.array([True, False, True]), np.int64(2), "a", None])
def test_integers_cannot_be_differentiated(k):
    from s2sgrad.errors import S2SGradError

    with pytest.raises(S2SGradError):
        grad(product, 1)(x, k)
