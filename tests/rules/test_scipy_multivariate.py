import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

stats = pytest.importorskip("scipy.stats")

from scipy import special  # noqa: E402, F401

from s2sgrad import grad  # noqa: E402
from s2sgrad.errors import Refusal  # noqa: E402
from s2sgrad.rules.scipy_multivariate import DIRICHLET, ENTROPY, GAUSSIAN  # noqa: E402
from tests.differences import check as check_program  # noqa: E402
from tests.differences import refused  # noqa: E402
from tests.rules.matrices import positive  # noqa: E402

COV = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 1.0]])


def balanced(v):
    return v - v.mean(axis=0)


def shares(*shape):
    parts = between(0.2, 1, *shape)
    return parts / parts.sum(axis=0)


SAMPLES = [
    *(Sample(GAUSSIAN, (between(-1, 1, *s), between(-1, 1, 3), COV), single=False) for s in ((3,), (4, 3))),
    Sample(ENTROPY, (between(-1, 1, 3), COV), single=False),
    Sample(ENTROPY, (), {"cov": COV}, single=False),
    *(
        Sample(DIRICHLET, (shares(3, *more), between(0.5, 3, 3)), direction=balanced, single=False)
        for more in ((), (4,))
    ),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def likelihood(x, mean, a):
    return stats.multivariate_normal.logpdf(x, mean, a @ a.T).sum() + stats.multivariate_normal.entropy(cov=a @ a.T)


def centered(x, a):
    return stats.multivariate_normal.logpdf(x, cov=a @ a.T).sum()


def round_one(x, a):
    return stats.multivariate_normal.logpdf(x, a[0]).sum() + stats.multivariate_normal.logpdf(x * x, mean=a[1]).sum()


def spread(mean, cov):
    return stats.multivariate_normal.entropy(mean, cov=cov) ** 2


def soft(w, alpha):
    x = np.exp(w) / np.exp(w).sum(axis=0)
    return np.sum(stats.dirichlet.logpdf(x, np.exp(alpha)) * 1.5)


@pytest.mark.parametrize(
    "f, args",
    [
        *((likelihood, (between(-1, 1, *s), between(-1, 1, 3), positive(3))) for s in ((3,), (4, 3))),
        *((f, (between(-1, 1, *s), positive(3))) for f in (centered, round_one) for s in ((3,), (4, 3))),
        (spread, (between(-1, 1, 3), positive(3))),
        *((soft, (between(-1, 1, *s), between(-1, 1, 3))) for s in ((3,), (3, 4))),
    ],
)
def test_in_programs_and_their_second_derivatives(f, args):
    check_program(f, *args)
    for k in range(len(args)):
        slope = grad(f, k)
        check_program(lambda *a, slope=slope: np.sum(slope(*a) ** 2), *args)


def test_the_covariances_of_an_entropy_count_once():
    def f(cov):
        return stats.multivariate_normal.entropy(cov=cov)

    expected = np.linalg.inv(COV) / 2
    np.testing.assert_allclose(grad(f)(COV), np.tril(expected) + np.tril(expected, -1), rtol=1e-14)


def test_a_density_without_its_last_share_is_refused():
    def f(x, alpha):
        return stats.dirichlet.logpdf(x, alpha)

    refused(f, np.array([0.2, 0.3]), np.array([1.0, 2.0, 3.0]), match="shares")
    refused(f, np.array([0.2]), np.array([1.0, 2.0]), match="shares")


def test_a_density_of_which_nothing_is_known_raises_without_its_last_share():
    # The outer derivative does not ask for lengths.
    def f(x, alpha):
        return stats.dirichlet.logpdf(x, alpha).sum()

    slope = grad(f)
    for x in (np.array([0.2]), np.array([[0.2, 0.3]])):
        with pytest.raises((Refusal, ValueError)):
            grad(lambda x, alpha: slope(x, alpha).sum())(x, np.array([1.0, 2.0]))


def test_one_place_in_a_matrix_of_which_scipy_makes_a_number_is_refused():
    refused(likelihood, between(-1, 1, 1, 3), between(-1, 1, 3), positive(3), match="one place")
    refused(soft, between(-1, 1, 3, 1), between(-1, 1, 3), match="one place")


def test_a_vector_that_scipy_takes_for_several_places_on_a_line_is_refused():
    def f(x):
        return stats.multivariate_normal.logpdf(x).sum()

    refused(f, between(-1, 1, 3))


def test_a_covariance_that_is_a_number_is_refused():
    def f(c):
        return stats.multivariate_normal.entropy(cov=c)

    refused(f, 2.0)
