"""A guard lets a call through exactly where the facts that the code was made for hold."""

import builtins
import dataclasses
import functools
import timeit
import types
from collections import namedtuple

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.analysis.facts import FunctionFact, Num, Opaque, Static, array
from s2sgrad.dispatch import Calls, parameters
from s2sgrad.guards import Terms, lookup
from s2sgrad.request import GlobalGuard
from s2sgrad.signature import describe
from tests.fakes import FakePipeline, pipeline  # noqa: F401 - a fixture
from tests.ids import steady


def one(x): ...


def guard_of(value, by_value=(), attributes=(), watched=()):
    calls = Calls(one)
    terms = calls.terms(frozenset(attributes), watched)
    terms.add("x", describe(value, "x", by_value))
    accepts = calls.accepts(terms)
    return lambda other: accepts({"x": other})


Layer = namedtuple("Layer", "W b")
Other = namedtuple("Other", "W b")


@dataclasses.dataclass
class Params:
    W: object
    b: object = 0.0


class Fraction(float):
    pass


VALUES = [
    1.0,
    2,
    True,
    False,
    1j,
    None,
    "mean",
    "sum",
    b"mean",
    slice(0, 2),
    slice(1, 2),
    ...,
    np.float64(1),
    np.float32(1),
    np.bool_(True),
    np.int64(3),
    Fraction(1.0),
    range(4),
    np.dtype("f4"),
    np.dtype("f8"),
    np.sum,
    np.tanh,
    one,
    np,
    float,
    {1.0},
    np.ones((1, 1)).view(np.matrix),
    np.ma.masked_array([1.0]),
    np.array([None]),
    np.array(1.0),
    np.zeros(3),
    np.zeros(1),
    np.zeros(3, "f4"),
    np.zeros(3, ">f8"),
    np.zeros(3, int),
    np.zeros((3, 3)),
    np.zeros((1, 3)),
    np.zeros((3, 1)),
    np.zeros((1, 1)),
    np.zeros((2, 3, 4)),
    [],
    [1.0],
    [1],
    [np.zeros(3)],
    [np.zeros((3, 3))],
    [np.zeros(3), np.zeros((2, 2))],
    [(1.0, np.zeros(2))],
    [[1.0]],
    (),
    (1.0,),
    (1.0, 2.0),
    (1.0, np.zeros(2)),
    (1.0,) * 40,
    {},
    {"a": 1.0},
    {"b": 1.0},
    {"a": np.zeros(2)},
    {"a": 1.0, "b": 1.0},
    {"b": 1.0, "a": 1.0},
    {1: 1.0},
    {True: 1.0},
    Layer(1.0, 2.0),
    Layer(1.0, np.zeros(2)),
    Other(1.0, 2.0),
    Params(1.0),
    Params(np.zeros(2)),
    types.SimpleNamespace(W=1.0, b=0.0),
]


@pytest.mark.parametrize("made_for", VALUES, ids=lambda value: f"{type(value).__name__}-{steady(value):.30}")
def test_a_guard_agrees_with_the_facts(made_for):
    accepts = guard_of(made_for, attributes=("W", "b"))
    fact = describe(made_for, "x")
    for other in VALUES:
        same = describe(other, "x") == fact and (not isinstance(fact, Opaque) or type(other) is type(made_for))
        opaque = isinstance(fact, Opaque) and isinstance(describe(other, "x"), Opaque)
        assert accepts(other) == (same or opaque), (made_for, other)


@pytest.mark.parametrize(
    "made_for, fits, fails",
    [
        ([np.zeros(3), np.zeros(4)], [np.zeros(9)], [np.zeros(9), np.zeros(1)]),
        ([1.0, 2.0], [5.0], [5.0, 1]),
        ([np.zeros(3), np.zeros(1)], [np.zeros(1), np.zeros(9)], [np.zeros((2, 2))]),
        ([(1.0, [2.0])], [(1.0, [3.0]), (2.0, [4.0, 5.0])], [(1.0, [3.0]), (2.0, [4])]),
        ([True, False] * 20, [False] * 33, [1] * 40),
        ([1.0, None], [2.0, None], [None, 1.0]),
    ],
    ids=steady,
)
def test_every_item_of_a_list_is_looked_at(made_for, fits, fails):
    accepts = guard_of(made_for)
    assert accepts(made_for) and accepts(fits) and not accepts(fails)


def test_two_lists_in_one_guard():
    accepts = guard_of(([1.0], [np.zeros(2)], [[1.0]]))
    assert accepts(([1.0, 2.0], [np.zeros(3)], [[1.0], [2.0]]))
    assert not accepts(([1.0], [1.0], [[1.0]])) and not accepts(([1.0], [np.zeros(3)], [1.0]))


