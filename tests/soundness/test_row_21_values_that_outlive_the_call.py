"""Row 21: an active value kept from one call to the next is read as a constant there."""

import functools

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import refused, right_or_refused

x = np.array([0.5, -0.7, 1.1])
memo = {}
log = []
total = 0.0


@pytest.fixture(autouse=True)
def clean():
    memo.clear()
    log.clear()
    yield


def memoised(x):
    if "y" not in memo:
        memo["y"] = np.tanh(x)
    return memo["y"].sum()


def memoised_by_key(x):
    key = len(x)
    if key not in memo:
        memo[key] = x * x
    y = memo[key]
    memo.clear()
    return (y * x).sum()


def mutable_default(x, cache=[]):
    cache.append(x * x)
    y = cache[-1]
    cache.clear()
    return (y * x).sum()


def read_from_default(x, cache={}):
    cache["last"] = x * 2
    return (cache["last"] * x).sum()


def appended_to_global(x):
    log.append(x * x)
    return (log[-1] * x).sum()


def global_rebound(x):
    global total
    total = (x * x).sum()
    return total * x[0]


class Model:
    def __init__(self):
        self.cache = {}
        self.last = None

    def loss(self, x):
        self.cache["h"] = np.tanh(x)
        return (self.cache["h"] * x).sum()

    def remembering(self, x):
        self.last = x * x
        return (self.last * x).sum()


def counter():
    state = 0.0

    def step(x):
        nonlocal state
        state = (x * x).sum()
        return state * x[0]

    return step


def function_attribute(x):
    function_attribute.last = x * x
    return (function_attribute.last * x).sum()


@functools.lru_cache
def squared(v):
    return v * v


def through_lru_cache(x):
    return squared(x[0]) * x[1]


@functools.cache
def expensive(n):
    return n * 0.5


def constant_through_cache(x):
    return (x * expensive(3)).sum()


PROGRAMS = [
    memoised_by_key, mutable_default, read_from_default, appended_to_global, global_rebound, function_attribute,
    through_lru_cache, constant_through_cache, Model().loss, Model().remembering, counter(),
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__qualname__)
def test_stores_that_outlive_the_call(program):
    # What is read is what this very call stored there, or a constant.
    right = ("constant_through_cache", "Model.remembering")
    assert right_or_refused(program, x, wrt=0) == ("right" if program.__qualname__ in right else "refused")


def test_value_from_an_earlier_call():
    """Differences see a constant from the second call on; whatever is not refused must see the same."""
    from s2sgrad import grad
    from s2sgrad.errors import S2SGradError

    with pytest.raises(S2SGradError):
        grad(memoised)(x)


def stores_into_argument(x, out):
    out["h"] = x * x
    return (out["h"] * x).sum()


def stores_into_array_argument(x, out):
    out[0] = x[0] * x[1]
    return (out * x).sum()


def stores_into_object(x, model):
    model.h = x * x
    return (model.h * x).sum()


def test_stores_into_arguments():
    right_or_refused(stores_into_argument, x, {}, wrt=0, frozen=False)
    right_or_refused(stores_into_object, x, Model(), wrt=0, frozen=False)
    right_or_refused(stores_into_array_argument, x, np.ones(3), wrt=0, frozen=False)
    right_or_refused(stores_into_array_argument, x, np.ones(3), wrt=(0, 1), frozen=False)


def keeps_a_number(x):
    loss = (x * x).sum()
    log.append(float(loss))
    return loss


def keeps_in_a_loop(x):
    s = 0.0
    for v in x:
        s += v * v
        log.append(v)
    return s


def keeps_by_update(x):
    memo.update(last=x[0])
    return (x * x).sum()


@pytest.mark.parametrize("f", [keeps_a_number, keeps_in_a_loop, keeps_by_update])
def test_kept_numbers_are_refused(f):
    refused(f, x, match="outlives the call")
    assert not log and not memo


def test_what_carries_no_derivative_is_kept_once_and_in_order():
    def noted(x):
        for i, _ in enumerate(x):
            log.append(i)
        log.append("done")
        return (x * x).sum()

    np.testing.assert_allclose(grad(noted)(x), 2 * x)
    assert log == [0, 1, 2, "done"]
