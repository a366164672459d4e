"""Products of matrices and linear algebra."""

import itertools
import operator

import numpy as np
import pytest

from s2sgrad.analysis.facts import Dim, Num, Opaque, Record, Static, Symbol, array
from s2sgrad.analysis.infer import infer
from tests.analysis.infer_checks import check, namer, scalars, values

N, M, K = (Dim(Symbol(name, not_one=True)) for name in "nmk")
SIDES = [(), (1,), (3,), (0,), (2, 3), (3, 2), (1, 3), (3, 1), (3, 3), (2, 2, 3), (1, 3, 3), (2, 3, 1), (4, 2, 3, 3)]


@pytest.mark.parametrize(
    "function", [np.matmul, operator.matmul, np.dot, np.inner, np.outer, np.vdot, np.kron, np.tensordot, np.cross]
)
def test_products_of_all_ranks(function):
    for i, (a, b) in enumerate(itertools.product(SIDES, SIDES)):
        check(function, values(a, float), values(b, float), vague=3, seed=i, known=all((a, b)))
    for a, b in itertools.product((float, np.float32, int, bool, complex), repeat=2):
        for one, two in (((3,), (3,)), ((3, 3), (3, 3)), ((3, 3), (3,)), ((3,), (3, 3))):
            check(function, values(one, a), values(two, b), vague=1)
        for scalar in scalars(a):
            check(function, scalar, values((3,), b), known=False)
            check(function, values((2, 2), b), scalar, known=False)
            check(function, scalar, scalar, known=False)
    check(function, [1.0, 2, 3], values((3,), float))


def test_tensordot_over_named_axes():
    x, y = values((2, 3, 4), float), values((3, 4, 5), float)
    for axes in (2, 1, 0, ([1, 2], [0, 1]), (1, 0), ((1,), (0,)), ((2, 1), (1, 0))):
        check(np.tensordot, x, y, axes)
        check(np.tensordot, x, values((4,), float), axes=axes)
    check(np.tensordot, x, x, 3)


EINSUMS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ba,cb", (2, 3), (3, 2)),
    ("i,i", (3,), (3,)),
    ("i,i->", (3,), (3,)),
    ("i,j->ij", (3,), (1,)),
    ("ij->ji", (2, 3)),
    ("ij", (2, 3)),
    ("ii->i", (3, 3)),
    ("ii", (3, 3)),
    ("ij->", (2, 3)),
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
    ("bij,bjk->bik", (2, 3, 4), (1, 4, 5)),
    ("...i,i->...", (2, 3), (3,)),
    ("...ij,...jk", (2, 2, 3), (3, 4)),
    ("...ij,...jk->k...", (1, 2, 3), (5, 3, 4)),
    ("b...,b", (2, 3, 4), (2,)),
    ("i,ij,j", (2,), (2, 3), (3,)),
    (" i j , j -> i ", (2, 3), (3,)),
    ("Ab,bA->A", (2, 3), (3, 2)),
    ("BA", (2, 3)),
    (",i->i", (), (3,)),
]


@pytest.mark.parametrize("name", ["vecdot", "matvec", "vecmat"])
def test_products_of_stacks(name):
    for function in (vars(np).get(name), vars(np.linalg).get(name)):
        for a, b in itertools.product(SIDES, SIDES) if function is not None else ():
            for dtype in (float, np.float32, complex):
                check(function, values(a, dtype), values(b, float), vague=2, known=False)


@pytest.mark.parametrize("name", ["cross", "trace", "diagonal", "matrix_transpose", "outer", "matmul", "tensordot"])
def test_products_of_the_array_standard(name):
    function = vars(np.linalg).get(name)
    for a in SIDES if function is not None else ():
        if name in ("trace", "diagonal", "matrix_transpose"):
            check(function, values(a, float), known=False)
        for b in SIDES if name not in ("trace", "diagonal", "matrix_transpose") else ():
            check(function, values(a, float), values(b, np.float32), known=False)


def test_traces_over_other_axes():
    for shape, axes, offset in itertools.product(SIDES, ((0, 1), (1, 2), (-1, 0)), (0, 1, -1)):
        check(np.trace, values(shape, float), offset, *axes, known=False)
        check(np.trace, values(shape, np.float32), axis1=axes[0], axis2=axes[1], dtype=float, known=False)


@pytest.mark.parametrize("case", EINSUMS, ids=lambda case: case[0])
def test_einsum(case):
    subscripts, *shapes = case
    for dtypes in itertools.product((float, np.float32, int), repeat=len(shapes)):
        operands = [values(shape, dtype) for shape, dtype in zip(shapes, dtypes)]
        check(np.einsum, subscripts, *operands)
        check(np.einsum, subscripts, *operands, optimize=True)


def stacks(rows, columns, dtype=float):
    for stack in ((), (2,), (1, 2), (0,)):
        x = np.broadcast_to(np.eye(rows, columns), (*stack, rows, columns)) * 2
        yield (x + values(x.shape, float) / 9).astype(dtype)


@pytest.mark.parametrize("name", ["inv", "cholesky", "det", "slogdet", "eigh", "eig", "eigvals", "eigvalsh"])
def test_functions_of_square_matrices(name):
    for n, dtype in itertools.product((1, 2, 3), (float, np.float32, int, complex)):
        for x in stacks(n, n, dtype):
            check(getattr(np.linalg, name), x, vague=3)


