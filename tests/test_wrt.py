"""With respect to what, and what cannot be differentiated."""

import dataclasses
import re
from collections import namedtuple

import numpy as np
import pytest

from s2sgrad import ArgumentError
from s2sgrad.wrt import check_differentiable, parse_path, path_text, resolve
from tests.ids import steady

Layer = namedtuple("Layer", "W b")


@dataclasses.dataclass
class Model:
    W: object
    name: str = "m"


def f(a, b, /, params, *rest, rate=1.0, **more):
    hidden = a * b
    return hidden


def g(x, y, z):
    return lambda: x


@pytest.mark.parametrize(
    "wrt, paths",
    [
        (0, [("a",)]),
        (2, [("params",)]),
        (3, [("rest", 0)]),
        (np.int64(1), [("b",)]),
        ("rate", [("rate",)]),
        ("more['k']", [("more", "k")]),
        ("hidden", [("hidden",)]),
        ("params.W1", [("params", "W1")]),
        ("params['W 1'][-2].b", [("params", "W 1", -2, "b")]),
        ((0, "params.b"), [("a",), ("params", "b")]),
        ([1], [("b",)]),
    ],
)
def test_resolve(wrt, paths):
    assert resolve(f, wrt, 0) == (tuple(paths), not isinstance(wrt, list | tuple))


def test_negative_positions_and_captured_parameters():
    assert resolve(g, -1, 0) == ((("z",),), True)
    assert resolve(g, "x", 0) == ((("x",),), True)


def test_positions_do_not_count_a_bound_object():
    assert resolve(g, (0, -1), 1) == ((("y",), ("z",)), False)
    assert resolve(g, "x", 1) == ((("x",),), True)


@pytest.mark.parametrize(
    "function, wrt, bound, message",
    [
        (g, 3, 0, "g has no argument 3 to differentiate\nInstead: the parameters are x (0), y (1), z (2)"),
        (g, -4, 0, "no argument -4"),
        (g, 2, 1, "the parameters are x, y (0), z (1)"),
        (f, -1, 0, "no argument -1"),
        (g, "q", 0, "no argument and no local variable named 'q'"),
        (f, "hiden", 0, "did you mean 'hidden'? the parameters are a (0), b (1), params (2), *rest, rate, **more"),
        (g, True, 0, "wrt is True"),
        (g, 1.0, 0, "wrt is 1.0"),
        (g, None, 0, "wrt is None"),
        (g, (), 0, "wrt is empty"),
        (g, ("x", 0), 0, "wrt names x and x, which overlap"),
        (f, ("params.W", "params"), 0, "wrt names params and params.W, which overlap"),
        (g, "x.", 0, "no path"),
        (g, "x[y]", 0, "no path"),
        (g, "", 0, "no path"),
        (g, "1x", 0, "no path"),
    ],
)
def test_wrong_wrt(function, wrt, bound, message):
    with pytest.raises(ArgumentError, match=re.escape(message)):
        resolve(function, wrt, bound)


@pytest.mark.parametrize("text", ["x", "x.W", "x[0].b", "x['a b'][-1]"])
def test_a_path_is_written_as_it_was_read(text):
    assert path_text(parse_path(text)) == text


DIFFERENTIABLE = [
    1.0,
    np.float32(1),
    np.zeros(3),
    np.zeros((), "f2"),
    1j,
    np.complex64(1),
    np.zeros(2, complex),
    [1.0, [np.zeros(2)]],
    [],
    {"a": {"b": (1.0,)}},
    Layer(1.0, np.zeros(2)),
    Model(1.0, 2.0),
]


@pytest.mark.parametrize("value", DIFFERENTIABLE, ids=steady)
def test_floats_and_nestings_of_floats_are_accepted(value):
    check_differentiable(g, {"x": value}, [("x",)])


@pytest.mark.parametrize(
    "value, message",
    [
        (1, "g: argument x is the integer 1: only floats can be differentiated\nInstead: pass 1.0"),
        (True, "argument x is True"),
        (None, "argument x is None"),
        ("a", "argument x is 'a'"),
        (np.int64(1), "argument x is the integer"),
        (np.bool_(True), "argument x is"),
        (np.zeros(2, int), "argument x is an array of int64"),
        (np.zeros(2, bool), "argument x is an array of bool"),
        (np.array([None]), "argument x is an array of object"),
        (np.ones((1, 1)).view(np.matrix), "argument x is a numpy.matrix, which computes by other rules"),
        (np.ma.masked_array([1.0]), "MaskedArray, which computes by other rules"),
        ({1.0}, "argument x is a set"),
        (Model, "argument x is the class Model\nInstead: write grad above @classmethod"),
        (np.random.default_rng(0), "Generator"),
        ([1.0, 2], "argument x[1] is the integer 2"),
        ({"a": [np.zeros(2, int)]}, "argument x['a'][0] is an array of int64"),
        (Layer(1.0, 2), "argument x.b is the integer 2"),
        (Model(1.0), "argument x.name is 'm'"),
    ],
    ids=steady,
)
def test_everything_else_is_refused_by_its_path(value, message):
    with pytest.raises(ArgumentError, match=re.escape(message)):
        check_differentiable(g, {"x": value}, [("x",)])


def test_a_container_that_holds_itself_is_refused():
    value = [1.0]
    value.append(value)
    with pytest.raises(ArgumentError, match=r"x\[1\] holds itself"):
        check_differentiable(g, {"x": value}, [("x",)])


def test_only_the_named_part_must_be_floats():
    model = Model({"w": [1.0, 2]})
    check_differentiable(g, {"x": model}, [("x", "W", "w", 0)])
    with pytest.raises(ArgumentError, match=r"x\.W\.w\[1\] is the integer 2"):
        check_differentiable(g, {"x": model}, [("x", "W", "w", 1)])


@pytest.mark.parametrize(
    "path, message",
    [
        (("x", "V"), "x has no 'V' to differentiate\nInstead: it has W, name"),
        (("x", "W", 7), "x.W has no 7 to differentiate\nInstead: it has 0"),
        (("x", "W", 0, "a"), "x.W[0] has no 'a' to differentiate"),
    ],
)
def test_a_path_that_leads_nowhere(path, message):
    with pytest.raises(ArgumentError, match=re.escape(message)):
        check_differentiable(g, {"x": Model([1.0])}, [path])


def test_a_local_variable_is_not_looked_for_among_the_arguments():
    check_differentiable(f, {"a": 1}, [("hidden",)])
