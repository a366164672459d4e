"""Rules whose numbers were wrong for some arguments: each is right there now, or refused by name."""

import numpy as np
import pytest

from s2sgrad import grad, hessian, hvp, jacobian, jvp
from s2sgrad.errors import GradientError, Refusal
from tests.differences import check, refused

RNG = np.random.default_rng(5)
TALL, WIDE, SQUARE = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 5)), RNG.normal(size=(4, 4))
COMPLEX = TALL + 1j * RNG.normal(size=(5, 3))


# ---- least squares: what comes beside the solution, and what is cut off ----


def error_alone(a, b):
    _, rest, _, _ = np.linalg.lstsq(a, b, rcond=None)
    return (rest**2).sum()


def values_alone(a, b):
    return (np.linalg.lstsq(a, b, rcond=-1)[3] ** 3).sum()


def all_of_it(a, b):
    x, rest, _, s = np.linalg.lstsq(a, b, rcond=None)
    return (np.abs(x) ** 2).sum() + (rest**2).sum() + (s**3).sum()


@pytest.mark.parametrize("columns", [(), (2,)])
def test_errors_and_singular_values_of_least_squares(columns):
    b = RNG.normal(size=(5, *columns))
    check(error_alone, TALL, b)
    check(values_alone, TALL, b)
    for a in (TALL, WIDE, SQUARE):
        check(all_of_it, a, RNG.normal(size=(len(a), *columns)))
    check(all_of_it, COMPLEX, b + 1j, wrt=(0, 1))


def test_the_second_derivative_of_the_error_is_that_of_its_formula():
    b = RNG.normal(size=5)

    def error(b):
        return np.linalg.lstsq(TALL, b, rcond=None)[1].sum()

    np.testing.assert_allclose(hessian(error)(b), 2 * (np.eye(5) - TALL @ np.linalg.pinv(TALL)), atol=1e-12)


U, _, VT = np.linalg.svd(RNG.normal(size=(5, 3)), full_matrices=False)
NEARLY_FLAT = U * np.array([2.0, 1.0, 0.05]) @ VT


def cut_inverse(a):
    return (np.linalg.pinv(a, rcond=0.1) ** 2).sum()


def cut_size(a):
    return (np.abs(np.linalg.pinv(a, rcond=0.1)) ** 2).sum()


def cut_by_argument(a, tolerance):
    return (np.linalg.pinv(a, tolerance) ** 2).sum()


def cut_solution(a, b):
    return (np.linalg.lstsq(a, b, rcond=0.1)[0] ** 2).sum()


def test_singular_values_that_may_be_cut_off_are_refused_by_name():
    refused(cut_inverse, NEARLY_FLAT, match="`rcond=`")
    refused(cut_by_argument, NEARLY_FLAT, 0.1, wrt=0, match="`rcond=`")
    refused(cut_solution, NEARLY_FLAT, np.ones(5), match="`rcond=`")
    refused(cut_size, NEARLY_FLAT + 1j, wrt=0, match="`rcond=`")
    with pytest.raises(Refusal, match="`rcond=`"):
        jvp(cut_solution, wrt=0)(NEARLY_FLAT, np.ones(5), tangents=NEARLY_FLAT)
    with pytest.raises(Refusal, match="`rcond=`"):
        jvp(cut_inverse)(NEARLY_FLAT, tangents=NEARLY_FLAT)


def test_the_way_out_with_singular_values():
    def cut(a):
        u, s, vt = np.linalg.svd(a, full_matrices=False)
        return (((vt[:2].T / s[:2]) @ u[:, :2].T) ** 2).sum()

    np.testing.assert_allclose(cut(NEARLY_FLAT), cut_inverse(NEARLY_FLAT))
    check(cut, NEARLY_FLAT, tol=1e-6)


def test_a_threshold_that_cuts_nothing_off():
    check(lambda a: (np.linalg.pinv(a, rcond=1e-12) ** 2).sum(), TALL)
    check(lambda a, b: (np.linalg.lstsq(a, b, rcond=-1)[0] ** 2).sum(), TALL, np.ones(5))


# ---- what moves with its argument ----


def test_the_neighbour_of_a_number_moves_with_it():
    x = RNG.normal(size=3)
    check(lambda x: (np.nextafter(x, 9.0) ** 2).sum(), x)
    check(lambda x, y: (np.nextafter(x, y) ** 2).sum(), RNG.normal(size=(2, 3)), x + 9, wrt=0)
    check(lambda x, y: (np.nextafter(x, y) ** 2).sum(), x, RNG.normal(size=(2, 3)) + 9)


