"""Helpers that change what they are given, or return nothing: they are written in place of their calls."""

import numpy as np
import pytest

from tests.differences import check, refused, right_or_refused

x = np.array([0.3, 0.4, -0.2, 0.6])
A = np.linspace(-1, 1.2, 12).reshape(4, 3) ** 3


def step(u, du, dt):
    u += dt * du


def normalise(v):
    v /= np.sqrt((v * v).sum())


def clear(v, k):
    v[k:] = 0.0


def add_into(out, a):
    np.add(out, a * a, out=out)
    first = out[0]
    out[1] = first * out[2]


def scale_rows(A, s):
    for row in A:
        row *= s


def half(v):
    w = v[:2]
    w += 1
    w *= v[2]


def returned(v):
    v *= 2
    return v


def swap(a, i, j):
    a[i], a[j] = a[j], a[i]


def both(u):
    step(u, u * u, 0.5)
    half(u)


def time_steps(x):
    u = x.copy()
    for _ in range(3):
        step(u, u * u, 0.1)
        normalise(u)
    clear(u, 3)
    return (u**3).sum()


def into_zeros(x):
    u = np.zeros(4)
    add_into(u, x)
    add_into(u, u)
    return (u * x).sum()


def twice(x):
    u = x.copy()
    half(u)
    half(u)
    return (u**2).sum()


def of_a_slice(x):
    u = x * 1.0
    half(u[1:])
    clear(u[:2], 1)
    return (u**2).sum()


def with_result(x):
    u = x.copy()
    v = returned(u)
    w = returned(v * u)
    return (u * v).sum() + w.sum()


def exchanged(x):
    u = x.copy()
    for k in range(3):
        if u[k] > u[k + 1]:
            swap(u, k, k + 1)
    return (u * np.arange(4.0)).sum()


def nested(x):
    u = x.copy()
    both(u)
    if u[0] > 0:
        both(u)
    return (u**2).sum()


def same_twice(x):
    u = x.copy()
    step(u, u, 0.5)
    return (u**3).sum()


PROGRAMS = [time_steps, into_zeros, twice, of_a_slice, with_result, exchanged, nested, same_twice]


@pytest.mark.parametrize("program", PROGRAMS)
def test_right(program):
    check(program, x)


def rows(A):
    B = A.copy()
    scale_rows(B, A[0, 0])
    scale_rows(B[1:], A[1, 0])
    return (B**2).sum()


def test_rows():
    check(rows, A)


def of_an_argument(x, out):
    half(out)
    out *= x
    return (out**2).sum()


def test_a_buffer_passed_on():
    check(of_an_argument, x, x * 2, wrt=0, frozen=False)
    refused(of_an_argument, x, x * 2, wrt=1, frozen=False)


def through_a_list(x):
    us = [x.copy(), x * 2]
    step(us[0], us[1], 0.5)
    return (us[0] ** 2).sum()


def in_an_expression(x):
    u = x.copy()
    return (returned(u) * u).sum() + returned(u).sum()


@pytest.mark.parametrize("program", [through_a_list, in_an_expression])
def test_right_or_refused(program):
    right_or_refused(program, x)
