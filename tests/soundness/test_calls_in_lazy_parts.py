"""A call in a part that is evaluated only now and then is right or refused when it changes what it is given."""

import numpy as np
import pytest

from tests.differences import check, right_or_refused

X = np.array([0.4, -0.8, 1.2])


def changed(v, w):
    v[0] = w[1] * w[2]
    return w[2]


def harmless(v):
    return v[2] * 2


def in_a_test(x):
    y = x * 2
    r = y[0]
    if r > 0 and changed(y, x) > 0:
        r = r * y[0]
    return r * y[0]


def in_a_value(x):
    y = x * 2
    t = y[0] > 0 and changed(y, x) > 0
    return y[0] * y[1] + (1.0 if t else 0.0) * y[0]


def in_a_chain(x):
    y = x * 2
    if 0.0 < changed(y, x) < 5.0:
        y = y * 3
    return y[0] * y[1]


def in_a_while(x):
    y = x * 2
    k = 0
    while k < 3 and changed(y, x) > 0:
        y = y * 1.5
        k += 1
    return y[0] * y[1]


def in_an_assertion(x):
    y = x * 2
    assert y[0] > 0 and changed(y, x) > 0
    return y[0] * y[1]


def in_a_text(x):
    y = x * 2
    f"{changed(y, x)}"
    return y[0] * y[1]


@pytest.mark.parametrize(
    "program", [in_a_test, in_a_value, in_a_chain, in_a_while, in_an_assertion, in_a_text], ids=lambda f: f.__name__
)
def test_right_or_refused(program):
    right_or_refused(program, X)


def test_a_call_that_changes_nothing_may_stand_anywhere():
    def f(x):
        y = x * 2
        if y[0] > 0 and harmless(y) > 0:
            y = y * x
        return y[0] * y[1]

    check(f, X)
