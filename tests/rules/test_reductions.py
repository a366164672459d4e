import numpy as np
import pytest

from tests.rules.harness import check, fact_of, fitting
from tests.rules.samples import Sample, apart, between, numbers

FULL = ((5,), (2, 3), (2, 1, 3), (2, 3, 1, 2), (1,), (1, 1))
EMPTY = ((0,), (0, 3), (3, 0))


def axes_of(rank):
    """None, every axis from both ends, and pairs of axes."""
    return [None, *range(-rank, rank), *[(0, rank - 1), (-1, 0)][: 2 * (rank > 1)]]


def over_axes(function, shapes, *, pairs=True, **options):
    for shape in shapes:
        for axis in axes_of(len(shape)):
            if isinstance(axis, tuple) and not pairs:
                continue
            for keepdims in (False, True):
                yield Sample(function, (between(-2, 2, *shape),), {"axis": axis, "keepdims": keepdims, **options})


def moments(function):
    for shape in ((5,), (2, 3), (3, 2, 3), (2, 3, 2, 2)):
        for axis in axes_of(len(shape)):
            for ddof in (0, 1):
                yield Sample(function, (apart(-2, 2, *shape),), {"axis": axis, "ddof": ddof})
            yield Sample(function, (apart(-2, 2, *shape),), {"axis": axis, "keepdims": True})
    yield Sample(function, (between(-2, 2, 2, 3),))


def norms():
    yield from over_axes(np.linalg.norm, ((5,), (2, 3)))
    yield from over_axes(np.linalg.norm, ((5,),), ord=2)
    yield from over_axes(np.linalg.norm, ((5,),), pairs=False, ord=1)
    yield Sample(np.linalg.norm, (between(-2, 2, 2, 3),), {"ord": "fro"})
    yield Sample(np.linalg.norm, (between(-2, 2, 2, 3, 4),), {"ord": "fro", "axis": (0, 2)})
    yield Sample(np.linalg.norm, (between(-2, 2, 2, 3, 4),), {"axis": (1, 2), "keepdims": True})
    yield Sample(np.linalg.norm, (between(-2, 2, 2, 3, 4),), {"ord": 2, "axis": -1})
    yield Sample(np.linalg.norm, (between(-2, 2, 2, 3, 4),), {"ord": 1, "axis": 1})
    yield Sample(np.linalg.norm, (between(-2, 2, 2, 3), None, 1))
    yield Sample(np.linalg.norm, (between(-2, 2, 2, 3, 2),))


def products_with_zeros():
    for zeros in ([], [1], [0, 3], [0, 1, 2, 3, 4]):
        x = between(0.5, 2, 5)
        x[zeros] = 0
        yield Sample(np.prod, (x,))
    x = between(0.5, 2, 3, 4)
    x[0, 1] = x[1, 1] = x[2, 3] = 0
    for axis in (None, 0, 1, -1):
        yield Sample(np.prod, (x,), {"axis": axis})


def running_sums():
    for shape in ((5,), (2, 3), (2, 1, 3), (0,), (0, 3), (1,)):
        for axis in (None, *range(-len(shape), len(shape))):
            yield Sample(np.cumsum, (between(-2, 2, *shape),), {"axis": axis})
    yield Sample(np.cumsum, (between(-2, 2, 4),))


def traces():
    for shape in ((3, 3), (2, 4), (4, 2), (0, 2)):
        for offset in (0, 1, -1):
            yield Sample(np.trace, (between(-2, 2, *shape),), {"offset": offset})
    yield Sample(np.trace, (between(-2, 2, 3, 3),))


EXTREMES = (np.max, np.min, np.ptp)
SAMPLES = [
    *over_axes(np.sum, FULL + EMPTY),
    *over_axes(np.mean, FULL),
    *over_axes(np.prod, FULL + EMPTY, pairs=False),
    *(s for f in EXTREMES for s in over_axes(f, FULL)),
    *(Sample(f, (x,)) for f in (np.sum, np.mean, np.max, np.min, np.prod) for x in numbers(-2, 2)),
    *(Sample(f, (between(-2, 2, 2, 3), 1)) for f in (np.sum, np.mean, np.max, np.min, np.prod, np.var, np.std)),
    *(Sample(f, (between(-2, 2, 0, 3),), {"axis": 1}) for f in (np.mean, np.max, np.min)),
    *moments(np.var),
    *moments(np.std),
    *norms(),
    *products_with_zeros(),
    *running_sums(),
    *traces(),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


@pytest.mark.parametrize("function", [np.cumsum])
def test_axes_without_a_rule_are_not_taken_for_others(function):
    assert fitting(Sample(function, (between(-2, 2, 2, 3),), {"axis": (0, 1)})) == []


def test_complex_extremes_have_no_rule():
    assert fact_of(np.ones(2, complex)).kind == "c"
    assert fitting(Sample(np.max, (np.ones(2, complex),))) == []
