"""Names from outside of a function, found as Python finds them."""

import builtins
import math
import types

import numpy as np
import pytest

from s2sgrad.errors import S2SGradError
from s2sgrad.namespace import Namespace, Unbound

shared = "module"
shadowed = "module"


def make(assign=True):
    shadowed = "enclosing"

    def inner():
        return shared, shadowed, late, len

    if assign:
        late = "assigned"
    return inner


def in_globals(text, **names):
    exec(text, names)
    return names["f"]


def test_closure_before_global_before_builtin():
    names = Namespace(make())
    assert [names.where(n) for n in ("shadowed", "shared", "len", "nowhere")] == ["closure", "global", "builtin", None]
    assert (names.lookup("shadowed"), names.lookup("shared"), names.lookup("len")) == ("enclosing", "module", len)


def test_a_global_hides_a_builtin():
    f = in_globals("def f(): return len", len=5)
    assert Namespace(f).where("len") == "global" and Namespace(f).lookup("len") == 5


def test_a_name_of_the_enclosing_function_that_is_not_read_is_global():
    def f():
        return shared

    assert Namespace(f).where("f") is None


def test_lookups_are_live(monkeypatch):
    names = Namespace(make())
    monkeypatch.setitem(globals(), "shared", "changed")
    assert names.lookup("shared") == "changed"
    names.cells["shadowed"].cell_contents = "changed too"
    assert names.lookup("shadowed") == "changed too"


def test_an_empty_cell_is_unbound_and_does_not_fall_through_to_globals(monkeypatch):
    monkeypatch.setitem(globals(), "late", "wrong")
    names = Namespace(make(assign=False))
    assert names.where("late") == "closure"
    with pytest.raises(Unbound, match=r"'late'.*not assigned yet"):
        names.lookup("late")
    assert names.lookup("shadowed") == "enclosing"


def test_unbound_is_a_key_error_of_the_family_with_a_readable_text():
    with pytest.raises(KeyError) as caught:
        Namespace(make()).lookup("nowhere")
    assert isinstance(caught.value, S2SGradError)
    assert str(caught.value) == "name 'nowhere' is not defined in 'make.<locals>.inner'"


def test_resolve_follows_attributes():
    f = in_globals("def f(): pass", np=np, config=types.SimpleNamespace(rate=0.5), math=math)
    names = Namespace(f)
    assert names.resolve(("np", "linalg", "solve")) is np.linalg.solve
    assert names.resolve(("config", "rate")) == 0.5
    assert names.resolve(("math",)) is math
    assert names.resolve(("abs",)) is abs


def test_resolve_names_the_step_that_fails():
    names = Namespace(in_globals("def f(): pass", np=np))
    with pytest.raises(Unbound, match=r"'np\.linalg' has no attribute 'sovle'"):
        names.resolve(("np", "linalg", "sovle", "x"))
    with pytest.raises(Unbound, match="'numpy' is not defined"):
        names.resolve(("numpy", "tanh"))


def test_globals_may_bring_their_own_builtins():
    f = in_globals("def f(): return only", __builtins__={"only": 1})
    assert Namespace(f).lookup("only") == 1
    assert Namespace(f).where("len") is None
    assert Namespace(in_globals("def f(): pass", __builtins__=builtins)).lookup("len") is len


def test_class_cell():
    class C:
        def m(self):
            return __class__

    assert Namespace(C.m).lookup("__class__") is C
