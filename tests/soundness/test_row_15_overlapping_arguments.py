"""Row 15: one array under two names, one of which is written."""

import numpy as np
import pytest

from s2sgrad import grad, value_and_grad, vjp
from s2sgrad.errors import S2SGradError
from tests.differences import right_or_refused


def writes_first(x, y):
    x[0] = y[1] * 2.0
    return (x * y).sum()


def writes_second(x, y):
    y[:] = y * 2.0
    return (x * x * y).sum()


def writes_in_loop(x, y):
    for i in range(len(x)):
        x[i] = x[i] * y[i]
    return (x * x).sum()


def augments(x, y):
    x += y
    return (x * y).sum()


def writes_in_list(xs, y):
    xs[0][1] = y[0]
    return (xs[0] * y).sum()


PROGRAMS = [writes_first, writes_second, writes_in_loop, augments]


@pytest.mark.parametrize("transform", [grad, value_and_grad])
@pytest.mark.parametrize("wrt", [0, 1, (0, 1)])
@pytest.mark.parametrize("program", PROGRAMS)
def test_the_same_array_twice_is_refused(program, wrt, transform):
    x = np.array([1.0, 2.0, 3.0])
    with pytest.raises(S2SGradError):
        transform(program, wrt)(x, x)
    assert np.array_equal(x, [1.0, 2.0, 3.0])


@pytest.mark.parametrize("program", PROGRAMS)
def test_overlapping_slices_are_refused(program):
    x = np.array([1.0, 2.0, 3.0, 4.0])
    with pytest.raises(S2SGradError):
        grad(program)(x[:-1], x[1:])
    assert np.array_equal(x, [1.0, 2.0, 3.0, 4.0])


def test_overlap_inside_a_list_is_refused():
    x = np.array([1.0, 2.0, 3.0])
    with pytest.raises(S2SGradError):
        grad(writes_in_list, 1)([x], x)


def test_overlap_with_a_global_is_refused():
    with pytest.raises(S2SGradError):
        grad(writes_beside_global)(SHARED)
    assert np.array_equal(SHARED, [1.0, 2.0])


SHARED = np.array([1.0, 2.0])


def writes_beside_global(x):
    x[0] = 5.0
    return (x * SHARED).sum()


@pytest.mark.parametrize("wrt", [0, 1, (0, 1)])
@pytest.mark.parametrize("program", PROGRAMS)
def test_separate_arrays_are_right_or_refused(program, wrt):
    x, y = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 2.0])
    right_or_refused(program, x, y, wrt=wrt, frozen=False)


def inner(x):
    z = x.copy()
    return writes_first(z[:-1], z[1:])


def inner_same(x):
    z = x.copy()
    return writes_second(z, z)


def inner_augmented(x):
    z = x * 1.0
    return augments(z[1:], z[:-1])


def test_helpers_called_with_overlapping_views():
    x = np.array([1.0, 2.0, 3.0, 4.0])
    for program in (inner, inner_same, inner_augmented):
        right_or_refused(program, x)


def reads_only(x, y):
    return (x[1:] * y[:-1]).sum() + (x * y).sum()


def test_sharing_is_fine_where_nothing_is_written():
    x = np.array([1.0, 2.0, 3.0])
    dx, dy = grad(reads_only, (0, 1))(x, x)
    assert np.allclose(dx, [1.0, 3.0, 5.0]) and np.allclose(dy, [3.0, 5.0, 3.0])
    assert not np.shares_memory(dx, dy)


def test_pullback_of_the_same_array_twice():
    x = np.array([1.0, 2.0, 3.0])
    _, pullback = vjp(reads_only, (0, 1))(x, x)
    dx, dy = pullback(1.0)
    assert not np.shares_memory(dx, dy)
    assert np.allclose(dx + dy, [4.0, 8.0, 8.0])
