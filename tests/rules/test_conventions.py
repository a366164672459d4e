"""Where mathematics leaves a choice: a test per row of the table of kinks, and points where a rule is infinite."""

import math
import operator

import numpy as np
import pytest

from tests.rules.harness import as_tuple, bind, compiled, fact_of, facts_of, fitting
from tests.rules.samples import Known, Sample, value_of


def adjoints(function, *args, dy=1.0, **kwargs):
    """What the rule gives: called, and written out; both must agree."""
    sample = Sample(function, args, kwargs)
    rule = fitting(sample)[0]
    arguments = bind(rule, sample)
    with np.errstate(all="ignore"):
        y = sample.call(*sample.values)
        facts = facts_of(rule, arguments) | {"y": fact_of(y, "y", known=False)}
        plain = {k: value_of(v) for k, v in arguments.items()}
        called = as_tuple(rule.template(dy, y, **plain))
        written = as_tuple(compiled(rule, facts)(dy, y, *plain.values()))
    for a, b in zip(called, written, strict=True):
        assert (a is None and b is None) or np.array_equal(a, b, equal_nan=True)
    return called


def in_every_box(x):
    return [float(x), np.float64(x), np.array(float(x)), np.array([float(x)] * 2)]


@pytest.mark.parametrize("function", [np.maximum, np.minimum, np.fmax, np.fmin])
@pytest.mark.parametrize("a", in_every_box(1.5))
def test_a_tie_is_halved(function, a):
    da, db = adjoints(function, a, a)
    assert np.all(da == 0.5) and np.all(db == 0.5)


@pytest.mark.parametrize("function", [np.maximum, np.minimum])
def test_a_tie_of_infinities_is_halved(function):
    assert adjoints(function, np.array([np.inf]), np.array([np.inf])) == (0.5, 0.5)


@pytest.mark.parametrize("function", [np.fmax, np.fmin])
def test_what_stands_beside_a_nan_is_taken(function):
    assert adjoints(function, np.float64(np.nan), np.float64(2.0)) == (0, 1)


@pytest.mark.parametrize("x", in_every_box(0.0))
def test_the_positive_part_at_zero(x):
    assert np.all(adjoints(np.maximum, x, Known(0))[0] == 0.5)
    assert np.all(adjoints(np.maximum, Known(0), x)[1] == 0.5)


@pytest.mark.parametrize("function", [np.max, np.min])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_equal_extremes_share(function, dtype):
    x = np.array([[1.0, 3.0, 3.0, 3.0], [2.0, 2.0, 2.0, 2.0]], dtype)
    (dx,) = adjoints(function, x, axis=1, dy=np.ones(2, dtype))
    assert np.allclose(dx.sum(axis=1), 1)
    assert np.allclose(dx[1], 0.25)
    assert np.allclose(dx[0], [0, 1 / 3, 1 / 3, 1 / 3] if function is np.max else [1, 0, 0, 0])


def test_equal_extremes_of_everything_share():
    assert np.allclose(adjoints(np.max, np.array([2.0, 2.0, 1.0])), [0.5, 0.5, 0])


@pytest.mark.parametrize("function", [abs, operator.abs, np.abs, np.fabs, math.fabs])
def test_abs_at_zero(function):
    boxes = in_every_box(0.0)
    for x in boxes[: 1 if function is math.fabs else None]:
        assert np.all(adjoints(function, x)[0] == 0)


def test_clip_at_the_bounds():
    x = np.array([-1.0, 0.0, 0.5, 1.0, 2.0])
    assert np.array_equal(adjoints(np.clip, x, Known(0), Known(1), dy=np.ones(5))[0], [0, 1, 1, 1, 0])
    assert np.array_equal(adjoints(np.clip, x, None, Known(1), dy=np.ones(5))[0], [1, 1, 1, 1, 0])


@pytest.mark.parametrize("options", [{}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"ord": 1}])
def test_norm_at_zero(options):
    with np.errstate(all="raise"):
        assert np.all(adjoints(np.linalg.norm, np.zeros(3), **options)[0] == 0)


def test_hypot_at_zero():
    for x in in_every_box(0.0):
        assert all(np.all(d == 0) for d in adjoints(np.hypot, x, x))
    assert adjoints(math.hypot, 0.0, 0.0) == (0, 0)


@pytest.mark.parametrize("options", [{}, {"axis": 0}, {"axis": 0, "ddof": 1}, {"axis": 0, "keepdims": True}])
def test_std_of_a_constant(options):
    with np.errstate(all="raise"):
        assert np.all(adjoints(np.std, np.full(4, 2.0), **options)[0] == 0)


def test_prod_with_zeros_does_not_divide():
    with np.errstate(all="raise"):
        assert np.array_equal(adjoints(np.prod, np.array([2.0, 0.0, 5.0]))[0], [0, 10, 0])
        assert np.array_equal(adjoints(np.prod, np.array([2.0, 0.0, 0.0]))[0], [0, 0, 0])


@pytest.mark.parametrize("x", in_every_box(0.0))
def test_sinc_at_zero(x):
    assert np.all(adjoints(np.sinc, x)[0] == 0)


