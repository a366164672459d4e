"""Helper functions whose globals are those of another module."""

import functools

import numpy as np
from numpy import tanh

scale = 10.0
counter = 0


def scaled(v):
    return v * scale


def activation(v):
    return tanh(v) * offset()


def offset():
    return scale / 4


def rebinds(v, k=2):
    v = v * k
    k = 3
    return v + k


def augments_scalar(v):
    v += 1.0
    return v * v


def augments_array(v):
    v *= 2.0
    return v


def uses_twice(v):
    return v * v + v


def many_statements(a, b):
    c = a * b
    d = np.tanh(c)
    e = d * a
    f = e + b
    return f * c


def branches(v, limit):
    if v > limit:
        return v * v
    return v * scale


def loops(v, n):
    for _ in range(n):
        v = np.sin(v) + scale / 20
    return v


def counted(v):
    global counter
    counter += 1
    return v


@functools.lru_cache(maxsize=None)
def cached(v):
    return v * v


def doubled(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return 2.0 * f(*args, **kwargs)

    return wrapper


@doubled
def decorated(v):
    return v * v


def recursive(v, n):
    if n == 0:
        return v
    return recursive(np.sin(v), n - 1) * v


def even(v, n):
    return v if n == 0 else odd(v * scale / 9, n - 1)


def odd(v, n):
    return v if n == 0 else even(np.sin(v), n - 1)


def pair(v):
    return v * 2, v * v


def keyword_only(v, *, w=2.0, **others):
    return v * w + others.get("u", 0.0)


def starred(*vs):
    return vs[0] * vs[-1]


def applied(f, v):
    return scaled(f(v)) + np.tanh(f(v))


def composed(*functions):
    def run(v):
        for f in functions:
            v = f(v)
        return v

    return run


def total(*arrays):
    return sum((a**2).sum() for a in arrays)
