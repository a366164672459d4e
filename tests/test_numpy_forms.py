"""Calls of NumPy's that are written with other calls: pieces, rows, grids, draws, stores, results in new arrays."""

import warnings

import numpy as np
import pytest

from s2sgrad import grad, vjp
from tests.differences import check, refused

X = np.random.default_rng(0).normal(size=(2, 3))
V = np.random.default_rng(1).normal(size=3)


def slopes(x, h):
    gy, gx = np.gradient(x * 2, 0.5)
    across = np.gradient(np.sin(x), h, axis=(0, 1))
    return (gy * gx).sum() + (across[0] * across[1]).sum()


def pieces(x):
    y = np.piecewise(x * 1.5, [x < 0, x > 1], [lambda t: np.exp(t), 2.0, lambda t: t**3])
    return y.sum() + (np.piecewise(x, [x < 0, x >= 0], [np.sin, np.cos]) ** 2).sum()


def pieces_that_look_at_each_other(x):
    return (np.piecewise(x, [x < 0], [lambda t: t - t.mean(), lambda t: t / t.max()]) ** 2).sum()


def share(row):
    return row / row.sum()


def along_an_axis(x):
    rows = np.apply_along_axis(share, 1, np.abs(x) + 1)
    columns = np.apply_along_axis(lambda c: c * c[0], 0, x)
    return (rows**2).sum() + columns.sum() + np.apply_along_axis(np.sum, 1, x)[0]


def end_to_end(x, s):
    for _ in range(2):
        x = np.r_[x[:1], s, x, 0:3, 1:2:3j]
    return (x**2 * np.arange(len(x))).sum()


def side_by_side(x):
    z = np.c_[x[0], x[1], np.ones(3)]
    return (z**2 * np.arange(3)).sum() + (np.c_[x, x] ** 3).sum() + (np.r_[x, x[:1]] ** 2).sum()


def lists_end_to_end(x, s):
    r = np.r_[x[0], [1.0, s], (2, 3), [v * v for v in x[1]], 4.0]
    c = np.c_[x[0], [1, 2, 3], [s] * 3]
    return (r**2 * np.arange(len(r))).sum() + (c**3).sum()


def drawn(x):
    rng = np.random.default_rng(2)
    y, z = rng.permutation(x), rng.choice(x, 2)
    rng.shuffle(y)
    return (y * np.arange(len(y))[:, None]).sum() + (z**2).sum() * rng.normal()


def grids(x):
    xs, step = np.linspace(x[0, 0], x[1, 1], 5, retstep=True)
    a, b = np.meshgrid(x[0], x[1], sparse=True)
    plane = np.fromfunction(lambda i, j: i * x[0, 0] + j * x[1, 1], (2, 3))
    return (xs**2).sum() * step + ((a * b) ** 2).sum() + (plane**2).sum()


def over_axes(x):
    return np.apply_over_axes(np.mean, x, [0, 1]).sum() * x.item(2) * x.item(1, 0) ** 2


def in_a_helper(x):
    return sum((end_to_end(row, row[0]) ** 2).sum() for row in x)


def stored(x, v):
    a = x * 1.0
    np.put(a, [0, 4, 1], v[:2])
    np.putmask(a, x > 0.1, v)
    np.place(a, x < -0.5, v[:2])
    np.fill_diagonal(a, v)
    return (a**2 * x).sum()


def of_lists(x, s):
    a, b = s * x[0], x[1] - s
    losses = [a[0], b[1], s]
    for row in x[:, :2]:
        losses.append(row[0] * row[1])
    total = np.sum([a * b, a]) + np.mean(losses) + np.linalg.norm((a[0], s)) + np.max([a, b, b * a], axis=0).sum()
    return total + np.dot([a[0], s], [b[1], 2.0]) + np.exp([s, a[2]]).sum() + (x[:, 0] * [s, a[1]]).sum()


def into_new_arrays(x, v):
    quotient = np.divide(x, v, out=np.zeros_like(x), where=x > 0)
    root = np.ones_like(x)
    np.sqrt(x, out=root, where=x > 0)
    return (quotient**2).sum() + (root * v).sum()


