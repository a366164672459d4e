"""Generated functions live in the user's module without touching it."""

import builtins
import gc
import linecache
import traceback

import numpy as np
import pytest

from s2sgrad.compile import compile_units
from s2sgrad.request import Generated, Unit

rate = 2.0


def f(x, scale=3.0):
    return x * rate * scale


def generated(*units, entry=None):
    return Generated(units, entry or (units[-1].name,), "np", (), frozenset(), False)


def compiled(text, home=f, name="grad_f"):
    return compile_units(generated(Unit(name, text, home)))[0]


def test_globals_are_the_users_and_live(monkeypatch):
    g = compiled("def grad_f(x, scale):\n    return rate * scale\n")
    assert g.__globals__ is f.__globals__
    assert g(1.0) == 6.0
    monkeypatch.setitem(globals(), "rate", 5.0)
    assert g(1.0, 1.0) == 5.0


def test_nothing_is_added_to_the_users_module():
    before = dict(globals())
    compiled("def grad_f(x, scale):\n    return np.sum(x)\n")(np.ones(3))
    assert globals() == before and "grad_f" not in globals()


def test_shadowed_numpy_and_builtins_do_no_harm(monkeypatch):
    g = compiled("def grad_f(x, scale):\n    return np.sum(x) + sum(range(len(x)))\n")
    for name in ("np", "range", "len"):
        monkeypatch.setitem(globals(), name, None)
    assert g([1.0, 2.0]) == 4.0
    monkeypatch.setattr(builtins, "sum", None)
    assert g([1.0, 2.0]) == 4.0


def test_a_builtin_that_the_user_replaced_stays_replaced(monkeypatch):
    monkeypatch.setitem(globals(), "abs", lambda x: 7.0)
    assert compiled("def grad_f(x, scale):\n    return abs(x)\n")(-1.0) == 7.0


def test_closure_cells_are_the_users_own():
    def make():
        k = 1.0

        def f(x):
            return k * x

        def change(value):
            nonlocal k
            k = value

        return f, change

    home, change = make()
    g = compiled("def grad_f(x):\n    return [k for _ in range(2)]\n", home)
    assert g(0.0) == [1.0, 1.0]
    change(5.0)
    assert g(0.0) == [5.0, 5.0]
    assert home.__closure__[0] in g.__closure__


def test_units_call_each_other_and_live_in_their_own_modules():
    other = eval("lambda x: x", {"rate": 11.0})
    units = (
        Unit("sum_to", "def sum_to(g):\n    return np.sum(g)\n", None),
        Unit("helper", "def helper(x):\n    return sum_to(x) * rate\n", other),
        Unit("grad_f", "def grad_f(x):\n    return helper(x) + rate\n", f),
    )
    assert compile_units(generated(*units))[0](np.ones(3)) == 3 * 11.0 + 2.0
    alone = compile_units(generated(*units, entry=("sum_to",)))[0]
    assert set(alone.__globals__) == {"__builtins__", "__name__"}


def test_a_unit_may_call_itself_and_a_later_one():
    units = (
        Unit("even", "def even(n):\n    return n == 0 or odd(n - 1)\n", None),
        Unit("odd", "def odd(n):\n    return n != 0 and even(n - 1)\n", None),
    )
    assert compile_units(generated(*units))[0](7) is True


def test_both_halves_of_a_vjp_come_back_in_order():
    units = (
        Unit("forward_f", "def forward_f(x):\n    return x, []\n", f),
        Unit("backward_f", "def backward_f(saved, dy):\n    return dy\n", f),
    )
    names = [g.__name__ for g in compile_units(generated(*units, entry=("forward_f", "backward_f")))]
    assert names == ["forward_f", "backward_f"]


def test_defaults_are_the_very_objects_of_the_primal():
    def primal(x, buffer=[], *, scale=np.ones(2)): ...

    g = compiled("def grad_f(x, buffer=[], *, scale=ERROR):\n    return buffer, scale\n", primal)
    buffer, scale = g(1.0)
    assert buffer is primal.__defaults__[0] and scale is primal.__kwdefaults__["scale"]


def test_a_helper_keeps_its_own_constant_defaults():
    g = compiled("def sum_to(g, axis=None, *, keep=-1):\n    return axis, keep\n", None, "sum_to")
    assert g(1.0) == (None, -1)


def test_tracebacks_show_the_generated_line():
    g = compiled('def grad_f(x, scale):\n    """Gradient."""\n    # return x * rate\n    return x.no_such_attribute\n')
    with pytest.raises(AttributeError) as caught:
        g(1.0)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.name, last.lineno, last.line) == ("grad_f", 4, "return x.no_such_attribute")
    assert g.__doc__ == "Gradient."
    linecache.checkcache()
    assert linecache.getline(last.filename, 4) == "    return x.no_such_attribute\n"


def test_lines_count_over_all_units():
    units = (Unit("a", "def a(x):\n    return x\n", None), Unit("b", "def b(x):\n    return a(x) / 0\n", None))
    made = generated(*units)
    g = compile_units(made)[0]
    line = made.source.splitlines().index("    return a(x) / 0") + 1
    with pytest.raises(ZeroDivisionError) as caught:
        g(1.0)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].lineno == line


def test_names_of_places_are_numbered_and_forgotten_with_the_function():
    first, second = (compiled("def grad_placed(x):\n    return x\n", None, "grad_placed") for _ in range(2))
    files = [g.__code__.co_filename for g in (first, second)]
    assert files == ["<s2sgrad generated grad_placed 1>", "<s2sgrad generated grad_placed 2>"]
    del first
    gc.collect()
    assert files[0] not in linecache.cache and files[1] in linecache.cache


def test_a_lambda_and_a_nested_function_inside_a_unit():
    inner = "    def inner(v):\n        return np.sum(v) * rate\n"
    g = compiled(f"def grad_f(x, scale):\n{inner}    return (lambda v: inner(v))(x)\n")
    assert g(np.ones(2)) == 4.0