@pytest.mark.parametrize("name", ["svd", "qr", "pinv"])
def test_functions_of_rectangular_matrices(name):
    for rows, columns, dtype in itertools.product((1, 2, 3), (1, 2, 3), (float, np.float32, int, complex)):
        for x in stacks(rows, columns, dtype):
            check(getattr(np.linalg, name), x, vague=3)
            if name == "svd":
                check(np.linalg.svd, x, full_matrices=False)
                check(np.linalg.svd, x, False, False)
                check(np.linalg.svd, x, compute_uv=False)
            if name == "qr":
                check(np.linalg.qr, x, mode="complete")
                check(np.linalg.qr, x, "r")


@pytest.mark.parametrize("name", ["svdvals", "vector_norm", "matrix_norm", "cond"])
def test_sizes_of_matrices(name):
    function = vars(np.linalg).get(name)
    for rows, columns, dtype in itertools.product((1, 2, 3), (1, 3), (float, np.float32, int, complex)):
        for x in stacks(rows, columns, dtype) if function is not None else ():
            check(function, x, vague=2, known=False)
            if name.endswith("norm"):
                check(function, x, keepdims=True, ord=1, known=False)
            if name == "vector_norm":
                check(function, x, axis=-1, known=False)


def test_solutions_of_other_equations():
    for (rows, columns), dtype in itertools.product(((4, 3), (3, 4), (1, 1)), (float, np.float32)):
        for shape in ((rows,), (rows, 2), (rows, 1)):
            check(np.linalg.lstsq, values((rows, columns), dtype), values(shape, float), rcond=None)
    check(np.linalg.tensorsolve, np.eye(6).reshape(2, 3, 6), values((2, 3), float))
    check(np.linalg.tensorsolve, np.eye(6).reshape(2, 3, 3, 2), values((2, 3), np.float32))
    check(np.linalg.tensorinv, np.eye(6).reshape(2, 3, 3, 2))
    check(np.linalg.tensorinv, np.eye(6, dtype=np.float32).reshape(6, 3, 2), ind=1)


def test_blocks():
    a, b = values((2, 3), float), values((2, 1), np.float32)
    check(np.block, [[a, b], [a, b]], known=False)
    check(np.block, [a, b], known=False)
    check(np.block, [[1.0, 2.0]], known=False)
    check(np.block, a, known=False)


def test_solve():
    for n, dtype, other in itertools.product((1, 2, 3), (float, np.float32, int), (float, np.float32)):
        for x in stacks(n, n, dtype):
            for shape in ((n,), (n, 1), (n, 4), (2, n, 1), (2, n), (1, 2, n, 3), (1, n)):
                check(np.linalg.solve, x, values(shape, other), vague=3)


def test_norm_trace_power_and_multi_dot():
    for shape, axis, keepdims in itertools.product(SIDES, (None, 0, -1, (0, 1), (-2, -1)), (False, True)):
        for order in (None, 1, 2, np.inf, "fro", 3.0):
            check(np.linalg.norm, values(shape, float), order, axis, keepdims, vague=2)
        for dtype in (np.float32, int, complex):
            check(np.linalg.norm, values(shape, dtype), axis=axis, keepdims=keepdims, vague=1)
    for shape, dtype in itertools.product(SIDES, (float, np.float32, int, bool)):
        check(np.trace, values(shape, dtype))
    for scalar in scalars(float):
        check(np.linalg.norm, scalar)
    for x in stacks(3, 3):
        for n in (-1, 0, 1, 2, 5):
            check(np.linalg.matrix_power, x, n)
    check(np.linalg.multi_dot, [values(s, float) for s in ((2, 3), (3, 4), (4, 2))])
    check(np.linalg.multi_dot, [values(s, float) for s in ((3,), (3, 4), (4,))])


def test_exact_facts_give_exact_shapes():
    product = infer(operator.matmul, [array(np.float32, (N, M)), array(np.float32, (M, K))], {}, namer())
    assert product == array(np.float32, (N, K))
    assert infer(operator.matmul, [array(float, (N,)), array(float, (N,))], {}, namer()) == Num(
        np.dtype(float), "np", ()
    )
    assert infer(np.linalg.solve, [array(float, (N, N)), array(float, (N,))], {}, namer()) == array(float, (N,))
    assert infer(np.linalg.det, [array(float, (N, N))], {}, namer()) == Num(np.dtype(float), "np", ())
    svd = infer(np.linalg.svd, [array(float, (N, N))], {}, namer())
    assert isinstance(svd, Record) and svd.slot("S") == array(float, (N,))
    attention = infer(np.einsum, [Static("ij,kj->ik"), array(float, (N, K)), array(float, (M, K))], {}, namer())
    assert attention == array(float, (N, M))


def test_a_matrix_product_with_a_scalar_is_not_judged():
    assert infer(operator.matmul, [array(float, ()), array(float, (N,))], {}, namer()) == Opaque()


def test_the_dtype_of_eigenvalues_hangs_on_the_data():
    found = infer(np.linalg.eig, [array(float, (N, N))], {}, namer())
    assert all(found.slot(part).maybe_complex for part in ("eigenvalues", "eigenvectors"))
