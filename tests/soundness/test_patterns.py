"""Patterns of ``match``: sequences, dicts and classes, their shapes known before the function runs; or refused."""

from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

from tests.differences import check, check_pullback, refused

x = np.array([0.5, -0.7, 1.1, 0.9])


@dataclass
class Point:
    x: float
    y: float


Pair = namedtuple("Pair", "first second")


def pairs_and_more(x):
    total = 0.0
    for k in range(2):
        shapes = ((x[0], x[1]), [x[0], x[1], x[2]], Pair(x[k], x[3]))
        for shape in shapes:
            match shape:
                case (a, b):
                    total += a * b**2
                case [a, *rest]:
                    total += a * sum(rest)
    return total


def operation(x, what):
    match what:
        case ("scale", k):
            return (x * k).sum()
        case ("power", k) | ("pow", k):
            return k
        case ("power", k):
            return (x**k).sum()
        case ["clip", low, high]:
            return np.clip(x, low, high).sum()
        case _:
            return x.sum()


def operations(x, what):
    match what:
        case ("scale", k):
            return (x * k).sum()
        case ("power", k):
            return (x**k).sum()
        case ["clip", low, high]:
            return np.clip(x, low, high).sum()
        case _:
            return x.sum() * 2


def expression(e, v):
    match e:
        case ("x",):
            return v
        case ("const", c):
            return c
        case ("add", a, b):
            return expression(a, v) + expression(b, v)
        case ("mul", a, b):
            return expression(a, v) * expression(b, v)
        case ("sin", a):
            return np.sin(expression(a, v))
        case _:
            raise ValueError(e)


TREE = ("add", ("mul", ("x",), ("sin", ("x",))), ("const", 2.0))


def evaluated(v):
    return expression(TREE, v) * v


def guarded(x, *items):
    match items:
        case (a, b) if a > b:
            value = a * b
        case (a, *rest) if len(rest) < 3:
            value = a * sum(rest) + len(rest)
        case (a, *_, b):
            value = a - b
        case _:
            value = 0.0
    return value * x.sum()


def point(p):
    match p:
        case Point(x=0.0, y=b):
            return b
        case Point(a, b):
            return a * b**2


def settings(p, x):
    match p:
        case {"kind": "a", "v": v}:
            return (v**2).sum()
        case {"v": v, "w": w}:
            return (v * w).sum()
        case {"v": v}:
            return v.sum() * x.sum()
        case _:
            return x[0]


def shape_of(x):
    match x.shape:
        case (n,):
            return (x**2).sum() / n
        case (n, m):
            return x.sum() / m * n


def an_array_is_no_sequence(x):
    match x:
        case (a, b, c, d):
            return a + b + c + d
        case _:
            return (x**2).sum()


def test_sequences():
    check(pairs_and_more, x)
    check(shape_of, x)
    check(shape_of, np.outer(x, x))
    check(an_array_is_no_sequence, x)
    check(evaluated, 0.7)


@pytest.mark.parametrize("what", [("scale", 2.0), ("power", 3), ["clip", -0.5, 1.0], ("other", 1.0), "scale", 3.0, ()])
def test_the_kind_of_operation(what):
    check(operations, x, what, wrt=0)


@pytest.mark.parametrize("items", [(2.0, 1.0), (1.0, 2.0), (1.0,), (1.0, 2.0, 3.0), (1.0, 2.0, 3.0, 4.0), ()])
def test_guards(items):
    check(guarded, x, *items, wrt=0)
    if items:
        check(guarded, x, *items)


def test_classes_and_dicts():
    check(point, Point(2.0, 3.0))
    check(settings, {"v": x}, x)
    check(settings, {"v": x, "w": 2 * x}, x)
    check(settings, {"kind": "a", "v": x}, x, wrt=1)
    check(settings, {}, x, wrt=1)


def helper(x, what):
    match what:
        case (k, "twice"):
            return 2 * k * x
        case (k, _):
            return k * x**2


def in_a_helper(x):
    return helper(x, (x[0], "twice")) * helper(x, (x[1], "once"))


def test_helpers():
    check_pullback(in_a_helper, x)


def unknown_length(x, n):
    xs = []
    for i in range(n):
        xs.append(x[i])
    match xs:
        case [a, b]:
            return a * b
        case _:
            return x[0]


def alternatives_that_bind(x, what):
    match what:
        case ("a", k) | ("b", k):
            return (x * k).sum()
        case _:
            return x.sum()


def test_refused():
    refused(unknown_length, x, 2, wrt=0, match="whether this pattern fits is not known")
    refused(alternatives_that_bind, x, ("a", 2.0), wrt=0, match="an alternative that binds a name")
    refused(operation, x, ("scale", 2.0), wrt=0, match="an alternative that binds a name")
