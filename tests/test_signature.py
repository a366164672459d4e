"""What is told about an argument, and what is left open."""

import dataclasses
import functools
import logging
import math
import types
from collections import OrderedDict, namedtuple

import numpy as np
import pytest

from s2sgrad.analysis.facts import (
    Bottom,
    Dim,
    FunctionFact,
    Num,
    Opaque,
    RangeFact,
    Record,
    Seq,
    Static,
    Symbol,
    array,
    numpy_scalar,
    python,
)
from s2sgrad.signature import always_opaque, describe, describe_all, fits
from tests.ids import steady

Layer = namedtuple("Layer", "W b")


@dataclasses.dataclass
class Params:
    W: object
    rate: float = 0.5


class Slotted:
    __slots__ = ("b", "w")

    def __init__(self, w):
        self.w = w


class WithProperty:
    def __init__(self):
        self._w = 1.0

    @property
    def w(self):
        return self._w


@pytest.mark.parametrize(
    "value, fact",
    [
        (1.5, python(float)),
        (3, python(int, length=Dim(Symbol("x")), origin="x")),
        (True, python(bool, True)),
        (2j, python(complex)),
        (None, Static(None)),
        ("mean", Static("mean")),
        (Ellipsis, Static(...)),
        (np, Static(np)),
        (float, Static(float)),
        (np.float32(1), numpy_scalar(np.float32)),
        (np.int8(1), numpy_scalar(np.int8)),
        (np.bool_(True), numpy_scalar(bool)),
        (range(3), RangeFact(Dim(Symbol("x.len")))),
        (math.sin, FunctionFact(math.sin)),
        (np.tanh, FunctionFact(np.tanh)),
        (np.sum, FunctionFact(np.sum)),
        (np.ones((1, 1)).view(np.matrix), Opaque(frozenset({"x"}))),
        (np.ma.masked_array([1.0]), Opaque(frozenset({"x"}))),
        (np.array(["a"]), Opaque(frozenset({"x"}))),
        (np.array([None]), Opaque(frozenset({"x"}))),
        (np.array([0], "M8[s]"), Opaque(frozenset({"x"}))),
        ({1, 2}, Opaque(frozenset({"x"}))),
        ({(1, 2): 1.0}, Opaque(frozenset({"x"}))),
        (OrderedDict(a=1.0), Opaque(frozenset({"x"}))),
        (slice([0], 2), Opaque(frozenset({"x"}))),
        (np.random.default_rng(0), Record("object", np.random.Generator, ())),
        (logging.getLogger("a"), Opaque(frozenset({"x"}))),
        ([], Seq("list", (), Bottom(), Dim.of(0), frozenset({"x"}))),
        ((), Seq("tuple", (), Bottom(), Dim.of(0))),
    ],
    ids=steady,
)
def test_one_value(value, fact):
    assert describe(value, "x") == fact


def test_an_array_tells_dtype_rank_and_axes_of_length_one():
    fact = describe(np.zeros((3, 1, 0), np.float32), "W")
    dims = (Dim(Symbol("W.0", not_one=True)), Dim.of(1), Dim(Symbol("W.2", not_one=True)))
    assert fact == array(np.float32, dims, frozenset({"W"}))
    assert describe(np.array(2.0), "W") == array(float, (), frozenset({"W"}))


def test_bool_and_integer_arrays_are_arrays():
    assert describe(np.zeros(2, bool), "m").dtype == np.dtype(bool)
    assert describe(np.zeros(2, np.uint8), "m").dtype == np.dtype(np.uint8)


def test_a_dtype_is_known_exactly():
    assert describe(np.dtype("f4"), "t") == Static(np.dtype("f4"))


def test_an_integer_by_value_only_where_asked():
    facts = describe_all({"axis": 1, "n": 1, "shape": (2, 3)}, {"axis", "shape[1]"})
    assert facts["axis"] == python(int, 1)
    assert facts["n"].value is None and facts["n"].origin == "n"
    assert [item.value for item in facts["shape"].items] == [None, 3]


def test_a_homogeneous_list_is_one_element_and_a_length():
    fact = describe([np.zeros((3, 1)), np.zeros((1, 1))], "Ws")
    assert fact.items is None and fact.length == Dim(Symbol("Ws.len", some=True))
    assert repr(fact.element) == "float64[?, 1]"
    assert fact.element.shape[0].anonymous and not fact.element.shape[0].not_one
    assert fact.element.roots == {"Ws[]"} and fact.roots == {"Ws"}


