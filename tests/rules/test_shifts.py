import numpy as np
import pytest

from tests.differences import check as check_program
from tests.rules.harness import check
from tests.rules.samples import Sample, between

SHIFTS = (np.fft.fftshift, np.fft.ifftshift)
SAMPLES = [
    *(Sample(f, (between(-1, 1, *shape),)) for f in SHIFTS for shape in ((4,), (5,), (2, 3), (0,))),
    *(Sample(f, (between(-1, 1, 3, 4, 5), axes)) for f in SHIFTS for axes in (0, -1, (0, 2))),
]
FREQUENCIES = (np.fft.fftfreq, np.fft.rfftfreq)
SAMPLES += [Sample(f, (n, d), single=False) for f in FREQUENCIES for n in (4, 5, 1) for d in (0.5, np.float64(2.0))]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def damped(x):
    return (np.fft.fftshift(x) ** 2 * np.fft.fftfreq(len(x), 0.5)).sum() + np.fft.ifftshift(x, axes=0)[0]


def in_the_distance(x, d):
    return (x * np.fft.fftfreq(5, d)).sum() + np.fft.rfftfreq(5, d).sum() ** 2


def test_in_programs():
    check_program(in_the_distance, between(-1, 1, 5), 0.5)
    check_program(damped, between(-1, 1, 5))
    check_program(damped, between(-1, 1, 4).astype(np.float32), tol=1e-3)
