import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

linalg = pytest.importorskip("scipy.linalg")

from s2sgrad import grad  # noqa: E402
from tests.differences import check as check_program  # noqa: E402
from tests.differences import check_quickly, refused  # noqa: E402
from tests.rules.matrices import regular  # noqa: E402


def systems():
    for n, b in ((3, (3,)), (3, (3, 2)), (1, (1,))):
        yield Sample(linalg.solve, (regular(n), between(-1, 1, *b)), single=False)
        for trans in (0, 1):
            for lower in (False, True):
                for unit in (False, True):
                    options = {"trans": trans, "lower": lower, "unit_diagonal": unit}
                    yield Sample(linalg.solve_triangular, (regular(n), between(-1, 1, *b)), options, single=False)


def least_squares():
    for a in ((5, 3), (3, 3), (2, 4)):
        for b in (a[:1], (a[0], 2)):
            matrix = between(-1, 1, *a) / 3 + 2 * np.eye(*a)
            for weights in ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 1), (1, 1, 0, 1)):
                yield Sample(linalg.lstsq, (matrix, between(-1, 1, *b)), weights=weights, single=False)


SAMPLES = [*systems(), *least_squares()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def unit(a, b):
    x = linalg.solve_triangular(a, b, lower=True, unit_diagonal=True)
    return (linalg.solve_triangular(a, x, trans="T", unit_diagonal=True) ** 3).sum()


def fitted(a, b):
    x, _, rank, values = linalg.lstsq(a, b)
    return (x**3).sum() + (values**2).sum() + 0 * rank


def error_alone(a, b):
    return np.sum(linalg.lstsq(a, b)[1] ** 2)


@pytest.mark.parametrize("f", [unit, fitted])
def test_in_programs_and_their_second_derivatives(f):
    for b in (between(-1, 1, 3), between(-1, 1, 3, 2)):
        check_program(f, regular(3), b)
        check_quickly(lambda a, b: (grad(f)(a, b) ** 2).sum(), regular(3), b, wrt=(0, 1))


@pytest.mark.parametrize("f", [fitted, error_alone])
@pytest.mark.parametrize("shape", [(5, 3), (3, 3), (2, 4)])
def test_least_squares_of_any_shape(f, shape):
    for b in (between(-1, 1, shape[0]), between(-1, 1, shape[0], 2)):
        check_program(f, between(-1, 1, *shape) / 3 + 2 * np.eye(*shape), b)


def test_a_threshold_of_least_squares_is_refused_by_name():
    def f(a, b):
        return linalg.lstsq(a, b, cond=0.1)[0].sum()

    refused(f, np.eye(2), np.ones(2), match="cond=")
