"""Arrays made of shapes, of lists, of other arrays; conversions; random draws."""

import itertools

import numpy as np
import pytest

from s2sgrad.analysis.facts import (
    ANY_DIM,
    Dim,
    Num,
    Opaque,
    RangeFact,
    Seq,
    Static,
    Symbol,
    array,
    like_any,
    python,
)
from s2sgrad.analysis.infer import infer, memory_effect
from s2sgrad.analysis.infer.creation import SCALAR_TYPES
from s2sgrad.analysis.infer.randoms import DRAWS
from tests.analysis.infer_checks import DTYPES, SHAPES, check, layouts, namer, scalars, values

N, M = Dim(Symbol("n", not_one=True)), Dim(Symbol("m", not_one=True))
COUNT = Dim(Symbol("count"))


@pytest.mark.parametrize("function", [np.zeros, np.ones, np.empty])
def test_arrays_of_a_shape(function):
    for shape in (*SHAPES, 3, 0, 1, [2, 3], np.array([2, 1]), np.int64(3)):
        check(function, shape, vague=6)
        for dtype in (float, np.float32, int, "bool", np.dtype("uint8")):
            check(function, shape, dtype, vague=2)
            check(function, shape, dtype=dtype, vague=2)
        check(np.full, shape, 1, vague=4)
        check(np.full, shape, np.float32(1), vague=4)
        check(np.full, shape, 1.0, np.float32, vague=4)


@pytest.mark.parametrize("function", [np.zeros_like, np.ones_like, np.empty_like, np.copy, np.asarray, np.array])
def test_arrays_like_another(function):
    for shape, dtype in itertools.product(SHAPES, DTYPES):
        for x in layouts(values(shape, dtype)):
            check(function, x, vague=2)
            check(np.full_like, x, 1.5, vague=1)
            check(np.ascontiguousarray, x, vague=1)
            if function is not np.copy:
                check(function, x, dtype=np.float32, vague=1)
    for dtype in (*DTYPES, np.int8):
        for x in scalars(dtype):
            check(function, x)
            check(np.full_like, x, 1.5)
    check(np.zeros_like, values((2, 3), float), shape=(4,))


NESTED = [
    *([1, 2], [1.0, 2], (1, 2.0), [True, 2], [True, 1.0], [], [[]], [[], []], [[1, 2], [3, 4.0]], [(1, 2), [3, 4]]),
    *([np.float32(1), 2.0], [np.float32(1), 1], [np.uint8(1), 1], [np.float32(1)], [1 + 1j, 2], [[1.0]], range(3)),
    *([values((3,), float), values((3,), float)], [values((3,), np.float32), [1, 2, 3]], [values((1,), int)] * 2),
    *([np.array(1.0), 2.0], [values((), np.float32)], [values((0,), int)], range(0), [values((2, 3), float)] * 2),
]


@pytest.mark.parametrize("number", range(len(NESTED)))
def test_arrays_of_lists(number):
    for function in (np.array, np.asarray, np.sum, np.shape, np.exp):
        for seed in range(6):
            check(function, NESTED[number], vague=4, seed=seed)


def test_a_list_that_may_be_empty_is_not_taken_for_a_matrix():
    rows = Seq("list", None, array(float, (N,)), ANY_DIM)
    assert infer(np.array, [rows], {}, namer()) == array(float, None)
    numbers = Seq("list", None, python(int), COUNT)
    assert infer(np.array, [numbers], {}, namer()) == array(None, (COUNT,))
    assert infer(np.array, [Seq("list", None, python(float), COUNT)], {}, namer()) == array(float, (COUNT,))
    grown = Seq("list", None, array(float, (N,)), like_any(Dim.of(1), Dim.of(3)))
    assert infer(np.array, [grown], {}, namer()).shape[1] == N
    sure = Seq("list", None, array(np.float32, (N,)), Dim(Symbol("rows.len", some=True)))
    assert infer(np.array, [sure], {}, namer()) == array(np.float32, (sure.length, N))
    assert infer(np.stack, [rows], {}, namer()).shape[1] == N


def test_ranges():
    bounds = [-1, 0, 1, 2, 5, 2.5, np.float32(2), np.int64(3), np.uint8(2), True]
    for i, args in enumerate(itertools.chain(*(itertools.product(bounds, repeat=k) for k in (1, 2, 3)))):
        check(np.arange, *args, vague=2, seed=i)
    check(np.arange, 3, dtype=float)
    check(np.arange, 0, 3, dtype=np.float32)
    integers = [-2, -1, 0, 1, 2, 5]
    for i, args in enumerate(itertools.chain(*(itertools.product(integers, repeat=k) for k in (1, 2, 3)))):
        check(range, *args, vague=6, seed=i)