def grid(b):
    return (np.mgrid[0:b:5j] ** 2).sum()


def moving_grid(b):
    return (np.mgrid[b : b + 2, 0:2] ** 2).sum()


def named_grid(b):
    bounds = np.s_[0:b:5j]
    return (np.mgrid[bounds] ** 2).sum()


def named_grids(b):
    rows, columns = np.s_[0:b:5j], slice(0.0, 1.0, 3j)
    return (np.mgrid[rows, columns] ** 2).sum()


def open_grid(b):
    u, v = np.ogrid[0:b:5j, 0:1:3j]
    return (u * v).sum()


def first_of_open_grid(b):
    return (np.ogrid[0:b:5j, 0:1:3j][0] ** 2).sum()


@pytest.mark.parametrize("f", [grid, moving_grid, named_grid, named_grids, open_grid, first_of_open_grid])
def test_the_bounds_of_a_grid_are_refused(f):
    refused(f, 2.0, match="bounds of `np.[mo]grid`")


def test_the_bounds_of_a_grid_are_refused_in_forward_mode():
    for f in (grid, named_grid, first_of_open_grid):
        with pytest.raises(Refusal, match=r"bounds of `np.[mo]grid`"):
            jvp(f)(2.0, tangents=1.0)


def spelled_index(x):
    return (np.s_[x] ** 2).sum()


def indexed_expression(x):
    return (np.index_exp[x][0] ** 2).sum()


@pytest.mark.parametrize("f", [spelled_index, indexed_expression])
def test_values_that_an_index_is_made_of_are_refused(f):
    refused(f, np.ones(3), match="np.s_")


def ends_in_a_name(b):
    ends = np.s_[0:b:5j]
    return (np.r_[ends, 1.0] ** 2).sum()


def test_a_slice_with_a_name_between_the_brackets_is_refused():
    refused(ends_in_a_name, 2.0, match="the bounds of a slice stand elsewhere")


def test_grids_and_indices_of_constants_stay_as_they_are():
    def f(x):
        u, v = np.ogrid[0:1:3j, 0:1:2j]
        return (x[np.s_[1:]] * u * v * np.mgrid[0:2]).sum()

    check(f, RNG.normal(size=(4, 2)))


# ---- put and insert ----


def put_from_behind(y, w):
    y = y.copy()
    np.put(y, [-1, 0], w)
    return (y**3).sum()


def put_by_array(y, w, places):
    y = y * 2
    y.put(places, w)
    return (y**3).sum()


def put_by_tuple(y, w):
    y = y.copy()
    np.put(y, (-2, 1), w)
    return (y**3).sum()


def test_put_counts_from_behind():
    y, w = RNG.normal(size=(2, 3)), RNG.normal(size=2)
    check(put_from_behind, y, w)
    check(put_by_tuple, y, w)
    check(put_by_array, y, w, np.array([-1, 2]), wrt=(0, 1))
    check(put_by_array, y[0], w, np.array([-1, 2]), wrt=(0, 1))
    with pytest.raises(IndexError):
        grad(put_by_array, wrt=0)(y, w, np.array([0, 6]))


def inserted(x, w):
    return (np.insert(x, [0, 2], w, axis=0) ** 2).sum()


def test_what_is_inserted_alone():
    x, w = RNG.normal(size=(4, 3)), RNG.normal(size=3)
    check(inserted, x, w, wrt=1)
    check(inserted, x, w)
    np.testing.assert_allclose(hvp(inserted, wrt=1)(x, w, vectors=np.ones(3)), np.full(3, 4.0))


# ---- second derivatives where factors are 0 ----

W = np.array([0.7, -1.3, 2.0, 0.4])
HAS_CUMULATIVE = hasattr(np, "cumulative_prod")
RUNNING = {
    "cumprod": lambda x: np.cumprod(x) @ W,
    "accumulate": lambda x: np.multiply.accumulate(x) @ W,
    "nancumprod": lambda x: np.nancumprod(x) @ W,
    "along an axis": lambda x: (np.cumprod(np.reshape(x, (2, 2)), axis=0) * np.reshape(W, (2, 2))).sum(),
    "of all in a row": lambda x: np.cumprod(np.reshape(x, (2, 2))) @ W,
    "nanprod": lambda x: np.nanprod(x),
    "prod of some": lambda x: np.prod(x, where=x < 9),
    "prod over two axes": lambda x: np.prod(np.reshape(x, (2, 2, 1)), axis=(0, 1)).sum(),
    "nanprod along an axis": lambda x: (np.nanprod(np.reshape(x, (2, 2)), axis=0) * W[:2]).sum(),
}
if HAS_CUMULATIVE:
    RUNNING["cumulative_prod"] = lambda x: np.cumulative_prod(x) @ W
    RUNNING["from one"] = lambda x: np.cumulative_prod(x, include_initial=True) @ np.append(3.0, W)
    RUNNING["cumulative along an axis"] = lambda x: (np.cumulative_prod(np.reshape(x, (2, 2)), axis=1) * W[:2]).sum()
