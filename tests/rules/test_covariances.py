import numpy as np
import pytest

from s2sgrad import jvp
from tests.differences import check as check_program
from tests.differences import check_pullback, refused
from tests.rules.harness import check
from tests.rules.samples import Sample

RANDOM = np.random.default_rng(0)  # of its own: samples of other files stay as they are

X = np.random.default_rng(0).normal(size=(5, 3))


def between(low, high, *shape):
    return RANDOM.uniform(low, high, shape)


def covariances():
    for options in ({}, {"ddof": 0}, {"bias": True}, {"bias": True, "ddof": 1}):
        yield Sample(np.cov, (between(-1, 1, 5),), options)
        yield Sample(np.cov, (between(-1, 1, 5), between(-1, 1, 5)), options, single=False)
        for passed in ({}, {"rowvar": False}):
            one = (5, 1) if passed else (1, 5)
            yield Sample(np.cov, (between(-1, 1, *one),), {**options, **passed}, single=False)
            more = (1, 5) if not passed else (3, 2)
            yield Sample(np.cov, (between(-1, 1, 3, 5),), {**options, **passed}, single=False)
            yield Sample(np.cov, (between(-1, 1, 3, 5), between(-1, 1, *more)), {**options, **passed}, single=False)
    for options in ({}, {"rowvar": False}):
        yield Sample(np.corrcoef, (between(-1, 1, 3, 5),), options, single=False)
        yield Sample(np.corrcoef, (between(-1, 1, *((5, 1) if options else (1, 5))),), options, single=False)
        yield Sample(np.corrcoef, (between(-1, 1, 5), between(-1, 1, 5)), options, single=False)


SAMPLES = list(covariances())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def first_column(x):
    return np.cov(x[:, :1], rowvar=False)


def first_rows(x, k=1):
    return np.cov(x[:k], ddof=0) * 2


def between_two(x):
    return np.cov(x[1 : len(x) - 3].T, rowvar=False, bias=True)


def correlation_of_first(x):
    return np.corrcoef(x[:, :1], rowvar=False)


def chosen_rows(x):
    return np.corrcoef(x[x[:, 0] > np.sort(x[:, 0])[-2]]) + 0 * x[0, 0]


ONE_OR_SEVERAL = [first_column, first_rows, between_two, correlation_of_first, chosen_rows]


@pytest.mark.parametrize("f", ONE_OR_SEVERAL, ids=lambda f: f.__name__)
def test_of_what_may_be_one_variable(f):
    check_pullback(f, X, wrt=0)
    check_program(lambda x: np.sum(f(x) ** 2) + x[0, 0] ** 2, X)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_of_as_many_variables_as_are_asked_for(k):
    check_pullback(lambda x, k: np.cov(x[:, :k], rowvar=False), X, k, wrt=(0,))
    check_pullback(lambda x, k: np.corrcoef(x[:k]), X, k, wrt=(0,))


def test_to_second_order():
    def slope(x):
        return jvp(lambda x: np.sum(np.cov(x[:, :1], rowvar=False) ** 2))(x, tangents=np.cos(X))[1]

    check_program(slope, X)


def test_with_weights_of_what_may_be_one_variable_is_refused():
    refused(lambda x, w: np.sum(np.cov(x[:, :1], rowvar=False, aweights=w)), X, np.ones(5), wrt=0)
