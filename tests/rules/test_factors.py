import numpy as np
import pytest

from s2sgrad import grad, hvp, jvp
from tests.differences import check as check_program
from tests.differences import refused
from tests.rules.harness import check
from tests.rules.samples import Sample, between

linalg = np.linalg
SQUARE = ((3, 3), (1, 1), (2, 3, 3), (2, 1, 4, 4), (0, 2, 2))
ANY = ((4, 3), (3, 4), (3, 3), (1, 1), (1, 3), (2, 4, 3), (2, 2, 3))
FULL = ((4, 3), (3, 4), (3, 3), (2, 4, 3))


def apart(*shape):
    """Matrices with singular values, and with eigenvalues of either triangle, that lie well apart."""
    a = between(-1, 1, *shape) / 3
    k = min(shape[-2:])
    a[..., range(k), range(k)] += np.arange(1, k + 1)
    return a


def one(function, shapes, **passed):
    return [Sample(function, (apart(*shape),), passed, single=False) for shape in shapes]


def several(function, shapes, *weights, **passed):
    return [
        Sample(function, (apart(*shape),), passed, weights=each, single=False) for shape in shapes for each in weights
    ]


# The vectors without a singular value are not determined: they have no weight.
SAMPLES = [
    *(s for uplo in "LU" for s in one(linalg.eigvalsh, SQUARE, UPLO=uplo)),
    *(s for uplo in "LU" for s in several(linalg.eigh, SQUARE, (1, 1), (1, 0), (0, 1), UPLO=uplo)),
    *one(linalg.svd, ANY, compute_uv=False),
    *(s for name in ("svdvals",) if hasattr(linalg, name) for s in one(getattr(linalg, name), ANY)),
    *several(linalg.svd, ANY, (1, 1, 1), (0, 1, 0), (1, 0, 0), (0, 0, 1), full_matrices=False),
    *several(linalg.svd, ((3, 3), (2, 4, 4)), (1, 1, 1), (1, 0, 0), (0, 0, 1)),
    *several(linalg.svd, ANY, (0, 1, 0)),
    *several(linalg.qr, ANY, (1, 1), (1, 0), (0, 1)),
    *several(linalg.slogdet, SQUARE[:4], (1, 1), (0, 1)),
    *one(linalg.det, SQUARE),
    *one(linalg.pinv, ANY),
    *one(linalg.pinv, SQUARE, hermitian=True),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def gaussian(x, mean, cov):
    _, logdet = np.linalg.slogdet(cov)
    gap = x - mean
    return -0.5 * (gap @ np.linalg.solve(cov, gap) + logdet)


def spectrum(a):
    w, v = np.linalg.eigh(a)
    return (w**2).sum() + (v[:, 0] ** 3).sum()


def values_only(a):
    w, _ = np.linalg.eigh(a)
    return (w**3).sum()


def by_name(a):
    r = np.linalg.eigh(a)
    return (r.eigenvalues**3).sum() + r.eigenvectors[0, 0]


def by_index(a):
    return (np.linalg.eigh(a)[0] ** 3).sum() + np.linalg.svd(a, full_matrices=False)[1].sum()


def upper(a):
    return (np.linalg.eigh(a, UPLO="U").eigenvectors[..., 0] ** 3).sum()


def thin(a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return (u[..., 0] ** 3).sum() + (s**3).sum() + (vt[..., 0, :] ** 3).sum()


def full(a):
    u, s, vt = np.linalg.svd(a)
    return (u[..., :2] ** 3).sum() + (s**3).sum() + (vt[..., :2, :] ** 3).sum()


def middle(a):
    _, s, _ = np.linalg.svd(a)
    return (s**3).sum()


def low_rank(a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return (((u[:, :2] * s[:2]) @ vt[:2] - a) ** 2).sum()


def both_factors(a):
    q, r = np.linalg.qr(a)
    return (q**3).sum() + (r**3).sum()


def in_a_loop(a):
    for _ in range(2):
        w, v = np.linalg.eigh(a)
        a = (v * np.tanh(w)) @ v.T + a
    return (a**2).sum()


def square_root(a):
    w, v = np.linalg.eigh(a @ a.T)
    return (v * np.sqrt(w)) @ v.T


def in_a_helper(a):
    return (square_root(square_root(a) + np.eye(3)) ** 2).sum()


def in_a_branch(a):
    sign, logdet = np.linalg.slogdet(a)
    if sign > 0:
        return logdet**2
    return -logdet


PROGRAMS = [
    (spectrum, (3, 3)), (values_only, (3, 3)), (by_name, (3, 3)), (by_index, (3, 3)), (upper, (3, 3)),
    (upper, (2, 3, 3)), (thin, (4, 3)), (thin, (2, 3, 4)), (full, (4, 3)), (full, (3, 3)), (full, (3, 5)),
    (full, (2, 5, 3)), (middle, (4, 3)), (low_rank, (4, 3)), (both_factors, (4, 3)), (both_factors, (3, 3)),
    (both_factors, (3, 5)), (both_factors, (2, 5, 3)), (in_a_loop, (3, 3)), (in_a_helper, (3, 3)),
    (in_a_branch, (3, 3)),
]  # fmt: skip


@pytest.mark.parametrize("f, shape", PROGRAMS, ids=lambda x: getattr(x, "__name__", str(x)))
def test_in_programs(f, shape):
    check_program(f, apart(*shape))


def test_single_precision_stays_single():
    check_program(spectrum, apart(3, 3).astype(np.float32))
    check_program(thin, apart(4, 3).astype(np.float32))
    check_program(both_factors, apart(4, 3).astype(np.float32))


def test_a_density():
    a = apart(3, 3)
    check_program(gaussian, between(-1, 1, 3), between(-1, 1, 3), a @ a.T + np.eye(3))


WEIGHTS = np.array([[1.0, 2.0, 0.0], [2.0, 5.0, 1.0], [0.0, 1.0, 3.0]])
TWO_EQUAL = np.diag([1.0, 1.0, 2.0])


def weighted_root(a):
    w, v = np.linalg.eigh(a)
    return (WEIGHTS * ((v * np.sqrt(w)) @ v.T)).sum()


def largest(a):
    _, v = np.linalg.eigh(a)
    return v[:, -1] @ WEIGHTS @ v[:, -1]


def test_vectors_of_equal_eigenvalues_give_no_wrong_number():
    with np.errstate(all="ignore"):
        gradient = grad(weighted_root)(TWO_EQUAL)
        _, along = jvp(weighted_root)(TWO_EQUAL, tangents=WEIGHTS)
    assert np.isnan(gradient[1, 0]) and np.isnan(along)  # it is 2, which no derivative of a single vector tells


def test_a_vector_apart_from_equal_eigenvalues_is_right():
    with np.errstate(all="ignore"):
        _, along = jvp(largest)(TWO_EQUAL, tangents=WEIGHTS)
    h = 1e-6
    expected = (largest(TWO_EQUAL + h * WEIGHTS) - largest(TWO_EQUAL - h * WEIGHTS)) / (2 * h)
    np.testing.assert_allclose([along, (grad(largest)(TWO_EQUAL) * WEIGHTS).sum()], [expected, expected], rtol=1e-7)


OFF = np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 2.0], [0.0, -1.0, 0.0]])
FUNCTIONS = [np.log, np.sqrt, np.tanh, np.square, lambda w: 0 * w + 1, lambda w: w - 1]


