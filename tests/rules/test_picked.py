"""Medians and quantiles of vectors and of everything: one partition, the elements that NumPy took."""

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check
from tests.rules.harness import check as check_rule
from tests.rules.samples import Sample, apart

METHODS = ("linear", "higher", "midpoint", "inverted_cdf", "hazen", "weibull", "median_unbiased")


def samples():
    for method in METHODS:
        yield Sample(np.quantile, (apart(-2, 2, 6), 0.37), {"method": method})
        yield Sample(np.percentile, (apart(-2, 2, 5), 37.0), {"method": method, "keepdims": True})
    for shape in ((4, 3), (5, 3)):
        yield Sample(np.median, (apart(-2, 2, *shape),), {"axis": 0})
        yield Sample(np.median, (apart(-2, 2, *shape),), {"axis": -1, "keepdims": True})
    yield Sample(np.median, (apart(-2, 2, 3, 4),))


SAMPLES = [*samples()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check_rule(sample)


def test_all_modes():
    def f(x, a):
        middle = np.median(x, axis=0) ** 2 * np.median(a) + np.nanmedian(a) ** 2 * np.quantile(x[:, 0], 0.3) ** 3
        return np.sum(middle) + np.nanpercentile(x[0], 40, method="hazen") ** 2

    check(f, apart(-2, 2, 5, 4), apart(-2, 2, 3, 4))


@pytest.mark.parametrize("q", [0, 0.0, 0.5, 1.0, np.float64(0.25)])
def test_ends_and_elements_hit(q):
    x = np.array([3.0, -1.0, 2.0, 0.5, 1.0])
    place = 4 * q
    expected = np.where(np.argsort(np.argsort(x)) == place, 1.0, 0.0)
    np.testing.assert_array_equal(grad(lambda x, q: np.quantile(x, q), 0)(x, q), expected)


def test_single_precision_stays():
    x = np.array([3.0, -1.0, 2.0, 0.5], np.float32)
    for f in (lambda x: np.quantile(x, 0.3), np.median, lambda x: np.nanpercentile(x, 30)):
        gradient = grad(lambda x, f=f: f(x) * 2, 0)(x)
        assert gradient.dtype == np.float32 and abs(gradient.sum() - 2) < 1e-6


def test_what_is_nan_has_no_share():
    x = np.array([3.0, np.nan, 2.0, 0.5, np.nan])
    np.testing.assert_array_equal(grad(lambda x: np.nanmedian(x))(x), [0, 0, 1, 0, 0])
    np.testing.assert_allclose(grad(lambda x: np.nanquantile(x, 0.25))(x), [0, 0, 0.5, 0.5, 0], atol=1e-15)
    both = np.array([x, x])
    np.testing.assert_allclose(grad(lambda x: np.nanmedian(x))(both).sum(), 1)


def test_equal_elements_are_taken_once():
    x = np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.median(x, axis=0)))(x).sum(axis=0), [1, 1])
    for kind in ("quicksort", "heapsort"):
        smallest = grad(lambda x, kind: np.sum(np.sort(x, axis=0, kind=kind)[0]), 0)
        np.testing.assert_array_equal(smallest(x, kind).sum(), 2)
