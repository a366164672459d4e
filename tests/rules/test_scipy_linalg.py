import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

linalg = pytest.importorskip("scipy.linalg")

from s2sgrad import grad, jvp  # noqa: E402
from tests.differences import check as check_program  # noqa: E402
from tests.differences import refused  # noqa: E402


def norms():
    for order in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
        yield Sample(linalg.norm, (between(-1, 1, 3, 4),), {"ord": order})
        yield Sample(linalg.norm, (between(-1, 1, 2, 3, 4),), {"ord": order, "axis": (1, 2)})
    for order in (None, 1, 2, 3, np.inf, -np.inf):
        yield Sample(linalg.norm, (between(0.5, 1, 4),), {"ord": order})
        yield Sample(linalg.norm, (between(0.5, 1, 2, 4),), {"ord": order, "axis": 1, "keepdims": True})
    for order in (1, np.inf):
        yield Sample(linalg.norm, (between(-1, 1, 3, 4),), {"ord": order, "keepdims": True})
        yield Sample(linalg.norm, (np.asfortranarray(between(-1, 1, 5, 5)),), {"ord": order})
        yield Sample(linalg.norm, (between(-1, 1, 7, 7),), {"ord": order})


def blocks():
    yield Sample(linalg.block_diag, (between(-1, 1, 2, 3),))
    yield Sample(linalg.block_diag, (between(-1, 1, 2, 3), between(-1, 1, 1, 1)))
    yield Sample(linalg.block_diag, (between(-1, 1, 2, 3), between(-1, 1, 1, 1), between(-1, 1, 3, 2)))
    yield Sample(linalg.block_diag, (between(-1, 1, 2, 0), between(-1, 1, 1, 2)))


SAMPLES = [*norms(), *blocks()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def on_the_diagonal(a, b, s):
    parts = linalg.block_diag(a, b, s, b[0], a.T, 2.0 * a)
    return (parts**3).sum() + (parts @ parts.T)[0, 1] + linalg.block_diag(b[1]).sum()


def kept_apart(a, b):
    u, v = linalg.block_diag(a, b), linalg.block_diag(b)
    return (u * np.arange(u.size).reshape(u.shape)).sum() + v[1, 1] ** 2


def distances(a, b):
    return linalg.norm(a) * linalg.norm(b, 1) + linalg.norm(a[0], check_finite=False) + linalg.norm(b, np.inf)


def test_in_programs():
    check_program(on_the_diagonal, between(-1, 1, 2, 3), between(-1, 1, 2, 2), 0.7)
    check_program(kept_apart, between(-1, 1, 2, 3), between(-1, 1, 2, 2))
    check_program(distances, between(-1, 1, 2, 3), between(-1, 1, 3, 3))
    check_program(distances, between(-1, 1, 2, 3).astype(np.float32), between(-1, 1, 3, 3).astype(np.float32))


def test_second_derivatives():
    for f in (on_the_diagonal, kept_apart, distances):
        args = (between(-1, 1, 2, 3), between(-1, 1, 2, 2), 0.7)[: f.__code__.co_argcount]
        check_program(lambda *a, f=f: (grad(f)(*a) ** 2).sum(), *args)


@pytest.mark.parametrize("order", [1, np.inf])
def test_lines_that_are_largest_together_share_the_adjoint(order):
    def f(a):
        return linalg.norm(a, order)

    a = np.array([[1.0, -1.0], [-1.0, 1.0]])
    np.testing.assert_array_equal(grad(f)(a), np.sign(a) / 2)
    assert jvp(f)(a, tangents=a)[1] == 2.0


def test_the_norm_of_zeros_has_gradient_zero():
    def f(a):
        return linalg.norm(a)

    np.testing.assert_array_equal(grad(f)(np.zeros((2, 2))), np.zeros((2, 2)))
    np.testing.assert_array_equal(grad(f)(np.zeros(2)), np.zeros(2))


def test_blocks_that_are_stacks_are_refused():
    def f(a):
        return linalg.block_diag(a, a).sum()

    refused(f, np.ones((2, 2, 2)))
