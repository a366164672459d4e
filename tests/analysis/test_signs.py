"""What is said to be positive is so when the program runs, on numbers that over- and underflow too."""

# ruff: noqa: F841  (the variables are looked at by their names)

import math
import sys
import warnings

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.adjoint.analysed import analysed
from s2sgrad.analysis.ir import Assign, NameTarget, every_statement
from s2sgrad.analysis.sign_rules import NONNEGATIVE, POSITIVE, Peaked
from s2sgrad.analysis.signs import Signs
from s2sgrad.signature import describe_all
from tests.differences import check

ORDINARY = np.array([[0.3, -1.2, 0.0], [2.5, 0.7, -0.4]])
ARRAYS = [ORDINARY, ORDINARY * 1e4, ORDINARY * 1e-200, ORDINARY * 0, -np.abs(ORDINARY) - 800.0, ORDINARY + 750.0]


def signs_of(f, *args):
    """What is known of each variable where it was assigned last."""
    found = analysed(f, describe_all(dict(zip(f.__code__.co_varnames, args, strict=False))))
    signs = Signs(found.block, found.facts)
    known = {}
    for statement in every_statement(found.block):
        if isinstance(statement, Assign):
            known.update({t.name: signs.of(t.value) for t in statement.targets if isinstance(t, NameTarget)})
    return known


def sums_with_literals(x):
    a = 1 + np.exp(-x)
    b = x**2 + 1e-8
    c = np.sqrt(b.sum(axis=0) + 0.5)
    d = np.abs(x) + 2.0
    e = (d + b).max()
    f = np.maximum(x, 1e-6)
    g = np.clip(x, 0.1, None)
    h = np.linalg.norm(x) + 1.0
    i = np.cosh(x)
    j = x.var(axis=1, keepdims=True) + 1e-5
    k = d.T
    return x.sum()


def lengths(x):
    n = len(x)
    m = x.shape[1]
    a = np.sqrt(n)
    b = m**0.5
    c = 2.0 * n
    d = n + m
    return x.sum()


def softmaxes(x):
    largest = x.max(axis=1, keepdims=True)
    e = np.exp(x - largest)
    a = e.sum(axis=1)
    b = e.sum()
    z = x - x.max()
    z2 = np.exp(z)
    c = np.sum(z2)
    y = x * 2.0
    y = y - np.max(y, axis=-1, keepdims=True)
    p = np.exp(y)
    d = p.sum(axis=-1, keepdims=True)
    w = x - x.max(axis=0)
    v = np.exp(w)
    g = v.mean(axis=0)
    return x.sum()


def branches_and_loops(x):
    a = 1.0 + x**2
    b = x**2
    if x[0, 0] > 0:
        f = np.abs(a) + 1.0
        b = f + 1.0
        c = np.exp(x) + 1.0
    else:
        c = x**2 + 3.0
    b = b + 0.0
    s = 0.0
    for _ in range(3):
        s = s + float(a.sum())
        e = a + 1.0
    return x.sum()


CLAIMED = {
    sums_with_literals: "abcdefghijk",
    lengths: ["n", "m", "a", "b", "c", "d"],
    softmaxes: ["a", "b", "c", "d", "g"],
    branches_and_loops: ["a", "c", "e"],
}


@pytest.mark.parametrize("program", CLAIMED, ids=lambda p: p.__name__)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_is_said_holds(program, dtype):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for x in ARRAYS:
            x = x.astype(dtype)
            known = signs_of(program, x)
            for name, value in _locals(program, x).items():
                _holds(known.get(name), value, f"{program.__name__}: {name}")
    if dtype is np.float64:
        assert {n for n, sign in known.items() if sign == POSITIVE} >= set(CLAIMED[program])


def _locals(program, x):
    """The variables of the program when it returns."""
    found = {}

    def at_return(frame, event, _):
        if event == "return" and frame.f_code is program.__code__:
            found.update(frame.f_locals)

    sys.setprofile(at_return)
    try:
        program(x)
    finally:
        sys.setprofile(None)
    return found


