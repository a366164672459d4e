import math

import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Known, Sample, between, binary, numbers, unary

POSITIVE = (0.3, 3.0)
SAMPLES = [
    *(s for f in (np.exp, math.exp, np.exp2, np.expm1, math.expm1) for s in unary(f)),
    *(s for f in (np.log, math.log, np.log2, math.log2, np.log10, math.log10) for s in unary(f, *POSITIVE)),
    *(s for f in (np.log1p, math.log1p) for s in unary(f, -0.6, 2)),
    *(s for f in (np.logaddexp, np.logaddexp2) for s in binary(f)),
    *(Sample(np.logaddexp, (Known(0), x)) for x in [between(-2, 2, 2, 3), *numbers(-2, 2)]),
    *(Sample(np.logaddexp, (x, Known(1.5))) for x in [between(-2, 2, 2, 3), *numbers(-2, 2)]),
    *(unary(math.exp2) if hasattr(math, "exp2") else []),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
