"""A method held in a name, a list or a dict is bound to its object, and reads its attributes when it is called."""

import numpy as np
import pytest

from tests.differences import check, refused

x = np.array([0.5, -0.7, 1.1])


class Net:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def scaled(self, v):
        return self.a * v

    def squared(self, v):
        return self.b * v**2


def twice(f, v):
    return f(f(v))


def in_a_name(a, b, x):
    net = Net(a, b)
    step = net.scaled
    for _ in range(3):
        x = step(x)
    return x.sum() + net.b


def in_a_list_and_passed_on(a, b, x):
    net = Net(a, b)
    fs = [net.scaled, net.squared]
    s = twice(net.squared, x).sum()
    for f in fs:
        s += f(x).sum()
    return s + fs[1](x[0])


def in_a_dict(a, b, x):
    net = Net(a, b)
    table = {"scaled": net.scaled, "squared": net.squared}
    return sum(table[k](x).sum() for k in ("scaled", "squared")) + sum(f(x)[0] for f in table.values())


@pytest.mark.parametrize("program", [in_a_name, in_a_list_and_passed_on, in_a_dict])
def test_right(program):
    check(program, 1.5, 0.3, x)


def attribute_changed(a, b, x):
    net = Net(a, b)
    f = net.scaled
    net.a = 2 * a
    return f(x).sum()


def object_bound_anew(a, b, x):
    net = Net(a, b)
    f = net.scaled
    net = Net(2 * a, b)
    return f(x).sum() + net.b


def object_of_the_round_before(a, b, x):
    s, f = 0.0, None
    for k in range(3):
        net = Net(a * (k + 1), b)
        if k > 0:
            s += f(x).sum()
        f = net.scaled
    return s


@pytest.mark.parametrize("program", [attribute_changed, object_bound_anew, object_of_the_round_before])
def test_refused(program):
    refused(program, 1.5, 0.3, x)
