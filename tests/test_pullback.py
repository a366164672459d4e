"""What a pullback takes: the structure, shapes and kind of numbers of the result."""

import dataclasses
import re
import types
from collections import namedtuple

import numpy as np
import pytest

from s2sgrad import ArgumentError, vjp
from s2sgrad.errors import Refusal
from s2sgrad.pullback import conform, outline

Pair = namedtuple("Pair", "a b")


@dataclasses.dataclass
class State:
    u: object
    t: int = 0


def conformed(dy, y):
    return conform(dy, outline(y), "dy")


@pytest.mark.parametrize(
    "y, dy, kind, dtype",
    [
        (1.0, 2.0, float, float),
        (1.0, np.float64(2.0), float, float),
        (1.0, np.array(2.0), float, float),
        (np.float32(1), 2.0, np.float32, np.float32),
        (np.array(1.0), 2.0, np.ndarray, float),
        (np.array(1.0, "f4"), np.float64(2), np.ndarray, np.float32),
        (np.ones(3, "f4"), np.full(3, 2.0), np.ndarray, np.float32),
        (1j, 2.0, complex, complex),
        (np.ones(2, complex), np.full(2, 2.0), np.ndarray, complex),
    ],
    ids=repr,
)
def test_numbers_take_the_class_and_dtype_of_the_result(y, dy, kind, dtype):
    found = conformed(dy, y)
    assert type(found) is kind and np.asarray(found).dtype == dtype
    assert np.all(found == 2.0)


@pytest.mark.parametrize(
    "y, dy, message",
    [
        (1.0, 1, "dy is a scalar of int64, the result is a scalar of float64"),
        (1.0, np.ones(1), "dy is float64 of shape (1,), the result is a scalar of float64"),
        (1.0, None, "dy is a NoneType"),
        (1.0, True, "dy is a bool"),
        (1.0, 1j, "dy is a scalar of complex128"),
        (np.ones(3), 1.0, "dy is a scalar of float64, the result is float64 of shape (3,)"),
        (np.ones((3, 1)), np.ones((1, 3)), "dy is float64 of shape (1, 3), the result is float64 of shape (3, 1)"),
        (np.ones(3), np.ones(3, int), "dy is int64 of shape (3,)"),
        (np.ones(3), [1.0, 1.0, 1.0], "dy is a list"),
        (np.ones((1, 1)), np.ones((1, 1)).view(np.matrix), "dy is a matrix"),
        ((1.0, 2.0), [1.0, 2.0], "dy is a list, the result is a tuple with 0, 1"),
        ((1.0, 2.0), (1.0,), "dy is a tuple, the result is a tuple with 0, 1"),
        ({"a": 1.0}, {"b": 1.0}, "dy is a dict, the result is a dict with a"),
        ({"a": [np.ones(2)]}, {"a": [np.ones(3)]}, "dy['a'][0] is float64 of shape (3,)"),
        ((1.0, 3), (1.0, 1.0), "dy[1] must be None: this part of the result is no float"),
        (Pair(1.0, 2.0), (1.0, 2.0), "dy is a tuple, the result is a Pair"),
        (State(1.0), 1.0, "dy is a float, the result is a State with u, t"),
    ],
    ids=repr,
)
def test_anything_else_is_refused(y, dy, message):
    with pytest.raises(ArgumentError, match=re.escape(message)):
        conformed(dy, y)


@pytest.mark.parametrize(
    "y, dy",
    [
        ((1.0, None), (2.0, None)),
        ([1.0, [2.0]], [3.0, [4.0]]),
        ({"a": 1.0, "b": "text"}, {"b": None, "a": 2.0}),
        (Pair(1.0, 2), Pair(3.0, None)),
    ],
    ids=repr,
)
def test_containers_keep_their_class(y, dy):
    found = conformed(dy, y)
    assert found == dy and type(found) is type(y)


def test_an_object_is_given_by_anything_with_its_attributes():
    dy = conformed(types.SimpleNamespace(u=2.0, t=None), State(1.0))
    assert dy == types.SimpleNamespace(u=2.0, t=None)
    assert conformed(State(3.0, None), State(1.0)).u == 3.0


def test_the_outline_does_not_hold_the_result():
    y = np.ones(3)
    like = outline((y,))
    y.resize((5,), refcheck=False)
    with pytest.raises(ArgumentError):
        conform((np.ones(5),), like, "dy")


@pytest.mark.parametrize("result", [lambda a: a, lambda a: (a, 2.0), lambda a: {"a": [a]}])
def test_a_result_of_which_nothing_is_known_is_refused(result):
    def f(x):
        return result(x.unheard_of())

    with pytest.raises(Refusal, match="not known"):
        vjp(f)(np.ones(3))
