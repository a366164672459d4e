"""``jvp`` offers what ``grad`` offers: texts, files, bytes, caches, guards."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from s2sgrad import grad, jvp
from s2sgrad.errors import ArgumentError
from tests import trees

X = np.array([0.4, -1.3, 2.2])


def energy(x, k=2.0, *, shift=0.0):
    return np.sum(np.tanh(x) ** 2) * k + shift


def scaled(x, factor):
    return x * factor


def uses_a_helper(x):
    y = scaled(x, 3.0)
    for _ in range(2):
        y = scaled(y, 0.5) * x
    return y


def test_defaults_and_keywords_are_those_of_the_function():
    d = jvp(energy, ("x", "k", "shift"))
    y, dy = d(X, shift=1.0, tangents=(X, 1.0, 0.5))
    assert y == energy(X, shift=1.0)
    gx, gk, gs = grad(energy, ("x", "k", "shift"))(X, shift=1.0)
    assert dy == pytest.approx(gx @ X + gk + 0.5 * gs)
    assert "def jvp_energy(x, k=2.0, *, shift=0.0, x_dot, k_dot, shift_dot):" in d.source


def test_argnums_is_another_spelling():
    assert jvp(energy, argnums=1)(X, 2.0, tangents=1.0)[1] == pytest.approx(np.sum(np.tanh(X) ** 2))
    with pytest.raises(ArgumentError, match="both"):
        jvp(energy, 0, argnums=1)


def test_texts_before_and_after_a_call():
    d = jvp(energy)
    text = d.source_for(X)
    d(X, tangents=X)
    assert d.source == text and "x_dot" in text
    assert d.cache_info().misses == 1 and d.cache_info().currsize == 1
    d(X, tangents=X)
    assert d.cache_info().hits >= 1
    d.cache_clear()
    assert d.cache_info().currsize == 0
    assert jvp(lambda x: x * x).source.startswith("def jvp_")


def test_the_bare_function_takes_the_tangents_last():
    d = jvp(scaled, ("x", "factor"))
    _, dy = d.specialized(X, 2.0)(X, 2.0, X, 1.0)
    np.testing.assert_array_equal(dy, 2.0 * X + X)
    d(X, 2.0, tangents=(X, 1.0))
    assert d.fn is d.specialized(X, 2.0) and d.primal is scaled
    assert repr(d).startswith("<jvp of ")


def test_a_saved_file_needs_nothing_but_numpy(tmp_path):
    d = jvp(uses_a_helper)
    d(X, tangents=X)
    d.save(tmp_path / "tangent.py")
    code = "import numpy as np, tangent; print(tangent.jvp_uses_a_helper(np.ones(3), np.ones(3))[1])"
    out = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == str(d(np.ones(3), tangents=np.ones(3))[1])


def test_pickles_and_copies():
    again = pickle.loads(pickle.dumps(jvp(energy, "k")))
    assert again(X, tangents=1.0) == jvp(energy, "k")(X, tangents=1.0)
    lambda_ = pickle.loads(pickle.dumps(jvp(lambda x: x**3)))
    assert lambda_(2.0, tangents=1.0) == (8.0, 12.0)


def test_show_prints_both_functions(capsys):
    d = jvp(energy)
    d(X, tangents=X)
    d.show()
    assert "x_dot" in capsys.readouterr().out


def test_a_helper_that_was_redefined_is_picked_up(monkeypatch):
    d = jvp(uses_a_helper)
    first = d(X, tangents=np.ones(3))[1]

    def other(x, factor):
        return x + factor

    monkeypatch.setitem(globals(), "scaled", other)
    second = d(X, tangents=np.ones(3))
    assert not np.allclose(first, second[1])
    np.testing.assert_array_equal(second[0], uses_a_helper(X))


def test_arguments_and_tangents_are_left_alone():
    given, v = trees.copied((X, 2 * X), frozen=True)
    jvp(uses_a_helper)(given, tangents=v)
    np.testing.assert_array_equal(v, 2 * X)


class Spring:
    def __init__(self, stiffness):
        self.stiffness = stiffness

    @jvp
    def force(self, x):
        return -self.stiffness * x

    @staticmethod
    @jvp
    def cubed(x):
        return x**3


def test_decorated_methods():
    spring = Spring(2.0)
    np.testing.assert_array_equal(spring.force(X, tangents=np.ones(3))[1], -2.0 * np.ones(3))
    assert Spring.cubed(2.0, tangents=1.0) == (8.0, 12.0)
    _, dy = jvp(Spring.force.primal, "self.stiffness")(spring, X, tangents=1.0)
    np.testing.assert_array_equal(dy, -X)
