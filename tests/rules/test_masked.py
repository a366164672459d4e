import numpy as np
import pytest

from tests.differences import refused
from tests.rules.harness import WEAK_PYTHON_NUMBERS, check
from tests.rules.samples import Sample, apart

MASK = np.array([[True, False, True], [False, True, True]])
AXES = ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 1)}, {"axis": (1, -2), "keepdims": True})


def some():
    for function in (np.sum, np.mean, np.var, np.std, np.prod):
        for options in AXES:
            yield Sample(function, (apart(0.5, 2, 2, 3),), {**options, "where": MASK})
        yield Sample(function, (apart(0.5, 2, 2, 3),), {"axis": 1, "where": MASK[:, :1] | MASK[0]})
        yield Sample(function, (apart(0.5, 2, 4, 2, 3),), {"axis": 1, "where": MASK[:, :1] | MASK[0]})
    for function in (np.var, np.std):
        yield Sample(function, (apart(0.5, 2, 2, 3),), {"axis": 1, "where": MASK, "ddof": 0.5})
        if WEAK_PYTHON_NUMBERS:  # NumPy 2
            yield Sample(function, (apart(0.5, 2, 5),), {"correction": 1})
    for function in (np.max, np.min):
        for options in AXES:
            yield Sample(function, (apart(-2, 2, 2, 3),), {**options, "initial": 0.1})
            yield Sample(function, (apart(-2, 2, 2, 3),), {**options, "initial": 0.1, "where": MASK})


def others():
    for options in AXES:
        x = apart(0.5, 2, 2, 3)
        yield Sample(np.sum, (x,), {**options, "initial": 2.0})
        yield Sample(np.prod, (x,), {**options, "initial": 2.0})
        yield Sample(np.prod, (x,), options)
        yield Sample(np.sum, (x,), {**options, "dtype": float}, single=False)
        yield Sample(np.mean, (x,), {**options, "dtype": float}, single=False)
        for zeros in ([(0, 1)], [(0, 1), (1, 1)]):
            y = x.copy()
            for place in zeros:
                y[place] = 0
            yield Sample(np.prod, (y,), options)
            yield Sample(np.prod, (y,), {**options, "where": MASK})


SAMPLES = [*some(), *others()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def test_where_without_a_place_for_the_others_is_refused():
    def f(x):
        return np.exp(x, where=x > 0.5).sum()

    refused(f, np.ones(3), match="exp")
