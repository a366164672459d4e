"""Elementwise functions and operators: what is inferred holds of what NumPy and Python give."""

import itertools
import operator

import numpy as np
import pytest

from s2sgrad.analysis.facts import Bottom, Dim, Num, Opaque, Seq, Symbol, array, numpy_scalar, python
from s2sgrad.analysis.infer import infer
from s2sgrad.analysis.infer.logic import COMPARISONS
from s2sgrad.analysis.infer.operators import ARITHMETIC, INPLACE, UNARY
from tests.analysis.infer_checks import DTYPES, SHAPES, check, layouts, namer, scalars, values

UNARY_UFUNCS = [
    getattr(np, name)
    for name in dir(np)
    if isinstance(getattr(np, name), np.ufunc) and (f := getattr(np, name)).nin == 1 and f.signature is None
]
BINARY_UFUNCS = [
    getattr(np, name)
    for name in dir(np)
    if isinstance(getattr(np, name), np.ufunc) and (f := getattr(np, name)).nin == 2 and f.signature is None
]
OPERANDS = [
    *(values(shape, dtype) for shape in ((3,), (1,), (2, 3), ()) for dtype in DTYPES),
    *(scalar for dtype in DTYPES for scalar in scalars(dtype)),
]


@pytest.mark.parametrize("function", UNARY_UFUNCS, ids=lambda f: f.__name__)
def test_unary_ufuncs(function):
    for shape, dtype in itertools.product(SHAPES, DTYPES):
        check(function, values(shape, dtype), vague=2)
    for dtype in (*DTYPES, np.complex64, np.float16, np.int8):
        for scalar in scalars(dtype):
            check(function, scalar)
    check(function, [0.5, 1.5])
    check(function, values((3,), float), dtype=np.float32)


@pytest.mark.parametrize(
    "function", [*BINARY_UFUNCS, *ARITHMETIC, *COMPARISONS, operator.pow], ids=lambda f: f.__name__
)
def test_binary_functions_on_all_pairs(function):
    for i, (a, b) in enumerate(itertools.product(OPERANDS, OPERANDS)):
        check(function, a, b, vague=1, seed=i)


@pytest.mark.parametrize("function", [np.add, operator.mul, operator.truediv, np.arctan2, operator.lt, operator.pow])
def test_broadcasting_of_all_shapes(function):
    for i, (a, b) in enumerate(itertools.product(SHAPES, SHAPES)):
        check(function, values(a, float), values(b, float), vague=6, seed=i)


@pytest.mark.parametrize("function", UNARY, ids=lambda f: f.__name__)
def test_unary_operators(function):
    for i, x in enumerate(OPERANDS):
        check(function, x, seed=i)
    for x in (True, -2, 2, -1.5, 1 + 2j):
        check(function, x)


@pytest.mark.parametrize("a", [-8.0, 8.0, 0.0, 2, -2, True, 1 + 1j, np.float64(-8), np.float32(2)])
@pytest.mark.parametrize("b", [1 / 3, 0.5, 2.0, -1.0, 2, -1, 0, True, 1j, np.float64(0.5), np.float32(-0.5)])
def test_powers_of_scalars(a, b):
    for seed in range(4):
        check(operator.pow, a, b, vague=8, seed=seed)


def test_a_power_of_python_floats_may_be_complex_and_so_may_all_that_is_made_of_it():
    power = infer(operator.pow, [python(float), python(float)], {}, namer())
    assert power == Num(np.dtype(float), "py", (), maybe_complex=True)
    assert infer(np.exp, [power], {}, namer()).maybe_complex
    assert infer(operator.mul, [power, array(float, (Dim.of(3),))], {}, namer()).maybe_complex
    assert not infer(abs, [power], {}, namer()).maybe_complex
    both = infer(np.broadcast_arrays, [power, array(float, (Dim.of(3),))], {}, namer())
    assert both.items[0].maybe_complex and both.items[1].maybe_complex
    assert not infer(operator.pow, [python(float), python(float, 2.0)], {}, namer()).maybe_complex
    assert not infer(operator.pow, [python(float), python(int)], {}, namer()).maybe_complex
    assert not infer(operator.pow, [numpy_scalar(float), python(float)], {}, namer()).maybe_complex
    assert infer(operator.pow, [python(float), python(float, 0.5)], {}, namer()).maybe_complex


