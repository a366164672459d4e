"""Row 2: the adjoint of a written slice is a window that the next lines change."""

import numpy as np
import pytest

from tests.differences import right_or_refused

rng = np.random.default_rng(2)
u0 = rng.normal(size=11)


def heat(u0, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + (u[2:] - 2 * u[1:-1] + u[:-2])
    return (u**2).sum()


def once(u0):
    u = u0.copy()
    u[1:-1] = u[1:-1] + (u[2:] - 2 * u[1:-1] + u[:-2])
    return (u**2).sum()


def augmented(u0, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += u[2:] - 2 * u[1:-1] + u[:-2]
    return (u**2).sum()


def shifted(u0):
    u = u0.copy()
    u[1:] = u[:-1]
    u[:-1] = u[1:] + u[:-1]
    return (u**3).sum()


def shifted_up(u0):
    u = u0.copy()
    u[1:] = u[1:] + u[:-1]
    return (u**2).sum()


def reversed_in_place(u0):
    u = u0.copy()
    u[:] = u[::-1]
    u[:3] = u[1:4]
    return (u**2 * np.arange(len(u))).sum()


def rows(A):
    B = A.copy()
    B[0] = B[1]
    B[1] = B[0] + B[2]
    B[:, 0] = B[:, 1] + B[:, 0]
    return (B**2).sum()


def through_a_name(u0):
    u = u0.copy()
    t = u[2:] - 2 * u[1:-1] + u[:-2]
    u[1:-1] = t
    u[:-2] = u[:-2] + t
    return (u**2).sum()


def elements(u0):
    u = u0.copy()
    for i in range(1, len(u)):
        u[i] = u[i - 1]
        u[i - 1] = u[i] + u[i - 1]
    return (u**2 * np.arange(len(u))).sum()


@pytest.mark.parametrize("steps", [0, 1, 4])
@pytest.mark.parametrize("program", [heat, augmented])
def test_stencil_with_coefficient_one(program, steps):
    assert right_or_refused(program, u0, steps, wrt=0) == "right"


@pytest.mark.parametrize("program", [once, shifted, shifted_up, reversed_in_place, through_a_name, elements])
def test_overlapping_slices(program):
    right_or_refused(program, u0, wrt=0)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_short_arrays(n):
    right_or_refused(once, u0[:n])


def test_rows_and_columns():
    right_or_refused(rows, rng.normal(size=(3, 3)))