@pytest.mark.parametrize(
    "case",
    [
        (slopes, X, 0.3), (pieces, X), (pieces, V), (pieces_that_look_at_each_other, X), (along_an_axis, X),
        (end_to_end, V, 0.5), (side_by_side, X), (lists_end_to_end, X, 0.5), (drawn, X), (drawn, X[:1]), (grids, X),
        (over_axes, X), (in_a_helper, X), (of_lists, X, 0.7), (stored, X, V), (into_new_arrays, X, V),
    ],
    ids=lambda case: case[0].__name__,
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:invalid value")
def test_the_form_is_right(case):
    check(*case)


def test_a_quotient_where_it_is_defined_is_finite_where_it_is_not():
    def f(x, v):
        return np.divide(x, v, out=np.zeros_like(x), where=v != 0).sum()

    with np.errstate(all="ignore"):
        dx, dv = grad(f, (0, 1))(np.ones(3), np.array([0.0, 2.0, 0.0]))
    assert dx.tolist() == [0, 0.5, 0] and dv.tolist() == [0, -0.25, 0]


def test_single_precision_beside_numbers_is_not_joined_by_another_dtype():
    def f(x, s):
        return (np.r_[x, s] ** 2).sum()

    refused(f, X[0].astype(np.float32), 0.5, match="np.r_")


def test_a_permutation_of_another_axis_is_refused():
    def f(x):
        return (np.random.default_rng(0).permutation(x, 1) ** 2).sum()

    refused(f, X, match="permutation")


def test_indices_that_may_name_a_place_twice_are_refused():
    def f(x):
        y = x * 1.0
        np.put_along_axis(y, np.argsort(x, 1) // 2, x, 1)
        return (y**2).sum()

    refused(f, X, match="put_along_axis")


def test_only_quotes_of_the_users_text_name_the_call():
    lines = [line for line in grad(pieces).source_for(V).splitlines() if "piecewise" in line]
    assert lines and all(line.lstrip().startswith("# ") for line in lines)


def test_a_call_that_is_another_one_in_each_round_is_refused():
    def slopes_of_slopes(x):
        for _ in range(2):
            x = np.stack(np.gradient(x))
        return (x**2).sum()

    def rows(x):
        for _ in range(2):
            z, x = np.r_[x, x], x[0]
        return (z**2).sum()

    def stored_into(x):
        y, v = x * 1.0, 0.5
        for _ in range(2):
            np.putmask(y, x > 0, v)
            v = x * 2
        return (y**2).sum()

    for program in (slopes_of_slopes, rows, stored_into):
        refused(program, X, match="another one for each")


def elements(x):
    part = x.view()[1:]
    return x.flat[2] * sum(v**2 for v in x.T.flat) + (part**2).sum()


def test_elements_one_after_the_other():
    check(elements, X)


@np.vectorize
def hinge(a):
    if a < 0:
        return 0.0
    return a * a


def for_each(x):
    pairs = np.vectorize(lambda a, b: a * b if a > b else a - b)(x[0], x[1])
    return hinge(x).sum() * np.vectorize(np.sin)(x[0])[1] + (pairs**2).sum()


def test_functions_of_each_element():
    check(for_each, X)


def test_a_first_result_that_may_be_an_integer_is_refused():
    def f(x):
        return np.vectorize(lambda a: 0 if a < 0 else a)(x).sum()

    def g(x):
        return np.apply_along_axis(lambda r: 0 if r.sum() < 0 else r.sum(), 1, x).sum()

    refused(f, X)
    refused(g, X)


def test_pieces_without_elements_are_not_computed():
    def f(x):
        return np.piecewise(x, [x > 100], [lambda t: t / t.max(), lambda t: t * t]).sum()

    check(f, X)


def lists_stored(x):
    y, named = x.copy(), [1.0, x[0, 0], x[0, 1]]
    y[0] = named
    y[1] = (x[0, 2], 2, x[1, 0] * x[0, 0])
    z = x * 2
    z[:, :2] = [[1, x[0, 0]], [x[0, 1], 2.0]]
    z[0] += [x[1, 1], 1.0, x[0, 0]]
    return (y**2).sum() + (z**2).sum() + (np.array([[x[0, 0], 1], [2, x[1, 1]]]) * x[:, 1:]).sum() + (x * named).sum()


def lists_stored_at_once(x):
    y, m = x.copy(), np.array([True, False, True])
    y[0], y[1] = [x[1, 0], 1.0, x[0, 0]], (x[0, 0], x[0, 1], 0.0)
    y[0, m] = [x[1, 1], x[0, 0]]
    a = b = [x[0, 0] * 2, 1.0, y[0, 1]]
    z = np.zeros((3, 3))
    z[0], z[1] = a, b
    np.copyto(z[2], [x[0, 0], x[1, 1], 1.0])
    return (y**2).sum() + (z**2).sum()


def lists_stored_in_a_loop(x):
    y = np.zeros(2)
    for i in range(2):
        y[:] = [x[i, 0], x[i, 1] * y[0]]
        y += [y[1], x[i, 2]]
    return (y**2).sum()


@pytest.mark.parametrize("program", [lists_stored, lists_stored_at_once, lists_stored_in_a_loop])
def test_a_list_that_is_stored_into_an_array(program):
    check(program, X)


def test_a_comprehension_that_is_stored_into_an_array_is_refused():
    def f(x):
        y = x.copy()
        y[0] = [v * v for v in x[1]]
        return (y**2).sum()

    refused(f, X, match="a list is stored into an array here")


def kept_sum(x, v, rng):
    return np.nansum(x * rng.random(3), where=rng.random(3) > 0.3, initial=rng.random() * v[0])


def drawn_in_order(x, v):
    rng = np.random.default_rng(3)
    spread = np.logspace(x[0, 0] * rng.random(), v[1], 4, base=2 + rng.random()) * rng.random(4)
    steps = np.diff(x[0] * rng.random(), axis=0, prepend=v[0] * rng.random(), append=v[1] * rng.random())
    full = np.full_like(x * rng.random(), v[0] * rng.random(), shape=(3,)) * rng.random()
    fit = np.polyfit(v * rng.random(), w=rng.random(3) + 1, deg=1, y=x[0] * rng.random(3))
    read = np.interp(x * rng.random(), np.arange(3.0), v, left=v[0] * rng.random(), right=rng.random())
    return sum(np.sin(part).sum() for part in (spread, steps, full, fit, read))


def drawn_in_rounds(x, v):
    rng = np.random.default_rng(3)
    total, i = 0.0, 0
    while kept_sum(x[0], v, rng) < 9:
        if i == 3:
            break
        total = total + (kept_sum(x[1], v, rng) ** 2 if total < 1 else kept_sum(v, x[0], rng))
        i += 1
    total += np.nansum(x, initial=(x := x * rng.random())[0, 0] * rng.random())
    return total + np.sum(x)


def rebound(x, v):
    s, z = v[0], v * 1.0

    def tripled():
        nonlocal s
        s = s * 3
        return s

    def doubled(y):
        y *= 2
        return y[0]

    return np.logspace(s, v[1], 4, base=9 + tripled()).sum() + np.nansum(z, initial=doubled(z)) + x.sum()


@pytest.mark.parametrize("program", [drawn_in_order, drawn_in_rounds, rebound])
def test_arguments_are_evaluated_once_and_in_their_order(program):
    check(program, X, V)
    check(program, X, V / 2)


def as_numpy_does(f, *args):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted, (value, pullback) = f(*args), vjp(f)(*args)
        assert np.shape(value) == np.shape(wanted) and np.asarray(value).dtype == np.asarray(wanted).dtype
        assert np.array_equal(value, wanted, equal_nan=True)
        return pullback(np.ones_like(wanted))


def test_a_covariance_with_more_degrees_of_freedom_than_there_are_is_infinite_as_in_numpy():
    def weighted(x, w):
        return np.cov(x, aweights=w, ddof=10)

    def counted(x):
        return np.cov(x, fweights=[1, 2, 3], ddof=9)

    assert not np.isfinite(as_numpy_does(weighted, X, V**2 + 1)).any()
    assert not np.isfinite(as_numpy_does(counted, X)).any()


@pytest.mark.xfail(np.__version__.startswith("1."), reason="NumPy 1 widens a number of single precision by Python's")
def test_numbers_of_pythons_do_not_change_the_precision_of_what_a_sum_past_nans_starts_from():
    def f(x):
        return np.nansum(x, initial=0.5) + np.nanmax(x, initial=-9.0)

    assert as_numpy_does(f, X.astype(np.float32)).dtype == np.float32


ONE_ROW = [lambda x: np.cov(x.reshape(1, -1), rowvar=False), lambda x: np.cov(x.reshape(1, -1), None, False)]
ORDERED = [
    lambda x: np.average(x, axis=(1, 0), weights=np.ones((3, 2))),
    lambda x: np.average(x, axis=(1, 0), weights=np.ones((3, 2)), returned=True)[0],
]
OVER_NOTHING = [
    lambda x: np.prod(x, axis=(), initial=x[0, 0]), lambda x: np.nanmax(x, axis=(), initial=x[0, 0]),
]  # fmt: skip
STEPS = [
    lambda x: np.linspace(x[0, 0], 2.0, 1, retstep=True)[1], lambda x: np.linspace(x[0], 2.0, 1, retstep=True)[1],
    lambda x: np.linspace(x[0, 0], 2.0, num=0, retstep=True, endpoint=False)[1],
    lambda x: np.linspace(x[0, 0], 2.0, len(x), retstep=True)[1],
]  # fmt: skip
SINGLE = [
    lambda x: np.nansum(x.astype(np.float32), initial=x[0, 0]), lambda x: np.kron(2.0, x.astype(np.float32)),
    lambda x: np.sum(x, axis=0, dtype=np.float32, initial=x[0, 0]), lambda x: np.sum(x, 0, np.float32, initial=x[0, 0]),
    lambda x: np.polyfit(x[0].astype(np.float32), np.float32(x[1]), 1, w=np.ones(3, np.float32)),
]  # fmt: skip
OTHERS = [
    lambda x: np.diff(x, n=0, prepend=x[0, 0]),
    lambda x: np.linalg.qr(x[x[:, 0] > 0] @ np.ones((3, 10)), "complete")[1],
]


@pytest.mark.parametrize("call", [*ONE_ROW, *ORDERED, *OVER_NOTHING, *STEPS, *SINGLE, *OTHERS])
def test_what_numpy_does_otherwise_is_refused(call):
    def f(x):
        return np.sum(call(x))

    refused(f, X)


def symmetric_values(x):
    values = np.linalg.svd(x.T @ x - np.diag([1.0, 2.0, 3.0]), compute_uv=False, hermitian=True)
    return (values * [3.0, 2.0, 1.0]).sum() * np.linalg.svd(x, False, False, hermitian=False)[0]


def lower_triangle(x):
    return np.linalg.svd(np.sin(x[:, :2] * 2 + 1), True, False, True)[0]


def outer_products(x):
    products = np.multiply.outer(x[0], x[1], dtype=float) ** 2 + np.add.outer(x[1], x[0], dtype=None)
    return products.sum() + np.divide.outer(x[0], x[1], dtype="float64")[0, 1]


@pytest.mark.parametrize("f", [symmetric_values, lower_triangle, outer_products])
def test_symmetric_matrices_and_outer_products(f):
    check(f, X)
    check(lambda x: np.sum(grad(f)(x) * np.cos(x)), X)


KEYWORDS = {
    "weights=": lambda x: np.quantile(x, 0.3, weights=np.ones(x.shape), method="inverted_cdf"),
    "like=x": lambda x: np.full((2, 2), x[0, 0], like=x).sum(),
    "dtype=np.float32": lambda x: np.nanvar(x, dtype=np.float32),
}


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_a_refusal_points_at_the_keyword_that_has_no_rule(keyword):
    error = refused(KEYWORDS[keyword], X, match=f"`{keyword.split('=')[0]}=` of `.*` has no derivative rule")
    line, carets = error.excerpt.split("\n")
    assert line[carets.index("^") :].startswith(keyword)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_elements_in_disorder_along_an_axis(axis):
    weights = np.arange(6.0).reshape(2, 3)

    def f(x):
        return (np.random.default_rng(3).permuted(x, axis=axis) ** 2 * weights).sum()

    for x in (X, np.asfortranarray(X), X[::-1]):
        check(f, x)


def test_elements_in_disorder_as_they_lie_in_memory_are_refused():
    def f(x):
        return (np.random.default_rng(3).permuted(x) ** 2).sum()

    refused(f, X, match="permuted")
