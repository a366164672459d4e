import numpy as np
import pytest

from tests.differences import check as check_program
from tests.differences import refused
from tests.rules.harness import check
from tests.rules.samples import Sample, between

EINSUMS = (
    ("ij->i", (2, 3)), ("ij->", (2, 3)), ("ij->ji", (2, 3)), ("ijk->ki", (2, 3, 4)), ("ii", (3, 3)),
    ("ii->i", (3, 3)), ("iij->ij", (3, 3, 2)), ("...ij->...ji", (2, 3, 4)), ("i", (0,)), ("ij->j", (0, 3)),
    ("ij->i", (1, 3)), ("i,i", (3,), (3,)), ("i,i->i", (3,), (3,)), ("i,j->ij", (3,), (2,)), ("i,j->ji", (3,), (2,)),
    ("i,->i", (3,), ()), ("ij,j->i", (2, 3), (3,)), ("i,ij->j", (2,), (2, 3)), ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)), ("ij,kj->ki", (2, 3), (4, 3)), ("ij,ij->", (2, 3), (2, 3)),
    ("ij,ij->j", (2, 3), (2, 3)), ("ij,j->ij", (2, 3), (3,)), ("bij,bjk->bik", (5, 2, 3), (5, 3, 4)),
    ("bij,bjk->bik", (5, 2, 3), (1, 3, 4)), ("bij,bjk->kib", (5, 2, 3), (5, 3, 4)),
    ("...ij,...jk->...ik", (5, 2, 3), (5, 3, 4)), ("...ij,jk", (5, 2, 3), (3, 4)), ("...i,i", (2, 3), (3,)),
    ("...i,...j->...ij", (2, 3), (2, 1)), ("ijk,jkl->il", (2, 3, 4), (3, 4, 5)),
    ("ijk,ljk->li", (2, 3, 4), (5, 3, 4)), ("ij,jk->ik", (2, 1), (3, 4)), ("ij,jk->ik", (2, 3), (1, 4)),
    ("ij,ij->ij", (2, 1), (2, 3)), ("ij,k->i", (2, 3), (4,)), ("ii,ij->j", (3, 3), (3, 2)),
    ("ij,jk->", (2, 3), (3, 4)), (" i j , j -> i ", (2, 3), (3,)), ("ij,jk->ik", (0, 3), (3, 2)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)), ("i,ij,j", (2,), (2, 3), (3,)), ("i,i,i->i", (3,), (3,), (3,)),
    ("ij,jk,kl,lm->im", (2, 3), (3, 4), (4, 2), (2, 3)),
)  # fmt: skip
TENSORDOT = (
    ((2, 3), (3, 4), 1), ((2, 3, 4), (3, 4, 5), 2), ((2, 3), (4, 5), 0), ((3,), (3,), 1),
    ((2, 3, 4), (4, 2), ((0, 2), (1, 0))), ((2, 3, 4), (5, 3), (1, 1)), ((2, 3), (2, 4), ((0,), (0,))),
    ((2, 3, 4), (3, 5), ((-2,), (0,))), ((0, 3), (3, 2), 1),
)  # fmt: skip
KRON = (((3,), (2,)), ((2, 3), (3, 2)), ((1, 2), (2, 1)))
LAST = (((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 3)), ((4, 1, 3), (2, 3)), ((0, 3), (3,)))
STRETCHED = (
    ((3,), (2, 3)), ((4, 1, 3), (4, 2, 3)), ((1, 3), (2, 3)), ((1, 3), (1, 3)), ((1,), (2, 1)), ((2, 1, 3), (1, 3)),
    ((1, 1, 3), (2, 4, 3)), ((4, 1, 2, 3), (5, 1, 3)), ((4, 2, 3), (1, 2, 3)), ((0, 1, 3), (2, 3)),
)  # fmt: skip
ONES = (
    ("ij,jk", (2, 1), (3, 4)), ("ij,jk", (2, 3), (1, 4)), ("aij,ajk->aik", (1, 2, 3), (4, 3, 2)),
    ("aij,ajk->ik", (4, 2, 3), (1, 3, 2)), ("i,i->", (1,), (3,)), ("ij,ij", (1, 3), (2, 1)), ("ii,i->i", (1, 1), (3,)),
    ("ij,j,k->ik", (2, 1), (3,), (1,)), ("...i,...i->...", (4, 1, 3), (2, 1)), ("ij->i", (2, 1)),
    ("aij,j->a", (2, 2, 3), (1,)),
)  # fmt: skip
MATVEC = (((2, 3), (3,)), ((4, 2, 3), (3,)), ((4, 2, 3), (4, 3)), ((2, 3), (4, 3)), ((1, 2, 3), (4, 3)))
VECMAT = (((2,), (2, 3)), ((2,), (4, 2, 3)), ((4, 2), (4, 2, 3)), ((4, 2), (2, 3)), ((4, 2), (1, 2, 3)))
DOT = (((2, 3, 4, 2), (2, 2)), ((3,), (2, 5, 3, 4)), ((2, 3, 4), (2, 5, 4, 3)))
INNER = (((2, 3, 4), (4,)), ((4,), (2, 3, 4)), ((2, 3, 4), (5, 4)))
STACKS = ((3, 3), (2, 3), (3, 2), (2, 3, 3), (2, 3, 2), (4, 2, 3, 3), (1, 1))
IN_FRONT = ((3, 3, 2), (2, 3, 4), (3, 2, 4), (2, 2, 3, 4))


