import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

linalg = pytest.importorskip("scipy.linalg")

from s2sgrad import grad, hvp, jvp  # noqa: E402
from tests.differences import check as check_program  # noqa: E402
from tests.differences import check_quickly, refused  # noqa: E402
from tests.rules.matrices import apart  # noqa: E402

ANY = ((4, 3), (3, 4), (3, 3), (1, 1), (1, 3))


def several(function, shapes, *weights, **passed):
    return [Sample(function, (apart(*s),), passed, weights=w, single=False) for s in shapes for w in weights]


TRIANGLES = [{}, {"lower": True}, {"lower": False}]
SAMPLES = [
    # The vectors that LAPACK's default gives change their signs now and then: programs below read their squares.
    *several(linalg.eigh, ((3, 3), (1, 1)), (1, 0)),
    *several(linalg.eigh, ((3, 3),), (1, 0), lower=False),
    *(Sample(linalg.eigh, (apart(3, 3),), {"eigvals_only": True, **lower}, single=False) for lower in TRIANGLES),
    *(Sample(linalg.eigvalsh, (apart(3, 3),), lower, single=False) for lower in TRIANGLES),
    *(Sample(linalg.svd, (apart(*s),), {"compute_uv": False}, single=False) for s in ANY),
    *(Sample(linalg.svdvals, (apart(*s),), single=False) for s in ANY),
    *several(linalg.svd, ANY, (1, 1, 1), (0, 1, 0), (1, 0, 0), (0, 0, 1), full_matrices=False),
    *several(linalg.svd, ((3, 3),), (1, 1, 1), (1, 0, 0), (0, 0, 1)),
    *several(linalg.svd, ANY, (0, 1, 0)),
    *several(linalg.qr, ANY, (1, 1), (1, 0), (0, 1), mode="economic"),
    *several(linalg.qr, ANY, (1, 1, 0), (1, 0, 0), (0, 1, 0), mode="economic", pivoting=True),
    *several(linalg.schur, ((3, 3), (1, 1), (4, 4)), (1, 1), (1, 0), (0, 1)),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def polar(a):
    u, p = linalg.polar(a)
    return (u**3).sum() + (p**3).sum()


def left_polar(a):
    u, p = linalg.polar(a, side="left")
    return (u**3).sum() + (p**3).sum()


def turn_alone(a):
    return (linalg.polar(a)[0] ** 3).sum()


def stretch_alone(a):
    _, p = linalg.polar(a, "left")
    return (p**3).sum()


def triangular(a):
    t, z = linalg.schur(a)
    return (t**3).sum() + (z**3).sum() + np.trace(t)


def turned_by_schur(a):
    return ((linalg.schur(a)[1] @ np.arange(1.0, len(a) + 1)) ** 3).sum()


def orthogonal(a):
    q, r = linalg.qr(a)
    return (q**3).sum() + (r**3).sum()


def thin_orthogonal(a):
    q, r = linalg.qr(a, mode="economic")
    return (q**3).sum() + (r**3).sum()


def by_pivots(a):
    q, r, piv = linalg.qr(a, mode="economic", pivoting=True)
    return (q**3).sum() + (r**3).sum() + (a[:, piv] @ r.T)[0, 0]


def singular(a):
    u, s, vt = linalg.svd(a, full_matrices=False)
    return (u**3).sum() + (s**3).sum() + (vt**3).sum() + linalg.svdvals(a).sum()


def spectra(a):
    w, v = linalg.eigh(a @ a.T, lower=False, check_finite=False)
    _, u = linalg.eigh(a)
    values = linalg.eigvalsh(a + a.T) ** 2 * np.arange(1.0, len(a) + 1)
    return (w**3).sum() + (v[0] ** 2 * w).sum() + (u[:, 0] * u[1, 0]).sum() + values.sum()


def values_of_one_triangle(a):
    return (linalg.eigh(a, eigvals_only=True) ** 3).sum() + (linalg.eigvalsh(a, lower=False) ** 2).sum()


def values_alone(a):
    return (linalg.svd(a)[1] ** 3).sum() + (linalg.svd(a, compute_uv=False, check_finite=False) ** 2).sum()


PROGRAMS = [
    (polar, (3, 3)), (polar, (4, 3)), (left_polar, (3, 3)), (left_polar, (3, 4)), (turn_alone, (4, 3)),
    (stretch_alone, (2, 3)), (triangular, (3, 3)), (turned_by_schur, (3, 3)), (orthogonal, (3, 3)),
    (orthogonal, (2, 3)), (thin_orthogonal, (4, 3)), (by_pivots, (4, 3)), (by_pivots, (3, 3)), (by_pivots, (2, 4)),
    (spectra, (3, 3)), (values_of_one_triangle, (3, 3)), (singular, (4, 3)), (singular, (3, 3)), (values_alone, (4, 3)),
]  # fmt: skip


@pytest.mark.parametrize("f, shape", PROGRAMS, ids=lambda x: getattr(x, "__name__", str(x)))
def test_in_programs_and_their_second_derivatives(f, shape):
    check_program(f, apart(*shape))
    check_quickly(lambda a: (grad(f)(a) ** 2).sum(), apart(*shape), wrt=0)


@pytest.mark.parametrize("f", [polar, triangular, orthogonal, singular])
def test_single_precision_stays_single(f):
    check_program(f, apart(3, 3).astype(np.float32), tol=2e-3)


def test_polar_factors_far_from_any_of_equal_stretches_are_right():
    # Singular vectors are not determined here; the polar factors are.
    rng = np.random.default_rng(0)
    turn, along, h = np.linalg.qr(rng.normal(size=(3, 3)))[0], rng.normal(size=(3, 3)), 1e-4

    def slope(t):
        return grad(polar)(2.0 * turn + t * along)

    check_program(polar, 2.0 * turn)
    expected = (8 * (slope(h) - slope(-h)) - (slope(2 * h) - slope(-2 * h))) / (12 * h)
    np.testing.assert_allclose(hvp(polar)(2.0 * turn, vectors=along), expected, rtol=1e-7, atol=1e-7)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("a", [np.diag([1.0, 2.0, 0.0]), np.zeros((3, 3)), np.outer([1.0, 2, 3], [1.0, 2, 3])])
def test_the_polar_factors_of_a_singular_matrix_have_no_derivative(a):
    for f in (polar, left_polar):
        assert np.isnan(grad(f)(a)).any() and np.isnan(jvp(f)(a, tangents=np.ones((3, 3)))[1])


@pytest.mark.parametrize(
    "a", [np.eye(3), np.diag([1.0, 2.0, 1.0]), np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 2.0]])]
)
def test_schur_factors_of_equal_and_of_complex_eigenvalues_give_no_wrong_number(a):
    with np.errstate(all="ignore"):
        assert np.isnan(grad(triangular)(a)).any() and np.isnan(jvp(triangular)(a, tangents=np.ones((3, 3)))[1])


