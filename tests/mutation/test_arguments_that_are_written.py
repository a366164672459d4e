"""Buffers that are passed in: what a function writes into them stays visible, and nothing else changes."""

import numpy as np
import pytest

from s2sgrad import grad, value_and_grad, vjp
from s2sgrad.errors import ArgumentError, Refusal
from tests.differences import check, refused

x = np.array([0.3, 0.4, -0.2, 0.6])


def into_a_buffer(x, out):
    out[...] = x * x
    out[1:] += out[:-1]
    return (out**3).sum()


def in_a_loop(x, out):
    for k in range(3):
        out[k] = x[k] * out[k + 1]
        out *= x[0]
    return (out**2).sum()


def by_calls(x, out):
    np.exp(x, out=out)
    np.multiply(out, out, out=out)
    v = out[1:]
    v += 1.0
    return (out * x).sum()


def not_read(x, out):
    out[:] = 2 * x
    out += 1.0
    return (x**2).sum()


def in_a_branch(x, out):
    if x[0] > 0:
        out[0] = x[1]
    else:
        out[:] = x
    return (x**2).sum() * out[0]


def perhaps(x, out=None):
    if out is None:
        out = np.zeros(4)
    out[:2] = x[:2] ** 2
    return (out * x).sum()


PROGRAMS = [into_a_buffer, in_a_loop, by_calls, not_read, in_a_branch, perhaps]
START = np.array([1.0, 2.0, 0.5, -1.0])


@pytest.mark.parametrize("program", PROGRAMS)
def test_gradients(program):
    check(program, x, START, wrt=0, frozen=False)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("transform", [grad, value_and_grad, vjp])
def test_the_effect_is_that_of_the_function(program, transform):
    wanted, given = START.copy(), START.copy()
    program(x, wanted)
    result = transform(program, 0)(x, given)
    assert np.array_equal(given, wanted)
    if transform is vjp:
        first = result[1](1.0)
        assert np.array_equal(given, wanted)
        given[:] = 7.0
        assert np.array_equal(result[1](1.0), first)


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_has_to_be_apart_from_the_others(program):
    gradient = grad(program, 0)
    gradient(x, START.copy())
    y = np.arange(5.0)
    before = y.copy()
    for args in [(y[:4], y[:4]), (y[:4], y[1:])]:
        with pytest.raises(ArgumentError, match=r"`out`.*`x`"):
            gradient(*args)
    assert np.array_equal(y, before)
    gradient(x, START.copy())


def test_without_a_buffer():
    check(perhaps, x)


def writes_what_is_asked(x, out):
    x[0] = 3.0
    return (x * out).sum()


def test_the_differentiated_argument_stays():
    assert "x = x.copy()" in str(refused(writes_what_is_asked, x, START, wrt=0, frozen=False))
    check(writes_what_is_asked, x, START, wrt=1, frozen=False)


def keeps_a_default(x, out=np.zeros(4)):
    out += x
    return (out**2).sum()


SHARED = np.zeros(4)


def beside_a_global(x, out):
    out[:] = x
    return (out * SHARED).sum()


def beside_a_list(x, out, others):
    out[:] = x
    return (out * others[0]).sum()


def into_a_global(x):
    SHARED[:] = x
    return (SHARED**2).sum()


def passes_it_on(x, out):
    into_a_buffer(x, out)
    return (out**2).sum()


@pytest.mark.parametrize(
    "program,more",
    [(keeps_a_default, ()), (beside_a_global, (START,)), (beside_a_list, (START, [x])), (into_a_global, ())],
)
def test_refused(program, more):
    refused(program, x, *more, wrt=0, frozen=False)
    assert not SHARED.any()


def test_a_helper_that_writes_it():
    try:
        check(passes_it_on, x, START, wrt=0, frozen=False)
    except Refusal:
        pass