ZEROS = [[0.0, 0.0, 3.0, 2.0], [3.0, 0.0, 0.0, 2.0], [0.0, 2.0, 3.0, 0.0], [0.0, 2.0, 3.0, 5.0], [0.0, 0.0, 0.0, 2.0]]


def second_differences(f, x):
    """The Hessian of a sum of products in which no element stands twice: exact, whatever the step."""
    unit = np.eye(len(x))
    mixed = [[f(x + a + b) - f(x + a) - f(x + b) + f(x) for b in unit] for a in unit]
    return np.array(mixed) * (1 - unit)


@pytest.mark.parametrize("name", RUNNING)
def test_second_derivatives_of_products_with_zeros(name):
    f = RUNNING[name]
    gradient, whole = grad(f), hessian(f)
    rates, columns = jvp(gradient), jacobian(gradient)
    for x in map(np.array, ZEROS):
        expected = second_differences(f, x)
        np.testing.assert_allclose(whole(x), expected, atol=1e-12)
        np.testing.assert_allclose(columns(x), expected, atol=1e-12)
        np.testing.assert_allclose(np.array([rates(x, tangents=v)[1] for v in np.eye(4)]), expected, atol=1e-12)
        np.testing.assert_allclose(
            gradient(x), [f(x + v) - f(x) for v in np.eye(4)], atol=1e-12, err_msg="its first derivative"
        )


def test_second_derivative_of_sinc_at_zero():
    bend = -np.pi**2 / 3
    np.testing.assert_allclose(hessian(lambda x: np.sinc(x).sum())(np.zeros(2)), np.diag([bend, bend]))
    for x in (0.0, np.float64(0.0)):
        assert grad(grad(lambda x: np.sinc(x)))(x) == pytest.approx(bend)
        assert hvp(lambda x: np.sinc(x))(x, vectors=1.0) == pytest.approx(bend)
    check(lambda x: np.sinc(x).sum(), np.array([0.0, 0.3, -2.0]))


def test_third_derivative_of_a_number_that_is_chosen():
    third = grad(grad(grad(lambda x: np.hypot(x, 1.0))))
    assert third(0.5) == pytest.approx(-3 * 0.5 / 1.25**2.5)


# ---- what is said of a gradient that is no number ----


def test_an_infinite_slope_that_meets_a_zero_is_named():
    def f(x, n):
        r = x**0.5
        s = x * 3
        for _ in range(n):
            s = s + r
        return s

    with pytest.warns(RuntimeWarning), pytest.raises(GradientError, match="a slope is infinite or unknown here"):
        grad(f)(0.0, 0)
    assert grad(f)(4.0, 1) == 3.25


def test_an_infinite_slope_behind_a_branch_meets_no_zero():
    def f(x):
        r = x**0.5
        if r == 0:
            return x * 3
        return r

    assert (grad(f)(0.0), grad(f)(4.0)) == (3.0, 0.25)


# ---- stores of nothing: NumPy leaves the array as it is, a store of what is repeated would fill it with zeros ----


def onto_the_diagonal(a, v):
    b = a * 1.0
    np.fill_diagonal(b, v)
    return (b**2).sum()


def put_in_places(a, v):
    b = a * 1.0
    np.put(b, [0, 3], v)
    return (b**2).sum()


def put_by_the_method(a, v):
    b = a * 1.0
    b.put([0, 3], v)
    return (b**2).sum()


def put_where(a, v):
    b = a * 1.0
    np.putmask(b, b > 0, v)
    return (b**2).sum()


@pytest.mark.parametrize("f", [onto_the_diagonal, put_in_places, put_by_the_method, put_where])
def test_stores_of_arrays_without_elements_are_refused(f):
    refused(f, SQUARE, np.zeros(0))
    for n in (1, 2, 3):
        check(f, SQUARE, RNG.normal(size=n))


# ---- widths: a Python number is an array to functions that leave the reals ----


@pytest.mark.parametrize("f", [lambda x: np.emath.power(x, 2).sum(), lambda x: np.emath.logn(2, x).sum()])
def test_gradients_of_what_widens_single_precision_are_single(f):
    x = np.array([0.5, 2.0], np.float32)
    assert grad(f)(x).dtype == np.float32
    check(f, x.astype(float))