def of_symmetric(f, weights):
    def function(a):
        w, v = np.linalg.eigh(a)
        return (weights * ((v * f(w)) @ v.T)).sum()

    return function


def of_any(f, weights):
    def function(a):
        u, s, vt = np.linalg.svd(a, full_matrices=False)
        return (weights * ((u * f(s)) @ vt)).sum()

    return function


def no_wrong_number(f, a, direction, expected):
    """Each mode gives ``expected`` or NaN: no number that is only a part of it."""
    with np.errstate(all="ignore"):
        found = (grad(f)(a) * direction).sum(), jvp(f)(a, tangents=direction)[1]
    for value in found:
        assert np.isnan(value) or np.isclose(value, expected, atol=1e-7), (value, expected)


@pytest.mark.parametrize("weights", [WEIGHTS, OFF, np.ones((3, 3)), np.eye(3)], ids=["full", "off", "ones", "eye"])
@pytest.mark.parametrize("f", FUNCTIONS)
def test_functions_of_matrices_with_equal_values_give_no_part_of_the_gradient(f, weights):
    # Of c times the identity, the derivative of a function of the matrix is f'(c) times the direction.
    symmetric, h = WEIGHTS + WEIGHTS.T, 1e-5
    for c in (1.0, 2.0):
        rate = (f(np.array([c + h])) - f(np.array([c - h])))[0] / (2 * h)
        no_wrong_number(of_symmetric(f, weights), c * np.eye(3), symmetric, rate * (weights * symmetric).sum())
        # Of any matrix, what is skew moves the factors alone: by f(c) / c.
        skew = OFF - OFF.T
        slope = rate * (weights * symmetric).sum() + f(np.array([c]))[0] / c * (weights * skew).sum()
        no_wrong_number(of_any(f, weights), c * np.eye(3), symmetric + skew, slope)


