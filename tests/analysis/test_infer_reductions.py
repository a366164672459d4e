"""Reductions: axes, boxes and dtypes hold of what NumPy gives."""

import itertools

import numpy as np
import pytest

from s2sgrad.analysis.facts import Dim, NeedValue, Num, Opaque, Symbol, array, python
from s2sgrad.analysis.infer import infer
from s2sgrad.analysis.infer.reductions import REDUCTIONS, RUNNING
from tests.analysis.infer_checks import DTYPES, SHAPES, check, layouts, namer, scalars, values

AXES = (None, 0, -1, 1, (0,), (0, 1), (-1, 0), (), (0, 2))
KEYS = [Dim(Symbol(name, not_one=True)) for name in "nmk"]


@pytest.mark.parametrize("function", REDUCTIONS, ids=lambda f: f.__name__)
def test_reductions(function):
    for i, (shape, axis, keepdims) in enumerate(itertools.product(SHAPES, AXES, (None, False, True))):
        options = {} if keepdims is None else {"keepdims": keepdims}
        options |= {} if axis is None and i % 2 else {"axis": axis}
        check(function, values(shape, float), vague=2, seed=i, known=bool(shape) or axis is None, **options)
    for shape, dtype in itertools.product(((), (3,), (2, 3)), (*DTYPES, np.int8, np.float16, np.complex64)):
        check(function, values(shape, dtype), vague=2)
        check(function, values(shape, dtype), axis=0, vague=2, known=bool(shape))
        check(function, values(shape, dtype), axis=-1, keepdims=True, vague=2, known=bool(shape))
        check(function, values(shape, dtype), dtype=np.float32, vague=2)
    for dtype in DTYPES:
        for scalar in scalars(dtype):
            check(function, scalar)
            check(function, scalar, keepdims=True)
    check(function, [[1, 2.0], [3, 4]], axis=0)
    for same in layouts(values((2, 3), float)):
        for axis in AXES[:7]:
            check(function, same, axis=axis, vague=0)


@pytest.mark.parametrize("function", RUNNING, ids=lambda f: f.__name__)
def test_running_sums(function):
    for shape, dtype, axis in itertools.product(SHAPES, DTYPES, (None, 0, -1)):
        check(function, values(shape, dtype), axis, vague=2)
    for scalar in scalars(float):
        check(function, scalar)


@pytest.mark.parametrize("function", [np.sort, np.argsort], ids=lambda f: f.__name__)
def test_sorting(function):
    for shape, axis in itertools.product(SHAPES, (None, 0, -1)):
        check(function, values(shape, float), axis)
        check(function, values(shape, int), axis=axis)


def test_other_functions_along_an_axis():
    for shape, axis in itertools.product(SHAPES, (None, 0, -1)):
        x, known = values(shape, float), bool(shape) or axis is None
        check(np.partition, x, 0, axis)
        check(np.average, x, axis, known=known)
        check(np.average, x, axis=axis, weights=x, known=known)
        check(np.average, values(shape, int), axis=axis, weights=values(shape, np.float32), known=known)
        check(np.quantile, x, 0.5, axis, known=known)
        check(np.percentile, x, 50, axis=axis, keepdims=True, known=known)
        check(np.unique, x)
        check(np.std, x, axis=axis, ddof=1, known=known)
        check(getattr(np, "trapezoid", None) or np.trapz, x)
    for n, axis, dtype in itertools.product((0, 1, 2), (0, -1), DTYPES):
        for shape in SHAPES:
            check(np.diff, values(shape, dtype), n, axis)
    check(np.searchsorted, np.arange(3.0), values((2, 2), float))
    check(np.searchsorted, np.arange(3.0), 0.5)
    check(np.bincount, np.array([1, 1]))


def test_exact_facts_give_exact_results():
    x = array(np.float32, KEYS)
    assert infer(np.sum, [x], {}, namer()) == Num(np.dtype(np.float32), "np", ())
    assert infer(np.sum, [x], {"axis": python(int, 1)}, namer()) == array(np.float32, (KEYS[0], KEYS[2]))
    kept = infer(np.max, [x], {"axis": python(int, -1), "keepdims": python(bool, True)}, namer())
    assert kept == array(np.float32, (*KEYS[:2], Dim.of(1)))
    assert infer(np.mean, [array(int, KEYS)], {}, namer()) == Num(np.dtype(float), "np", ())
    assert infer(np.sum, [array(bool, KEYS)], {}, namer()) == Num(np.dtype(int), "np", ())
    assert infer(np.argmax, [x, python(int, 0)], {}, namer()) == array(np.intp, KEYS[1:])


def test_an_axis_that_is_an_argument_is_asked_for_by_value():
    with pytest.raises(NeedValue) as caught:
        infer(np.sum, [array(float, KEYS)], {"axis": python(int, origin="axis")}, namer())
    assert caught.value.path == "axis"


def test_an_axis_that_is_unknown_leaves_the_rank_known():
    found = infer(np.sum, [array(float, KEYS)], {"axis": python(int)}, namer())
    assert found.rank == 2 and not any(dim in KEYS for dim in found.shape)


@pytest.mark.parametrize("keyword", ["out", "no_such"])
def test_keywords_that_are_not_judged_make_the_result_unknown(keyword):
    assert isinstance(infer(np.sum, [array(float, KEYS)], {keyword: array(bool, KEYS)}, namer()), Opaque)
