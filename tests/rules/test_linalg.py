import operator

import numpy as np
import pytest

from s2sgrad import grad, vjp
from s2sgrad.analysis.infer.table import numpy_functions
from tests.differences import check as check_program
from tests.rules.harness import check, fitting
from tests.rules.samples import Known, Sample, between

# shapes of the two operands of a matrix product, by pairs of ranks, with stretched and empty stacks
MATMUL = (
    ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)),
    ((1,), (1,)), ((2, 2), (2,)), ((2,), (2, 2)), ((1, 1), (1,)),
    ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((6, 1, 2, 3), (5, 3, 2)),
    ((1, 2, 3), (5, 3, 4)), ((5, 2, 3), (1, 3, 4)), ((1, 2, 2), (2,)),
    ((3,), (5, 3, 4)), ((5, 2, 3), (3,)), ((3,), (2, 5, 3, 4)), ((2, 5, 2, 3), (3,)),
    ((0,), (0,)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((0, 2, 3), (3, 4)), ((2, 0), (0,)),
)  # fmt: skip
DOT = (
    ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((0, 3), (3, 2)),
    ((3,), (5, 3, 4)), ((5, 2, 3), (3,)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((6, 2, 3), (5, 3, 4)),
    ((), (2, 3)), ((2, 3), ()), ((), ()), ((2,), ()),
)  # fmt: skip
INNER = (((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3), (4, 3)), ((), (3,)), ((2, 3), ()))
OUTER = (((3,), (4,)), ((1,), (4,)), ((0,), (4,)), ((2, 3), (4,)), ((3,), (2, 2)), ((), (3,)), ((2, 3), (2, 2)))
VDOT = (((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (3, 2)), ((2, 3), (6,)), ((), ()))


def pairs(function, shapes):
    return [Sample(function, (between(-2, 2, *a), between(-2, 2, *b))) for a, b in shapes]


def regular(*shape):
    return between(-1, 1, *shape) + 3 * np.eye(shape[-1])


def positive_definite(n):
    a = between(-1, 1, n, n)
    return a @ a.T + n * np.eye(n)


SOLVE = (
    ((3, 3), (3,)), ((3, 3), (3, 2)), ((3, 3), (3, 1)), ((1, 1), (1,)), ((4, 3, 3), (4, 3, 2)), ((4, 3, 3), (1, 3, 2)),
    ((3, 3), (4, 3, 2)), ((2, 4, 3, 3), (2, 1, 3, 2)), ((4, 3, 3), (3,)),
)  # fmt: skip
AXES = (((3, 2), 0), ((3, 2), -2), ((2, 3, 4), 1), ((3, 1, 2), 0))
SCALED = ((2.0, between(-1, 1, 3)), (between(-1, 1, 2, 3), np.float64(2)), (1.5, Known(2)))

NEW = int(np.__version__.split(".")[0]) >= 2

SAMPLES = [
    *(s for f in (np.matmul, operator.matmul, *numpy_functions("matmul", module=np.linalg)) for s in pairs(f, MATMUL)),
    *pairs(np.dot, DOT),
    *(Sample(np.dot, pair) for pair in SCALED),
    *pairs(np.inner, INNER),
    *pairs(np.outer, OUTER),
    *(s for f in numpy_functions("outer", module=np.linalg) for s in pairs(f, OUTER[:3])),
    *pairs(np.vdot, VDOT),
    *pairs(np.cross, [((3,), (3,)), ((2, 3), (3,)), ((1, 3), (4, 3))]),
    *(Sample(np.cross, (between(-1, 1, *s), between(-1, 1, *s)), {"axis": k}) for s, k in AXES if NEW),
    *(Sample(np.linalg.cross, (between(-1, 1, *s), between(-1, 1, *s)), {"axis": k}) for s, k in AXES if NEW),
    *(Sample(np.linalg.solve, (regular(*a), between(-2, 2, *b))) for a, b in SOLVE if NEW or b != (3,) or a == (3, 3)),
    *(Sample(np.linalg.solve, (regular(2, 3, 3), between(-2, 2, 3, 2))) for _ in range(NEW)),
    *(Sample(np.linalg.inv, (regular(*shape),)) for shape in ((3, 3), (1, 1), (2, 3, 3), (2, 1, 3, 3))),
    *(Sample(np.linalg.det, (regular(n, n),)) for n in (1, 2, 4)),
    *(Sample(np.linalg.cholesky, (positive_definite(n),)) for n in (1, 2, 4)),
    Sample(np.linalg.cholesky, (np.stack([positive_definite(3), positive_definite(3)]),)),
    *(Sample(np.linalg.cholesky, (positive_definite(n),), {"upper": True}) for n in (1, 4) if NEW),
    *(
        Sample(
            np.linalg.lstsq,
            (between(-1, 1, *a) / 3 + 2 * np.eye(*a), between(-1, 1, *b)),
            {"rcond": None},
            weights=(1, 0, 0, 0),
            single=False,
        )
        for a in ((5, 3), (3, 3), (2, 4))
        for b in (a[:1], (a[0], 2))
    ),
    Sample(np.linalg.tensorsolve, (np.eye(6).reshape(2, 3, 6) * 3 + between(-1, 1, 2, 3, 6), between(-1, 1, 2, 3))),
    Sample(np.linalg.tensorinv, (np.eye(24).reshape(4, 6, 8, 3) * 3 + between(-1, 1, 4, 6, 8, 3) / 9, 2)),
    Sample(np.linalg.tensorinv, (np.eye(24).reshape(24, 8, 3) * 3 + between(-1, 1, 24, 8, 3) / 9,), {"ind": 1}),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def test_a_right_side_of_one_axis_less_is_a_matrix_since_numpy_2():
    assert len(fitting(Sample(np.linalg.solve, (regular(3, 3, 3), between(-1, 1, 3, 3))))) == NEW


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (2,), (4, 2)])
def test_vectors_of_two_numbers_are_not_taken_for_vectors_of_three(shape):
    (rule,) = fitting(Sample(np.cross, (between(-1, 1, 3), between(-1, 1, 3))))
    with pytest.raises((ValueError, IndexError)):
        rule.template(np.ones(shape[:-1]), np.ones(shape[:-1]), between(-1, 1, *shape), between(-1, 1, *shape))


def side_by_side(p, q):
    a = np.stack([p, q], axis=-1)
    return (np.cross(a, a[::-1] * q[0]) ** 2).sum()


def alone(p, q):
    return np.sin(np.cross(np.array([p[0], q[1]]), np.array([q[0], p[1] * q[2]])))


def along_axes(p, q):
    a, b = np.stack([p, q * p]), np.stack([np.cos(q), p], axis=1)
    first = np.cross(a, b, axisa=0, axisb=1, axisc=0) ** 2
    return first.sum() + np.exp(np.cross(a, a[::-1] * p, axis=0)).sum() + np.cross(a, b, 0, -1)[0]


def in_stacks(p, q):
    a = np.stack([np.outer(p, q), np.outer(q, q)], axis=-1)
    return (np.cross(a, np.stack([q, p], axis=-1)) ** 3).sum() * np.cross(np.moveaxis(a, -1, 1), a, axisa=1)[0, 1]


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
@pytest.mark.parametrize("f", [side_by_side, alone, along_axes, in_stacks])
def test_the_cross_product_of_vectors_in_a_plane(f):
    p, q = between(-1, 1, 4), between(-1, 1, 4)
    check_program(f, p, q)
    check_program(lambda p, q: (grad(f)(p, q) * np.cos(q)).sum(), p, q)
    check_program(f, p.astype(np.float32), q.astype(np.float32), tol=1e-3)


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
def test_the_cross_product_of_two_vectors_in_a_plane_is_an_array_without_axes():
    value, _ = vjp(lambda p: np.cross(np.array([p[0], 1.0]), np.array([2.0, p[1]])))(np.ones(2))
    assert isinstance(value, np.ndarray) and value.shape == ()


def crossed(a, b):
    return (np.cross(a, b) ** 2).sum() + a.sum() * b.sum()


def crossed_down(a, b):
    return np.exp(np.cross(a, b, axis=0)).sum()


def crossed_from_two_axes(a, b):
    return np.exp(np.cross(a, b, axisa=0, axisb=-1)).sum()


def area(a, b):
    total = 0.0
    for k in range(len(a) - 1):
        total += np.cross(a[k], a[k + 1]) - np.cross(b[k], b[k + 1])
    return np.abs(total) / 2


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
@pytest.mark.parametrize(
    ("f", "a", "b"),
    [
        *[(crossed, (n,), (m,)) for n in (2, 3) for m in (2, 3)],
        *[(crossed, (5, n), (m,)) for n in (2, 3) for m in (2, 3)],
        (crossed, (5, 2), (5, 2)), (crossed, (5, 3), (4, 1, 2)), (crossed, (0, 2), (2,)),
        (crossed_down, (2,), (2,)), (crossed_down, (2, 4), (2, 4)),
        *[(crossed_down, (3, 4), (3, 4))] * hasattr(np.linalg, "cross"),  # refused with NumPy 1.26
        (crossed_from_two_axes, (2, 4), (4, 2)), (crossed_from_two_axes, (3, 4), (4, 3)),
        (area, (5, 2), (5, 2)),
    ],
)  # fmt: skip
def test_the_cross_product_asks_how_long_the_vectors_of_an_argument_are(f, a, b):
    rng = np.random.default_rng(4)
    check_program(f, rng.normal(size=a), rng.normal(size=b))


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
def test_vectors_of_another_length_have_a_text_of_their_own():
    slope = grad(crossed)
    for n in (2, 3, 2):
        a, b = np.arange(1.0, n + 1), np.arange(2.0, n + 2)
        np.testing.assert_allclose(slope(a, b), grad(crossed)(a, b))
    assert slope.cache_info().currsize == 2


def test_cholesky_takes_a_symmetric_direction_as_well():
    check(Sample(np.linalg.cholesky, (positive_definite(3),), direction=lambda v: v + v.T))


def test_the_gradient_of_cholesky_is_zero_where_numpy_does_not_read():
    (rule,) = fitting(Sample(np.linalg.cholesky, (positive_definite(3),)))
    a = positive_definite(3)
    assert np.array_equal(np.triu(rule.template(between(-1, 1, 3, 3), np.linalg.cholesky(a), a), 1), np.zeros((3, 3)))


@pytest.mark.parametrize("shapes", [((2, 2), (2,)), ((2,), (2, 2)), ((2,), (2,)), ((2, 2), (2, 2))])
def test_exactly_one_variant_of_low_rank_is_first(shapes):
    (sample,) = pairs(np.matmul, [shapes])
    expected = {1: "vector", 2: "matrix"}
    assert fitting(sample)[0].template.__name__ == "_".join(expected[len(s)] for s in shapes)