def test_an_integer_by_value():
    assert guard_of(1)(2)
    fixed = guard_of(1, by_value={"x"})
    assert fixed(1) and not fixed(2) and not fixed(True) and not fixed(1.0)


def test_only_attributes_that_are_read_count():
    accepts = guard_of(Params(1.0, 2.0), attributes=("W",))
    assert accepts(Params(3.0, "anything")) and not accepts(Params(1, 2.0))
    lost = Params(1.0)
    del lost.W
    assert not accepts(lost)


def test_a_differentiated_object_is_guarded_whole():
    accepts = guard_of(Params(1.0, 2.0), watched=("x",))
    assert accepts(Params(3.0, 4.0)) and not accepts(Params(3.0, 4))
    more = Params(3.0, 4.0)
    more.c = 1.0
    assert not accepts(more)


class Model:
    def __init__(self):
        self.w = 1.0

    def scale(self, x):
        return self.w * x

    @property
    def double(self):
        return 2 * self.w


def test_a_method_that_is_replaced_is_noticed(monkeypatch):
    accepts = guard_of(Model(), attributes=("w", "scale", "double", "no_such_name"))
    assert accepts(Model())
    with monkeypatch.context() as patch:
        patch.setattr(Model, "scale", lambda self, x: x)
        assert not accepts(Model())
    with monkeypatch.context() as patch:
        patch.setattr(Model.scale, "__code__", (lambda self, x: x).__code__)
        assert not accepts(Model())
    with monkeypatch.context() as patch:
        patch.setattr(Model, "double", 3.0)
        assert not accepts(Model())
    hidden = Model()
    hidden.scale = lambda x: x
    assert not accepts(hidden) and accepts(Model())


def test_a_bound_method_is_guarded_with_its_object():
    first = Model()
    accepts = guard_of(first.scale, attributes=("w",))
    assert accepts(Model().scale)
    other = Model()
    other.w = 1
    assert not accepts(other.scale) and not accepts(Model.scale)


def test_the_same_lambda_made_again_is_the_same_function():
    def make():
        return lambda v: v * 2

    def closed(k):
        return lambda v: v * k

    assert guard_of(make())(make())
    assert not guard_of(closed(2))(closed(2))
    marked = make()
    marked.scale = 3
    assert not guard_of(make())(marked)


def test_a_function_argument_with_another_body_is_noticed(monkeypatch):
    def helper(v):
        return v

    accepts = guard_of(helper)
    assert accepts(helper)
    with monkeypatch.context() as patch:
        patch.setattr(helper, "__code__", (lambda v: 2 * v).__code__)
        assert not accepts(helper)
    with monkeypatch.context() as patch:
        patch.setattr(helper, "__defaults__", (1.0,))
        assert not accepts(helper)


def test_a_fact_without_a_cheap_check_is_checked_by_describing():
    terms = Terms("_")
    terms.add("x", Num(None, "array", None), "x")
    terms.add("x", array(float, None), "x")
    assert "_fits(x, " in terms.text and "type(x) is _ndarray" in terms.text


# Names that the function takes from outside.

rate = 0.5
config = {"rate": 0.5, "layers": types.SimpleNamespace(n=3)}


def helper(v):
    return v


def uses_globals(x):
    return helper(x) * rate * config["rate"] * len([x])


def holds(*guards):
    calls = Calls(uses_globals)
    terms = calls.terms(frozenset(), ())
    for guard in guards:
        lookup(guard, terms)
    return calls.environment(terms)


def guarded(*path, fact=None, home=uses_globals, value=None):
    return GlobalGuard(home, path, describe(value, ".".join(path)) if fact is None else fact)


def test_a_global_number_may_change_but_not_its_kind(monkeypatch):
    check = holds(guarded("rate", value=rate))
    for value, fits in [(0.25, True), (1, False), (np.float64(1), False), (np.zeros(3), False)]:
        monkeypatch.setitem(globals(), "rate", value)
        assert check() is fits
    monkeypatch.delitem(globals(), "rate")
    assert check() is False


def test_a_global_array_is_guarded_by_rank_and_dtype(monkeypatch):
    monkeypatch.setitem(globals(), "rate", np.zeros(5))
    check = holds(guarded("rate", value=rate))
    for value, fits in [(np.zeros(7), True), (np.zeros((5, 1)), False), (np.zeros(1), False)]:
        monkeypatch.setitem(globals(), "rate", value)
        assert check() is fits


def test_a_redefined_helper_is_noticed(monkeypatch):
    check = holds(guarded("helper", fact=FunctionFact(helper)))
    assert check()
    with monkeypatch.context() as patch:
        patch.setitem(globals(), "helper", lambda v: v)
        assert not check()
    with monkeypatch.context() as patch:
        patch.setattr(helper, "__code__", (lambda v: 2 * v).__code__)
        assert not check()
    assert check()