def test_a_list_keeps_that_no_length_is_one():
    element = describe([np.zeros(3), np.zeros(4)], "Ws").element
    assert element.shape[0].not_one and element.shape[0].anonymous


def test_a_list_of_tuples_is_homogeneous_too():
    fact = describe([(np.zeros((2, 3)), np.zeros(3)), (np.zeros((3, 4)), np.zeros(4))], "layers")
    assert fact.items is None
    assert [item.rank for item in fact.element.items] == [2, 1]
    assert [sorted(item.roots) for item in fact.element.items] == [["layers[][0]"], ["layers[][1]"]]


def test_a_list_of_one_integer_forgets_which():
    element = describe([7], "ks", {"ks[0]"}).element
    assert (element.value, element.origin, element.length) == (None, None, None)


@pytest.mark.parametrize(
    "mixed",
    [
        [1.0, 2],
        [np.zeros(2), np.zeros((2, 2))],
        [np.zeros(2), np.zeros(2, "f4")],
        [1.0, None],
        [True, False],
        [1.0, "a"],
    ],
    ids=steady,
)
def test_a_mixed_list_is_told_item_by_item(mixed):
    fact = describe(mixed, "x")
    assert fact.items == (describe(mixed[0], "x[0]"), describe(mixed[1], "x[1]"))
    assert fact.length == Dim.of(2)


def test_a_long_mixed_list_is_one_summary():
    fact = describe([1.0, None] * 20, "x")
    assert fact.items is None and isinstance(fact.element, Opaque)
    assert describe([True, False] * 20, "x").element == python(bool)


def test_a_long_tuple_has_a_symbolic_length():
    assert describe((1.0,) * 32, "t").length == Dim.of(32)
    long = describe((1.0,) * 33, "t")
    assert long.items is None and long.length == Dim(Symbol("t.len", some=True))


def test_a_list_of_many_floats_is_described_in_no_time():
    assert describe([0.0] * 1_000_000, "x").element == python(float)


def test_records():
    named = describe(Layer(np.zeros(2), 1.0), "p")
    assert named == Record("namedtuple", Layer, (("W", describe(np.zeros(2), "p.W")), ("b", python(float))))
    keyed = describe({"a": 1.0, 2: np.zeros(2)}, "d")
    assert keyed.kind == "dict" and keyed.slot(2) == describe(np.zeros(2), "d[2]")
    data = describe(Params(np.zeros(2)), "p")
    assert (data.kind, data.cls) == ("object", Params)
    assert data.slot("W").roots == {"p.W"} and data.roots == {"p"}
    assert describe(types.SimpleNamespace(a=1.0), "n").slot("a") == python(float)


def test_a_plain_object_shows_its_slots_and_hides_its_properties():
    assert describe(Slotted(1.0), "s").slots == (("w", python(float)),)
    assert describe(WithProperty(), "s").slots == (("_w", python(float)),)


def test_a_bound_method_and_a_partial():
    obj = WithProperty()
    method = types.MethodType(describe_all, obj)
    assert describe(method, "f") == FunctionFact(describe_all, describe(obj, "f.__self__"))
    part = functools.partial(math.pow, 2.0)
    assert describe(part, "f").function is part


def test_a_cycle_ends():
    items = [1.0]
    items.append(items)
    assert describe(items, "x").items[1] == Opaque(frozenset({"x[1]"}))


def test_sharing_is_not_a_cycle():
    shared = {"a": 1.0}
    fact = describe((shared, shared), "x")
    assert [item.slot("a") for item in fact.items] == [python(float)] * 2


def test_a_class_that_acts_like_an_array_is_opaque():
    class Frame:
        def __array__(self):
            return np.zeros(2)

    assert isinstance(describe(Frame(), "x"), Opaque)


@pytest.mark.parametrize(
    "value, other, same",
    [
        (np.zeros(3), np.zeros(9), True),
        (np.zeros(3), np.zeros(1), False),
        (np.zeros(3), np.zeros(3, "f4"), False),
        ([1.0], [2.0, 3.0], True),
        ([1.0], [], False),
    ],
)
def test_fits(value, other, same):
    assert fits(other, describe(value, "x"), "x") is same


def test_opaque_classes():
    assert always_opaque(set) and not always_opaque(np.ndarray) and not always_opaque(float)


def test_a_bool_is_no_integer_even_by_value():
    assert describe(True, "x", {"x"}) == python(bool, True)
    assert isinstance(describe(True, "x"), Num)
