import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

linalg = pytest.importorskip("scipy.linalg")

from s2sgrad import grad, hvp, jvp  # noqa: E402
from s2sgrad.errors import GradientError  # noqa: E402
from tests.differences import check as check_program  # noqa: E402
from tests.differences import check_quickly, refused  # noqa: E402
from tests.rules.matrices import apart, regular  # noqa: E402

SINES = (linalg.sinm, linalg.cosm, linalg.tanm, linalg.sinhm, linalg.coshm, linalg.tanhm)


def samples():
    for n in (1, 3):
        yield Sample(linalg.inv, (regular(n),), single=False)
        yield Sample(linalg.det, (regular(n),), single=False)
        yield Sample(linalg.expm, (between(-1, 1, n, n),), single=False)
        pair = between(-1, 1, n, n), between(-1, 1, n, n)
        yield Sample(linalg.expm_frechet, pair, {"compute_expm": False}, single=False)
        yield Sample(linalg.sqrtm, (regular(n),))
        yield Sample(linalg.logm, (regular(n),), single=False)
        for function in SINES:
            yield Sample(function, (between(-0.3, 0.3, n, n),))
    for shape in ((4, 3), (3, 4), (3, 3), (1, 1), (1, 3)):
        yield Sample(linalg.pinv, (apart(*shape),))
        yield Sample(linalg.pinv, (apart(*shape),), {"rtol": 1e-12}, single=False)


SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


WEIGHTS = np.array([[1.0, 2.0, 0.0], [2.0, 5.0, 1.0], [-1.0, 1.0, 3.0]])


def root(a):
    return (WEIGHTS * linalg.sqrtm(a)).sum()


def logarithm(a):
    return (WEIGHTS * linalg.logm(a)).sum()


def exponential(a):
    return (WEIGHTS * linalg.expm(a)).sum()


def sines(a):
    total = (WEIGHTS * (linalg.sinm(a) @ linalg.cosm(a) + linalg.tanm(a / 4))).sum()
    return total + (WEIGHTS * (linalg.sinhm(a) - linalg.coshm(a) + linalg.tanhm(a))).sum()


def power(a):
    return (WEIGHTS * linalg.expm(linalg.logm(a) / 3)).sum() + linalg.det(linalg.sqrtm(a))


def whitened(a):
    half = linalg.sqrtm(a)
    return (WEIGHTS * linalg.solve(half, linalg.inv(half) @ WEIGHTS)).sum() + linalg.sqrtm(half)[0, 1]


def inverse(a):
    return (WEIGHTS * linalg.pinv(a)).sum() + (linalg.pinv(a[:, :2], check_finite=False) ** 2).sum()


@pytest.mark.parametrize("f", [root, logarithm, exponential, sines, power, whitened, inverse])
def test_in_programs_and_their_second_derivatives(f):
    a = regular(3) / 2
    check_program(f, a)
    check_quickly(lambda a: (grad(f)(a) ** 2).sum(), a, wrt=0)
    along, h = between(-1, 1, 3, 3), 1e-4
    slopes = [grad(f)(a + k * h * along) for k in (-2, -1, 1, 2)]
    expected = (8 * (slopes[2] - slopes[1]) - (slopes[3] - slopes[0])) / (12 * h)
    np.testing.assert_allclose(hvp(f)(a, vectors=along), expected, rtol=1e-8, atol=1e-8)


# Where the eigenvalues are equal, a function of the matrix has derivatives all the same.
@pytest.mark.parametrize("f, slope", [(root, 0.25), (logarithm, 0.25), (exponential, np.exp(4.0))])
def test_at_a_multiple_of_the_identity(f, slope):
    np.testing.assert_allclose(grad(f)(4.0 * np.eye(3)), slope * WEIGHTS, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(jvp(f)(4.0 * np.eye(3), tangents=WEIGHTS.T)[1], slope * (WEIGHTS * WEIGHTS.T).sum())


@pytest.mark.parametrize("f", [root, logarithm])
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("a", [np.diag([1.0, 2.0, 0.0]), np.diag([0.0, 1.0, 0.0]) + np.eye(3, k=2)])
def test_of_a_singular_matrix_there_is_none(f, a):
    for call in (lambda: grad(f)(a), lambda: jvp(f)(a, tangents=WEIGHTS)):
        with pytest.raises(GradientError, match="NaN"):
            call()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("f", [root, logarithm])
def test_a_complex_root_of_a_real_matrix_is_noticed(f):
    for call in (lambda a: grad(f)(a), lambda a: jvp(f)(a, tangents=a)):
        with pytest.raises(GradientError, match="complex"):
            call(np.diag([1.0, -2.0, 3.0]))


def real_part_of_a_root(a):
    return (WEIGHTS * linalg.sqrtm(a).real).sum()


def magnitudes_of_a_root(a):
    return np.sqrt((np.abs(linalg.sqrtm(a)) ** 2).sum())


def parts_of_a_logarithm(a):
    logarithm = linalg.logm(a)
    return (WEIGHTS * logarithm.imag).sum() + (WEIGHTS.T * logarithm.real).sum()


def magnitudes_of_a_logarithm(a):
    return np.abs(linalg.logm(a)).sum()


def distance(a):
    return linalg.norm(linalg.logm(a) - WEIGHTS) + np.linalg.norm(linalg.sqrtm(a))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "f", [real_part_of_a_root, magnitudes_of_a_root, parts_of_a_logarithm, magnitudes_of_a_logarithm, distance]
)
@pytest.mark.parametrize(
    "a",
    [
        [[2.0, 0.3, 0.1], [0.1, 1.0, 0.2], [0.4, 0.3, 3.0]],
        [[-2.0, 0.3, 0.1], [0.1, -1.0, 0.2], [0.4, 0.3, 3.0]],  # with two negative eigenvalues
        [[0.0, 1.0, 0.1], [-2.0, 0.1, 0.3], [0.3, -0.2, 1.0]],  # with a pair of complex ones, and a real root
    ],
    ids=["positive", "negative", "complex"],
)
def test_parts_of_what_may_be_complex(f, a):
    check_program(f, np.array(a))


def of_a_complex_matrix(a):
    return np.abs(linalg.expm(1j * a)).sum() + np.abs(linalg.inv(1j * a + a)).sum()


def test_of_a_complex_matrix_is_refused():
    refused(of_a_complex_matrix, np.eye(2), match="complex")


@pytest.mark.parametrize("scale", [1e-9, 1e3])
def test_a_large_adjoint_leaves_the_digits_alone(scale):
    a = regular(3) / 2
    for function in (linalg.logm, *SINES[:2], *SINES[3:5]):
        n = len(a)
        whole = function(np.block([[a, WEIGHTS], [0 * a, a]]))[:n, n:]
        scaled = function(np.block([[a, scale * WEIGHTS], [0 * a, a]]))[:n, n:]
        np.testing.assert_allclose(scaled, scale * whole, rtol=1e-11)


def test_a_rank_that_is_chosen_is_refused_by_name():
    def f(a):
        return linalg.pinv(a, rtol=0.1).sum()

    def g(a):
        return linalg.pinv(a, return_rank=True)[0].sum()

    refused(f, np.eye(2), match="rtol=")
    refused(g, np.eye(2), match="return_rank")