@pytest.mark.parametrize("weights", [WEIGHTS, OFF], ids=["full", "off"])
@pytest.mark.parametrize("f", [np.tanh, lambda s: s, lambda s: s**3])
def test_functions_of_a_matrix_of_zeros_give_no_part_of_the_gradient(f, weights):
    rate = f(np.array([1e-6]))[0] / 1e-6
    for shape in ((3, 3), (3, 2), (2, 3)):
        cut = np.ix_(*map(range, shape))
        no_wrong_number(of_any(f, weights[cut]), np.zeros(shape), OFF[cut] + 1, rate * (weights * (OFF + 1))[cut].sum())
    symmetric = WEIGHTS + WEIGHTS.T
    no_wrong_number(of_symmetric(f, weights), np.zeros((3, 3)), symmetric, rate * (weights * symmetric).sum())


def kept(a):
    u, _, _ = np.linalg.svd(a, full_matrices=False)
    return u[:, 0] @ np.arange(1.0, len(a) + 1) * u[0, 0]


def kept_of_full(a):
    _, _, vt = np.linalg.svd(a)
    return vt[0] @ np.arange(1.0, a.shape[1] + 1) * vt[0, 0]


@pytest.mark.parametrize("f", [kept, kept_of_full])
@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (3, 4)])
def test_a_singular_vector_apart_from_equal_values_is_right(f, shape):
    a = np.zeros(shape)
    a[range(3), range(3)] = 3, 1, 1
    direction, h = np.random.default_rng(1).normal(size=shape), 1e-6
    expected = (f(a + h * direction) - f(a - h * direction)) / (2 * h)
    np.testing.assert_allclose((grad(f)(a) * direction).sum(), expected, rtol=1e-7)
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(jvp(f)(a, tangents=direction)[1], expected, rtol=1e-7)


def null_vector(a):
    _, _, vt = np.linalg.svd(a)
    return (vt[-1] @ np.arange(1.0, a.shape[1] + 1)) ** 2


