"""Statements as people write them: ``:=``, choices, ``with``, ``try``, ``match``, ``del``, imports, declarations."""

import contextlib
import threading
import time
import warnings
from dataclasses import dataclass

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused

x = np.array([0.5, -0.7, 1.1, 2.0])
LOCK = threading.Lock()
SCALE = 2.0


@dataclass
class Config:
    activation: str = "tanh"
    scale: float = 2.0


class Timer:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.elapsed = 0.0


class Swallowing:
    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return True


@contextlib.contextmanager
def quiet():
    old = np.geterr()
    try:
        yield
    finally:
        np.seterr(**old)


@contextlib.contextmanager
def eats():
    try:
        yield
    except ValueError:
        pass


def square_or_minus(v):
    if v > 0:
        return v * v
    return -v


# ---- what is bound or chosen inside an expression ----


def walrus_first(x):
    return x[0] + (v := x[1] * x[2]) * v


def walrus_rebinds(x):
    v = x[0]
    return v + (v := 3.0) * v * x[1]


def walrus_in_tests(x):
    if (v := x[0] * x[1]) > 0:
        return v * v
    elif (v := v + 1) > 0.2 and (u := v * x[2]) > 0:
        return u * v
    return v


def walrus_in_a_chain(x):
    if 0 < (v := x[0] * 2) < (u := v * x[2] + 3):
        return u * v
    return v


def walrus_twice(x):
    return (a := x[0]) * (b := a * 2) + (a := b * x[1]) + a


def choices_with_calls(x):
    s = 0.0
    for i in range(4):
        s += square_or_minus(x[i]) if x[i] > 0 else x[i] * 3.0
        s = s * (x[0] or x[1]) + square_or_minus(x[1]) * (square_or_minus(x[2]) if i > 1 else 1.5)
    return s


def values_of_and_or(x):
    a = x[0] or x[1]
    b = x[1] and x[2]
    return a * b


def default_by_or(x, scale=None):
    scale = scale or 3.0
    return (x * scale).sum()


def choice_in_a_sum(x):
    return np.sin(x[0]) + (x[1] if x[0] < x[2] < x[3] else square_or_minus(x[0]))


def choice_in_an_index(x):
    return x[0 if x[1] > 0 else 2] ** 2 * x[3]


# ---- match ----


def match_of_strings(x, kind="tanh"):
    match kind:
        case "tanh":
            y = np.tanh(x)
        case "relu" | "elu":
            y = np.maximum(x, 0)
        case None:
            y = x
        case n if n == 3:
            y = n * x
        case other:
            y = other * x * x
    return (y * y).sum()


def match_in_a_loop(x):
    s = 0.0
    for i in range(len(x)):
        match i % 3:
            case 0:
                s += x[i]
            case 1:
                s += x[i] ** 2
            case _:
                s *= x[i]
    return s


def match_of_two(x, config):
    match config.activation, len(x):
        case "tanh", 4:
            return np.tanh(x).sum()
        case (_, n):
            return (n * x).sum()


def match_of_a_class(x, config):
    match config:
        case Config(activation="tanh", scale=k):
            return np.tanh(k * x).sum()
        case float():
            return config * x.sum()
        case _:
            raise ValueError("unknown")


# ---- with and try ----