@pytest.mark.parametrize("x", in_every_box(0.0))
@pytest.mark.parametrize("n", [Known(0), Known(0.0), 0.0, np.float64(0), np.array(0.0), np.array([0.0, 0.0])])
@pytest.mark.parametrize("function", [np.power, operator.pow])
def test_the_zeroth_power_at_zero(function, x, n):
    da, db = adjoints(function, x, n)
    assert np.all((0 if da is None else da) == 0) and np.all(db == 0)


def test_the_zeroth_power_of_math_at_zero():
    assert adjoints(math.pow, 0.0, 0.0) == (0, 0)


@pytest.mark.parametrize("x", in_every_box(0.0))
def test_an_angle_at_the_origin(x):
    assert all(np.all(d == 0) for d in adjoints(np.arctan2, x, x))
    assert adjoints(math.atan2, 0.0, 0.0) == (0, 0)


@pytest.mark.parametrize("scale", [1e-170, 1e170])
def test_an_angle_far_from_one_neither_over_nor_underflows(scale):
    da, db = adjoints(np.arctan2, np.float64(scale), np.float64(scale))
    assert np.isclose(da * scale, 0.5) and np.isclose(db * scale, -0.5)


def test_a_quotient_of_small_numbers_does_not_overflow():
    _, db = adjoints(operator.truediv, np.float64(1e-170), np.float64(1e-170))
    assert np.isclose(db, -1e170, rtol=1e-12)


# ---- infinite, and neither raising nor warning away ----

INFINITE = [
    (np.sqrt, 0.0), (np.cbrt, 0.0), (np.log, 0.0), (np.log2, 0.0), (np.log10, 0.0), (np.log1p, -1.0), (np.arcsin, 1.0),
    (np.arcsin, -1.0), (np.arccos, 1.0), (np.arccosh, 1.0), (np.arctanh, 1.0), (np.reciprocal, 0.0),
]  # fmt: skip
INFINITE_POWERS = (0.5, 0.25, -1, -2, -0.5)


@pytest.mark.parametrize("box", range(4))
@pytest.mark.parametrize(("function", "x"), INFINITE, ids=lambda v: getattr(v, "__name__", str(v)))
def test_a_singular_point_gives_infinity(function, x, box):
    assert np.all(np.isinf(adjoints(function, in_every_box(x)[box])[0]))


@pytest.mark.parametrize(("function", "x"), [(math.sqrt, 0.0), (math.asin, 1.0), (math.acos, -1.0), (math.acosh, 1.0)])
def test_a_singular_point_of_math_gives_infinity(function, x):
    assert np.isinf(adjoints(function, x)[0])


@pytest.mark.skipif(not hasattr(math, "cbrt"), reason="new in Python 3.11")
def test_the_cube_root_of_math_at_zero():
    assert np.isinf(adjoints(math.cbrt, 0.0)[0])


@pytest.mark.parametrize("n", INFINITE_POWERS)
@pytest.mark.parametrize("x", in_every_box(0.0)[1:])
@pytest.mark.parametrize("known", [True, False])
def test_a_singular_power_gives_infinity(x, n, known):
    assert np.all(np.isinf(adjoints(np.power, x, Known(n) if known else float(n))[0]))


@pytest.mark.parametrize("n", [0.5, 0.25, 0.75])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("function", [operator.pow, math.pow, np.power])
def test_a_root_of_a_python_zero_gives_infinity(function, n, known):
    da, db = adjoints(function, 0.0, Known(n) if known else n)
    assert np.isinf(da) and db == 0


@pytest.mark.parametrize("box", range(4))
def test_zero_to_a_positive_power_does_not_change_with_the_exponent(box):
    assert np.all(adjoints(np.power, in_every_box(0.0)[box], 2.0)[1] == 0)


@pytest.mark.parametrize("b", in_every_box(0.0))
def test_division_by_zero(b):
    with np.errstate(all="ignore"):
        da, _ = adjoints(np.divide, 1.0, b)
    assert np.all(np.isinf(da))


def test_division_of_an_array_by_zero():
    assert np.all(np.isinf(adjoints(operator.truediv, np.ones(2), np.zeros(2))[0]))


# ---- a masked infinity stays away ----


def test_a_selection_hides_an_infinite_adjoint():
    dy, x = np.array([np.inf, 1.0]), np.array([-1.0, 2.0])
    assert np.array_equal(adjoints(np.where, x > 0, x, 0.0, dy=dy)[1], [0, 1])
    assert np.array_equal(adjoints(np.maximum, x, Known(0), dy=dy)[0], [0, 1])
    assert np.array_equal(adjoints(np.clip, x, Known(0), Known(9), dy=dy)[0], [0, 1])
    assert np.array_equal(adjoints(np.maximum, x, np.zeros(2), dy=dy)[0], [0, 1])
    assert np.array_equal(adjoints(np.nan_to_num, np.array([np.nan, 1.0]), dy=dy)[0], [0, 1])


@pytest.mark.parametrize("function", [np.logaddexp, np.logaddexp2])
def test_two_impossible_events_have_no_derivative(function):
    impossible = np.array([-np.inf])
    assert adjoints(function, impossible, impossible) == (0, 0)
    assert adjoints(function, impossible, np.array([0.0])) == (0, 1)
