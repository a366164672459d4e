import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

CUMULATIVE = [getattr(np, name) for name in ("cumulative_sum", "cumulative_prod") if hasattr(np, name)]
SHAPES = ((5,), (2, 3), (2, 1, 3), (0,), (0, 3), (1,))


def products():
    for shape in SHAPES:
        for axis in (None, *range(-len(shape), len(shape))):
            yield Sample(np.cumprod, (between(0.5, 2, *shape),), {"axis": axis})
    for zeros in ([0], [2], [4], [1, 3], [0, 1, 2, 3, 4]):
        x = between(0.5, 2, 5)
        x[zeros] = 0
        yield Sample(np.cumprod, (x,))
        yield Sample(np.cumprod, (x[:, None] * np.ones(2),), {"axis": 0})
    yield Sample(np.cumsum, (between(-1, 1, 2, 3),), {"axis": 1, "dtype": float}, single=False)
    yield Sample(np.cumsum, (between(-1, 1, 2, 3), None, float), single=False)


def cumulative():
    for function in CUMULATIVE:
        for start in (False, True):
            for shape in ((5,), (1,), (0,)):
                yield Sample(function, (between(0.5, 2, *shape),), {"include_initial": start})
            if not (start and function.__name__ == "cumulative_prod"):
                for axis in (0, 1, -1):
                    yield Sample(function, (between(0.5, 2, 2, 3, 2),), {"axis": axis, "include_initial": start})


def differences():
    for n in range(4):
        for shape in ((5,), (4, 3), (2, 5, 1), (0, 3)):
            for axis in range(-len(shape), len(shape)):
                yield Sample(np.diff, (between(-1, 1, *shape),), {"n": n, "axis": axis})
    for x in (between(-1, 1, 4), between(-1, 1, 2, 3), between(-1, 1, 1), between(-1, 1, 1, 1)):
        yield Sample(np.ediff1d, (x,))


def joined():
    for edge in (0.5, between(-1, 1, 2), between(-1, 1, 0), between(-1, 1, 1)):
        other = 0.2 if np.ndim(edge) == 0 else between(-1, 1, 3)
        for function, front, back in ((np.diff, "prepend", "append"), (np.ediff1d, "to_begin", "to_end")):
            for options in ({front: edge}, {back: edge}, {front: other, back: edge}):
                yield Sample(function, (between(-1, 1, 4),), options)
                yield Sample(np.ediff1d, (between(-1, 1, 2, 3),), {"to_end": edge})
    for axis, shape in ((0, (2, 3)), (-2, (1, 3)), (1, (4, 2)), (-1, (4, 1))):
        x, edge, other = between(-1, 1, 4, 3), between(-1, 1, *shape), between(-1, 1, *shape)
        for options in ({"prepend": edge}, {"append": edge}, {"prepend": edge, "append": other}):
            yield Sample(np.diff, (x,), {"axis": axis, **options})


SAMPLES = [*joined(), *products(), *cumulative(), *differences()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
