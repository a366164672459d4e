"""Keywords of NumPy's functions that are written with what has rules: to second order, in both modes."""

import numpy as np
import pytest

from s2sgrad import grad, hvp
from tests.differences import check, check_quickly, refused
from tests.rules.samples import between

TRAPEZOID = getattr(np, "trapezoid", None) or np.trapz
CROSSES_IN_NEW = hasattr(np.linalg, "cross")


def to_second_order(f, x, y, tol=1e-7):
    """The gradient, and that of a function that takes it."""

    def slope(x, y):
        dx, dy = grad(f, (0, 1))(x, y)
        return (dx * np.cos(x)).sum() + (dy * np.sin(y)).sum()

    check(f, x, y, tol=tol)
    check_quickly(slope, x, y, wrt=(0, 1), tol=10 * tol)


# ---- integrals and slopes ----


def stretched(values, places):
    return (TRAPEZOID(values, places, axis=-1) ** 2).sum() + np.exp(TRAPEZOID(values[:1], x=places)).sum()


def stretched_down(values, places):
    return (TRAPEZOID(values[:, :, None], places[:, :1, None], axis=0) ** 3).sum()


def of_one_series(values, places):
    return (TRAPEZOID(values[0], x=places) ** 2).sum() + (TRAPEZOID(values, x=places[1]) ** 2).sum()


def between_uneven(values, places):
    return (TRAPEZOID(values, dx=np.diff(places)) ** 2).sum() + TRAPEZOID(values, None, places[0, 0], 0).sum() ** 3


def of_two(values, places):
    return (TRAPEZOID(values[:, :2], places[:, :2] ** 3) ** 2).sum() + TRAPEZOID(
        np.ones((2, 1, 2)), places[:, :2]
    ).sum()


@pytest.mark.parametrize("f", [stretched_down, of_one_series, between_uneven, of_two])
def test_an_integral_over_places_of_other_shapes(f):
    values, places = between(-1, 1, 3, 4), between(-1, 1, 3, 4)
    check(f, values, places)
    check(f, values.astype(np.float32), places.astype(np.float32), tol=1e-3)


@pytest.mark.parametrize("shapes", [((3, 4), (3, 4)), ((3, 4), (1, 4)), ((1, 4), (3, 4))], ids=str)
def test_an_integral_over_places_that_stretch(shapes):
    to_second_order(stretched, between(-1, 1, *shapes[0]), between(-1, 1, *shapes[1]))


def test_an_integral_of_complex_numbers_over_places():
    def f(x, y):
        z = x + 1j * y**2
        return np.abs(TRAPEZOID(z, x)) ** 2 + np.abs(TRAPEZOID(y, z)) ** 2

    to_second_order(f, between(-1, 1, 5), between(-1, 1, 5))


def bent(f, x):
    return (np.gradient(f, np.cumsum(x**2), edge_order=2) ** 3).sum()


def bent_along_axes(f, x):
    rows = np.outer(f, np.sin(f)) + np.outer(x, f**2)
    places = np.cumsum(x**2)
    down, right = np.gradient(rows, places, 2 * places, edge_order=2)
    return (down * right**2).sum() + (np.gradient(rows, places, axis=-1, edge_order=2) ** 2).sum()


def bent_beside_straight(f, x):
    a, b = np.gradient(np.outer(f, x), x[0], np.cumsum(x**2), edge_order=2)
    return (a * b).sum() + (np.gradient(f, x[1], edge_order=2) ** 2).sum()


def of_waves(f, x):
    wave = np.exp(1j * f) * x
    slopes = np.gradient(wave, x[0]) * np.gradient(wave, np.cumsum(x**2), edge_order=2)
    return np.abs(slopes * np.gradient(wave, x[2], edge_order=2) + np.gradient(wave, np.cumsum(x**2))).sum()


def at_listed_places(f, x):
    return (np.gradient(np.outer(f, f), [0.0, 1.0, 3.0, x[0] ** 2 + 4], axis=1) ** 3).sum()


