import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

VECTORS = ((1,), (3,), (5,))


def samples():
    for p in VECTORS:
        for x in ((), (3,), (2, 3), (0,)):
            yield Sample(np.polyval, (between(-1, 1, *p), between(-1, 1, *x)), single=False)
        yield Sample(np.polyval, (between(-1, 1, *p), float(between(-1, 1))), single=False)
        for q in VECTORS:
            for function in (np.polyadd, np.polysub, np.polymul):
                yield Sample(function, (between(0.5, 1, *p), between(-1, -0.5, *q)))
        for m in (0, 1, 2):
            yield Sample(np.polyder, (between(-1, 1, *p), m), single=False)
            yield Sample(np.polyint, (between(-1, 1, *p), m), single=False)
        yield Sample(np.polyder, (between(-1, 1, *p),))
        yield Sample(np.polyint, (between(-1, 1, *p),))
        for k in (2.0, between(-1, 1, 1), np.float64(0.3)):
            yield Sample(np.polyint, (between(-1, 1, *p),), {"k": k}, single=False)
        yield Sample(np.polymul, (between(0.5, 1, *p), 0.7), single=False)
        yield Sample(np.polymul, (0.7, between(0.5, 1, *p)), single=False)
        rng = np.random.default_rng(11)
        for q in VECTORS:
            yield Sample(np.polydiv, (rng.uniform(0.5, 1, p), rng.uniform(-1, -0.5, q)), single=False)
    for n in (1, 2, 5):
        yield Sample(np.poly, (between(-1, 1, n),), single=False)
    for degree in (0, 1, 3):
        yield Sample(np.polyfit, (np.arange(6.0) / 3 + between(0, 0.1, 6), between(-1, 1, 6), degree), single=False)


SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
