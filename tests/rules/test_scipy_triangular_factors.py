import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

linalg = pytest.importorskip("scipy.linalg")

from s2sgrad import grad  # noqa: E402
from tests.differences import check as check_program  # noqa: E402
from tests.differences import check_quickly, refused  # noqa: E402
from tests.rules.matrices import positive, regular  # noqa: E402


def samples():
    for n in (1, 3):
        for lower in (False, True):
            yield Sample(linalg.cholesky, (positive(n),), {"lower": lower}, single=False)
        for order in ([0, 1, 2], [2, 0, 1]):
            matrix = regular(n)[order[:n]] if n > 1 else regular(n)
            for weights in ((0, 1, 1), (0, 1, 0), (1, 0, 1)):
                yield Sample(linalg.lu, (matrix,), weights=weights, single=False)
            yield Sample(linalg.lu_factor, (matrix,), single=False)


SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def of_elimination(a):
    p, l, u = linalg.lu(a)
    return (l**3).sum() + (u**3).sum() + (p @ l)[0, 1]


def lower_alone(a):
    return (linalg.lu(a)[1] ** 3).sum()


def packed(a):
    lu, _ = linalg.lu_factor(a, check_finite=False)
    return (lu**3).sum()


@pytest.mark.parametrize("f", [of_elimination, lower_alone, packed])
def test_in_programs_and_their_second_derivatives(f):
    a = regular(4)[[3, 1, 0, 2]]
    check_program(f, a)
    check_quickly(lambda a: (grad(f)(a) ** 2).sum(), a, wrt=0)
    check_program(f, a.astype(np.float32), tol=2e-3)


def test_in_a_function_whose_matrix_is_made_inside():
    def f(a, x):
        _, _, u = linalg.lu(a @ a.T + np.outer(x, x))
        return (u**2).sum()

    check_program(f, regular(3), between(-1, 1, 3))


def test_a_matrix_that_is_not_square_is_refused():
    refused(lower_alone, between(-1, 1, 3, 2), match="square")
    refused(packed, between(-1, 1, 2, 3), match="square")


def test_rows_in_order_are_refused_by_the_name_of_the_keyword():
    def f(a):
        return linalg.lu(a, permute_l=True)[0].sum()

    refused(f, regular(2), match="permute_l")
