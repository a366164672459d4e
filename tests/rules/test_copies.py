import numpy as np
import pytest

from tests.differences import check as check_program
from tests.differences import refused
from tests.rules.harness import check
from tests.rules.samples import Sample, between

windows = np.lib.stride_tricks.sliding_window_view


def of(function, shape, *rest, **passed):
    return Sample(function, (between(-2, 2, *shape), *rest), passed)


OWN = np.random.default_rng(11)
"""What was added later draws here, so that the numbers of all other samples stay as they are."""


def own(function, shape, *rest, **passed):
    return Sample(function, (OWN.uniform(-2, 2, shape), *rest), passed)


def nonzero(*shape):
    return between(0.5, 2, *shape)


def trimmed(before, n, after, *rest):
    x = np.concatenate([np.zeros(before), nonzero(n), np.zeros(after)])
    return Sample(np.trim_zeros, (x, *rest), direction=lambda v: v * (x != 0))


WIDTHS = (((3,), 1), ((3,), (1, 2)), ((2, 3), 1), ((2, 3), ((1, 2), (0, 1))), ((2, 3), ((0, 0), (2, 0))), ((2, 3), 0),
          ((0,), 2), ((2, 1, 3), ((1,), (2,), (0,))), ((2, 2), ((1, 2),)))  # fmt: skip
COPYING = (((4,), 2), ((3, 4), 1), ((3, 4), ((1, 2), (0, 1))))
TILES = (((3,), 2), ((3,), (2,)), ((2, 3), 2), ((2, 3), (2, 3)), ((2, 3), (1, 2)), ((3,), (2, 3)), ((2, 3), (2, 1, 3)),
         ((2, 3), (1, 1)), ((1,), 3), ((2, 1), (1, 4)), ((0, 2), (2, 2)), ((), 3))  # fmt: skip
REPEATS = (((2, 3), 2, 1), ((2, 3, 2), 3, 1), ((2, 3), 2, 0), ((2, 3), 2, -1), ((3,), 2, 0))

KNOWN = [
    *(of(np.pad, shape, width) for shape, width in WIDTHS),
    *(of(np.pad, shape, width, constant_values=3.0) for shape, width in WIDTHS[:3]),
    *(own(np.pad, shape, width, constant_values=((1.0, 2.0),)) for shape, width in WIDTHS[:1]),
    *(own(np.pad, (n,), width, "edge") for n in (1, 4) for width in (2, (3, 0), (0, 2), (1, 2), ((1, 3),))),
    *(own(np.pad, shape, width, "reflect", reflect_type="odd") for shape, width in (((4,), (2, 9)), ((1,), 2))),
    *(own(np.pad, (3, 4), width, "symmetric", reflect_type="odd") for width in (((0, 0), (1, 5)), ((2, 1), (0, 0)))),
    *(of(np.pad, shape, width, mode) for mode in ("edge", "reflect", "symmetric", "wrap") for shape, width in COPYING),
    *(of(np.tile, shape, reps) for shape, reps in TILES),
    *(of(np.repeat, shape, n, axis) for shape, n, axis in REPEATS),
    of(np.repeat, (3,), np.array([2, 0, 1])), of(np.repeat, (2, 2), np.array([2, 0, 1, 1])),
    of(np.repeat, (3, 2), np.array([2, 0, 1]), 0), of(np.repeat, (3, 2), np.array([2, 1]), 1), of(np.repeat, (1,), 3),
    *(of(np.resize, (2, 3), shape) for shape in (4, (4, 2), (2, 2), 13)), of(np.resize, (3,), (2, 3)),
    *(own(windows, (n,), k) for n, k in ((5, 1), (5, 4), (9, 2), (1, 1), (4, 0))), own(windows, (5,), (3,)),
    *(own(windows, (n,), k, axis=0) for n, k in ((150, 120), (150, 104), (101, 101))),
    of(windows, (5,), 2), of(windows, (3, 4), (2, 2)), of(windows, (3, 4), 2, axis=1), of(windows, (3,), 3),
    *(of(np.roll, (2, 3, 4), shift, axis) for shift, axis in (((1, 2), (0, 1)), ((1, -1), (2, 0)))),
    *(of(np.rollaxis, (2, 3, 4), axis, start) for axis in (0, 1, 2, -1) for start in (0, 1, 2, 3, -1)),
    *(of(np.rot90, (2, 3), k) for k in (1, 2, 3, -1, 0)), of(np.rot90, (2, 3, 4), 1),
    of(np.rot90, (2, 3, 4), 1, (1, 2)),
    *(of(np.diagflat, shape, k) for shape in ((3,), (2, 2), (1,)) for k in (0, 1, -2)),
    *(of(np.diag, (2, 4), k) for k in (-1, 0, 1, 3)), *(of(np.diag, (4, 2), k) for k in (-3, -1, 1)),
    *(of(np.diagonal, (2, 3, 4), k, *axes) for k in (-1, 0, 1) for axes in ((0, 1), (1, 2), (2, 0), (0, -1))),
    *(of(np.trace, (2, 3, 4), k, *axes) for k in (-1, 0, 1) for axes in ((1, 2), (2, 0), (0, -1))),
    *(of(np.diagonal, shape, k) for shape in ((2, 4), (4, 2)) for k in (-1, 1)),
    *(of(np.linalg.diagonal, (2, 3, 4), offset=k) for k in (-1, 1) if hasattr(np.linalg, "diagonal")),
    of(np.tril, (3,)), of(np.tril, (3,), 1), of(np.triu, (3,)), of(np.triu, (3,), -1), of(np.triu, (1,)),
    of(np.append, (3,), between(-1, 1, 2)), of(np.append, (2, 3), between(-1, 1, 2)), of(np.append, (3,), 2.0),
    of(np.append, (2, 3), between(-1, 1, 1, 3), 0), of(np.append, (2, 3), between(-1, 1, 2, 2), axis=1),
    of(np.append, (2, 3), between(-1, 1, 2, 2), axis=-1), of(np.append, (0,), between(-1, 1, 2)),
    of(np.delete, (4,), 1), of(np.delete, (4,), -1), of(np.delete, (4,), np.array([0, 2])), of(np.delete, (2, 3), 2),
    of(np.delete, (4,), np.array([True, False, True, False])), of(np.delete, (3, 4), 1, 0), of(np.delete, (3, 4), 0, 1),
    of(np.delete, (3, 4), -1, 1), of(np.delete, (3, 4), np.array([0, 2]), axis=1), of(np.delete, (3, 1), 1, 0),
    of(np.insert, (4,), 1, 2.0), of(np.insert, (4,), 0, np.float64(2.0)), of(np.insert, (4,), -1, 2.0),
    of(np.insert, (4,), 2, between(-1, 1, 3)), of(np.insert, (4,), -2, between(-1, 1, 2)),
    of(np.insert, (2, 3), 1, between(-1, 1, 3), 0), of(np.insert, (2, 3), 1, between(-1, 1, 2), 1),
    of(np.insert, (2, 3), 0, 1.5, 1), of(np.insert, (2, 3, 4), 1, between(-1, 1, 2, 4), 1),
    of(np.insert, (4,), np.array([2, 0]), between(-1, 1, 2)), of(np.insert, (2, 3), np.array([0, 5]), 1.5),
    of(np.insert, (2, 3), np.array([1, 0]), between(-1, 1, 2, 3), 0),
    of(np.insert, (4,), np.array([0, 2]), 7), of(np.insert, (2, 3), np.array([0, 2]), 7, 1),
    trimmed(2, 3, 1), trimmed(2, 3, 0, "f"), trimmed(0, 3, 2, "b"), trimmed(0, 3, 0), trimmed(1, 1, 1),
    of(np.vander, (4,)), of(np.vander, (4,), 3), of(np.vander, (3,), 5, True), of(np.vander, (3,), increasing=True),
    of(np.vander, (1,), 3),
]  # fmt: skip


