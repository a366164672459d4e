import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

linalg = pytest.importorskip("scipy.linalg")

from s2sgrad import grad  # noqa: E402
from s2sgrad.rules.scipy_factored import cho_solve, lu_solve, solve_banded  # noqa: E402
from tests.differences import check as check_program  # noqa: E402
from tests.differences import check_quickly  # noqa: E402
from tests.rules.matrices import positive, regular  # noqa: E402


def samples():
    for n, b in ((3, (3,)), (3, (3, 2)), (1, (1,))):
        for lower in (False, True):
            yield Sample(cho_solve, (positive(n), lower, between(-1, 1, *b)), single=False)
        for trans in (0, 1):
            order = np.array([2, 2, 2][:n], dtype=np.int32) if n > 1 else np.zeros(1, dtype=np.int32)
            yield Sample(lu_solve, (regular(n), order, between(-1, 1, *b)), {"trans": trans}, single=False)
    for below, above in ((1, 1), (2, 0), (0, 1), (1, 2), (0, 0), (3, 2)):
        for b in ((4,), (4, 2)):
            bands = between(-1, 1, below + above + 1, 4)
            bands[above] += 4
            yield Sample(solve_banded, (below, above, bands, between(-1, 1, *b)), single=False)
    yield Sample(solve_banded, (0, 0, between(1, 2, 1, 1), between(-1, 1, 1)), single=False)


SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def by_elimination(a, b):
    lu, piv = linalg.lu_factor(a)
    return (linalg.lu_solve((lu, piv), b) ** 3).sum() + np.log(np.abs(np.diag(lu))).sum()


def by_elimination_of_the_transpose(a, b):
    factors = linalg.lu_factor(a[::-1])
    return (linalg.lu_solve(factors, b, trans=1) ** 3).sum() + (linalg.lu_solve(factors, b * b) ** 2).sum()


def implicit_steps(a, b):
    bands = np.stack([a[0], 4.0 + a[1], a[2]])
    for _ in range(2):
        b = linalg.solve_banded((1, 1), bands, b)
    return (b**3).sum()


@pytest.mark.parametrize("f", [by_elimination, by_elimination_of_the_transpose, implicit_steps])
def test_in_programs_and_their_second_derivatives(f):
    for b in (between(-1, 1, 3), between(-1, 1, 3, 2)):
        check_program(f, regular(3), b)
        check_quickly(lambda a, b: (grad(f)(a, b) ** 2).sum(), regular(3), b, wrt=(0, 1))
    check_program(f, regular(3).astype(np.float32), between(-1, 1, 3).astype(np.float32), tol=2e-3)


def test_elements_outside_of_the_bands_have_gradient_zero():
    def f(bands, b):
        return linalg.solve_banded((1, 2), bands, b).sum()

    gradient = grad(f)(between(-1, 1, 4, 4) + 5 * np.eye(4)[2][:, None], np.ones(4))
    outside = np.array([[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]], dtype=bool)
    assert (gradient[outside] == 0).all() and (gradient[~outside] != 0).all()
