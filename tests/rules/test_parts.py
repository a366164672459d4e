"""What is taken along the first and the last axis is put back by an index; complex convolutions."""

import numpy as np
import pytest

from tests.differences import check, check_pullback

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("axis", [0, -3, 1, 2, -1])
def test_one_part(axis):
    keep = np.array([True, False])

    def f(x, i):
        return np.sum(np.take(x, i, axis) ** 3) + np.sum(np.compress(keep, x, axis=axis) ** 2) + np.sum(x.take(i, axis))

    for i in (1, -1):
        check(f, RNG.normal(size=(2, 3, 2)), i, wrt=0)


@pytest.mark.parametrize("n", [(5, 5), (5, 2), (2, 5), (1, 4)])
@pytest.mark.parametrize("kinds", ["cc", "fc", "cf"])
def test_complex_series(n, kinds):
    a, v = (RNG.normal(size=m) + (1j * RNG.normal(size=m) if kind == "c" else 0) for m, kind in zip(n, kinds))

    def f(a, v):
        return np.convolve(a, v, "valid") * np.correlate(v, a, "valid")

    check_pullback(f, a, v)


@pytest.mark.parametrize("n", [(4, 5), (5, 4), (4, 2), (2, 4), (3, 3), (1, 4)])
@pytest.mark.parametrize("kind", ["f", "c"])
def test_the_middle_of_series_of_any_lengths(n, kind):
    a, v = (RNG.normal(size=m) + (1j * RNG.normal(size=m) if kind == "c" else 0) for m in n)

    def f(a, v):
        return np.correlate(a, v, "same") * np.convolve(a, v, "same")

    check_pullback(f, a, v)


@pytest.mark.parametrize("spaced", [np.geomspace, np.logspace, np.linspace])
def test_one_end_that_varies(spaced):
    for f, wrt in ((lambda s: np.sum(spaced(s, 2.0, 5) ** 2), 0), (lambda s: np.sum(spaced(1.5, s, 4, False) ** 2), 0)):
        check(f, 0.7, wrt=wrt)