SAMPLES = [*KNOWN, own(np.pad, (2, 3), 1, "empty")]
"""What stands around is anything in the last one: it is not compared with differences."""


@pytest.mark.parametrize("sample", KNOWN, ids=str)
def test_against_differences(sample):
    check(sample)


def padded(x, n):
    return (np.pad(x, n) ** 3).sum()


def smoothed(x):
    return (np.pad(x, 1, mode="edge") ** 2).sum()


def moving(x):
    return (windows(x, 3).mean(axis=1) ** 2).sum()


def polynomial(x, c):
    return ((np.vander(x, 3) @ c) ** 2).sum()


def grown(x):
    out = x[:1]
    for i in range(1, 4):
        out = np.append(out, x[i] * out[-1])
    return (out**2).sum()


def widen(x):
    return np.tile(np.pad(x, 1), (2, 1))


def in_a_helper(x):
    return (widen(widen(x) ** 2) ** 2).sum()


def test_in_programs():
    x = between(0.5, 1.5, 4)
    check_program(padded, x, 2, wrt=0)
    check_program(smoothed, x)
    check_program(moving, x)
    check_program(polynomial, x, between(-1, 1, 3))
    check_program(grown, x)
    check_program(in_a_helper, between(-1, 1, 2, 2))
    check_program(in_a_helper, between(-1, 1, 2, 2).astype(np.float32), tol=1e-3)


def test_padding_with_a_number_that_has_a_derivative():
    def f(x, c):
        return (np.pad(x, 1, constant_values=c) ** 3).sum()

    check_program(f, between(-1, 1, 3), 2.0)


def test_padding_with_numbers_of_which_one_has_a_derivative_is_refused():
    def f(x, c):
        return np.pad(x, 1, constant_values=(c, 1.0)).sum()

    refused(f, between(-1, 1, 3), 2.0, match="constant_values")


@pytest.mark.parametrize("mode", ["mean", "linear_ramp", "maximum", "median"])
def test_padding_with_what_is_computed(mode):
    def f(x, mode):
        return (np.pad(x, ((1, 2), (2, 0)), mode=mode) ** 3).sum()

    check_program(f, between(-1, 1, 3, 2), mode, wrt=0)


def test_padding_by_a_function_is_refused():
    def f(x):
        return np.pad(x, 1, mode=lambda vector, width, axis, more: None).sum()

    refused(f, between(-1, 1, 3), match="pad")


def test_what_is_put_in_at_several_places():
    def f(x, v):
        return (np.insert(x, [2, 0], v) ** 2 * x[0]).sum()

    check_program(f, between(-1, 1, 3), between(-1, 1, 2))
    check_program(f, between(-1, 1, 3), between(-1, 1, 1))
