import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

linalg = pytest.importorskip("scipy.linalg")

from s2sgrad import grad  # noqa: E402
from tests.differences import check as check_program  # noqa: E402
from tests.differences import refused  # noqa: E402
from tests.rules.matrices import positive, regular  # noqa: E402


def symmetric(v):
    return (v + v.T) / 2 if v.ndim == 2 and v.shape[0] == v.shape[1] else v


def samples():
    yield Sample(linalg.solve_sylvester, (regular(3), regular(2), between(-1, 1, 3, 2)), single=False)
    for n in (1, 3):
        yield Sample(linalg.solve_continuous_lyapunov, (regular(n), between(-1, 1, n, n)), single=False)
        yield Sample(linalg.solve_discrete_lyapunov, (between(-0.4, 0.4, n, n), between(-1, 1, n, n)), single=False)
    yield Sample(linalg.solve_discrete_lyapunov, (between(-0.1, 0.1, 11, 11), between(-1, 1, 11, 11)), single=False)
    for method in (None, "direct", "bilinear"):
        args = (between(-0.4, 0.4, 3, 3), between(-1, 1, 3, 3))
        yield Sample(linalg.solve_discrete_lyapunov, args, {"method": method}, single=False)
    for n, k in ((3, 2), (2, 3), (1, 1)):
        args = (between(-1, 1, n, n), between(-1, 1, n, k), positive(n), positive(k))
        yield Sample(linalg.solve_continuous_are, args, direction=symmetric, single=False)


SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def controlled(a, b, c, d):
    x = linalg.solve_continuous_are(a, b, c @ c.T, d @ d.T + np.eye(2))
    return (x**3).sum() + x[0, 1]


def covariances(a, c):
    x = linalg.solve_discrete_lyapunov(a / 9, c)
    y = linalg.solve_continuous_lyapunov(a, x @ c)
    return (x * y * np.arange(9.0).reshape(3, 3)).sum()


def test_in_programs_and_their_second_derivatives():
    check_program(covariances, regular(3), between(-1, 1, 3, 3))
    check_program(lambda a, c: (grad(covariances)(a, c) ** 2).sum(), regular(3), between(-1, 1, 3, 3))
    args = between(-1, 1, 3, 3), between(-1, 1, 3, 2), regular(3), between(-1, 1, 2, 2)
    check_program(controlled, *args)
    check_program(lambda a, b, c, d: (grad(controlled)(a, b, c, d) ** 2).sum(), *args)


def test_a_descriptor_system_is_refused_by_name():
    def f(a, e):
        return linalg.solve_continuous_are(a, a, np.eye(2), np.eye(2), e=e).sum()

    refused(f, np.eye(2), np.eye(2), match="solve_continuous_are")
