"""The error family: what it says, where it points."""

import copy
import pickle
import re
import types

import gast
import numpy as np
import pytest

from s2sgrad import errors, grad
from s2sgrad.errors import ArgumentError, GeneratedCodeError, GradientError, Refusal, S2SGradError, SourceError
from tests.from_text import function_of


def file(text):
    return types.SimpleNamespace(filename="file.py", lines=tuple(text.split("\n")))


def call_in(text):
    return next(n for n in gast.walk(gast.parse(text)) if isinstance(n, gast.Call))


def test_located_refusal_reads_as_documented():
    text = "a = 1\nif a:\n    x = foo(y)  # why"
    error = Refusal("foo has no rule", "np.tanh(y)").at(file(text), call_in(text))
    assert str(error) == (
        "file.py:3: foo has no rule\n"
        "    x = foo(y)  # why\n"
        "        ^^^^^^\n"
        "Instead: np.tanh(y)"
    )  # fmt: skip
    assert (error.filename, error.lineno, error.col_offset) == ("file.py", 3, 8)
    assert (error.reason, error.instead) == ("foo has no rule", "np.tanh(y)")


def test_unlocated_refusal_is_reason_and_advice():
    assert str(Refusal("no", "yes")) == "no\nInstead: yes"
    assert str(Refusal("no")) == "no"
    assert Refusal("no").lineno is None and Refusal("no").filename is None


def test_the_error_s_own_node_is_used_and_the_original_stays_unlocated():
    error = Refusal("no", node=call_in("f(x)"))
    assert error.at(file("f(x)")).lineno == 1
    assert error.lineno is None


def test_the_first_place_told_stays():
    located = Refusal("no", node=call_in("f(x)")).at(file("f(x)"))
    assert located.at(file("\n\n  g(x)"), call_in("\n\ng(x)")).lineno == 1


def test_carets_count_characters_not_bytes():
    text = "π = 'éé' + foo(ß)"
    error = Refusal("no").at(file(text), call_in(text))
    line, carets = str(error).split("\n")[1:]
    assert carets.index("^") == line.index("foo") and carets.count("^") == len("foo(ß)")
    assert error.col_offset == text.index("foo")


def test_wide_characters_take_two_columns():
    text = "s = '中文' + foo(x)"
    carets = str(Refusal("no").at(file(text), call_in(text))).split("\n")[2]
    assert carets == " " * (4 + text.index("foo") + 2) + "^" * 6


def test_tabs_before_the_node_stay_tabs():
    text = "x =\tfoo(y)"
    assert str(Refusal("no").at(file(text), call_in(text))).split("\n")[2] == "       \t^^^^^^"


@pytest.mark.parametrize(
    "text, carets", [("x = foo(\n    y)", "        ^^^^"), ("x = foo(  # comment\n    y)", "        ^^^^")]
)
def test_a_node_of_several_lines_is_clipped_to_the_first(text, carets):
    assert str(Refusal("no").at(file(text), call_in(text))).split("\n")[2] == carets


def test_a_node_without_position_leaves_the_file_only():
    error = Refusal("no").at(file("x"), gast.Pass())
    assert str(error) == "file.py: no" and error.lineno is None


def test_a_line_beyond_the_file_is_not_shown():
    node = call_in("\n\n\nf(x)")
    assert str(Refusal("no").at(file("x"), node)) == "file.py: no"


@pytest.mark.parametrize("name", errors.__all__)
def test_one_family_all_documented_and_picklable(name):
    kind = getattr(errors, name)
    assert issubclass(kind, S2SGradError) and kind.__doc__
    text = "f(x)"
    error = kind("no", "yes").at(file(text), call_in(text))
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is kind and str(other) == str(error) and other.lineno == 1


def test_kinds():
    assert issubclass(ArgumentError, TypeError)
    assert not issubclass(Refusal, TypeError) and not issubclass(SourceError, TypeError)
    assert not issubclass(GradientError, Refusal)
    assert "report" in str(GeneratedCodeError("stack not empty"))


@pytest.mark.parametrize(
    ("method", "instead"),
    [("sort()", "xs = sorted(xs)"), ("reverse()", "xs = xs[::-1]"), ("clear()", "xs = []"), ("remove(x[0])", "array")],
)
def test_a_method_that_changes_a_list_names_a_way_out(method, instead):
    text = f"def f(x):\n    xs = [x[0], x[1], x[2]]\n    xs.{method}\n    return x[0] * sum(xs)\n"
    with pytest.raises(errors.Refusal, match=re.escape(instead)):
        grad(function_of(text))(np.ones(3))