@pytest.mark.parametrize("f", [bent, bent_along_axes, bent_beside_straight, of_waves, at_listed_places])
def test_slopes_at_places(f):
    to_second_order(f, between(-1, 1, 4), between(0.5, 1, 4))


def test_slopes_at_places_in_single_precision():
    single = between(-1, 1, 4).astype(np.float32), between(0.5, 1, 4).astype(np.float32)
    for f in (bent, bent_along_axes):
        check(f, *single, tol=1e-2)


def test_parabolas_through_three_places_alone():
    to_second_order(bent, between(-1, 1, 3), between(0.5, 1, 3))


# ---- fits ----


def several(x, y):
    return (np.polyfit(x, y, 2) ** 2).sum()


def weighted(x, y):
    return (np.polyfit(x, y, 1, w=np.exp(x)) ** 2).sum() + np.polyfit(x, y, 2, w=np.array([1, 2, 1, 3, 2])).sum()


def in_full(x, y):
    c, residuals, _, s, rcond = np.polyfit(x, y, 1, full=True)
    assert 0 < rcond < 1e-14
    return (c**2).sum() + (residuals**2).sum() + (s**2).sum()


def measured(x, y):
    c, covariance = np.polyfit(x, y, 2, cov=True)
    return (c**2).sum() + np.sin(covariance).sum() + (np.polyfit(x, y, 1, w=x + 3, cov=True)[1] ** 2).sum()


def unscaled(x, y):
    c, covariance = np.polyfit(x, y, 1, w=x + 3, cov="unscaled")
    return (c**2).sum() + np.sin(covariance).sum()


def with_options(x, y):
    return (np.polyfit(x, y, 1, None, False) ** 2).sum() + (np.polyfit(x, y, 1, rcond=1e-14, cov=False) ** 3).sum()


@pytest.mark.parametrize("f", [several, weighted, in_full, measured, unscaled, with_options])
@pytest.mark.parametrize("shape", [(5, 3)], ids=str)
def test_fits(f, shape):
    to_second_order(f, between(-1, 1, 5), between(-1, 1, *shape), tol=1e-6)


def test_a_fit_of_too_few_points_has_no_covariance():
    with pytest.raises(ValueError, match="must exceed order"):
        grad(lambda x, y: np.polyfit(x, y, 1, cov=True)[1].sum())(between(-1, 1, 2), between(-1, 1, 2))


# ---- cross products ----


def out_of_plane(p, q):
    plane, space = np.stack([p, q]), np.stack([p * q, q, np.sin(p)], axis=1)
    first = np.cross(plane, space, axisa=0, axisb=-1) ** 3
    return first.sum() + (np.cross(space, plane, axisa=1, axisb=0, axisc=0)[1] ** 2).sum()


def of_parts(p, q):
    A, B = np.outer(p, q[:3]), np.outer(q, p[:3])
    return (np.cross(A[:2], B[:2], axis=0) ** 3).sum() + (np.cross(A[:2], B[1:], axisa=0, axisb=0) ** 2).sum()


def of_unequal_ranks(p, q):
    stack = np.stack([np.outer(p[:3], q[:3]), np.outer(q[:3], p[1:])])
    return (np.cross(stack, np.outer(p[:3], p[:3]) + np.diag(q[:3]), axis=-1) ** 2).sum() + p.sum()


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
@pytest.mark.parametrize("f", [out_of_plane, *[of_parts, of_unequal_ranks][: 2 * CROSSES_IN_NEW]])
def test_cross_products_along_axes(f):
    check(f, between(-1, 1, 4), between(-1, 1, 4))
    check(f, between(-1, 1, 4).astype(np.float32), between(-1, 1, 4).astype(np.float32), tol=1e-2)


def of_stacked(p, q):
    a, b = np.stack([p[0], q[1]]), np.stack([q[0], p[1] * p[2], q[2] * p[0]], axis=1)
    return (np.cross(a, b, axisa=0, axisc=0) ** 3).sum()


def in_columns(p, q):
    return (np.cross(p, q, axis=0) ** 2).sum()


def between_columns(p, q):
    return (np.cross(p, q, axisa=0, axisb=1, axisc=0) ** 3).sum()


