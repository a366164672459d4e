"""Functions that change axes, join and cut: shapes and memory hold of what NumPy gives."""

import itertools

import numpy as np
import pytest

from s2sgrad.analysis.facts import Dim, Seq, Symbol, array, python
from s2sgrad.analysis.infer import infer
from tests.analysis.infer_checks import DTYPES, SHAPES, check, layouts, namer, scalars, values

N, M = Dim(Symbol("n", not_one=True)), Dim(Symbol("m", not_one=True))
COUNT = python(int, length=Dim(Symbol("count")), origin="count")


def operands():
    for shape in SHAPES:
        yield from layouts(values(shape, float))
    yield from scalars(float)


@pytest.mark.parametrize(
    "function",
    [
        *(np.transpose, np.ravel, np.squeeze, np.flip, np.flipud, np.fliplr, np.tril, np.triu, np.rot90, np.diag),
        *(np.diagonal, np.atleast_1d, np.atleast_2d, np.atleast_3d, np.shape, np.ndim, np.size, np.copy, np.trace),
        *(getattr(np, name) for name in ("matrix_transpose", "permute_dims") if hasattr(np, name)),
    ],
    ids=lambda f: f.__name__,
)
def test_functions_of_one_array(function):
    picky = function in (np.diag, np.diagonal, np.rot90, np.trace)
    for i, x in enumerate(operands()):
        check(function, x, vague=3, seed=i, known=not picky)
    check(function, [[1, 2], [3, 4]])


@pytest.mark.parametrize("axis", [0, -1, 1, 2, -3, None, (0,), (0, -1), ()])
def test_one_array_and_an_axis(axis):
    for i, x in enumerate(operands()):
        check(np.squeeze, x, axis, vague=3, seed=i, known=np.ndim(x) > 0)
        check(np.expand_dims, x, axis, vague=3, seed=i)
        check(np.flip, x, axis, vague=3, seed=i)
        check(np.roll, x, 1, axis, vague=2, seed=i)
        check(np.size, x, axis, vague=2, seed=i)
        check(np.repeat, x, 2, axis, vague=3, seed=i, known=np.ndim(x) > 0)
        check(np.repeat, x, 1, axis=axis, vague=3, seed=i, known=np.ndim(x) > 0)
        check(np.repeat, x, [2] * (np.shape(x) or (1,))[0], axis=0, vague=2, known=np.ndim(x) > 0)


def test_axes_in_another_order():
    for i, x in enumerate(operands()):
        rank = np.ndim(x)
        for order in itertools.permutations(range(rank)):
            check(np.transpose, x, order, vague=2, seed=i)
        check(np.transpose, x, tuple(-a - 1 for a in range(rank)), vague=2)
        for a, b in itertools.product(range(-rank, rank), repeat=2):
            check(np.swapaxes, x, a, b, vague=2, seed=i)
            check(np.moveaxis, x, a, b, vague=2, seed=i)
            check(np.diagonal, x, 0, a, b, vague=2, seed=i)
            check(np.diagonal, x, 1, a, b, vague=1, seed=i)
    x = values((2, 3, 4, 5), float)
    for source, destination in (((0, 1), (2, 3)), ((0, 2), (-1, 0)), ([3, 0], [0, 1])):
        check(np.moveaxis, x, source, destination)


def test_reshape_to_all_shapes():
    targets = [
        (),
        (1,),
        (-1,),
        (6,),
        (2, 3),
        (3, 2),
        (3, -1),
        (-1, 3),
        (-1, 2, 1),
        (1, -1),
        (0, 3),
        (12, -1),
        (-1, 1, 2),
    ]
    for i, (x, target) in enumerate(itertools.product(operands(), [*targets, -1, 6, [2, 3]])):
        check(np.reshape, x, target, vague=4, seed=i)
    check(np.reshape, values((2, 3), float), (-1,), order="F")


def test_a_length_that_may_be_minus_one_is_not_believed():
    found = infer(np.reshape, [array(float, (N,)), Seq("tuple", (COUNT, COUNT), COUNT, Dim.of(2))], {}, namer())
    assert COUNT.length not in found.shape
    assert found.shape[0] != found.shape[1]


def test_minus_one_is_the_quotient_of_the_lengths():
    def reshaped(shape, *target):
        lengths = tuple(python(int, length=t) if isinstance(t, Dim) else python(int, t) for t in target)
        return infer(
            np.reshape, [array(float, shape), Seq("tuple", lengths, python(int), Dim.of(2))], {}, namer()
        ).shape

    assert reshaped((N, M), M, -1) == (M, N)
    assert reshaped((N, M, Dim.of(3)), N, -1)[0] == N
    assert reshaped((N, M, Dim.of(3)), N, -1)[1].not_one
    assert reshaped((Dim.of(4), Dim.of(3)), 2, -1) == (Dim.of(2), Dim.of(6))
    assert reshaped((N,), -1, 1) == (N, Dim.of(1))


