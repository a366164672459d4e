"""The gradient with respect to a local variable that holds a list, a tuple or a dict, against differences.

Each function takes ``shift``, which is added to what the variable holds: the result changes with both alike.
"""

import numpy as np
import pytest

from s2sgrad import Refusal, grad, value_and_grad


def listed(x, shift):
    pair = [np.sin(x) + shift[0], x * 2 + shift[1]]
    y = pair[1] * 3 + pair[0] ** 2
    return y.sum() + pair[-1][0]


def in_a_tuple(x, shift):
    pair = (x * x + shift[0], np.tanh(x) + shift[1])
    first, second = pair
    for _ in range(3):
        first = first * second
    return first.sum()


def in_a_dict(x, shift):
    pair = {"a": x * 2 + shift[0], "b": np.cos(x) + shift[1], "n": 3}
    total = 0.0
    for k in range(pair["n"]):
        total += (pair["a"] * pair["b"] ** k).sum()
    return total


def changed_later(x, shift):
    pair = [x * 2 + shift[0], x + shift[1]]
    y = pair[0] + 0
    y[0] = pair[1][1] * y[1]
    other = [pair[1], pair[0] * y]
    return (other[0] * other[1]).sum()


@pytest.mark.parametrize("f", [listed, in_a_tuple, in_a_dict, changed_later])
@pytest.mark.parametrize("checked", [False, True])
def test_parts_of_a_structure(f, checked, rng):
    x, zeros = rng.normal(size=3), np.zeros((2, 3))
    found = grad(f, "pair", checked=checked)(x, zeros)
    parts = list(found.values()) if isinstance(found, dict) else found
    steps = 1e-6 * np.eye(6).reshape(6, 2, 3)
    expected = np.reshape([(f(x, s) - f(x, -s)) / 2e-6 for s in steps], (2, 3))
    assert np.stack(parts[:2]) == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_the_structure_is_that_of_the_variable():
    def f(x):
        held = {"pair": (x * 2, 1), "rest": [x, x * x]}
        return held["rest"][1] * held["pair"][0]

    assert grad(f, "held")(3.0) == {"pair": (9.0, None), "rest": [0.0, 6.0]}


def test_a_structure_that_a_loop_assigns_gives_a_list():
    def f(x):
        state = (x, x * x)
        for _ in range(2):
            state = (state[1], state[0] * 3)
        return state[0]

    assert grad(f, "state")(2.0) == [(3.0, 0.0), (0.0, 1.0), (1.0, 0.0)]
    assert value_and_grad(f, ("state", "x"))(2.0)[1] == ([(3.0, 0.0), (0.0, 1.0), (1.0, 0.0)], 3.0)


def test_an_object_is_refused():
    class Pair:
        def __init__(self, a):
            self.a = a

    def f(x):
        held = Pair(x * 2)
        return held.a

    with pytest.raises(Refusal, match="`held` holds an object, whose gradient has no form here"):
        grad(f, "held")(2.0)
