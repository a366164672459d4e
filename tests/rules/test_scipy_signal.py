import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

signal = pytest.importorskip("scipy.signal")

import s2sgrad.rules.scipy_signal  # noqa: E402, F401

PAIRS = (((5,), (3,)), ((3,), (3,)), ((4,), (1,)), ((4, 5), (2, 3)), ((3, 2, 4), (2, 2, 1)), ((2,), (4,)))


def samples():
    for a, b in PAIRS:
        one, other = between(-1, 1, *a), between(-1, 1, *b)
        for function in (signal.convolve, signal.fftconvolve, signal.correlate):
            yield Sample(function, (one, other), single=False)
        yield Sample(signal.convolve, (one, other), {"mode": "same"}, single=False)
        yield Sample(signal.correlate, (one, other), {"mode": "same"}, single=False)
        if all(n >= m for n, m in zip(a, b, strict=True)) or all(n <= m for n, m in zip(a, b, strict=True)):
            yield Sample(signal.convolve, (one, other), {"mode": "valid"}, single=False)
            yield Sample(signal.correlate, (one, other), {"mode": "valid"}, single=False)
    yield Sample(signal.fftconvolve, (one, other, "same"), single=False)


SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
