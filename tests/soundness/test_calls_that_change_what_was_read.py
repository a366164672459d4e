"""A call inside an expression changes what the same statement has read already: Python's order is kept."""

import numpy as np
import pytest

from tests.differences import check, right_or_refused

x = np.array([0.4, -0.8, 1.2])


def mutate(v, w):
    v[0] = w[1]**2
    return w[2]


def setlist(v, w):
    v[0] = w
    return w


class P:
    def __init__(self, a, b, c):
        self.a = a
        self.b = b
        self.c = c


def nonlocal_aug(x):
    s = x[0]
    def g():
        nonlocal s
        s = s*x[1]
        return x[2]
    s += g()
    return s*s


def nonlocal_aug_item(x):
    y = x*2
    def g():
        y[0] = x[1]*x[1]
        return x[2]
    y[0] += g()
    return (y*y).sum()


def aug_call_changes_target(x):
    y = [x[0], x[1]]
    def f():
        y[0] = x[2]*x[2]
        return x[1]
    y[0] += f()
    return y[0]*y[1]


def aug_call_changes_arr(x):
    y = x*2
    def f():
        nonlocal y
        y = x*x
        return x
    y += f()
    return (y*y).sum()


def lift_nonlocal(x):
    s = x[0]
    def g():
        nonlocal s
        s = s*x[1]
        return x[2]
    return s + (g() if x[0] > 0 else 0.0)*2 + s


def lift_nonlocal_aug(x):
    s = x[0]
    def g():
        nonlocal s
        s = s*x[1]
        return x[2]
    s += g() if x[0] > 0 else 0.0
    return s*s


def aug_item_helper(x):
    y = x*2
    y[0] += mutate(y, x)
    return (y*y).sum()


def aug_slice_helper(x):
    y = x*2
    y[:2] += mutate(y, x)
    return (y*y).sum()


def aug_fancy_helper(x):
    y = x*2
    y[[0,1]] += mutate(y, x)
    return (y*y).sum()


def lift_aug_item(x):
    y = x*2
    y[0] += mutate(y, x) if x[0] > 0 else 0.0
    return (y*y).sum()


def aug_comp(x):
    y = x*2
    y[0] += sum(mutate(y, x)*v for v in x)
    return (y*y).sum()


def aug_comp_nl(x):
    s = x[0]
    def g(v):
        nonlocal s
        s = s*v
        return v
    s += sum(g(v) for v in x)
    return s*s


def max_nl(x):
    s = x[0]
    def g(v):
        nonlocal s
        s = s*v
        return v
    return s*max(g(x[1]), g(x[2])) + s


def max_aug(x):
    y = x*2
    y[0] += max(mutate(y,x), x[0])
    return (y*y).sum()


def call_arg_mut_order(x):
    y = x*2
    def f(a, b):
        return a*b

    return f(y[0], mutate(y, x))*f(mutate(y, x), y[0])


def attr_aug2(x):
    p = {"a": x[0], "b": x[1]}
    def f():
        p["a"] = x[2]*x[2]
        return x[1]
    p["a"] += f()
    return p["a"]*p["b"]


def list_aug_helper(x):
    ys = [x[0], x[1]]
    def f(v):
        v[0] = x[2]**2
        return x[1]
    ys[0] += f(ys)
    return ys[0]*ys[1]


def list_aug_helper2(x):
    ys = [x[0], x[1]]
    ys[0] += setlist(ys, x[2]*x[2])
    return ys[0]*ys[1]


def aug_idx_rebind(x):
    y = x*2
    i = 0
    def f():
        nonlocal i
        i += 1
        return x[2]*x[1]
    y[i] += f()
    return (y*y*x).sum()


def kw_order(x):
    log = []
    def g(v):
        log.append(v)
        return len(log)*v
    def f(a, b):
        return a*b**2

    return f(b=g(x[0]), a=g(x[1]))


def dict_order(x):
    y = x*2
    d = {"a": y[0], "b": mutate(y, x), "c": y[0]}
    return d["a"]*2+d["b"]*3+d["c"]*5


def obj_order(x):
    y = x*2
    d = P(y[0], c=mutate(y, x), b=y[0])
    d.a = d.a*d.b
    return d.a*2+d.b*3+d.c*5


def tuple_call_changes(x):
    y = x*2
    def f(v):
        v[0] = x[1]**2
        return v[0]
    a, b, c = y[0], f(y), y[0]
    return a*b*c


def binop_call_changes2(x):
    y = x*2
    def f(v):
        v[0] = x[1]**2
        return x
    z = (y+1)*f(y)
    return (z*y).sum()


def star_call_order2(x):
    ys = [x[0], x[1]]
    def g():
        ys.append(x[2])
        return x[2]*2
    def f(*a):
        return a[0]*a[1]*a[-1]*len(a)

    return f(*ys, g())


def walrus_aug(x):
    s = x[0]
    s += (s := s*x[1])
    return s*s


def comp_nl(x):
    s = x[0]
    def g(v):
        nonlocal s
        s = s*v
        return v
    return s*sum(g(v) for v in x) + s


def comp_mut(x):
    y = x*2
    return y[0]*sum(mutate(y,x)*v for v in x) + y[0]


def comp_mut_list(x):
    y = x*2
    return (y[0]*np.array([mutate(y,x)*v for v in x])).sum() + y[0]


def attr_aug(x):
    p = P(x[0], x[1], x[2])
    def f():
        p.a = p.b*p.c
        return p.c
    p.a += f()
    return p.a*p.b


def idx_call_twice(x):
    y = x*2
    i = 0
    def f():
        nonlocal i
        i += 1
        return i
    y[f()] += x[2]
    return (y*y*x).sum()


RIGHT = [
    nonlocal_aug, nonlocal_aug_item, aug_call_changes_target, aug_call_changes_arr, lift_nonlocal,
    lift_nonlocal_aug, aug_item_helper, aug_slice_helper, aug_fancy_helper, lift_aug_item, aug_comp,
    aug_comp_nl, max_nl, max_aug, call_arg_mut_order, attr_aug2, list_aug_helper, list_aug_helper2,
    aug_idx_rebind, kw_order, dict_order, obj_order, tuple_call_changes, binop_call_changes2,
    star_call_order2, walrus_aug,
]  # fmt: skip


@pytest.mark.parametrize("program", RIGHT)
def test_right(program):
    check(program, x)


@pytest.mark.parametrize("program", [comp_nl, comp_mut, comp_mut_list, attr_aug, idx_call_twice])
def test_right_or_refused(program):
    right_or_refused(program, x)
