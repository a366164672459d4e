"""The checked build of forward and backward pairs: what is saved comes back as it was, any number of times."""

import numpy as np
import pytest

from s2sgrad import jvp
from s2sgrad.compile import compile_units
from s2sgrad.errors import GeneratedCodeError
from s2sgrad.request import Generated
from s2sgrad.tidy.checked import Half
from tests.hand_written import unit

X = np.arange(5.0)


def halves(forward, backward):
    """A hand-written pair as ``vjp`` would have it."""
    wrt = (("x",),)
    units = (
        unit("forward_f", ("x",), forward, Half("forward", ("x",), wrt, True)),
        unit("backward_f", ("saved", "ds"), backward, Half("backward", ("saved", "ds"), wrt, True)),
    )
    return compile_units(Generated(units, ("forward_f", "backward_f"), "np", (), frozenset(), False))


LOOP = (
    "h = 1.0 * x\nh_stack = []\nfor i in range(2):\n    h_stack.append(h.copy())\n    h *= 2.0\n"
    "return h.sum(), (h, h_stack)"
)


def test_a_pullback_can_be_repeated():
    backward = (
        "h, h_stack = saved\nh_stack = h_stack.copy()\ndx = ds * h\nfor i in range(2):\n"
        "    h = h_stack.pop()\n    dx += h"
    )
    forward_f, backward_f = halves(LOOP, backward + "\nreturn dx")
    _, saved = forward_f(X)
    np.testing.assert_array_equal(backward_f(saved, 2.0), backward_f(saved, 2.0))
    saved[1][0][1] = 7.0
    with pytest.raises(GeneratedCodeError, match="`h_stack` was changed"):
        backward_f(saved, 2.0)


def test_a_backward_part_that_spends_its_stack_is_found_at_the_second_call():
    backward = "h, h_stack = saved\ndx = ds * h\nfor i in range(2):\n    h = h_stack.pop()\n    dx += h\nreturn dx"
    forward_f, backward_f = halves(LOOP, backward)
    _, saved = forward_f(X)
    backward_f(saved, 1.0)
    with pytest.raises(GeneratedCodeError, match="`h_stack` was changed between"):
        backward_f(saved, 1.0)


def test_saved_values_are_not_written():
    forward_f, backward_f = halves("h = 2.0 * x\nreturn h.sum(), (h,)", "h, = saved\ndx = h\ndx *= ds\nreturn dx")
    _, saved = forward_f(X)
    with pytest.raises(GeneratedCodeError, match="the caller's `saved`"):
        backward_f(saved, 1.0)


def test_saved_values_are_not_changed_in_between_unless_only_their_shape_is_read():
    forward_f, backward_f = halves("return x.sum(), (x,)", "x, = saved\ndx = ds * x\nreturn dx")
    x = X.copy()
    _, saved = forward_f(x)
    x += 1.0
    with pytest.raises(GeneratedCodeError, match="`x` was changed between"):
        backward_f(saved, 1.0)
    forward_f, backward_f = halves("return x.sum(), (x,)", "x, = saved\ndx = np.ones_like(x) * ds\nreturn dx")
    _, saved = forward_f(x)
    x += 1.0
    np.testing.assert_array_equal(backward_f(saved, 3.0), np.full(5, 3.0))


def test_branches_are_compared_across_the_halves():
    forward = "c = x[0]\nif c > 0:\n    c = -c\nreturn c, (x, c)"
    backward = "x, c = saved\ndx = 0.0 * x\nif c > 0:\n    dx[0] = -ds\nreturn dx"
    forward_f, backward_f = halves(forward, backward)
    with pytest.raises(GeneratedCodeError, match=r"`c > 0 .line 2.` is False in the backward part"):
        backward_f(forward_f(X + 1.0)[1], 1.0)


def test_the_result_of_a_backward_part_is_compared_with_the_arguments():
    forward_f, backward_f = halves("return x.sum(), ()", "return ds * np.ones(4)")
    with pytest.raises(GeneratedCodeError, match="gradient of `x` has shape"):
        backward_f(forward_f(X)[1], 1.0)


def test_what_may_share_memory_and_is_read_last_by_the_store_is_no_defect():
    def f(w):
        t = (w * np.ones((2, 4))).sum(axis=0)[::-1]
        u = t.ravel()
        t[...] = u * u
        return t.sum()

    w, v = np.arange(1.0, 5.0), np.ones(4)
    value, slope = jvp(f, checked=True)(w, tangents=v)
    np.testing.assert_allclose((value, slope), (4 * (w**2).sum(), 8 * w.sum()))
