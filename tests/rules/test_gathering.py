import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between


def samples():
    x = between(-1, 1, 2, 3, 2)
    for indices in (1, np.array([0, 2, 2]), [[0, 1], [1, 1]], np.zeros(0, int), -1):
        yield Sample(np.take, (between(-1, 1, 3), indices))
        yield Sample(np.take, (x, indices))
        yield Sample(np.take, (x, indices), {"axis": 1})
        yield Sample(np.take, (x, indices, -2))
        yield Sample(np.take, (between(-1, 1, 3), indices), {"mode": "wrap"})
        yield Sample(np.take, (between(-1, 1, 3), indices), {"mode": "clip"})
    yield Sample(np.compress, ([True, False, True], between(-1, 1, 2, 1, 3, 2)), {"axis": 2})
    for axis in (0, -1):
        yield Sample(np.take, (x, 1, axis))
        yield Sample(np.take, (x, np.array([1, 0, 1]), axis))
        yield Sample(np.compress, ([True, False], x), {"axis": axis})
    for axis in (0, 1, -1):
        yield Sample(np.take_along_axis, (x, np.argsort(x, axis=axis), axis))
        yield Sample(np.take_along_axis, (x, np.argmax(x, axis=axis, keepdims=True)), {"axis": axis})
    yield Sample(np.take_along_axis, (x, np.array([0, 0, 5]), None))
    for mask in ([True, False, True], np.array([False, True]), [False, False]):
        yield Sample(np.compress, (mask, between(-1, 1, 3)))
        yield Sample(np.compress, (mask, x), {"axis": 1})
        yield Sample(np.compress, (mask, x))
        yield Sample(np.ndarray.compress, (x, mask), {"axis": 1})
    for table in (np.array([[0, 1], [1, -1]]), np.zeros((0, 2), int)):
        for array in (x, x[:, 1, 0], x[:, :, 1]):
            yield Sample(np.take, (array, table))
            yield Sample(np.take, (array, table), {"mode": "clip"})
    for indices in ([[1], [-2]], [[1]], [[1, 1], [0, -2]]):
        yield Sample(np.take_along_axis, (x[0].T, np.array(indices), 1))
    table = np.array([[1, -2, 1], [0, 0, -1]])
    for indices in (table, table.astype("i1"), table.astype("u8"), table[:1], table[:, :0]):
        yield Sample(np.take_along_axis, (x[0].T, indices % 3 if indices.dtype == "u8" else indices, 1))
        yield Sample(np.take_along_axis, (np.ascontiguousarray(x[0].T), abs(indices) % 3, -1))
    yield Sample(np.take_along_axis, (x[0, :1], table % 2, 1))
    yield Sample(np.take_along_axis, (x[0, :0], table[:0] % 2, 1))
    for indices in ([[1]], [[1], [1]]):
        yield Sample(np.take_along_axis, (x[0, :1], np.array(indices), 1))
    yield Sample(np.take_along_axis, (x[0, :0], np.zeros((0, 1), int), 1))
    yield Sample(np.take, (x[0, 0], (0, 1)))
    yield Sample(np.take, (x, (0, 1)), {"axis": 1})
    parts = slice(None, None, 2), slice(0), range(1, 2)
    for gone in (1, -1, [0, 1, -1], (1, 0), np.array([[1]]), [True, False], *parts):
        yield Sample(np.delete, (x[0, 0], gone))
        yield Sample(np.delete, (x, gone), {"axis": 0})
        yield Sample(np.delete, (x, gone, -1))
        if not isinstance(gone, list) or len(gone) > 2:
            yield Sample(np.delete, (x, gone))
            yield Sample(np.delete, (x, gone), {"axis": 1})
    for y in (x, x[0]):
        yield Sample(np.extract, (y > 0, y))
        yield Sample(np.extract, (y > 5, y))


SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
