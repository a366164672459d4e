"""Loops that are written out item by item: what they run over changes, or is reversed, or cut short."""

import numpy as np
import pytest

from tests.differences import check, right_or_refused

x = np.array([0.4, -0.8, 1.2])


def seti(xs, v):
    xs[0] = v
    return v


def unroll_zip_reversed(x):
    xs = [x, x[0], x[1:]]
    s = 0.0
    for a, b in zip(reversed(xs), [x[1], x[2]]):
        s = s + np.sum(a*a)*b
    return s


def unroll_zip_reversed2(x):
    s = 0.0
    for a, b in zip(reversed((x, x[0], x[1:])), (x[1], x)):
        s = s + np.sum(a*a)*np.sum(b)
    return s


def unroll_dict_rebound(x):
    d = {"a": x, "b": x[0]}
    s = 0.0
    for k, v in d.items():
        s = s + np.sum(v*v)
        d = {"a": x*3, "b": x[1]*4}
    return s


def shadow_enum(x):
    def enumerate(v):
        return [(2, v[1]), (0, v[0])]

    s = 0.0
    for i, v in enumerate([x, x[0]]):
        s = s*2 + np.sum(v)**2*x[i]
    return s


def un_closure_store(x):
    xs = [x, x[0]]
    def g():
        xs[0] = x*3
        xs[1] = x[2]
        return x[1]
    s = 0.0
    for v in xs:
        t = g()
        s = s + np.sum(v*v)*t
    return s


def un_closure_slice(x):
    xs = [x, x[0], x[1:]]
    def g():
        xs[2] = x*3
        return x[1]
    s = 0.0
    for v in xs[1:]:
        t = g()
        s = s + np.sum(v*v)*t
    return s


def un_helper_store(x):
    xs = [x, x[0]]
    s = 0.0
    for v in xs:
        t = seti(xs, x*3)
        s = s + np.sum(v*v)*np.sum(t)
    return s


def un_nonlocal(x):
    xs = (x, x[0])
    def g():
        nonlocal xs
        xs = (x*3, x[1])
        return x[1]
    s = 0.0
    for v in xs:
        t = g()
        s = s + np.sum(v*v)*t
    return s


def un_dict_nonlocal(x):
    xs = {"a": x, "b": x[0]}
    def g():
        nonlocal xs
        xs = {"a": x*3, "b": x[1]}
        return x[1]
    s = 0.0
    for v in xs.values():
        t = g()
        s = s + np.sum(v*v)*t
    return s


def un_dict_closure(x):
    xs = {"a": x, "b": x[0]}
    def g():
        xs["a"] = x*3
        return x[1]
    s = 0.0
    for k, v in xs.items():
        t = g()
        s = s + np.sum(v*v)*t + np.sum(xs[k])
    return s


def un_layers(x):
    layers = [np.tanh, lambda v: v*x[0], lambda v: v+x]
    h = x
    for f in layers:
        h = f(h)
    return (h*h).sum()


def un_layers_rebind(x):
    layers = [np.tanh, lambda v: v*x[0], lambda v: v+x]
    h = x
    for i, f in enumerate(layers):
        layers = []
        h = f(h)
    return (h*h).sum()


def unroll_store(x):
    xs = [x, x[0]]
    s = 0.0
    for v in xs:
        xs[1] = x[2]*x[1]
        s = s + np.sum(v*v)
    return s


def unroll_store2(x):
    xs = [x, x[0]]
    s = 0.0
    for v in xs:
        xs[0] = x*3
        s = s + np.sum(v*v)
    return s


def unroll_slice(x):
    xs = [x, x[0], x[1:]]
    s = 0.0
    for v in xs[1:]:
        xs[2] = x*2
        s = s + np.sum(v*v)
    return s


def unroll_elt_mut(x):
    a = x*2
    s = 0.0
    for q in (a, a[0]):
        a[0] = x[1]
        s = s + np.sum(q*q)
    return s


def unroll_tuple_target(x):
    a = x*2
    s = 0.0
    for (p, q), r in (((a, x[0]), 1.0), ((a[0], x), 2.0)):
        a = a*1.5
        s = s + np.sum(p*q)*r
    return s


def unroll_shadow(x):
    q = 5.0
    s = 0.0
    for q in (x, x[0]):
        t = [q*w for w in (1.0, 2.0)]
        s = s + np.sum(t[0]*t[1])
    return s*q


PROGRAMS = [
    unroll_zip_reversed, unroll_zip_reversed2, unroll_dict_rebound, shadow_enum, un_closure_store,
    un_closure_slice, un_helper_store, un_nonlocal, un_dict_nonlocal, un_dict_closure, un_layers,
    un_layers_rebind, unroll_store, unroll_store2, unroll_slice, unroll_elt_mut,
    unroll_tuple_target, unroll_shadow,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_right_or_refused(program):
    right_or_refused(program, x)


@pytest.mark.parametrize("program", [unroll_zip_reversed, unroll_dict_rebound, shadow_enum, un_layers])
def test_right(program):
    check(program, x)
