"""An object that was put into a list, or passed on, and is changed afterwards by a method defined above."""

from dataclasses import dataclass

import numpy as np
import pytest

from tests.differences import check, refused

x = np.array([1.8, 1.3, 2.2])


@dataclass
class State:
    a: float
    b: float

    def set(self, v):
        self.a = v


class Made:
    def __init__(self, a):
        self.a = a * 2

    def set(self, v):
        self.a = v

    def __mul__(self, other):
        return Made(self.a * other.a)


def same(s):
    return s


def put_into_a_list(x):
    s = State(x[0], x[1])
    held = [s]
    s.set(x[1])
    return held[0].a * x[2]


def made_and_put_into_a_list(x):
    s = Made(x[0])
    held = [s]
    s.set(x[1])
    return held[0].a * x[2]


def in_a_dict_and_a_loop(x):
    s = Made(x[0])
    d = {"s": s, "k": 1.0}
    for _ in range(2):
        s.set(x[1] * d["s"].a)
    return d["s"].a * x[2]


def passed_on(x):
    s = State(x[0], x[1])
    q = same(s)
    s.set(x[1])
    return q.a * x[2]


def compared(x):
    p, q = Made(x[0]), Made(x[1])
    return x[0] if q is p else q.a


@pytest.mark.parametrize("program", [put_into_a_list, made_and_put_into_a_list, in_a_dict_and_a_loop, compared])
def test_refused(program):
    refused(program, x)


def made_anew_in_each_round(x):
    q = Made(x[0])
    for v in x:
        q = q * Made(v)
    return q.a


def changed_before(x):
    s = State(x[0], x[1])
    s.set(x[1] * x[2])
    held = [s, State(x[2], x[0])]
    return held[0].a * held[1].a


@pytest.mark.parametrize("program", [made_anew_in_each_round, changed_before, passed_on])
def test_right(program):
    check(program, x)
