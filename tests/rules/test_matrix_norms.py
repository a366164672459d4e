import numpy as np
import pytest

from tests.differences import check as check_program
from tests.rules.harness import check
from tests.rules.samples import between
from tests.rules.test_norms import axes_of, norm, of_orders

inf = np.inf
MATRICES = (((3, 4), None), ((3, 3), (0, 1)), ((2, 3, 4), (-2, -1)), ((2, 3, 4), (1, 2)), ((1, 1), None))
STACKS = ((3, 4), (4, 3), (2, 3, 4), (1, 1), (2, 2, 3, 3))
ORDERS = (None, "fro", "nuc", 1, -1, 2, -2, inf, -inf)

SAMPLES = [
    *(s for shape, axis in MATRICES for s in of_orders(norm, shape, ORDERS, **axes_of(axis))),
    *(s for shape, axis in MATRICES for s in of_orders(norm, shape, ORDERS, keepdims=True, **axes_of(axis))),
    *of_orders(norm, (3, 4, 2), (None, "fro"), axis=(0, 2)),
]
if hasattr(np.linalg, "matrix_norm"):
    SAMPLES += [
        s for keep in (False, True) for shape in STACKS
        for s in of_orders(np.linalg.matrix_norm, shape, ORDERS[1:], keepdims=keep)
    ]  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def largest_row(a):
    return np.linalg.norm(a, np.inf) ** 2


def nuclear(a):
    return np.linalg.norm(a, "nuc") ** 2 + np.linalg.norm(a, 2)


@pytest.mark.parametrize("f", [largest_row, nuclear])
def test_in_programs(f):
    a = between(-1, 1, 3, 4)
    check_program(f, a)
    check_program(f, a.astype(np.float32), tol=1e-3)
