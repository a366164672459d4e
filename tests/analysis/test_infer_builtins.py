"""Python's own functions, sequences, loops over them, and the ``math`` module."""

import collections
import itertools
import math
import operator
from dataclasses import dataclass

import numpy as np
import pytest

from s2sgrad.analysis.facts import (
    ANY_DIM,
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
from s2sgrad.analysis.infer import infer, is_pure, iterate, memory_effect
from s2sgrad.analysis.infer.python_builtins import FLOATS, INTEGERS, PREDICATES
from tests.analysis.infer_checks import DTYPES, check, namer, scalars, values

N = Dim(Symbol("n", not_one=True))
COUNT = Dim(Symbol("count"))
X = values((3,), float)
SCALARS = [True, 2, -1, 0.5, 1 + 1j, *itertools.chain(*map(scalars, DTYPES))]


def on(function, *facts, **keywords):
    return infer(function, facts, keywords, namer())


@pytest.mark.parametrize("function", [*FLOATS, *INTEGERS, *PREDICATES], ids=lambda f: f.__name__)
def test_the_math_module(function):
    ran = 0
    for args in itertools.chain(
        *(itertools.product([1, 2, 0.5, np.float32(0.5), np.array(0.5)], repeat=k) for k in (1, 2, 3))
    ):
        ran += check(function, *args, vague=2) is not None
    assert ran


@pytest.mark.parametrize("function", [abs, float, int, bool, round, complex], ids=lambda f: f.__name__)
def test_conversions(function):
    for i, x in enumerate(SCALARS):
        check(function, x, seed=i)
        if function is round:
            check(round, x, 1, seed=i)
    for x in (values((1,), float), values((1, 1), int), X):
        check(function, x, known=function is not round and x.size < 3)
    check(float, "inf", vague=0)


def test_an_integer_stays_the_same_integer():
    count = python(int, length=COUNT, origin="count")
    assert on(int, count) == count
    assert on(int, python(float)) == python(int)


def test_lengths():
    for x in (X, values((2, 3), float), [1, 2], (), (1, 2.0), range(3), {"a": 1}):
        check(len, x, vague=8)
    assert on(len, array(float, (N,))) == python(int, length=N)
    assert on(len, Static("abc")) == python(int, 3)
    assert on(len, on(zip, array(float, (N,)))) == on(len, Opaque()) == python(int)  # or an exception


def test_lengths_plus_and_minus_constants():
    n = on(len, array(float, (N,)))
    assert on(operator.sub, n, python(int, 1)).length == N.minus(1)
    assert on(operator.add, n, python(int, 1)).length == Dim(N.symbol, 1)
    assert on(operator.add, python(int, 1), n).length == Dim(N.symbol, 1)
    assert on(operator.floordiv, n, python(int, 2)).length is None
    assert on(operator.sub, python(int, 1), n).length is None


@pytest.mark.parametrize("size", range(4))
def test_a_length_less_some_plus_some_is_not_the_length_again(size):
    """``len(x[2:]) + 1`` is 1 for an empty x, not ``len(x) - 1``."""
    less = on(len, array(float, (N.minus(2),)))
    more = on(operator.add, less, python(int, 1))
    assert more.length is None or max(0, size + more.length.offset) == len(range(size)[2:]) + 1


def test_an_integer_argument_may_be_negative():
    count = python(int, length=COUNT, origin="count")
    assert on(operator.add, count, python(int, 2)).length == Dim(COUNT.symbol, 2)
    made = on(len, on(list, on(range, count)))
    assert made.length == COUNT and on(operator.add, made, python(int, 2)).length is None


def test_arithmetic_of_integers():
    for op in (operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, operator.truediv, max, min):
        for i, (a, b) in enumerate(itertools.product((-2, 0, 1, 3), repeat=2)):
            check(op, a, b, vague=12, seed=i)
            check(operator.eq, a, b, vague=12, seed=i)
            check(operator.lt, a, b, vague=4, seed=i)
    assert on(operator.sub, python(int, 3), python(int, 1)) == python(int, 2)


def test_tests_that_facts_decide():
    n = python(int, length=N)
    assert on(operator.eq, n, python(int, 1)) == python(bool, False)
    assert on(operator.ne, python(int, 1), n) == python(bool, True)
    assert on(operator.eq, n, python(int, 2)) == python(bool)
    assert on(operator.eq, python(int, length=N.minus(1)), python(int, 1)) == python(bool)
    assert on(operator.eq, Static("relu"), Static("relu")) == python(bool, True)
    assert on(operator.ne, Static("relu"), Static("tanh")) == python(bool, True)
    assert on(operator.is_, array(float, (N,)), Static(None)) == python(bool, False)
    assert on(operator.is_not, Static(None), Static(None)) == python(bool, False)
    assert on(operator.is_, Opaque(), Static(None)) == python(bool)
    assert on(operator.not_, Static(None)) == python(bool, True)
    assert on(operator.not_, python(bool, True)) == python(bool, False)
    assert on(bool, Seq("list", (), Bottom(), Dim.of(0))) == python(bool, False)
    record = Record("dict", dict, (("a", python(float)),))
    assert on(operator.contains, record, Static("a")) == python(bool, True)
    assert on(operator.contains, record, Static("b")) == python(bool, False)


def test_objects_may_compare_as_they_like():
    thing = Record("object", object, ())
    assert on(operator.eq, thing, python(int, 1)) == Opaque()
    assert on(operator.eq, Opaque(), python(int, 1)) == Opaque()


@dataclass
class Point:
    x: float


def test_isinstance():
    values_and_facts = [
        (1, python(int)),
        (1.0, python(float)),
        (True, python(bool)),
        (np.float64(1), numpy_scalar(float)),
        (np.float32(1), numpy_scalar(np.float32)),
        (X, array(float, (N,))),
        ([1], Seq("list", None, python(int), ANY_DIM)),
        ((1,), Seq("tuple", None, python(int), ANY_DIM)),
        (Point(1.0), Record("object", Point, (("x", python(float)),))),
        (None, Static(None)),
        ("a", Static("a")),
        (range(3), RangeFact(N)),
    ]
    classes = [
        int,
        float,
        bool,
        np.ndarray,
        np.floating,
        np.float64,
        list,
        tuple,
        Point,
        str,
        object,
        np.generic,
        range,
    ]
    for (value, fact), cls in itertools.product(values_and_facts, classes):
        assert on(isinstance, fact, FunctionFact(cls)) == python(bool, isinstance(value, cls))
        pair = Seq("tuple", (FunctionFact(cls), Static(str)), Opaque(), Dim.of(2))
        assert on(isinstance, fact, pair) == python(bool, isinstance(value, (cls, str)))
    assert on(isinstance, Num(None, "any", ()), FunctionFact(float)) == python(bool)
    assert on(isinstance, python(float), Opaque()) == python(bool)
    assert on(isinstance, Opaque(), FunctionFact(float)) == python(bool)


def test_an_abstract_class_is_not_asked():
    class Meta(type):
        def __instancecheck__(cls, other):
            raise AssertionError("user code was run")

        __subclasscheck__ = __instancecheck__

    assert on(isinstance, python(float), FunctionFact(Meta("Any", (), {}))) == python(bool)


def test_selection_and_sums():
    for i, (a, b) in enumerate(itertools.product(SCALARS, SCALARS)):
        for function in (max, min):
            check(function, a, b, vague=2, seed=i, sharing=False)
            check(function, [a, b], vague=2, seed=i, sharing=False)
        check(sum, [a, b], vague=4, seed=i, sharing=False)
        check(math.prod, (a, b), vague=4, seed=i, sharing=False)
    for items in (
        [],
        [1.0],
        [X, X],
        [values((2, 3), float), X],
        [values((1,), np.float32)] * 3,
        X,
        values((2, 3), float),
    ):
        check(sum, items, vague=8, sharing=False)
        check(sum, items, 0.5, vague=8, sharing=False)
    check(max, [], default=0.0)
    check(max, range(3), vague=4)
    check(max, X, vague=4)


def test_a_sum_over_a_list_known_not_to_be_empty_has_the_kind_of_its_elements():
    surely = Seq("list", None, numpy_scalar(float), Dim(Symbol("Ws.len", some=True)))
    assert on(sum, surely) == numpy_scalar(float)
    perhaps = on(sum, Seq("list", None, numpy_scalar(float), COUNT))
    assert (perhaps.dtype, perhaps.box, perhaps.shape) == (None, "any", ())


Pair = collections.namedtuple("Pair", "a b")


def test_sequences_and_iterators():
    for items in ([1, 2.0], (X, X[:2]), range(3), X, values((2, 3), float), [], [(1, X), (2, X)]):
        for function in (list, tuple, reversed, enumerate, iter, zip):
            check(function, items, vague=8, sharing=False)
        check(zip, items, range(2), vague=8, sharing=False)
        check(zip, items, [1.0, X, 3], (1, 2), vague=8, sharing=False)
        check(enumerate, items, 1, vague=4, sharing=False)
    check(sorted, [3.0, 1.0], vague=4, sharing=False)
    for function in (list, tuple):
        check(function)
    record = {"a": 1.0, "b": X}
    for function in (dict.items, dict.keys, dict.values, list):
        check(function, record, vague=0, sharing=False, known=function is not list)
    check(dict.get, record, "a", vague=0, sharing=False)
    check(dict.get, record, "c", 2.0, vague=0, sharing=False)


def test_a_loop_over_zip_gives_tuples_whose_lengths_are_named():
    weights = Seq("list", None, array(float, (ANY_DIM, ANY_DIM)), COUNT)
    item = iterate(on(zip, weights, on(range, python(int, length=COUNT))), namer())
    assert isinstance(item, Seq) and [part.rank for part in item.items] == [2, 0]
    assert not any(dim.anonymous for dim in item.items[0].shape)


def test_zip_of_equal_lengths_has_that_length():
    assert on(zip, array(float, (N,)), Seq("list", None, python(float), N)).length == N
    assert on(zip, array(float, (N,)), array(float, (COUNT,))).length.anonymous


def test_what_is_opaque_stays_opaque_and_what_was_not_seen_is_not_seen():
    assert on(math.sin, Opaque(frozenset({"p"}))) == Opaque(frozenset({"p"}))
    assert on(np.exp, Bottom()) == Bottom()
    assert on(print, python(int)) == Opaque()
    assert on(lambda x: x, python(int)) == Opaque()


def test_a_callable_of_the_users_is_neither_called_nor_compared():
    class Trap:
        def trap(self, *args):
            raise AssertionError("user code was run")

        __call__ = __eq__ = __hash__ = __bool__ = trap

    assert on(Trap(), python(int)) == Opaque()
    assert memory_effect(Trap()) == "maybe" and not is_pure(Trap())


def test_a_key_decides_which_operand_is_selected():
    chosen = on(max, python(int, 1), python(int, -2), key=FunctionFact(abs))
    assert chosen == python(int)


def test_looping_over_a_dict_gives_its_keys():
    record = Record("dict", dict, (("a", python(float)),))
    assert iterate(record, namer()) == Static("a")
    assert iterate(Record("object", object, ()), namer()) == Opaque()
