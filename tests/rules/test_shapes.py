import copy

import numpy as np
import pytest

from s2sgrad.analysis.infer.table import numpy_functions
from tests.rules.harness import check, fact_of, fitting
from tests.rules.samples import SHAPES, Known, Sample, between, numbers, unary


def permutations():
    for shape, axes in (((2, 3), (1, 0)), ((2, 3, 4), (1, 2, 0)), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4), (-1, 0, 1))):
        yield Sample(np.transpose, (between(-1, 1, *shape), axes))
        yield Sample(np.transpose, (between(-1, 1, *shape),), {"axes": axes})
    yield Sample(np.transpose, (between(-1, 1, 2, 3, 1, 4), (3, 1, 0, 2)))
    for shape in (*SHAPES, ()):
        yield Sample(np.transpose, (between(-1, 1, *shape),))
    for i, j in ((0, 1), (-1, 0), (2, -2)):
        yield Sample(np.swapaxes, (between(-1, 1, 2, 3, 4), i, j))
        yield Sample(np.moveaxis, (between(-1, 1, 2, 3, 4), i, j))
    yield Sample(np.moveaxis, (between(-1, 1, 2, 3, 4), (0, 1), (2, 0)))


def reshapes():
    for order in ("C", "F"):
        for old, new in (((6,), (2, 3)), ((2, 3), (3, -1)), ((2, 3), 6), ((1,), ()), ((), (1, 1)), ((0, 3), (3, 0))):
            yield Sample(np.reshape, (between(-1, 1, *old), new), {"order": order})
        yield from (Sample(np.ravel, (between(-1, 1, *shape),), {"order": order}) for shape in SHAPES)
        yield from (Sample(np.ndarray.flatten, (between(-1, 1, *shape), order)) for shape in SHAPES)
    yield Sample(np.reshape, (between(-1, 1, 2, 3), (3, 2)))
    yield from unary(np.ravel)
    yield Sample(np.reshape, (1.5, (1, 1)))


def unit_axes():
    for shape, axis in (((1, 3), 0), ((3, 1), -1), ((1, 3, 1), (0, 2)), ((1, 3, 1), 2), ((1,), 0)):
        yield Sample(np.squeeze, (between(-1, 1, *shape), axis))
    yield from (Sample(np.squeeze, (between(-1, 1, *shape),)) for shape in SHAPES)
    for shape, axis in (((3,), 0), ((3,), -1), ((2, 3), 1), ((2, 3), (0, 3)), ((), 0), ((0,), 0)):
        yield Sample(np.expand_dims, (between(-1, 1, *shape), axis))
    yield from (s for f in (np.atleast_1d, np.atleast_2d, np.atleast_3d) for s in unary(f))
    for old, new in (((3,), (2, 3)), ((2, 1), (2, 3)), ((), (2, 2)), ((1,), (4, 3)), ((3,), (3,)), ((1, 3), (0, 3))):
        yield Sample(np.broadcast_to, (between(-1, 1, *old), new))


def reorderings():
    for axis in (None, 0, -1, (0, 1)):
        yield Sample(np.flip, (between(-1, 1, 2, 3), axis))
    yield from (Sample(f, (between(-1, 1, *s),)) for f in (np.flipud, np.fliplr) for s in ((2, 3), (2, 3, 2), (0, 3)))
    yield Sample(np.flipud, (between(-1, 1, 4),))
    for shift in (0, 1, -2, 7):
        yield Sample(np.roll, (between(-1, 1, 5), shift))
        yield from (Sample(np.roll, (between(-1, 1, 2, 3), shift, axis)) for axis in (None, 0, 1, -1))


def repetitions():
    yield from (Sample(np.tile, (between(-1, 1, n), reps)) for n in (3, 1, 0) for reps in (0, 1, 3))
    for shape in ((3,), (2, 3), (0, 2)):
        for repeats in (0, 1, 3):
            for axis in (None, 0, -1):
                yield Sample(np.repeat, (between(-1, 1, *shape), repeats), {"axis": axis})


def diagonals():
    for k in (0, 1, -2):
        yield Sample(np.diag, (between(-1, 1, 3), k))
        yield Sample(np.diag, (between(-1, 1, 4, 4), k))
        yield Sample(np.diagonal, (between(-1, 1, 4, 4), k))
        for shape in ((3, 3), (2, 4), (4, 2), (2, 3, 3)):
            yield Sample(np.tril, (between(-1, 1, *shape), k))
            yield Sample(np.triu, (between(-1, 1, *shape), k))
    for shape in ((2, 4), (4, 2), (3, 3), (1, 3)):
        yield Sample(np.diag, (between(-1, 1, *shape),))
        yield Sample(np.diagonal, (between(-1, 1, *shape),))


COPIES = (
    np.copy, np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.asarray_chkfinite,
    np.require,
)  # fmt: skip


SAMPLES = [
    *permutations(),
    *reshapes(),
    *unit_axes(),
    *reorderings(),
    *repetitions(),
    *diagonals(),
    *(Sample(np.diff, (between(-1, 1, n),)) for n in (5, 2, 1)),
    *(Sample(np.pad, (between(-1, 1, n), width)) for n in (3, 1, 0) for width in (Known(1), Known(2))),
    *(s for f in (*COPIES, copy.copy, copy.deepcopy) for s in unary(f)),
    *(Sample(np.ndarray.copy, (between(-1, 1, *shape),)) for shape in SHAPES),
    *(Sample(np.ndarray.astype, (between(-1, 1, *shape), np.float64), single=False) for shape in SHAPES),
    *(Sample(f, (between(-1, 1, 2, 3), np.float64), single=False) for f in numpy_functions("astype")),
    *(Sample(f, (x,), single=False) for f in (np.float64, np.longdouble, float) for x in numbers(-1, 1)),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


@pytest.mark.parametrize(
    "sample",
    [
        Sample(np.reshape, (between(-1, 1, 2, 3), (3, 2)), {"order": "A"}),
    ],
    ids=str,
)
def test_what_has_no_rule_is_not_taken_for_something_else(sample):
    assert fitting(sample) == []


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrower_numbers_pass_the_adjoint_on(dtype):
    (rule,) = fitting(Sample(dtype, (1.5,)))
    assert rule.template(0.25, dtype(1.5), 1.5) == 0.25


def test_a_list_of_arrays_is_not_one_array():
    sample = Sample(np.array, ([1.0, 2.0],))
    assert fact_of([1.0, 2.0]) != fact_of(1.0) and fitting(sample) == []