def test_exact_facts_give_exact_dtypes():
    x = array(np.float32, (Dim(Symbol("n", True)),))
    literal = python(float, 2.0)
    assert infer(operator.mul, [literal, x], {}, namer()) == Num(np.dtype(np.float32), "array", x.shape)
    assert infer(operator.mul, [x, numpy_scalar(float)], {}, namer()).dtype in (np.float64, None)
    assert infer(np.where, [x, x, literal], {}, namer()) == Num(np.dtype(np.float32), "array", x.shape)
    assert infer(operator.lt, [Num(None, "array", x.shape), literal], {}, namer()).dtype == bool


OTHERS = (np.real, np.imag, np.angle, np.fix, np.sinc, np.i0, np.round, np.isreal, np.nan_to_num, np.isposinf)


@pytest.mark.parametrize("function", OTHERS, ids=lambda f: f.__name__)
def test_functions_of_one_operand_that_are_no_ufuncs(function):
    for i, x in enumerate([*OPERANDS, *(values(s, np.complex128) for s in ((), (3,)))]):
        check(function, x, seed=i)
        if isinstance(x, np.ndarray):
            for same in layouts(x):
                check(function, same, vague=0)


def test_where_and_clip_on_many_operands():
    few = OPERANDS[::3]
    for i, (a, b) in enumerate(itertools.product(few, few)):
        check(np.where, values((3,), bool), a, b, vague=1, seed=i)
        check(np.where, True, a, b, vague=1, seed=i)
        check(np.clip, a, b, 3, vague=1, seed=i)
        check(np.clip, a, None, b, vague=1, seed=i)
        check(np.clip, a, b, None, vague=1, seed=i)
        check(np.isclose, a, b, vague=1, seed=i)
    check(np.clip, values((2, 3), float), a_min=0, a_max=1)


def test_where_with_one_operand_and_nonzero_give_one_index_array_per_axis():
    for shape in SHAPES:
        for function in (np.where, np.nonzero):
            check(function, values(shape, bool), known=shape != ())


def test_select_and_interp():
    x, xp = values((2, 3), float), np.arange(4.0)
    for default in (0, 0.0, np.float32(1)):
        check(np.select, [x > 1, x > 0], [x, 2 * x], default)
        check(np.select, [x > 1, x > 0], [x.astype(np.float32), 3], default)
    for at in (0.5, x, np.float64(0.3), [0.1, 0.2]):
        check(np.interp, at, xp, xp**2)
        check(np.interp, at, xp, xp + 1j)


@pytest.mark.parametrize("function", [np.modf, np.frexp, np.divmod, divmod], ids=lambda f: f.__name__)
def test_functions_with_two_results(function):
    for x in OPERANDS:
        check(function, *([x] if getattr(function, "nin", 2) == 1 else [x, 2.0]), vague=2)


@pytest.mark.parametrize("function", INPLACE, ids=lambda f: f.__name__)
def test_in_place_operators(function):
    for a, b in itertools.product(OPERANDS, OPERANDS[::4]):
        check(function, a.copy() if isinstance(a, np.ndarray) else a, b, vague=0, sharing=False)


def test_lists_next_to_arrays_are_arrays_and_next_to_each_other_are_lists():
    x = values((2,), float)
    for op in (operator.add, operator.mul):
        check(op, x, [1.0, 2.0])
        check(op, [1, 2], x)
        check(op, [1, 2], [3.0], sharing=False)
        check(op, (1, 2), (3.0, x), sharing=False)
        check(op, [0.0], 3, sharing=False)
        check(op, 0, [x], sharing=False)
        check(op, [x, x], -1, sharing=False)
    summary = Seq("list", None, python(float), Dim(Symbol("k")))
    assert infer(operator.add, [summary, Seq("tuple", (), Bottom(), Dim.of(0))], {}, namer()) == Opaque()
    assert infer(operator.sub, [summary, summary], {}, namer()) == Opaque()


def test_where_and_out_of_a_ufunc_are_not_judged():
    x = array(float, (Dim.of(3),))
    assert infer(np.exp, [x, x], {}, namer()) == Opaque()
    assert infer(np.exp, [x], {"out": x}, namer()) == Opaque()
    assert infer(np.exp, [x], {"where": array(bool, (Dim.of(3),))}, namer()) == Opaque()


def test_a_ufunc_made_of_a_python_function_is_not_run():
    def trap(x):
        raise AssertionError("user code was run")

    assert infer(np.frompyfunc(trap, 1, 1), [array(float, (Dim.of(3),))], {}, namer()) == Opaque()
