"""Row 1: a sign or a number moved onto an integer or boolean array wraps around, raises or keeps the integer dtype."""

import numpy as np
import pytest

from tests.differences import right_or_refused

rng = np.random.default_rng(1)
X, W1, b1 = rng.normal(size=(7, 4)), rng.normal(size=(4, 5)), rng.normal(size=5)
W2, b2 = rng.normal(size=(5, 3)), rng.normal(size=3)
ONE_HOT = np.eye(3)[rng.integers(0, 3, 7)]
SMALL = ["int8", "uint8", "int16", "int64", "bool"]
K = np.array([0, 1, 64, 100, 127])
x = rng.uniform(0.5, 1.5, 5)


def mlp_loss(X, Y, W1, b1, W2, b2, l2):
    h = np.tanh(X @ W1 + b1)
    logits = h @ W2 + b2
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -(Y * log_probs).sum() / len(X)
    return loss + 0.5 * l2 * ((W1**2).sum() + (W2**2).sum())


@pytest.mark.parametrize("dtype", ["uint8", "bool", "int8", "int64"])
def test_labels_of_the_mlp(dtype):
    outcome = right_or_refused(mlp_loss, X, ONE_HOT.astype(dtype), W1, b1, W2, b2, 0.1, wrt=(2, 3, 4, 5))
    assert outcome == "right"


def scaled(x, k):
    return (x * k).sum()


def negated(x, k):
    return -(x * k).sum()


def negated_product(x, k):
    return (-(k * x)).sum()


def doubled(x, k):
    return 2 * (x * k).sum()


def squared(x, k):
    return ((x * k) ** 2).sum()


def added(x, k):
    y = x * k
    z = k * x
    return (y + z).sum()


def two_factors(x, k):
    return (x * k * k).sum()


def difference_of_masks(x, k):
    m = k > 1
    return (x * k - x * m).sum()


def sum_of_masks(x, k):
    a = k > 1
    b = k < 120
    return (x * a + x * b).sum()


def negated_mask(x, k):
    return -(x * (k > 1)).sum()


def subtracted(x, k):
    return (x - k * x).sum()


def divided(x, k):
    return (x / (k + 1.0) - k / x).sum()


def raised(x, k):
    return np.tanh(x**k * 1e-3).sum()


def product(x, k):
    return -3 * (k @ x)


def summed(x, k):
    return -(k * x.sum()).sum()


def looped(x, k):
    s = 0.0
    for i in range(len(x)):
        s = s - 2 * k[i] * x[i] * k[i]
    return s


def branched(x, k):
    if k[2] > 0:
        y = -(k * x)
    else:
        y = k * x
    return -(y * k).sum()


PROGRAMS = [
    scaled, negated, doubled, squared, added, two_factors, sum_of_masks, divided, product, summed, looped,
]  # fmt: skip
NOT_FOR_BOOL = [negated_product, difference_of_masks, negated_mask, subtracted, raised, branched]


@pytest.mark.parametrize("dtype", SMALL)
@pytest.mark.parametrize("program", PROGRAMS + NOT_FOR_BOOL, ids=lambda f: f.__name__)
def test_factor(program, dtype):
    assert right_or_refused(program, x, K.astype(dtype), wrt=0) == "right"


def power_of_scalar(x, k):
    return x**k


def minus_scalar(x, k):
    return -(k * x) * k


@pytest.mark.parametrize("k", [np.int8(64), np.uint8(100), np.uint8(0), np.int64(3), True, np.True_, 2, 0])
@pytest.mark.parametrize("x", [1.01, np.float64(0.99), np.full(3, 1.02)])
@pytest.mark.parametrize("program", [power_of_scalar, minus_scalar])
def test_integer_scalar(program, k, x):
    def total(x):
        return np.sum(program(x, k))

    def given(x, k):
        return np.sum(program(x, k))

    right_or_refused(total, x)
    if isinstance(x, np.ndarray) or not isinstance(k, np.bool_):
        right_or_refused(given, x, k, wrt=0)


def test_gradient_of_an_integer_factor_is_floating():
    right_or_refused(scaled, x, K.astype("uint8"), wrt=0, expect=np.array([0.0, 1.0, 64.0, 100.0, 127.0]))