def test_eigenvectors_of_a_triangular_matrix_are_triangular_and_in_order():
    # On this the rule of Schur's factors rests.
    rng = np.random.default_rng(1)
    for n in (1, 2, 5, 9, 30):
        for _ in range(20):
            t = np.triu(rng.normal(size=(n, n))) + np.diag(rng.permutation(np.arange(n) * 3.0))
            values, vectors = np.linalg.eig(t)
            assert np.array_equal(values, np.diag(t)) and not np.tril(vectors, -1).any()


def test_a_factor_that_is_not_determined_is_refused():
    refused(polar, between(-1, 1, 2, 3), match="side=")
    refused(left_polar, between(-1, 1, 3, 2), match="side=")
    refused(orthogonal, between(-1, 1, 4, 3), match="economic")


def test_other_forms_are_refused():
    def generalized(a):
        return linalg.eigvalsh(a, np.eye(2) + a * a).sum()

    def some(a):
        return linalg.eigh(a, subset_by_index=[0, 0], eigvals_only=True).sum()

    refused(generalized, np.eye(2), match="eigvalsh")
    refused(some, np.eye(2), match="subset_by_index")

    def complex_form(a):
        return linalg.schur(a, output="complex")[0].real.sum()

    def sorted_form(a):
        return linalg.schur(a, sort="lhp")[0].sum()

    def raw(a):
        return linalg.qr(a, mode="r")[0].sum()

    refused(complex_form, np.eye(2), match="schur")
    refused(sorted_form, np.eye(2), match="sort")
    refused(raw, np.eye(2), match="qr")