@pytest.mark.parametrize("shape", [(3, 3), (6, 3)])
def test_what_spans_the_kernel_of_a_matrix_is_right_to_rounding_errors(shape):
    # The last singular value is 0 but for rounding errors, which were divided by each other.
    m, n = shape
    rng = np.random.default_rng(5)
    for _ in range(20):
        b, c = rng.normal(size=(m, n - 1)), rng.normal(size=(n - 1, n))
        db, dc = rng.normal(size=b.shape), rng.normal(size=c.shape)
        a, da = b @ c, db @ c + b @ dc

        def moved(t):
            x = np.cross(*(c + t * dc))  # spans the kernel of b @ c
            return (x @ np.arange(1.0, n + 1)) ** 2 / (x @ x)

        h = 1e-5
        expected = (moved(h) - moved(-h)) / (2 * h)
        np.testing.assert_allclose((grad(null_vector)(a) * da).sum(), expected, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(jvp(null_vector)(a, tangents=da)[1], expected, rtol=1e-6, atol=1e-6)


def sums_of_values(a):
    return (np.linalg.eigvalsh(a + a.T) ** 3).sum() + (np.linalg.svd(a, compute_uv=False) ** 3).sum()


def sums_beside_vectors(a):
    w, _ = np.linalg.eigh(a + a.T)
    _, s, _ = np.linalg.svd(a)
    return (w**3).sum() + (s**3).sum()


@pytest.mark.parametrize("f", [sums_of_values, sums_beside_vectors])
def test_what_treats_equal_values_alike_is_right(f):
    for a in (np.eye(3), TWO_EQUAL, np.zeros((3, 3)), np.diag([1.0, -1.0, 1.0])):
        direction, h = OFF + WEIGHTS, 1e-6
        expected = (f(a + h * direction) - f(a - h * direction)) / (2 * h)
        np.testing.assert_allclose((grad(f)(a) * direction).sum(), expected, rtol=1e-7, atol=1e-7)
        np.testing.assert_allclose(jvp(f)(a, tangents=direction)[1], expected, rtol=1e-7, atol=1e-7)


def distance(a):
    return ((np.linalg.eigvalsh(a) - 1) ** 2).sum()


def distance_by_singular_values(a):
    return ((np.linalg.svd(a, compute_uv=False) - 1) ** 2).sum()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", [distance, distance_by_singular_values])
def test_second_derivatives_at_equal_values_are_no_part_of_the_right_ones(f):
    # At the identity, both are the square of what is symmetric in the change, but for terms of third order.
    symmetric = WEIGHTS + WEIGHTS.T
    gradient, expected = grad(f), 2 * (symmetric**2).sum()
    found = (hvp(f)(np.eye(3), vectors=symmetric) * symmetric).sum()
    again = (grad(lambda a: (gradient(a) * symmetric).sum())(np.eye(3)) * symmetric).sum()
    for value in (found, again):
        assert np.isnan(value) or np.isclose(value, expected)


TURN = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
ALONG = np.random.default_rng(1).normal(size=(3, 3))


def nearly(*values, dtype=float):
    """A symmetric matrix with these eigenvalues, but for rounding errors."""
    found = (TURN * np.array(values)) @ TURN.T
    return ((found + found.T) / 2).astype(dtype)


def symmetric_exponential(a):
    w, v = np.linalg.eigh((a + np.swapaxes(a, -1, -2)) / 2)
    return (((v * np.exp(w)[..., None, :]) @ np.swapaxes(v, -1, -2)) * WEIGHTS).sum()


def symmetric_square(a):
    w, v = np.linalg.eigh((a + a.T) / 2)
    return (((v * w**2) @ v.T) * WEIGHTS).sum()


@pytest.mark.parametrize("dtype", [float, np.float32])
def test_eigenvalues_equal_but_for_rounding_errors_are_equal(dtype):
    a = nearly(2.0, 2.0, 1.0, dtype=dtype)
    direction = ALONG.astype(dtype)
    assert np.isnan(grad(symmetric_exponential)(a)).any()
    assert np.isnan(jvp(symmetric_exponential)(a, tangents=direction)[1])
    stack = np.stack([a, nearly(3.0, 2.0, 1.0, dtype=dtype)])
    found = grad(symmetric_exponential)(stack)
    assert found.dtype == dtype and np.isnan(found[0]).any()
    np.testing.assert_allclose(found[1], grad(symmetric_exponential)(stack[1]), rtol=1e-5)
    assert np.isfinite(found[1]).all()


@pytest.mark.parametrize("gap, rtol", [(1e-12, 1e-2), (1e-8, 1e-6), (1e-3, 1e-9)])
def test_eigenvalues_that_differ_by_more_than_rounding_errors_do_not_count_as_equal(gap, rtol):
    a = np.diag([2.0 + gap, 2.0, 1.0])
    expected = WEIGHTS @ a + a @ WEIGHTS  # of the square of a symmetric matrix
    np.testing.assert_allclose(grad(symmetric_square)(a), expected, rtol=rtol, atol=rtol)
    direction = ALONG + ALONG.T
    along = jvp(symmetric_square)(a, tangents=direction)[1]
    np.testing.assert_allclose(along, (expected * direction).sum(), rtol=rtol)


def cubes(a):
    return (np.linalg.eigvalsh((a + a.T) / 2) ** 3).sum()


def cubes_beside_vectors(a):
    w, _ = np.linalg.eigh((a + a.T) / 2)
    return (w**3).sum()


@pytest.mark.parametrize("f", [cubes, cubes_beside_vectors])
def test_what_treats_values_alike_that_are_equal_but_for_rounding_errors(f):
    a = nearly(2.0, 2.0, 1.0)
    np.testing.assert_allclose(grad(f)(a), 3 * a @ a, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(jvp(f)(a, tangents=ALONG)[1], (3 * a @ a * ALONG).sum(), rtol=1e-12)
    gradient = grad(f)
    for along in (ALONG, np.eye(3)):
        expected = 3 * (a @ (along + along.T) + (along + along.T) @ a) / 2
        again = grad(lambda a, along=along: (gradient(a) * along).sum())(a)
        for found in (hvp(f)(a, vectors=along), again):
            assert np.isnan(found).any() or np.allclose(found, expected, rtol=1e-9)
    # Along the identity the vectors do not turn.
    np.testing.assert_allclose(hvp(f)(a, vectors=np.eye(3)), 6 * a, rtol=1e-9, atol=1e-9)


def test_a_vector_apart_from_eigenvalues_equal_but_for_rounding_errors_is_right():
    a, h, direction = nearly(1.0, 1.0, 2.0), 1e-6, ALONG + ALONG.T
    expected = (largest(a + h * direction) - largest(a - h * direction)) / (2 * h)
    np.testing.assert_allclose((grad(largest)(a) * direction).sum(), expected, rtol=1e-7)
    np.testing.assert_allclose(jvp(largest)(a, tangents=direction)[1], expected, rtol=1e-7)


def nuclear_of_outer(p, q):
    return np.linalg.norm(np.outer(p, q), "nuc")


def values_of_outer(p, q):
    return np.linalg.svd(np.outer(p, q), compute_uv=False).sum()


@pytest.mark.parametrize("f", [nuclear_of_outer, values_of_outer])
def test_singular_values_that_are_0_but_for_rounding_errors(f):
    # The one that is not 0 is the product of the lengths, and so is the sum.
    p, q, along = np.array([1.0, 2.0, -0.5, 0.3]), np.array([1.0, -1.0, 2.0]), np.array([0.3, 0.1, -1.0, 0.4])
    for m, n in ((4, 3), (3, 3), (2, 3), (2, 2), (2, 1)):
        x, y, d = p[:m], q[:n], along[:m]
        length, unit = np.linalg.norm(x), x / np.linalg.norm(x)
        np.testing.assert_allclose(grad(f)(x, y), unit * np.linalg.norm(y), rtol=1e-12)
        expected = np.linalg.norm(y) / length * (d - unit * (unit @ d))
        found = hvp(f)(x, y, vectors=d)
        assert np.isnan(found).all() if (m, n) in ((4, 3), (3, 3), (2, 3)) else np.allclose(found, expected, rtol=1e-9)


def polar(a):
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return ((u @ vt) * WEIGHTS).sum()


def test_singular_values_equal_but_for_rounding_errors_are_equal():
    right = TURN @ np.array([[0.6, 0.8, 0.0], [-0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
    a, h = (TURN * np.array([2.0, 2.0, 1.0])) @ right, 1e-6
    expected = (polar(a + h * ALONG) - polar(a - h * ALONG)) / (2 * h)
    no_wrong_number(polar, a, ALONG, expected)
    no_wrong_number(polar, np.outer(a[0], a[1]) + 1e-17 * a, ALONG, np.nan)


def test_the_singular_values_of_a_symmetric_matrix_are_refused_by_the_name_of_the_keyword():
    def f(a):
        return np.linalg.svd(a, hermitian=True)[1].sum()

    refused(f, apart(3, 3), match="hermitian")


def test_the_raw_form_of_qr_is_refused():
    def f(a):
        h, _ = np.linalg.qr(a, mode="raw")
        return h.sum()

    refused(f, apart(3, 3))


def orthogonal_alone(a):
    q, _ = np.linalg.qr(a)
    return np.sum(q**3)


def orthogonal_by_place(a):
    return np.sum(np.linalg.qr(a)[0] ** 3) + np.sum(np.linalg.qr(2 * a).Q ** 2 * np.arange(a.shape[-1] + 1)[-1])


@pytest.mark.parametrize("f", [orthogonal_alone, orthogonal_by_place])
@pytest.mark.parametrize("shape", [(3, 3), (2, 3), (3, 2), (2, 2, 3)])
def test_one_factor_without_the_other(f, shape):
    check_program(f, np.random.default_rng(0).normal(size=shape))
