import numpy as np
import pytest

from tests.differences import check as check_program
from tests.differences import refused
from tests.rules.harness import check
from tests.rules.samples import Sample, apart, between

norm, inf = np.linalg.norm, np.inf
VECTORS = (((3,), None), ((3,), 0), ((2, 3), 1), ((2, 3), 0), ((2, 3, 4), -1), ((1,), None), ((2, 3, 4, 2), 2))
ORDERS = (None, 0, 1, 2, 3, 2.5, inf, -inf)


def axes_of(axis):
    return {} if axis is None else {"axis": axis}


def of_orders(function, shape, orders, **passed):
    x = (apart(0.5, 2, *shape) + between(0, 0.01, *shape)) * _signs(shape)  # sums of columns are apart, too
    return [Sample(function, (x,), {"ord": o, **passed}, single=o != 0) for o in orders]


def _signs(shape):
    return np.where(np.arange(np.prod(shape)).reshape(shape) % 3 == 0, -1.0, 1.0)


SAMPLES = [
    *(s for shape in ((3,), (2, 3), (2, 3, 4), ()) for s in of_orders(norm, shape, (None,))),
    *(s for shape, axis in VECTORS for s in of_orders(norm, shape, ORDERS, **axes_of(axis))),
    *(s for shape, axis in VECTORS for s in of_orders(norm, shape, ORDERS, keepdims=True, **axes_of(axis))),
]
if hasattr(np.linalg, "vector_norm"):
    SAMPLES += [
        *(s for shape in ((3,), (2, 3), (2, 3, 4)) for s in of_orders(np.linalg.vector_norm, shape, ORDERS[1:])),
        *(s for axis in (0, -1, (0, 2)) for s in of_orders(np.linalg.vector_norm, (2, 3, 4), ORDERS[1:], axis=axis)),
    ]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def smallest(a):
    return (np.linalg.norm(a, -np.inf, axis=1) ** 2).sum()


def by_order(a, p):
    return np.linalg.norm(a, p, axis=1).sum()


def in_a_loop(a, x):
    for _ in range(3):
        x = a @ x
        x = x / np.linalg.norm(x, 3)
    return x[0]


def test_in_programs():
    a = between(-1, 1, 3, 4)
    check_program(smallest, a)
    check_program(smallest, a.astype(np.float32))
    check_program(by_order, a, 3, wrt=0)
    check_program(in_a_loop, between(-1, 1, 3, 3), between(1, 2, 3))


def test_ties_share():
    def f(x):
        return np.linalg.norm(x, np.inf)

    check_program(f, np.array([-2.0, 1.0, 2.0]), wrt=0, expect=np.array([-0.5, 0.0, 0.5]), kink=True)


def test_zero_at_zero():
    def f(x):
        return np.linalg.norm(x, 3)

    check_program(f, np.zeros(3), wrt=0, expect=np.zeros(3), kink=True)


def test_the_order_must_be_known():
    refused(by_order, between(-1, 1, 3, 4), 1.5, wrt=0, match="norm")