def half_in_plane(p, q):
    return (np.cross(p[:2], q, axis=0) ** 2).sum() + (np.cross(q[1:], p, axisa=0) ** 3).sum()


def in_plane_by_parts(p, q):
    return (np.cross(p[:2], q[1:], axis=0) ** 3).sum()


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
@pytest.mark.parametrize(
    "f", [of_stacked, *[in_columns, between_columns, half_in_plane, in_plane_by_parts][: 4 * CROSSES_IN_NEW]]
)
def test_cross_products_along_axes_to_second_order(f):
    to_second_order(f, between(-1, 1, 3, 3), between(-1, 1, 3, 3))


@pytest.mark.skipif(not CROSSES_IN_NEW, reason="refused with NumPy 1.26")
def test_a_cross_product_along_an_axis_keeps_single_precision_to_second_order():
    x, y = (between(-1, 1, 3, 3).astype(np.float32) for _ in range(2))
    wide = hvp(in_columns, (0, 1))(x.astype(float), y.astype(float), vectors=(y.astype(float), x.astype(float)))
    for found, expected in zip(hvp(in_columns, (0, 1))(x, y, vectors=(y, x)), wide, strict=True):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def of_chosen(p, q):
    return (np.cross(p[p > 0], q[p > 0]) ** 2).sum()


@pytest.mark.skipif(not CROSSES_IN_NEW, reason="there is no function for vectors of length 3 alone")
def test_vectors_whose_length_is_not_known_have_to_be_in_space():
    p, q = np.array([0.5, -1.0, 2.0, 0.3]), between(-1, 1, 4)
    check(of_chosen, p, q)
    with pytest.raises(ValueError, match="3-dimensional vectors"):
        grad(of_chosen)(np.array([0.5, -1.0, 2.0, -0.3]), q)


# ---- pseudo-inverses, numbers on one path and arrays on another, arguments by name ----


def symmetric_inverse(p, q):
    a = np.outer(p, q) + np.diag(q + 5)
    return np.sin(np.linalg.pinv(a, hermitian=True)).sum()


def of_low_rank(p, q):
    u, v = p + np.array([3.0, 0.0, 0.0]), q + np.array([0.0, 3.0, 0.0])
    return np.sin(np.linalg.pinv(np.outer(u, u) - np.outer(v, v), 1e-12, True)).sum()


def in_a_stack(p, q):
    a = np.stack([np.outer(p, q) + np.diag(q + 5), np.outer(q, q) - np.diag(p + 5)])
    return np.sin(np.linalg.pinv(a, rcond=1e-12, hermitian=True)).sum() + np.linalg.pinv(a, hermitian=False).sum()


def hermitian_inverse(p, q):
    a = np.outer(p + 1j * q, q) + np.diag(q + 5 + 1j * p)
    return np.abs(np.linalg.pinv(a, hermitian=True) + 1).sum()


@pytest.mark.parametrize("f", [symmetric_inverse, of_low_rank, in_a_stack, hermitian_inverse])
def test_the_pseudo_inverse_of_a_symmetric_matrix(f):
    to_second_order(f, between(-1, 1, 3), between(-1, 1, 3), tol=1e-6)


def test_the_upper_triangle_of_a_symmetric_matrix_is_not_read():
    slope = grad(lambda a: (np.linalg.pinv(a, hermitian=True) ** 2).sum())
    assert not np.triu(slope(between(-1, 1, 3, 3) + 3 * np.eye(3)), 1).any()


def number_or_array(p, q):
    a = p[0]
    if q[0] > 0:
        a = p * q
    first, second = np.broadcast_arrays(a, q)
    return (first * np.sin(second)).sum() + (np.broadcast_arrays(np.stack([q, p]), a)[1] ** 2).sum()


def as_vectors(p, q):
    return (np.ascontiguousarray(p[0]) * q).sum() + np.exp(np.asfortranarray(q.sum()))[0] * p[1]


