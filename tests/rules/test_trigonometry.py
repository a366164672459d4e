import math

import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between, binary, unary

ANYWHERE = (np.sin, math.sin, np.cos, math.cos, np.arctan, math.atan, np.sinh, math.sinh, np.cosh, math.cosh)
ANYWHERE += (np.tanh, math.tanh, np.arcsinh, math.asinh, np.sinc)
ANGLES = (np.deg2rad, np.radians, math.radians, np.rad2deg, np.degrees, math.degrees)
INSIDE_1 = (np.arcsin, math.asin, np.arccos, math.acos, np.arctanh, math.atanh)

SAMPLES = [
    *(s for f in (*ANYWHERE, *ANGLES) for s in unary(f)),
    *(s for f in (np.tan, math.tan) for s in unary(f, -1.2, 1.2)),
    *(s for f in INSIDE_1 for s in unary(f, -0.8, 0.8)),
    *(s for f in (np.arccosh, math.acosh) for s in unary(f, 1.3, 3)),
    *(s for f in (np.arctan2, math.atan2) for s in binary(f, (0.3, 2), (-2, 2)) + binary(f, (-2, -0.3), (-2, 2))),
    *(Sample(np.unwrap, (between(-9, 9, *shape),), kw) for shape in ((6,), (3, 4)) for kw in ({}, {"axis": 0})),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
