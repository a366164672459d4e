"""A variable that starts as a number and holds an array later has no axes in the first round, or on the other path."""

import numpy as np
import pytest

from tests.differences import check, check_quickly
from tests.from_text import function_of

RNG = np.random.default_rng(0)

LOOPS = {
    "axis counted from the end": """
        a, total = 0.0, 0.0
        for b in x:
            t = a + b ** 2
            s = np.sum(t, axis=-2)
            total = total + np.sum(s ** 2)
            a = w * t
        return total
    """,
    "asked for its axes": """
        a, total = 0.0, 0.0
        for b in x:
            if np.ndim(a) == 0:
                a = b * w
            else:
                a = a * b
            total = total + np.sum(a)
        return total
    """,
    "the first of two terms is smaller": """
        a = 0.0
        for b in x:
            a = w + a + b ** 2
        return np.sum(a ** 2) + np.sum(a)
    """,
    "a product around a sum": """
        a = 0.0
        for b in x:
            a = w * (a + b ** 2)
        return np.sum(a)
    """,
    "a number that is not 0": """
        a = 1.0
        for b in x:
            a = (w * a) * b ** 2
        return np.sum(a)
    """,
    "two of them": """
        a, c = 0.0, 1.0
        for b in x:
            c = c * b
            t = a * c + b
            a = w * t
            c = c + a
        return np.sum(a ** 2) + np.sum(c)
    """,
    "a number that carries a derivative": """
        s = np.sum(w)
        a, total = 1.0, 0.0
        for b in x:
            t = a * s
            total = total + np.sum(np.sin(0.1 * t) * b)
            a = b * t
        return total
    """,
    "changed in place": """
        a = 1.0
        for b in x:
            a *= b
            a = a * w
        return np.sum(a)
    """,
    "the larger of two": """
        best = 0.0
        for b in x:
            best = np.maximum(best, b)
            best = np.where(best > w, best, best * w)
        return np.sum(best)
    """,
}  # fmt: skip

BRANCHES = {
    "a sum": """
        a = x if flag > 0 else 0.0
        t = a + w
        s = t.sum(axis=-2)
        return np.sum(s ** 2)
    """,
    "a product": """
        a = 2.0
        if flag > 0:
            a = x * x
        t = a * w
        s = t.sum(axis=-2)
        return np.sum(s ** 2)
    """,
    "a factor of what is not stretched": """
        a = 1.5
        if flag > 0:
            a = x
        return np.sum(w * a * x[0]) + np.sum(np.mean(a * w, axis=0))
    """,
    "read again by a function": """
        a = 2.0
        if flag > 0:
            a = w
        u = a * x
        z = np.exp(a) * np.sum(u, axis=-1)[..., None]
        return np.sum(z * u)
    """,
    "its shape": """
        a = 2.0
        if flag > 0:
            a = x
        return np.sum(a * w) * (1 + np.ndim(a)) + len(np.shape(a)) * np.sum(w)
    """,
}  # fmt: skip


def runs(f, *args):
    try:
        f(*args)
    except (ValueError, IndexError):
        return False
    return True


@pytest.mark.parametrize("shape", [(1, 3), (1, 2, 1), (2, 1, 3), (2, 3, 3)])
@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_starts_with_a_number(name, shape):
    x = RNG.normal(size=shape)
    for of_w in [(1, 3), (2, 1), (4, 1, 3), (4, 1, 1), ()]:
        f, w = function_of("import numpy as np\n\ndef f(x, w):" + LOOPS[name]), RNG.normal(size=of_w)
        if runs(f, x, w):
            check_quickly(f, x, w, wrt=(0, 1))


@pytest.mark.parametrize("flag", [1.0, -1.0])
@pytest.mark.parametrize("name", BRANCHES)
def test_one_path_has_a_number(name, flag):
    for of_x, of_w in [((4, 3, 3), (3, 3)), ((3, 3), (3, 3)), ((2, 3), (1, 3)), ((2, 1), (2, 1)), ((4, 1, 3), (3, 3))]:
        f = function_of("import numpy as np\n\ndef f(x, w, flag):" + BRANCHES[name])
        x, w = RNG.normal(size=of_x), RNG.normal(size=of_w)
        if runs(f, x, w, flag):
            check(f, x, w, flag)
