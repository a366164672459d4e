import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check as check_program
from tests.differences import refused
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


def gaussian(K, y):
    L = linalg.cholesky(K, lower=True)
    alpha = linalg.solve_triangular(L, y, lower=True)
    return 0.5 * (alpha**2).sum() + np.log(np.diag(L)).sum()


def gaussian_by_factor(K, y):
    factor = linalg.cho_factor(K)
    return 0.5 * y @ linalg.cho_solve(factor, y) + np.log(np.diag(factor[0])).sum()


def gaussian_by_lower_factor(K, y):
    c, low = linalg.cho_factor(K, lower=True)
    return y @ linalg.cho_solve((c, low), y * 2)


def flow(A, x):
    for _ in range(2):
        x = linalg.expm(0.1 * A) @ x
    return (x**2).sum() + linalg.det(A) + linalg.inv(A).sum()


def structured(c, x):
    return (linalg.solve(linalg.toeplitz(c) + linalg.circulant(c * 0.1), x) ** 2).sum()


def spectrum(A, x):
    w, v = linalg.eigh(A)
    return (w**3).sum() + ((v.T @ x) ** 2 * w).sum()


@pytest.mark.parametrize(
    "case",
    [
        (gaussian, positive(3), between(-1, 1, 3)), (gaussian_by_factor, positive(3), between(-1, 1, 3)),
        (gaussian_by_lower_factor, positive(3), between(-1, 1, 3)), (flow, regular(3), between(-1, 1, 3)),
        (structured, np.array([4.0, 1.0, 0.3]), between(-1, 1, 3)), (spectrum, positive(3), between(-1, 1, 3)),
    ],
    ids=lambda case: case[0].__name__,
)  # fmt: skip
def test_in_programs(case):
    check_program(*case)


def test_the_text():
    text = grad(gaussian, (0, 1)).source_for(np.eye(3), np.ones(3))
    assert "dy = linalg.solve_triangular(L, dalpha, trans=1, lower=True)" in text


def test_a_call_that_overwrites_its_argument_is_refused():
    def f(A, b):
        return linalg.solve(A, b, overwrite_a=True).sum()

    refused(f, np.eye(2), np.ones(2))


def test_a_matrix_of_which_one_half_is_read_is_refused():
    def f(A, b):
        return linalg.solve(A, b, assume_a="pos").sum()

    refused(f, np.eye(2), np.ones(2))


def test_what_has_no_rule_is_refused_by_name():
    def f(A):
        return linalg.schur(A)[0].sum()

    refused(f, np.eye(2), match="schur")