def inside_errstate(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(x * x)
        s = y.sum()
    return s * s


def returns_inside(x):
    with np.errstate(all="ignore"), LOCK:
        if x[0] > 0:
            return np.log(x * x).sum()
        y = x * x
        return y.sum()


def managers_in_a_loop(x):
    s = 0.0
    with Timer("a") as timer:  # noqa: F841
        for i in range(len(x)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                s = s * x[i] + np.sin(x[i])
    with quiet():
        s = s * s
    return s


def timed(x):
    start = time.perf_counter()
    try:
        y = np.sin(x)
        return (y * y).sum()
    finally:
        print("", end=f"{time.perf_counter() - start:.0f}"[:0])


def handlers_that_raise(x):
    try:
        A = np.outer(x, x) + 3 * np.eye(4)
        L = np.linalg.cholesky(A)
    except np.linalg.LinAlgError as error:
        raise ValueError(f"not positive: {x}") from error
    else:
        z = L * 2
    finally:
        pass
    return (z * z).sum()


def handler_of_inactive(x, n="4"):
    try:
        k = int(n)
    except ValueError:
        k = 2
    else:
        k = k + 1
    s = 1.0
    for _ in range(k):
        s = s * x[0] + x[1]
    return s


def finally_rebinds(x):
    v = x[0]
    try:
        v = v * x[1]
        return v * v
    finally:
        v = 3.0


def finally_in_a_loop(x):
    s = 0.0
    for i in range(3):
        h = np.sin(x * i)
        try:
            h = h * h
            s += (h * x).sum()
        finally:
            h = 1.0
    return s


# ---- del, raise, imports, declarations ----


def raises_on_some_paths(x):
    if x[0] > 100:
        raise ValueError(f"too large: {x[0]:.2f}")
    s = 0.0
    for v in x:
        if v > 50:
            raise ValueError("no")
        s += v * v
    if s < 0:
        raise ValueError
    else:
        s = s * 2
    assert s > 0, f"{s}"
    return s


def deletes(x):
    y = np.sin(x)
    z = np.exp(y) * y
    del y
    s = 0.0
    for i in range(3):
        t = np.tanh(z[i])
        s += t * t
        del t
    y = z * z
    return s + y.sum()


def imports_inside(x):
    import math

    import numpy as xp
    from numpy import exp as e
    from numpy import sin

    return math.cos(x[0]) * e(x[1]) + xp.sum(sin(x))


def reads_a_global(x):
    global SCALE
    ...
    y: float = SCALE * x[0]
    z: float  # noqa: F842
    pass
    return y * y


def walrus_in_while(x):
    s = x[0] ** 2 + 0.2
    while (t := s * 1.5) < 5:
        s = t + x[1] ** 2
    return s * t


def stores_and_names(x):
    y = x * 1.0
    i = 0
    i, y[i] = 1, x[0] * x[3]
    y[2], z = y[0] * y[1], y[2]
    for k in range(2):
        z, y[k] = y[k] * z, z
    return z * y.sum()


def nothing_tried(x):
    d = {"a": x[0]}
    d["b"] = x[1]
    try:
        pass
    except ValueError as error:
        raise RuntimeError from error
    try:
        y = d["a"] * x
    finally:
        pass
    return np.sum(y)


def uses_helpers(x):
    return inside_errstate(x) + finally_in_a_loop(x) * deletes(x) + imports_inside(x) + match_in_a_loop(x)


def target_read_first(x):
    y = x.copy()
    i = 0
    y[i] += (i := 1) * x[0]
    return y[0] * i


RIGHT = [
    walrus_first, walrus_rebinds, walrus_in_tests, walrus_in_a_chain, walrus_twice, choices_with_calls,
    values_of_and_or, default_by_or, choice_in_a_sum, choice_in_an_index, match_in_a_loop, inside_errstate,
    returns_inside, managers_in_a_loop, timed, handlers_that_raise, handler_of_inactive, finally_rebinds,
    finally_in_a_loop, raises_on_some_paths, deletes, imports_inside, reads_a_global, stores_and_names,
    walrus_in_while, nothing_tried, target_read_first,
    uses_helpers,
]  # fmt: skip


@pytest.mark.parametrize("program", RIGHT)
def test_right(program):
    check(program, x, wrt=0)
    check(program, -x, wrt=0)


@pytest.mark.parametrize("kind", ["tanh", "relu", None, 3, 2.0])
def test_match_of_strings(kind):
    check(match_of_strings, x, kind, wrt=0)


def test_match_of_objects():
    check(match_of_two, x, Config(), wrt=0)
    check(match_of_two, x, Config("linear"), wrt=0)
    check(match_of_a_class, x, Config(), wrt=0)


def test_handlers_of_inactive_code():
    check(handler_of_inactive, x, "five", wrt=0)
    check(default_by_or, x, 2.0, wrt=0)


def test_managers_run_once_and_the_text_keeps_them():
    text = grad(inside_errstate).source_for(x)
    assert text.count("with np.errstate(divide=\"ignore\", invalid=\"ignore\"):") == 1
    assert "match i" not in grad(match_in_a_loop).source_for(x)


def test_the_cholesky_handler_still_raises():
    def indefinite(x):
        try:
            L = np.linalg.cholesky(np.outer(x, x) - 9 * np.eye(4))
        except np.linalg.LinAlgError as error:
            raise ValueError("indefinite") from error
        return L.sum()

    with pytest.raises(ValueError, match="indefinite"):
        grad(indefinite)(x)


# ---- what is refused ----


def swallows(x):
    with Swallowing():
        s = x[0]
    return s


def swallows_in_a_generator(x):
    with eats():
        s = x[0]
    return s


def binds_by_with(x):
    with contextlib.nullcontext(x[0]) as y:
        return y * y


def handler_of_active(x):
    s = x[1]
    try:
        s = x[0] * x[1]
        int("q")
    except ValueError:
        s = x[2]
    return s


def changes_in_try(x):
    y = x.copy()
    try:
        y[0] = x[1] * 2
        int("q")
    except ValueError:
        pass
    return y.sum()


def reads_after_del(x):
    y = x * 2
    del y
    return y.sum()  # noqa: F821


def writes_a_global(x):
    global SCALE
    SCALE = x[0]
    return SCALE * x[1]


def imports_sometimes(x):
    if x[0] > 0:
        import math
    return math.cos(x[0])


REFUSED = {
    swallows: "swallow", swallows_in_a_generator: "swallow", binds_by_with: "is not known",
    handler_of_active: "`s` carries a derivative", changes_in_try: "inside a `try`", reads_after_del: "no value here",
    writes_a_global: "global",
    imports_sometimes: "some paths",
}  # fmt: skip


@pytest.mark.parametrize("program", list(REFUSED))
def test_refused(program):
    refused(program, x, wrt=0, match=REFUSED[program])