def test_broadcast_to_tile_and_rot90():
    for i, x in enumerate(operands()):
        for shape in ((), (3,), (2, 3), (2, 1, 3), (4, 3, 1), (0, 3), 3):
            check(np.broadcast_to, x, shape, vague=3, seed=i)
            check(np.tile, x, shape, vague=3, seed=i)
        for k in (0, 1, 2, -1):
            check(np.rot90, x, k, vague=2)
            check(np.tril, x, k, vague=2)
            check(np.diag, x, k, vague=2, known=np.ndim(x) > 0)
    for a, b in itertools.product(SHAPES, SHAPES):
        check(np.broadcast_arrays, values(a, float), values(b, int), vague=2)


JOINS = [
    ((3,), (3,)),
    ((3,), (0,), (2,)),
    ((2, 3), (2, 3)),
    ((2, 3), (1, 3)),
    ((2, 1), (2, 3)),
    ((1,), (1,)),
    ((2, 1, 3), (2, 4, 3)),
    ((), ()),
    ((3,), (2, 3)),
    ((3,), (3, 2)),
    ((2, 3),),
]


@pytest.mark.parametrize("function", [np.concatenate, np.stack, np.hstack, np.vstack, np.dstack, np.column_stack])
def test_joining(function):
    axes = [{}] if function in (np.hstack, np.vstack, np.dstack, np.column_stack) else [{"axis": a} for a in (0, 1, -1)]
    for i, (shapes, axis, kind) in enumerate(itertools.product(JOINS, axes, (list, tuple))):
        for dtypes in itertools.product((float, np.float32, int), repeat=2):
            arrays = [values(s, t, seed=i) for s, t in zip(shapes, itertools.cycle(dtypes))]
            check(function, kind(arrays), vague=3, seed=i, **axis)
    check(function, values((2, 3), float), vague=3)
    check(function, [1.0, 2.0])
    check(function, [np.float64(1), 2])
    check(function, [[1, 2], [3.0, 4]])
    if function is np.concatenate:
        check(np.concatenate, [values((2, 3), float), values((2,), int)], None)
        check(np.concatenate, [values((2, 3), float), values((2, 3), int)], dtype=np.float32)


def test_append_meshgrid_and_splits():
    for a, b in itertools.product(SHAPES, SHAPES):
        for axis in (None, 0, -1):
            check(np.append, values(a, float), values(b, int), axis, vague=1)
        check(np.meshgrid, values(a, float), values(b, int), vague=2)
        check(np.meshgrid, values(a, float), values(b, int), values((4,), float), indexing="ij", vague=2)
    check(np.append, values((3,), np.float32), 1.0)
    for shape, sections in itertools.product(SHAPES, (1, 2, 3, [1], [1, 2], (0, 1, 1))):
        for axis in (0, 1, -1):
            check(np.split, values(shape, float), sections, axis, vague=2)
            check(np.array_split, values(shape, float), sections, axis=axis, vague=2)
        for function in (np.hsplit, np.vsplit, np.dsplit):
            check(function, values(shape, float), sections, vague=2)


def test_gradient_convolve_take_along_axis():
    for shape in SHAPES:
        check(np.gradient, values(shape, float), known=len(shape) == 1)
        check(np.gradient, values(shape, np.float32), 0.5, axis=0)
        for axis in (0, -1):
            x = values(shape, float)
            index = attempt_argsort(x, axis)
            if index is not None:
                check(np.take_along_axis, x, index, axis)
                check(np.take_along_axis, x, index[:1], axis)
    for mode in ("full", "same", "valid"):
        check(np.convolve, values((4,), float), values((2,), int), mode=mode)


def attempt_argsort(x, axis):
    return np.argsort(x, axis) if x.ndim else None


def test_exact_facts_give_exact_shapes():
    x = array(np.float32, (N, M))
    assert infer(np.transpose, [x], {}, namer()) == array(np.float32, (M, N))
    assert infer(np.ravel, [array(float, (N, Dim.of(1)))], {}, namer()) == array(float, (N,))
    assert infer(np.shape, [x], {}, namer()).items == (python(int, length=N), python(int, length=M))
    assert infer(np.expand_dims, [x, python(int, -1)], {}, namer()) == array(np.float32, (N, M, Dim.of(1)))
    pair = Seq("list", (x, x), x, Dim.of(2))
    assert infer(np.stack, [pair], {}, namer()) == array(np.float32, (Dim.of(2), N, M))
    assert infer(np.concatenate, [pair], {"axis": python(int, 1)}, namer()).shape[0] == N


def test_a_squeeze_of_lengths_that_may_be_one_has_no_known_rank():
    x = array(float, (N, N.minus(1)))
    assert infer(np.squeeze, [x], {}, namer()).shape is None
    assert infer(np.squeeze, [array(float, (N, Dim.of(1)))], {}, namer()).shape == (N,)


def test_roots_follow_views_and_leave_with_copies():
    x = array(float, (N, M), frozenset({"x"}))
    for function, shared in (
        (np.transpose, True),
        (np.ravel, True),
        (np.copy, False),
        (np.exp, False),
        (np.sum, False),
    ):
        assert infer(function, [x], {}, namer()).roots == (frozenset({"x"}) if shared else frozenset())
    copied = infer(np.array, [x], {"copy": python(bool, False)}, namer())
    assert copied.roots == {"x"}


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes_are_kept(dtype):
    for function in (np.transpose, np.ravel, np.squeeze, np.copy, np.flip, np.tril):
        check(function, values((2, 3), dtype))
