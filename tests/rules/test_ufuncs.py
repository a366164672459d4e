import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, apart, between, numbers, unary


def samples():
    yield from unary(np.i0, -5.0, 5.0)
    for x in (between(-1, 1, 4), between(-1, 1, 2, 3), between(-1, 1, 0)):
        yield Sample(np.real_if_close, (x,))
        yield Sample(np.imag, (x,))
        yield Sample(np.angle, (x + np.sign(x),))
        yield Sample(np.ldexp, (x, 3))
        yield Sample(np.ldexp, (x, np.full(x.shape, -2)))
    yield from (Sample(np.ldexp, (x, 2)) for x in numbers(-1, 1))
    for x in (np.array([-5.7, -0.3, 1.2, 2.9]), np.array([[-3.1, 0.7, 5.2], [6.3, -0.9, 1.8]]), -2.7):
        yield Sample(np.frexp, (x,), weights=(1, 0), single=False)  # away from the powers of two
    for x in (between(-3, 3, 4), between(-3, 3, 2, 3), float(between(-3, 3))):
        yield Sample(np.modf, (x,), weights=(1, 0), single=False)
        for b in (between(0.5, 1, *np.shape(x)), float(between(0.5, 1))):
            yield Sample(np.divmod, (x, b), weights=(0, 1), single=False)
    for a in (apart(-1, 1, 5), apart(-1, 1, 2, 3)):
        yield Sample(np.clip, (a,), {"min": -0.3, "max": 0.45})
        yield Sample(np.clip, (a,), {"min": -0.3})
        yield Sample(np.clip, (a,), {"max": 0.45})


NEWER = int(np.__version__.split(".")[0]) >= 2 and int(np.__version__.split(".")[1]) >= 1
SAMPLES = [s for s in samples() if NEWER or not {"min", "max"} & set(s.kwargs)]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


@pytest.mark.parametrize("x", [0.0, 1e-3, 30.0, 300.0, 700.0])
def test_the_slope_of_the_bessel_function_far_out(x):
    from s2sgrad.rules.ufuncs import bessel_0

    h = 1e-4 * max(1, x) ** 0.5
    expected = (8 * (np.i0(x + h) - np.i0(x - h)) - (np.i0(x + 2 * h) - np.i0(x - 2 * h))) / (12 * h)
    assert np.isclose(bessel_0(1.0, np.i0(x), np.float64(x)), expected, rtol=1e-8, atol=1e-10)
