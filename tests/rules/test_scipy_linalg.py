import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

linalg = pytest.importorskip("scipy.linalg")

from s2sgrad.rules.scipy_linalg import cho_solve  # noqa: E402


def regular(n):
    return between(-1, 1, n, n) + n * np.eye(n)


def positive(n):
    a = between(-1, 1, n, n)
    return a @ a.T + n * np.eye(n)


def systems():
    for n, b in ((3, (3,)), (3, (3, 2)), (1, (1,))):
        yield Sample(linalg.solve, (regular(n), between(-1, 1, *b)), single=False)
        for trans in (0, 1):
            for lower in (False, True):
                options = {"trans": trans, "lower": lower}
                yield Sample(linalg.solve_triangular, (regular(n), between(-1, 1, *b)), options, single=False)
    yield Sample(linalg.solve_sylvester, (regular(3), regular(2), between(-1, 1, 3, 2)), single=False)


    for n, b in ((3, (3,)), (3, (3, 2)), (1, (1,))):
        for lower in (False, True):
            yield Sample(cho_solve, (positive(n), lower, between(-1, 1, *b)), single=False)


def factors():
    for n in (1, 3):
        for lower in (False, True):
            yield Sample(linalg.cholesky, (positive(n),), {"lower": lower}, single=False)
        yield Sample(linalg.inv, (regular(n),), single=False)
        yield Sample(linalg.det, (regular(n),), single=False)
        yield Sample(linalg.expm, (between(-1, 1, n, n),), single=False)
        yield Sample(linalg.eigh, (positive(n) + np.diag(np.arange(n) * 3.0),), single=False, weights=(1.0, 0.0))


SAMPLES = [*systems(), *factors()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
