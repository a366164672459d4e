import math
import operator

import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Known, Sample, between, binary, numbers, unary

AWAY_FROM_0 = (0.4, 2.0)
BELOW_0 = (-2.0, -0.4)


def powers():
    exponents = (0, 1, 2, 3, -1, -2, 4, 0.0, 0.5, 1.5, 2.0, -0.5, 0.25, 2.5)
    bases = [between(*AWAY_FROM_0, 2, 3), *numbers(*AWAY_FROM_0)]
    for function in (np.power, operator.pow):
        for b in exponents:
            yield from (Sample(function, (a, Known(b))) for a in bases)
        numbers_and_vector = [between(-2, 2, 3), *numbers(-2, 2)]
        yield from (Sample(function, (Known(a), b)) for a in (2, 0.5, 3.0) for b in numbers_and_vector)
        yield from binary(function, AWAY_FROM_0, (-2, 2))
    for b in (2, 3):
        yield Sample(operator.pow, (between(-2, 2, 2, 3), Known(b)))
        yield Sample(operator.pow, (between(-2, 2, 2, 3), b))
    yield Sample(np.power, (between(-2, 2, 3), np.array([0, 1, 2])))
    yield Sample(np.power, (between(-2, 2, 3), np.array([0, 1, 2], np.uint8)))
    yield Sample(np.float_power, (between(*AWAY_FROM_0, 3), Known(2)))
    yield Sample(pow, (between(*AWAY_FROM_0, 3), between(-2, 2, 3)))
    yield Sample(pow, (1.5, 0.5))
    yield from binary(math.pow, AWAY_FROM_0)
    yield Sample(math.pow, (1.5, Known(3)))


SAMPLES = [
    *(s for f in (np.add, operator.add, np.subtract, operator.sub, np.multiply, operator.mul) for s in binary(f)),
    *(s for f in (np.divide, operator.truediv) for b in (AWAY_FROM_0, BELOW_0) for s in binary(f, second=b)),
    *(s for f in (np.negative, operator.neg, np.positive, operator.pos, np.square) for s in unary(f)),
    *unary(np.reciprocal, *AWAY_FROM_0),
    *unary(np.sqrt, *AWAY_FROM_0),
    *unary(math.sqrt, *AWAY_FROM_0),
    *unary(np.cbrt, *BELOW_0),
    *powers(),
    *(s for f in (abs, operator.abs, np.abs, np.fabs, math.fabs) for s in unary(f, *BELOW_0) + unary(f, *AWAY_FROM_0)),
    *(s for f in (np.copysign, math.copysign) for s in binary(f, BELOW_0, AWAY_FROM_0) + binary(f, BELOW_0, BELOW_0)),
    *(
        Sample(np.nextafter, (x, y))
        for x in (-1.3, np.float64(-0.7), np.array([-1.2, -0.6]), np.array([[-1.7], [-0.8]]))
        for y in (0.9, np.array([1.4, -1.5]))
    ),
    *(s for f in (np.mod, operator.mod) for b in ((0.9, 1.1), (-1.1, -0.9)) for s in binary(f, (2.3, 2.6), b)),
    *(s for f in (np.fmod, math.fmod) for a in ((2.3, 2.6), (-2.6, -2.3)) for s in binary(f, a, (0.9, 1.1))),
    *(s for f in (np.hypot, math.hypot) for s in binary(f)),
    *unary(np.conj),
    *unary(np.real),
    *(unary(math.cbrt, *AWAY_FROM_0) if hasattr(math, "cbrt") else []),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
