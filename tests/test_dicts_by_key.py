"""Dicts whose entries are gone through one by one: updates in a loop over the keys, dicts made anew of themselves."""

import numpy as np
import pytest

from tests.differences import check, refused, right_or_refused

VECTOR = np.array([0.3, -0.4, 0.5])


def scaled_by_a_comprehension(y):
    t = {"a": y, "b": y * 2}
    for _ in range(2):
        t["a"] = np.sin(t["a"])
    t = {k: 0.5 * v * t["a"] for k, v in t.items()}
    return np.sum(t["a"] * t["b"])


def comprehension_in_a_loop(y):
    t = {"a": y * 1.0, "b": y * 2}
    for j in range(3):
        t["a"] += np.sin(t["b"])
        t = {k: 0.5 * v * t["a"][j] for k, v in t.items()}
    t["c"] = y[0]
    t = {k: t[k] * t[k] for k in t}
    return np.sum(t["a"] * t["b"]) * t["c"]


def gradient_steps(y):
    t = {"a": y, "b": y * 2}
    g = {"a": y * y, "b": np.sin(y)}
    for _ in range(3):
        for k in t:
            t[k] = t[k] - 0.1 * g[k]
        for k in t.keys():
            t[k] = t[k] - 0.1 * g[k] * t["a"]
        for k, v in t.items():
            t[k] = v * 0.9
    return np.sum(t["a"] * t["b"])


def steps_in_place(y):
    t = {"a": y * 1.0, "b": y * 2}
    for k in t:
        t[k] *= y
        t[k][1:] += t["a"][:-1]
    return np.sum(t["a"] * t["b"])


def over_the_keys_of_another(y):
    t = {"a": y, "b": y * 2}
    g = {"a": y * y, "b": np.sin(y)}
    for _ in range(2):
        t = {k: t[k] - 0.1 * g[k] for k in g}
        t["a"] = t["a"] * y
    return np.sum(t["a"] * t["b"])


def in_a_branch(y):
    t = {"a": y, "b": y * 2}
    if y[0] > 0.2:
        t = {k: v * v for k, v in t.items()}
        for k in t:
            t[k] = np.sin(t[k])
    return np.sum(t["a"] * t["b"])


def never_run(y):
    t = {"a": y, "b": y * 2}
    for _ in range(0):
        t = {k: v * v for k, v in t.items()}
        t["a"] = 1.0
    return np.sum(t["a"] * t["b"])


def stepped(t, y):
    for k in t:
        t[k] = t[k] * y
    t = {k: v + np.sin(v) for k, v in t.items()}
    return t["a"] * t["b"]


def in_a_helper(y):
    return np.sum(stepped({"a": y, "b": y * 2}, y))


def in_a_try(y):
    t = {"a": y, "b": y * 2}
    try:
        t["a"] = t["a"] * y
        for k in t:
            t[k] = np.sin(t[k])
    except ValueError as error:
        raise RuntimeError from error
    finally:
        t["b"] = t["b"] + t["a"]
    return np.sum(t["a"] * t["b"])


def in_a_try_whose_handler_goes_on(y):
    t = {"a": y, "b": y * 2}
    try:
        n = int("2")
        t["n"] = n
    except ValueError:
        n = 1
    return np.sum(t["a"] * t["b"]) * n


PROGRAMS = [
    scaled_by_a_comprehension, comprehension_in_a_loop, gradient_steps, steps_in_place, over_the_keys_of_another,
    in_a_branch, never_run, in_a_try, in_a_helper,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_entries_one_by_one(program, sign: float) -> None:
    check(program, VECTOR * sign)


def other_keys(y):
    t = {"a": y, "b": y * 2}
    t["a"] = y * y
    t = {k + "x": v for k, v in t.items()}
    return np.sum(t["ax"] * t["bx"])


def keys_of_some_paths(y):
    t = {"a": y, "b": y * 2}
    if y[0] > 0.2:
        t["c"] = y * y
    t = {k: v * v for k, v in t.items()}
    return np.sum(t["a"] * t["b"])


def left_in_the_middle(y):
    t = {"a": y, "b": y * 2}
    for k in t:
        t[k] = t[k] * y
        if y[0] > 0.2:
            break
    return np.sum(t["a"] * t["b"])


REFUSED = {
    other_keys: "keys that are not known", keys_of_some_paths: "slots are not known", left_in_the_middle: "middle",
    in_a_try_whose_handler_goes_on: "with handlers",
}  # fmt: skip


@pytest.mark.parametrize("program", list(REFUSED), ids=lambda f: f.__name__)
def test_entries_that_are_not_known_are_refused(program) -> None:
    refused(program, VECTOR, match=REFUSED[program])


def summed_values(x):
    d = {"a": x[0], "b": x[1] ** 2}
    d["c"] = d["a"] * d["b"]
    return sum(d.values()) + max(d.values()) * 3


def values_in_a_list(x):
    d = {"a": x[0], "b": x[1] ** 2}
    return np.sum(np.stack(list(d.values()))) * sum(v**2 for v in d.values())


def made_of_constant_keys(x):
    counts = {k: 0.0 for k in ("u", "v")}
    for k in ("u", "v", "u"):
        counts[k] += x[0] ** 2
    counts["v"] *= x[1]
    return counts["u"] * counts["v"]


def unpacked_map(x):
    a, b = map(np.array, (x, 2 * x))
    (c, d), e = map(lambda v: v**2, (x[:2], x[::-1]))
    return np.sum(a * b) + c * d * np.sum(e)


@pytest.mark.parametrize("f", [summed_values, values_in_a_list, made_of_constant_keys, unpacked_map])
def test_values_of_dicts_and_unpacked_maps(f):
    check(f, np.array([0.3, 0.7]))


def test_values_of_a_dict_whose_keys_a_loop_adds():
    def f(x):
        d = {"a": x[0]}
        total = 0.0
        for i in range(2):
            total = total + sum(d.values())
            if i == 0:
                d["b"] = x[1] ** 2
        return total

    right_or_refused(f, np.array([0.3, 0.7]))
