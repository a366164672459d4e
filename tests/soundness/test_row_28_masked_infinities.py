"""Row 28: an infinite derivative on the side that was not selected must not become NaN."""

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.errors import S2SGradError
from tests.differences import check, differences, right_or_refused

x = np.array([0.5, 0.0, -0.7, 1.1])


def selected(f, zero_where, x):
    """Assert that ``f`` has the gradient of its selected side, zero where the other side was taken, or is refused."""
    with np.errstate(all="ignore"):
        try:
            ours = grad(f)(x)
        except S2SGradError:
            return
    assert np.all(np.isfinite(ours)), ours
    assert np.all(ours[zero_where] == 0.0), ours


def root(x):
    return np.where(x > 0, np.sqrt(x), 0).sum()


def logarithm(x):
    return np.where(x > 0, np.log(x), 0.0).sum()


def reciprocal(x):
    return np.where(x > 0, 1 / x, 0.0).sum()


def power(x):
    return np.where(x > 0, x**0.5, 0.0).sum()


def named(x):
    y = np.sqrt(x)
    z = np.where(x > 0, y, 0.0)
    return (z * z).sum() + z.sum()


def masked_load(x):
    return np.sqrt(x)[x > 0].sum()


def masked_store(x):
    y = np.log(x)
    y[x <= 0] = 0.0
    return y.sum()


def nested(x):
    return np.where(x > 0, np.sqrt(np.log1p(x)), 0.0).sum()


def quotient(x):
    return np.where(x > 0, np.log(x) / x, 0.0).sum()


def masked_then_scaled(x):
    y = np.where(x > 0, np.sqrt(x) * 2 + 1, 0.0)
    return (3 * y).sum()


def in_a_loop(x):
    s = 0.0
    for t in range(len(x)):
        y = np.sqrt(x)
        s = s + np.where(x > 0, y, 0.0)[t]
    return s


def multiplied_by_mask(x):
    y = np.sqrt(np.where(x > 0, x, 1.0))
    return (y * (x > 0)).sum()


@pytest.mark.parametrize(
    "program",
    [
        root, logarithm, reciprocal, power, named, masked_load, masked_store, nested, quotient, masked_then_scaled,
        in_a_loop, multiplied_by_mask,
    ],
)  # fmt: skip
def test_where(program):
    selected(program, x <= 0, x)
    right_or_refused(program, np.array([0.5, 1.5]))


def clipped(x):
    return np.sqrt(np.maximum(x, 0.25)).sum() + np.log(np.clip(x, 0.1, 5.0)).sum()


def maximum_of_root(x):
    return np.maximum(np.sqrt(np.abs(x)), 0.5).sum()


def test_clip_and_maximum():
    right_or_refused(clipped, np.array([0.5, 0.02, -0.7, 1.1]))
    selected(maximum_of_root, np.array([False, True, False, False]), np.array([0.5, 0.0, -0.7, 1.1]))


def positive(x):
    if x > 0:
        return np.sqrt(x)
    return x * 0.0


def conditional_expression(x):
    return np.log(x) if x > 0 else 2.0 * x


@pytest.mark.parametrize("program", [positive, conditional_expression])
@pytest.mark.parametrize("x", [0.7, -0.7, np.float64(-1.0)])
def test_branches(program, x):
    right_or_refused(program, x)


def plain_log(x):
    return np.log(x).sum()


def test_unmasked_infinity_stays_infinite():
    with np.errstate(all="ignore"):
        assert np.isinf(grad(plain_log)(np.array([0.0, 1.0]))[0])
    check(plain_log, np.array([0.5, 2.0]))


def compressed(x):
    return np.compress(x > 0, np.log(x)) @ np.arange(1.0, 4.0)


def extracted(x):
    logs = np.log(x)
    return np.extract(x > 0, logs) @ np.arange(1.0, 4.0)


def by_method(x):
    return (np.sqrt(x).compress(x > 0) ** 3).sum()


def beyond_the_least(x):
    distances = np.sqrt(x)
    return (np.sort(distances)[1:] ** 3).sum()


def parted(x):
    return (np.partition(np.log(x), 1)[1:] ** 2).sum()


def middle(x):
    return np.median(np.log(x)) ** 2


def upper(x):
    return np.quantile(np.sqrt(x), 0.9) ** 3 + np.percentile(np.log(x), 60)


@pytest.mark.parametrize("f", [compressed, extracted, by_method, beyond_the_least, parted, middle, upper])
def test_what_is_left_out_by_a_mask_or_an_order_may_be_infinitely_steep(f):
    x = np.array([0.0, 1.5, 2.0, 4.0])
    with np.errstate(all="ignore"):
        found = grad(f)(x)
        expected = differences(lambda rest: f(np.append(0.0, rest)), x[1:])
    np.testing.assert_allclose(found, [0, *expected], rtol=1e-7)
