import numpy as np
import pytest

from s2sgrad.rules.ranking import METHODS
from tests.rules.harness import check
from tests.rules.samples import Sample, apart

FUNCTIONS = {np.quantile: 1, np.percentile: 100, np.nanquantile: 1, np.nanpercentile: 100}
NEW = int(np.__version__.split(".")[0]) >= 2
WRONG_AT_THE_ENDS = ("weibull", "averaged_inverted_cdf", "interpolated_inverted_cdf")
"""Methods for which NumPy 1 takes another element, or none, where the integer 0 or 1 is asked for."""
OPTIONS = ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 1)}, {"axis": (-1, 0), "keepdims": True})


def quantiles():
    for function, whole in FUNCTIONS.items():
        x = apart(-2, 2, 5, 4, 3)
        if function in (np.nanquantile, np.nanpercentile):
            x.flat[1::7] = np.nan
        for options in OPTIONS:
            yield Sample(function, (x, 0.3 * whole), options)
            yield Sample(function, (x, np.array([0.3, 0.8]) * whole), options, single=False)
            yield Sample(function, (x, 0.3 * whole), {**options, "method": "closest_observation"})
        for method in METHODS:
            for q in (0, 0.05, 0.5, 0.77, 1):
                if NEW or method not in WRONG_AT_THE_ENDS or 0 < q < 1:
                    yield Sample(function, (apart(-2, 2, 6), q * whole), {"method": method})
            yield Sample(function, (apart(-2, 2, 6), [0.2 * whole, 0.4 * whole]), {"method": method}, single=False)


SAMPLES = list(quantiles())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
