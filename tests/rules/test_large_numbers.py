"""Operands whose powers are far apart or too large for integers: years, counts, places in bytes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from s2sgrad import grad, jvp
from tests.differences import check

YEARS = np.arange(1990.0, 2020.0)
HEIGHTS = np.sin(YEARS) + 0.1 * (YEARS - 2000)
BYTES = np.array([40, 41, 42, 43], np.int8)


def steepest(x, v):
    return np.polyfit(x, v, 3)[0]


def test_a_fit_is_linear_in_the_values_however_badly_the_powers_are_scaled():
    each = np.array([steepest(YEARS, e) for e in np.eye(len(YEARS))])
    np.testing.assert_allclose(grad(steepest, "v")(YEARS, HEIGHTS), each, rtol=1e-5)
    np.testing.assert_allclose(grad(steepest, "v")(YEARS.astype(int), HEIGHTS), each, rtol=1e-5)


def test_the_highest_coefficient_of_a_fit_does_not_change_with_all_places():
    def from_the_middle(x, v):
        return np.polyfit(x - 2005, v, 3)[0]

    found, better = grad(steepest, "x")(YEARS, HEIGHTS), grad(from_the_middle, "x")(YEARS, HEIGHTS)
    check(from_the_middle, YEARS, HEIGHTS, wrt="x", tol=1e-5)
    np.testing.assert_allclose(found, better, rtol=1e-4, atol=1e-6 * np.max(np.abs(better)))
    along = np.cos(YEARS)
    _, slope = jvp(steepest, "x")(YEARS, HEIGHTS, tangents=along)
    np.testing.assert_allclose(slope, better @ along, rtol=1e-4)


@pytest.mark.parametrize("x", [[1.0, 1.0, 2.0, 2.0, 2.0], [0.5, 1.0], [2.0, 2.0, 2.0]])
def test_where_more_than_one_polynomial_fits_there_is_a_slope_in_the_values_alone(x):
    x, v = np.array(x), np.array([0.3, -0.2, 0.5, 1.0, 0.8])[: len(x)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dx, dv = grad(steepest, ("x", "v"))(x, v)
        each = [steepest(x, e) for e in np.eye(len(x))]
        _, slope = jvp(steepest, "x")(x, v, tangents=np.ones(len(x)))
    np.testing.assert_allclose(dv, each, rtol=1e-9, atol=1e-12)
    assert np.all(np.isnan(dx)) and np.isnan(slope)


def test_a_fit_in_single_precision_keeps_as_many_singular_values_as_numpy():
    x, v = YEARS.astype(np.float32), HEIGHTS.astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dx, dv = grad(steepest, ("x", "v"))(x, v)
        each = [steepest(x, e) for e in np.eye(len(x))]
    assert dx.dtype == dv.dtype == np.float32
    np.testing.assert_allclose(dv, each, rtol=1e-4, atol=1e-6 * np.max(np.abs(each)))
    assert np.all(np.isnan(dx))


@pytest.mark.parametrize(
    "x", [YEARS[:5].astype(int), 1990, [1990, 1991], BYTES, np.int8(40), YEARS[:4].astype(int).reshape(2, 2)], ids=str
)
def test_powers_of_integers_are_taken_as_floats(x):
    def total(p, x):
        return np.sum(np.polyval(p, x))

    places = np.ravel(np.asarray(x, float))
    np.testing.assert_allclose(grad(total, "p")(np.ones(9), x), [np.sum(places**k) for k in range(8, -1, -1)])


def test_weights_of_a_covariance_are_taken_as_floats():
    def spread(v, w):
        return np.cov(v, aweights=w)

    v = np.array([0.3, 1.2, -0.4, 0.9])
    check(spread, v, BYTES, wrt="v")
    np.testing.assert_allclose(grad(spread, "v")(v, BYTES), grad(spread, "v")(v, BYTES.astype(float)), rtol=1e-12)


def test_powers_in_rows_are_of_float64():
    def total(x):
        return np.sum(np.vander(x, 3) ** 2)

    assert grad(total)(np.ones(4, np.float32)).dtype == np.float32

    def values(p, x):
        return np.sum(np.polyval(p, x))

    dp, dx = grad(values, ("p", "x"))(np.ones(3, np.float32), np.ones(4, np.float32))
    assert dp.dtype == dx.dtype == np.float32


# ---- integers of few bits, and without a sign ----

IMAGE = np.array([[1, 2, 90], [100, 120, 3]])
SMALL = (np.int8, np.uint8, np.int16, np.uint32)


def half_a_quotient(image, s):
    return -np.sum(s / image) / 2


def a_third_of_a_quotient(image, s):
    return np.sum(np.sin(s) / image) / 3


def power_of_one(image, s):
    return np.sum(image**s) + image[0, 2] ** s


def outer_power(image, s):
    return np.sum(np.power.outer(image, s * np.ones(2))) + np.sum(np.emath.power(image, s))


def slopes_of_one(image, s):
    return np.sum(np.gradient(image[0], s * np.array([0.0, 1.0, 3.0])) ** 2)


def slopes_by_parabolas(image, s):
    return np.sum(np.gradient(image[0], s * np.array([0.0, 1.0, 3.0]), edge_order=2) ** 2)


def spaced(image, s):
    return np.sum(np.logspace(s, 2.0, 4, base=image[0, 1]))


PROGRAMS = [
    half_a_quotient, a_third_of_a_quotient, power_of_one, outer_power, slopes_of_one, slopes_by_parabolas, spaced,
]  # fmt: skip


@pytest.mark.parametrize("dtype", SMALL)
@pytest.mark.parametrize("f", PROGRAMS)
def test_an_image_of_small_integers_counts_as_one_of_floats(f, dtype):
    small, floats = IMAGE.astype(dtype), IMAGE.astype(float)
    check(f, small, 1.2, wrt="s", tol=1e-6)
    np.testing.assert_allclose(grad(f, "s")(small, 1.2), grad(f, "s")(floats, 1.2), rtol=1e-12)
    for run in (jvp(f, "s")(small, 1.2, tangents=1.0), jvp(f, "s")(floats, 1.2, tangents=1.0)):
        np.testing.assert_allclose(run[1], grad(f, "s")(floats, 1.2), rtol=1e-12)


def test_a_truth_value_has_a_logarithm_in_double_precision():
    special = pytest.importorskip("scipy.special")

    def f(s):
        return special.xlog1py(s, True)

    assert grad(f)(0.3) == np.log(2.0)


# ---- other numbers that lose their digits ----


def test_a_struve_function_far_from_0_keeps_its_digits():
    special = pytest.importorskip("scipy.special")

    def f(x):
        return special.struve(2, x)

    for x in (0.3, 0.999, 1.001, 7.0, -4.0):
        check(f, x)
    for x in (5e4, 2e8):
        # Far away it is a Bessel function beside a parabola's slope (DLMF 11.6.1), which grows by 2 / (3 pi).
        expected = (special.yv(1, x) - special.yv(3, x)) / 2 + 2 / (3 * np.pi)
        np.testing.assert_allclose(grad(f)(x), expected, rtol=1e-6)
        np.testing.assert_allclose(jvp(f)(x, tangents=1.0)[1], expected, rtol=1e-6)


def test_an_entropy_of_which_scipy_leaves_some_out_has_no_slope():
    stats = pytest.importorskip("scipy.stats")

    def f(c):
        return stats.multivariate_normal.entropy(cov=c)

    nearly = np.diag([1.0, 1e-11, 2.0])
    np.testing.assert_array_equal(grad(f)(nearly), np.tril(np.full((3, 3), np.nan)))
    assert np.isnan(jvp(f)(nearly, tangents=np.eye(3))[1])
    np.testing.assert_allclose(grad(f)(np.diag([1.0, 1e-8, 2.0])), np.diag([0.5, 0.5e8, 0.25]))