def of_shapes(function, shapes, *before, **passed):
    return Sample(function, (*before, *(between(-2, 2, *shape) for shape in shapes)), passed)


OWN = np.random.default_rng(11)
"""What was added later draws here, so that the numbers of all other samples stay as they are."""


def own(function, shapes, *before):
    return Sample(function, (*before, *(OWN.uniform(-2, 2, shape) for shape in shapes)))


def named(name, shapes, module=np, **passed):
    function = getattr(module, name, None)
    return [of_shapes(function, pair, **passed) for pair in shapes] if function is not None else []


def alone(shapes):
    return [(shape,) for shape in shapes]


SAMPLES = [
    *(of_shapes(np.einsum, shapes, subscripts) for subscripts, *shapes in EINSUMS),
    *(of_shapes(np.einsum, shapes, subscripts, optimize=True) for subscripts, *shapes in EINSUMS[-3:]),
    *(s for m in (np, np.linalg) for a, b, axes in TENSORDOT for s in named("tensordot", [(a, b)], m, axes=axes)),
    *named("kron", KRON),
    *named("vecdot", LAST), *named("vecdot", LAST, np.linalg),
    *(s for m in (np, np.linalg) for k in (0, -2, 1) for s in named("vecdot", [((2, 3), (2, 3))], m, axis=k)),
    *named("cross", LAST[:3], np.linalg),
    *named("matvec", MATVEC), *named("vecmat", VECMAT),
    *named("dot", DOT), *named("inner", INNER),
    *named("matrix_transpose", alone(STACKS)), *named("matrix_transpose", alone(STACKS), np.linalg),
    *named("trace", alone(IN_FRONT)), *named("trace", alone(IN_FRONT), offset=1),
    *named("trace", alone(STACKS), np.linalg), *named("trace", alone(STACKS), np.linalg, offset=-1),
    *named("diagonal", alone(STACKS[:1] + IN_FRONT[:1])),
    *named("diagonal", alone(STACKS), np.linalg),
    *(own(np.einsum, shapes, subscripts) for subscripts, *shapes in ONES),
    *(own(np.vecdot, pair) for pair in STRETCHED if hasattr(np, "vecdot")),
]  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def lone_axis(a, c):
    return (np.einsum("i,k->i", a, c) ** 2).sum()


def lone_axis_of_three(x, y, c):
    return np.einsum("i,i,k->", x, y, c) ** 2


def test_an_axis_that_is_summed_alone_is_stretched():
    x, y, c = np.array([0.3, -1.2, 0.7]), np.array([1.1, 0.4, -0.6]), np.array([0.5, 1.5, -0.9, 0.2])
    check_program(lone_axis, x, c)
    check_program(lone_axis_of_three, x, y, c)


def attention(q, k, v):
    scores = np.exp(np.einsum("bqd,bkd->bqk", q, k) / 3)
    weights = scores / scores.sum(axis=-1, keepdims=True)
    return (np.einsum("bqk,bkd->bqd", weights, v) ** 2).sum()


def bilinear(x, A, y):
    return np.einsum("i,ij,j", x, A, y) ** 2


def contracted(a, b):
    return (np.tensordot(a, b, axes=([0], [1])) ** 2).sum()


def traces(a):
    return (np.linalg.trace(a) ** 2).sum() + (np.linalg.diagonal(a) ** 3).sum()


def in_a_loop(W, x):
    for _ in range(3):
        x = np.tanh(np.einsum("ij,j->i", W, x))
    return x.sum()


def project(W, x):
    return np.einsum("ij,...j->...i", W, x)


def in_a_helper(W, x):
    return (project(W, np.tanh(project(W, x))) ** 2).sum()


PROGRAMS = [
    (attention, (2, 3, 4), (2, 5, 4), (2, 5, 4)),
    (attention, (1, 1, 4), (1, 5, 4), (1, 5, 4)),
    (bilinear, (2,), (2, 3), (3,)),
    (contracted, (3, 2, 2), (2, 3)),
    *([(traces, (2, 3, 3))] if hasattr(np.linalg, "trace") else []),  # since NumPy 2
    (in_a_loop, (3, 3), (3,)),
    (in_a_helper, (3, 3), (2, 3)),
]


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: f"{case[0].__name__}{case[1:]}")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_in_programs(case, dtype):
    f, *shapes = case
    check_program(f, *(between(-1, 1, *shape).astype(dtype) for shape in shapes))


def test_the_subscripts_must_be_known():
    def f(x, n):
        return np.einsum("i" * n, x)

    refused(f, between(-1, 1, 3, 3), 2, wrt=0, match="einsum")
