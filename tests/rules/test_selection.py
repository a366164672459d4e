import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import PAIRS, Known, Sample, between, binary, numbers, unary


def choices():
    for a, b in PAIRS:
        condition = between(-1, 1, *np.broadcast_shapes(a, b)) > 0
        yield Sample(np.where, (condition, between(-2, 2, *a), between(-2, 2, *b)))
    for c in (True, False, np.True_, np.array(False), np.array([True, False])):
        yield from (Sample(np.where, (c, x, z)) for x in numbers(1, 2) for z in numbers(-2, -1))
    yield Sample(np.where, (between(-1, 1, 3) > 0, between(-1, 1, 3), Known(0)))
    yield Sample(np.where, (between(-1, 1, 2, 1) > 0, Known(1), between(-1, 1, 3)))


def clips():
    for low, high in ((-0.5, 0.7), (Known(-0.5), Known(0.7)), (None, 0.7), (-0.5, None), (np.full(3, -0.5), 0.7)):
        values = [between(-2, 2, 2, 3), between(-2, 2, 0, 3), *numbers(-2, 2)]
        yield from (Sample(np.clip, (x, low, high)) for x in values)
    yield Sample(np.clip, (between(-2, 2, 9), np.full(9, 0.5), np.full(9, -0.5)))
    below_inside_above = np.array([[-1.7], [0.0], [1.6]])
    yield Sample(np.clip, (below_inside_above, between(-1, -0.1, 4), between(0.1, 1, 3, 4)))


def apart(sample):
    """The same call with operands of which no two are so close that a small change exchanges them."""
    return Sample(sample.function, tuple(_moved(a, 0.005 * i) for i, a in enumerate(sample.args)))


def _moved(value, shift):
    moved = np.round(value, 2) + shift
    return np.asarray(moved) if isinstance(value, np.ndarray) else type(value)(moved)


SAMPLES = [
    *(Sample(np.sort, (between(-2, 2, *shape),)) for shape in ((5,), (1,), (0,), (3, 4), (2, 1, 3), (2, 0))),
    *(Sample(np.sort, (between(-2, 2, 3, 4),), {"axis": axis}) for axis in (0, 1, -1)),
    *choices(),
    *clips(),
    *(apart(s) for f in (np.maximum, np.minimum, np.fmax, np.fmin) for s in binary(f, (-2, 2), (-1.9, 2.1))),
    *(Sample(np.maximum, (x, Known(0))) for x in [between(-2, 2, 2, 3), *numbers(-2, 2)]),
    *(Sample(np.maximum, (Known(0.0), x)) for x in [between(-2, 2, 2, 3), *numbers(-2, 2)]),
    *(Sample(np.minimum, (x, Known(0))) for x in [between(-2, 2, 2, 3), *numbers(-2, 2)]),
    *unary(np.nan_to_num),
    *binary(np.heaviside),
    Sample(np.heaviside, (Known(0), 0.5)),
    Sample(np.heaviside, (Known(0), between(-1, 1, 3))),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