def by_other_names(p, q):
    a = np.average(a=np.outer(p, q), axis=1, weights=q**2, returned=False).sum()
    b = np.average(np.outer(p, q), 1, q**2)[0] * np.asarray(p, dtype=float, order="C")[1]
    mean, total = np.average(np.outer(p, q), axis=0, weights=p**2, returned=True)
    c = np.stack(arrays=[p, q], axis=1)[0] @ np.corrcoef(x=p, y=q)[0] + np.array(q, order="F", copy=True, like=None)[1]
    d = np.linalg.norm(np.outer(p, q), 3, (1,)).sum() + np.asanyarray([p[0], q[1]], float)[1] + np.sum(p, out=None)
    e = np.full_like(p, q[0], order="C")[1] * np.full((2, 2), p[0], order="F", device=None)[0, 1] if NEW else 1.0
    return (
        a * b
        + c
        + d * e
        + (mean * total).sum()
        + p.astype(float, "K", "unsafe")[0]
        + (p * q).sum(None, None, None, True, q[0], p > 0)[0]
    )


NEW = int(np.__version__.split(".")[0]) >= 2


@pytest.mark.parametrize("f", [number_or_array, as_vectors, by_other_names])
def test_arguments_that_say_nothing_or_stand_elsewhere(f):
    p, q = between(0.1, 1, 3), between(0.1, 1, 3)
    check(f, p, q)
    check(f, p, -q)
    to_second_order(f, p, q)


def test_the_rank_of_a_matrix_has_no_slope():
    def f(a):
        ranks = np.linalg.matrix_rank(a, hermitian=True) + np.linalg.matrix_rank(a, 1e-3, True)
        return (a**2).sum() * (ranks + (np.linalg.matrix_rank(a, rtol=1e-5) if NEW else 0))

    check(f, between(-1, 1, 3, 3) + 3 * np.eye(3))


@pytest.mark.skipif(not NEW, reason="there is no out=")
def test_what_numpy_does_not_fill_is_refused():
    def f(p):
        found = np.zeros(6)
        np.fft.hfft(p + 0j, out=found)
        return (found**2).sum()

    assert f(np.ones(4)) == 0  # so does NumPy 2.4
    refused(f, np.ones(4), match="`out=` of `hfft`")


def test_a_number_that_is_not_known_is_not_left_out():
    def f(p, q):
        return (np.interp(5 * p, np.cumsum(q**2), q, period=q[0] + 1) ** 2).sum()

    check(f, between(0.1, 1, 4), between(0.1, 1, 3))


# ---- shapes ----


def copied_to_rows(x, y):
    return ((x.reshape(3, 2, copy=True) ** 2) @ y.reshape(2, 1, order="F", copy=True)).sum()


def copied_to_a_column(x, y):
    return (x.reshape(6, 1, copy=True) ** 3).sum() + (y.reshape((1, 2), copy=True)[0] ** 2).sum()


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.1.0", reason="there is no copy=")
@pytest.mark.parametrize("f", [copied_to_rows, copied_to_a_column])
def test_lengths_written_apart_are_one_shape(f):
    to_second_order(f, between(0.1, 1, 2, 3), between(0.1, 1, 2))


# ---- dtypes to compute in ----

V, W = np.array([0.3, 0.5, 0.7]), np.array([0.2, 0.9, 0.4])
STACK = between(0.1, 1, 2, 3, 3)


def in_single_precision(v, w, dtype):
    steps = np.sin(v, dtype=dtype) + np.arctan2(v, w, dtype=dtype) + np.multiply(v, 2.0, dtype=dtype)
    return (steps**2).sum() + np.maximum(v, w, dtype=dtype).sum() * np.power(v, 2, dtype=dtype).sum()


def added_in_single_precision(v, w, dtype):
    table = np.outer(v, w)
    sums = np.nansum(v**2, dtype=dtype) + np.nanmean(table, axis=0, dtype=dtype).sum()
    traces = np.trace(table, dtype=dtype) * table.trace(1, dtype=dtype)
    return sums * np.nanprod(w, dtype=dtype) + np.nancumprod(v, dtype=dtype).sum() + traces


