"""A slot and a variable whose names read the same, ``p[0]`` and ``p_0``, have an adjoint each."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.differences import check

x = np.array([0.5, -0.7, 1.1])


def item_and_variable(x):
    p = (x[0] * 2, x[1:])
    p_0 = x[2] ** 2
    s = p[0] * p_0
    p = (p[0] * s, p[1] * p_0)
    return s * p[0] + p[1].sum() * p_0


def attribute_and_variable(x):
    p = SimpleNamespace(a=x[0], b=x[1])
    q = SimpleNamespace(a=x[0], b=x[2])
    p_a = x[2] * 3
    for _ in range(3):
        p_a = p_a * p.a * q.a
        p = SimpleNamespace(a=p_a * q.b, b=p.b * 2)
    return p.a * p_a + q.a + p.b


def keys_of_two_dicts(x):
    p = {"x_y": x[0], "z": x[1] * 2}
    p_x = {"y": x[1] * 3, "z": x[2]}
    q = {"x_y": x[0], "y": x[2]}
    s = 0.0
    for _ in range(3):
        s = s + p["x_y"] * p_x["y"] ** 2 * q["y"] * q["x_y"] + p["z"] * p_x["z"]
    return s


@pytest.mark.parametrize("program", [item_and_variable, attribute_and_variable, keys_of_two_dicts])
def test_right(program):
    check(program, x)