def _holds(sign, value, what):
    finite = np.asarray(value)[np.isfinite(value)] if sign is not None else np.ones(1)
    if sign == POSITIVE:
        assert np.all(finite >= 1e-30), what
    elif sign == NONNEGATIVE:
        assert np.all(finite >= 0), what
    elif isinstance(sign, Peaked):
        assert np.all(np.max(value, axis=sign.axis) == 1) and np.all(finite >= 0), what


def test_what_may_be_zero_is_not_called_positive():
    def f(x, w, n, least):
        a = np.exp(x)  # underflows
        b = np.exp(x).sum()
        c = x**2 + 1e-300  # a literal that float32 does not hold, and whose reciprocal overflows
        d = (1 + x**2) * (2 + x**2) - 1.0
        e = x + 2.0
        g = np.maximum(x, w)
        h = np.clip(x, 0.1, least)
        i = np.exp(x - x.max(axis=0)).sum(axis=1)
        j = np.exp(x - w.max()).sum()
        t = x[:, :2]
        u = t - t.max(axis=1)
        v = np.exp(u)
        z = v.sum(axis=1)
        k = len(x) - 1
        m = 1 - np.exp(x)
        o = n + x**2
        p = max(1.0, w[0], -3.0)
        q = np.sum(x**2, initial=-5.0) + 1.0
        r = np.min(1 + x**2, initial=-1.0)
        s = (1 + x**2).astype(int)
        return a, b, c, d, e, g, h, i, j, k, m, o, p, q, r, s, z

    known = signs_of(f, ORDINARY, np.ones(3), 2, 0.5)
    assert {n for n in f.__code__.co_varnames if known.get(n) == POSITIVE} == set()


def test_what_is_changed_is_forgotten():
    def f(x):
        a = 1 + x**2
        alias = a
        alias -= 5.0
        b = a + 0.0
        c = 1 + x**2
        c[0] = -1.0
        d = c + 0.0
        e = 2 + x**2
        for i in range(3):
            k = e + 0.0
            e = e - i
        m = e + 0.0
        g = 1 + x**2
        for _ in range(2):
            h = g + 0.0
            g[0] = -2.0
        top = x.max()
        x = x + 1.0
        o = np.exp(x - top).sum()
        u = 1 + x**2
        _lower(u)
        v = u + 0.0
        return b, d, h, k, m, o, v

    known = signs_of(f, ORDINARY)
    assert not {"b", "d", "h", "k", "m", "o", "v"} & {name for name, sign in known.items() if sign == POSITIVE}


def _lower(u):
    u -= 10.0


def test_a_divisor_that_is_positive_needs_no_guard():
    def f(x):
        h = x / np.sqrt(x.var() + 1e-5)
        e = np.exp(h - h.max())
        gate = 1 / (1 + np.exp(-h)) + np.log1p(np.exp(h)) + e / e.sum()
        return np.maximum(gate, 0.5).sum()

    x = np.array([0.4, -1.3, 2.2])
    assert "!= 0)" not in grad(f).source_for(x)
    check(f, x)


def test_a_divisor_that_may_be_zero_keeps_its_guard():
    def f(x, w):
        return np.where(x > 0, np.log(x) / w, 0.0).sum() + math.pi

    x, w = np.array([0.4, 0.0, 2.2]), np.array([1.0, 0.0, 3.0])
    source = grad(f, (0, 1)).source_for(x, w)
    assert "!= 0)" in source
    with np.errstate(all="ignore"):
        dx, dw = grad(f, (0, 1))(x, w)
    assert np.allclose(dx, [1 / 0.4, 0.0, 1 / 2.2 / 3.0])
    assert np.allclose(dw, [-np.log(0.4), 0.0, -np.log(2.2) / 9.0])