def multiplied_in_single_precision(v, w, dtype):
    return (np.matmul(np.outer(v, w), v, dtype=dtype) ** 2).sum()


def left_for_complex_numbers(v, w):
    roots = np.sqrt(v - w, dtype=complex) * np.log(v - 0.4, dtype=complex) + np.trace(np.outer(v, w), dtype=complex)
    return (np.abs(roots * (1 + 2j)) ** 2).sum()


@pytest.mark.parametrize("f", [in_single_precision, added_in_single_precision, multiplied_in_single_precision])
def test_computed_in_single_precision(f):
    expected = check(f, V, W, float, wrt=(0, 1))
    for dtype in (np.float32, "f4"):
        for dv, wide in zip(grad(f, (0, 1))(V, W, dtype), expected, strict=True):
            assert dv.dtype == np.float64
            assert np.allclose(dv, wide, rtol=1e-5, atol=1e-5)
        assert np.asarray(f(V, W, dtype)).dtype == np.float32


def test_computed_in_complex_numbers():
    to_second_order(left_for_complex_numbers, V, W)


@pytest.mark.skipif(not CROSSES_IN_NEW, reason="there is no np.linalg.trace")
def test_traces_of_stacks_in_another_dtype():
    def f(a):
        return (np.linalg.trace(a, dtype=complex).real ** 2).sum() + (np.trace(a, 1, dtype=complex).real ** 3).sum()

    check(f, STACK)


def narrowed_where_numpy_raises(v, w):
    return np.sin(v, dtype=np.float32, casting="safe").sum()


def scalars_in_single_precision(v, w):
    return np.sin(v[0], dtype=np.float32) * w[0]


def deviations_in_single_precision(v, w):
    return np.nanstd(v * w, dtype=np.float32)


@pytest.mark.parametrize(
    "f", [narrowed_where_numpy_raises, scalars_in_single_precision, deviations_in_single_precision]
)
def test_other_dtypes_are_refused_by_name(f):
    refused(f, V, W)


# ---- operands by their names, keywords in their places ----

PICKED = np.array([0, 1, 1])


def chosen_by_name(v, w):
    first = np.choose(PICKED, choices=[v * w, w]) + np.choose(a=PICKED, mode="clip", choices=(w, v**2))
    return (first**2).sum() + (np.select([v > 0.4], choicelist=[w * v], default=1.5) ** 3).sum()


def selected_by_name(v, w):
    return (np.select(choicelist=[w * v], condlist=[v > 0.4], default=w) ** 2).sum()


def without_the_end(v, w):
    return (np.geomspace(v, 2.0, 3, False) ** 2).sum() + (np.geomspace(v, w, 4, False, axis=1) ** 2).sum()


@pytest.mark.parametrize("f", [chosen_by_name, selected_by_name, without_the_end])
def test_operands_by_name_and_keywords_in_place(f):
    to_second_order(f, V, W)


# ---- forms of what a form is made of ----


@pytest.mark.parametrize("places", [[0.3, 0.5, 0.6], np.array([0.3, 0.5, 0.6])], ids=["listed", "in an array"])
@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0], np.array([1.0, 2.0, 3.0])], ids=["listed", "in an array"])
@pytest.mark.parametrize("at", [[0.1, 0.4, 0.9], np.array([0.1, 0.4, 0.9])], ids=["listed", "in an array"])
def test_bounds_of_what_is_interpolated_between_lists(at, places, values):
    def f(left, right):
        return (np.interp(at, places, values, left=left, right=right) ** 2).sum()

    check(f, 0.5, 0.7)
    assert np.allclose(grad(f, (0, 1))(0.5, 0.7), (1.0, 1.4))


def test_lists_beside_what_is_given_axes():
    def f(s, x):
        a, b = np.atleast_1d(s, [1.0, 2.0])
        c, d = np.atleast_2d([1.0, 2.0, 3.0], x)
        return (a * b).sum() * (c * d).sum() + (np.concatenate([[1.0, 2.0], x], axis=None) ** 2).sum()

    to_second_order(f, 2.0, between(0.1, 1, 2, 3))