def test_symbolic_lengths_of_ranges():
    n, count = python(int, length=N), python(int, length=COUNT, origin="count")
    assert infer(np.arange, [n], {}, namer()) == array(int, (N,))
    assert infer(range, [n], {}, namer()) == RangeFact(N, python(int, 0))
    assert infer(range, [python(int, 1), n], {}, namer()).length == N.minus(1)
    assert infer(np.zeros, [count], {}, namer()) == array(float, (COUNT,))
    assert not infer(np.zeros, [count], {}, namer()).shape[0].not_one


@pytest.mark.parametrize("function", [np.linspace, np.logspace, np.geomspace])
def test_spaces(function):
    for a, b in itertools.product(
        (1, 2.5, np.float32(2), np.float64(3), np.array(1.5), np.array(2, np.float32)), repeat=2
    ):
        check(function, a, b, vague=3)
        check(function, a, b, 5, vague=3)
        check(function, a, b, num=1, endpoint=False, vague=3)
        check(function, a, b, 3, dtype=np.float32)


def test_eye_and_identity():
    for args in ((3,), (3, 2), (1, 3), (0,), (3, 2, 1), (2, None, 0, np.float32)):
        check(np.eye, *args, vague=6)
    check(np.identity, 3)
    check(np.identity, 3, np.float32)
    check(np.eye, 2, dtype=int)


@pytest.mark.parametrize("kind", SCALAR_TYPES, ids=lambda t: t.__name__)
def test_scalar_types(kind):
    for x in (*itertools.chain(*map(scalars, DTYPES)), values((3,), float), values((1, 1), int), [1, 2], [[1.0]]):
        check(kind, x, vague=6)
    check(kind)


def test_methods_of_arrays_and_scalars():
    for dtype, shape in itertools.product((*DTYPES, complex), SHAPES):
        for x in (values(shape, dtype), *list(scalars(dtype))[:2]):
            for function in (np.ndarray.copy, np.ndarray.flatten, np.ndarray.tolist):
                if isinstance(x, np.ndarray):
                    check(function, x, vague=3, known=False)
            for target in DTYPES:
                check(as_type, x, target, vague=0, known=False, sharing=False)
    x = values((2, 3), float)
    assert infer(np.ndarray.astype, [array(float, (N,)), Static(np.float32)], {}, namer()) == array(np.float32, (N,))
    check(np.ndarray.astype, x, np.float32)
    check(np.ndarray.astype, x, int, copy=False)
    check(np.ndarray.item, x[0, 0:1])
    check(np.ndarray.item, x, 1, 1)
    assert infer(np.ndarray.astype, [Num(np.dtype(float), "np", ()), Static(int)], {}, namer()).box == "np"


def as_type(x, dtype):
    return x.astype(dtype)


def test_an_array_shares_memory_only_if_copy_is_named():
    assert memory_effect(np.array) == "fresh"
    assert memory_effect(np.array, {"copy": 0}) == "maybe"
    assert memory_effect(np.ndarray.astype, {"copy": 0}) == "maybe"
    assert memory_effect(np.exp, {"out": 0}) == "maybe"


@pytest.mark.parametrize("function", DRAWS, ids=lambda f: f.__name__)
def test_random_draws(function):
    np.random.seed(0)
    options = {"normal": 2, "uniform": 2, "exponential": 1, "gamma": 2, "beta": 2, "laplace": 2, "lognormal": 2}
    count = options.get(function.__name__, 0)
    if function.__name__ in ("rand", "randn"):
        for shape in SHAPES:
            check(function, *shape)
        return
    for size in (None, 3, (2, 3), (), 1):
        for parameters in ((1.0, 2.0), (values((3,), float), 1.0), (values((2, 1), float), values((3,), float))):
            check(function, *parameters[:count], size=size)
            check(function, *parameters[:count])


def test_what_is_not_a_number_has_no_dtype():
    assert infer(np.asarray, [Static("text")], {}, namer()) == Opaque()
    assert infer(np.zeros, [python(int, 3), Static("S3")], {}, namer()) == Opaque()
    assert infer(np.zeros, [python(int, 3), Static("no such dtype")], {}, namer()) == Opaque()