def test_attributes_and_keys_below_a_global(monkeypatch):
    check = holds(
        guarded("np", "tanh", fact=FunctionFact(np.tanh)),
        guarded("np", fact=Static(np)),
        guarded("config", "rate", value=0.5),
        guarded("config", "layers", "n", value=3),
    )
    assert check()
    monkeypatch.setitem(config, "rate", 1)
    assert not check()
    monkeypatch.setitem(config, "rate", 0.75)
    assert check()
    monkeypatch.setattr(np, "tanh", np.sinh)
    assert not check()


def test_a_builtin_that_the_user_shadows_is_noticed(monkeypatch):
    check = holds(guarded("len", fact=FunctionFact(len)))
    assert check()
    with monkeypatch.context() as patch:
        patch.setitem(globals(), "len", len)
        assert not check()
    with monkeypatch.context() as patch:
        patch.setattr(builtins, "len", lambda x: 1)
        assert not check()


def test_closure_cells_are_read_live():
    def make():
        k = 1.0

        def f(x):
            return k * x

        def change(value):
            nonlocal k
            k = value

        def lose():
            nonlocal k
            del k

        return f, change, lose

    f, change, lose = make()
    check = holds(guarded("k", home=f, value=1.0))
    change(3.0)
    assert check()
    change("text")
    assert not check()
    lose()
    assert not check()


def test_a_fact_that_no_longer_holds_when_the_guard_is_made_lets_nothing_through():
    assert not holds(guarded("helper", fact=FunctionFact(one)))()


def test_a_decorated_global_is_its_primal(monkeypatch):
    monkeypatch.setitem(globals(), "helper", grad(helper))
    original = globals()["helper"].primal
    check = holds(guarded("helper", fact=FunctionFact(original)))
    assert check()
    monkeypatch.setattr(original, "__code__", (lambda v: 2 * v).__code__)
    assert not check()


# The functions that calls go through.


def test_the_entry_has_the_signature_of_the_primal():
    def f(a, /, b, c=3, *rest, d, e=5, **more): ...

    entry = Calls(f).entry(dict)
    assert entry(1, 2, d=4) == dict(a=1, b=2, c=3, rest=(), d=4, e=5, more={})
    assert entry(1, 2, 3, 4, d=5, z=6) == dict(a=1, b=2, c=3, rest=(4,), d=5, e=5, more={"z": 6})
    assert parameters(f) == (["a", "b", "c"], ["d", "e"], "rest", "more")
    with pytest.raises(TypeError, match=r"f\(\) missing 1 required positional argument: 'b'"):
        entry(1, d=2)


def test_a_call_is_passed_on_as_it_came():
    def f(a, /, b, *rest, d, **more): ...

    def run(*args, **kwargs):
        return args, kwargs

    calls = Calls(f)
    terms = calls.terms(frozenset(), ())
    hits = [0]
    guard = calls.guard(terms, run, None, None, hits)
    assert guard(1, 2, 3, d=4, z=5) == ((1, 2, 3), {"d": 4, "z": 5}) and hits == [1]
    assert calls.invoke(run, calls.entry(dict)(1, 2, 3, d=4, z=5)) == ((1, 2, 3), {"d": 4, "z": 5})


def test_no_parameter_collides_with_the_names_of_a_guard():
    def f(_c0, __run, _fits, type_, ndarray): ...

    calls = Calls(f)
    terms = calls.terms(frozenset(), ())
    for name in calls.names:
        terms.add(name, describe(np.zeros(2), name))
    x = np.zeros(3)
    guard = calls.guard(terms, lambda *args: len(args), None, lambda values: "missed", [0])
    assert guard(x, x, x, x, x) == 5 and guard(x, x, x, x, 1.0) == "missed"


def eight(a, b, c, d, e, f, g, h):
    return 0.0


def looked_at(*args):
    """The least that tells arrays apart: their types, ranks and dtypes, eight at a time; about 1 us at rest."""
    return [(type(a), a.ndim, a.dtype) for a in args]


def fastest(call, *args):
    return min(timeit.repeat(functools.partial(call, *args), number=1000, repeat=50)) / 1000


@pytest.mark.parametrize("f, args, budget", [(one, (1.0,), 1.0), (eight, (np.ones((3, 4)),) * 8, 2.5)])
def test_the_wrapper_stays_within_its_budget(pipeline: FakePipeline, f, args, budget):  # noqa: F811
    """Budgets in microseconds of a machine at rest, measured against plain Python in the same run."""
    d = grad(f)
    d(*args)
    microsecond = fastest(looked_at, *(np.ones((3, 4)),) * 8)
    assert d.cache_info().misses == 1
    assert fastest(d, *args) - fastest(d.fn, *args) < budget * microsecond
