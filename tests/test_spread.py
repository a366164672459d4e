"""Stars and loops over dicts whose items are known one by one."""

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.errors import Refusal
from tests.differences import check, refused

x = np.array([0.5, -0.7, 1.1, 2.0])


def of_a_display(x):
    a, *b = x[0], x[1], x[2]
    return a * b[0] * b[1]


def of_a_tuple(x):
    t = (x[0] * 2, x[1], x[2] ** 2)
    a, *b = t
    *c, d = t
    (p, q), r = (a, b[0]), d
    return a * b[1] * c[0] * p * q + r


def helper(a, b, c=2.0, *, d=1.0):
    return a * b + c * d if a > 0 else a * c * d + b


def in_calls(x):
    t = (x[0] * 2, x[1])
    k = {"c": x[2], "d": x[3]}
    return helper(*t) + helper(*t, **k) + helper(*[*t, x[3]])


def over_a_dict(x):
    p = {"W": x[:2], "b": x[2]}
    s = 0.0
    for k, v in p.items():
        s += (v**2).sum() * (2.0 if k == "W" else 1.0)
    for v in p.values():
        s = s * np.sum(v)
    for k in p:
        s += np.sum(p[k])
    q = {k: v * 0.5 for k, v in p.items()}
    r = {**q, "b": x[3]}
    return s + (q["W"] * r["b"]).sum() * q["b"]


def sgd(params, grads, lr):
    return {k: params[k] - lr * grads[k] for k in params}


def descent(params, x):
    for _ in range(3):
        g = {"W": 2 * params["W"] * x[0], "b": 2 * params["b"]}
        params = sgd(params, g, 0.1)
    return (params["W"] ** 2).sum() * params["b"]


def exchanges(x):
    a, b = x[0], x[1]
    a, b = b, a * b
    (a, b), c = (b, a), x[2]
    first, *rest = [x[0], x[1], x[2]]
    items = [*rest, first]
    return a * b * c * items[0] * items[2]


def of_an_array(x):
    a, *rest = x
    *front, b, c = np.sin(x)
    x, *rows, last = np.outer(x, rest)
    return a * sum(rest) * front[1] * b * c + np.sum(x * last) + sum(np.sum(row**2) for row in rows)


def of_a_list(x):
    total, xs = 0.0, list(x * x)
    while len(xs) > 1:
        a, *xs = xs
        total += a * xs[0]
    return total


@pytest.mark.parametrize(
    "program", [of_a_display, of_a_tuple, in_calls, over_a_dict, exchanges, of_an_array, of_a_list]
)
def test_right(program):
    check(program, x, wrt=0)
    check(program, -x, wrt=0)


def test_parameters_in_a_dict():
    check(descent, {"W": x, "b": 1.5}, x)


def test_layers_that_differ():
    def first_and_rest(layers):
        first, *rest = layers
        return (first * rest[0]).sum()

    check(first_and_rest, (x, 2.0), wrt=0)


def leaves_in_the_middle(x):
    s = 0.0
    for v in {"a": x[0], "b": x[1]}.values():
        if v > 0:
            break
        s += v
    return s


def test_refused():
    refused(leaves_in_the_middle, x, wrt=0)


def test_too_few_items_are_an_error():
    def ends(x):
        a, *_, b = x
        return a * b

    derivative = grad(ends)
    np.testing.assert_allclose(derivative(x), [2.0, 0, 0, 0.5])
    np.testing.assert_allclose(derivative(x[:2]), [-0.7, 0.5])
    with pytest.raises(Refusal, match="fewer items than names"):
        derivative(x[:1])
    with pytest.raises(IndexError):
        derivative(x[:0])
