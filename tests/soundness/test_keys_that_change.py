"""A dict that gets other keys in a loop: what was written out for the keys of the first round holds in no later one."""

import numpy as np
import pytest

from tests.differences import check, refused

X = np.array([0.31, 0.42, 0.53])


def total(**parts):
    s = 0.0
    for v in parts.values():
        s = s + v
    return s


def adds(d, x):
    d["b"] = x[1]


def loop_over_items(x):
    d = {"a": x[0]}
    s = 0.0
    for _ in range(2):
        for _, v in d.items():
            s = s + v
        d["b"] = x[1]
    return s


def key_from_a_helper(x):
    d = {"a": x[0]}
    s = 0.0
    for _ in range(2):
        for _, v in d.items():
            s = s + v
        adds(d, x)
    return s


def dict_of_the_items(x):
    d = {"a": x[0]}
    s = 0.0
    for _ in range(2):
        e = {k: v * 2 for k, v in d.items()}
        s = s + sum([v for v in e.values()])
        d["b"] = x[1]
    return s


def default_at_first(x):
    d = {"a": x[0]}
    s = 0.0
    for _ in range(2):
        s = s + d.get("b", 0.0) + d["a"]
        d["b"] = x[1]
    return s


def keywords(x):
    d = {"a": x[0]}
    s = 0.0
    for _ in range(2):
        s = s + total(**d)
        d["b"] = x[1]
    return s


def made_in_a_branch(x):
    s = 0.0
    for j in range(3):
        if j == 0:
            d = {"a": x[0]}
        for _, v in d.items():
            s = s + v
        d["b"] = x[1]
    return s


def in_a_while(x):
    d = {"a": x[0], "b": x[1]}
    s, j = 0.0, 0
    while j < 2:
        for k in d:
            d[k] = d[k] * 2
            s = s + d[k]
        d["c"] = x[2]
        j += 1
    return s


def dict_in_a_dict(x):
    o = {"p": {"a": x[0]}}
    s = 0.0
    for _ in range(3):
        for _, v in o["p"].items():
            s = s + v
        o["p"]["b"] = x[1]
    return s


def numbered(x):
    d = {"a": x[0]}
    s = 0.0
    for _ in range(2):
        for i, (k, v) in enumerate(d.items()):
            s = s + v * (i + 1)
            d[k] = v * 2
        d["b"] = x[1]
    return s


@pytest.mark.parametrize(
    "program",
    [loop_over_items, key_from_a_helper, dict_of_the_items, default_at_first, keywords, made_in_a_branch, in_a_while,
     dict_in_a_dict, numbered],
)  # fmt: skip
def test_other_keys_in_a_later_round(program):
    refused(program, X, match="which keys `.*` has changes")


def function_in_a_slot(x):
    d = {"f": lambda v: v * x[0]}
    s = 0.0
    for _ in range(2):
        s = s + d["f"](x[1])
        d["f"] = lambda v: v * x[2]
    return s


def items_in_a_slot(x):
    d = {"xs": [x[0], x[1:]]}
    s = 0.0
    for _ in range(2):
        for v in d["xs"]:
            s = s + np.sum(v)
        d["xs"] = [x[0], x[1:], x[2]]
    return s


@pytest.mark.parametrize("program", [function_in_a_slot, items_in_a_slot])
def test_something_else_in_a_slot_in_a_later_round(program):
    refused(program, X, match=r"`d\[")


def same_keys(x):
    d = {"a": x[0], "b": x[1:]}
    cache = {}
    s = 0.0
    for j in range(2):
        cache["h"] = x * j
        g = {"a": 0.5, "b": x[1:] * 0.1}
        for k, v in d.items():
            d[k] = v - g[k] * cache["h"][0]
        s = s + sum([np.sum(v) for v in d.values()])
    return s


def made_anew_in_each_round(x):
    s = 0.0
    for j in range(2):
        c = {"u": x[0]}
        c["h"] = x * j
        for _, v in c.items():
            s = s + np.sum(v)
        c["z"] = x[1]
    return s


def numbered_items_of_a_changing_dict(x):
    d = {"b": np.sin(x)}
    d["a"] = x[1]
    s = 0.0
    for i, (k, v) in enumerate(d.items(), 1):
        if np.sum(d[k]) > 2.0:
            continue
        d["b"] = d["b"] + v
        s = s + i * np.sum(v)
    return s * i + d["b"].sum()


def numbered_in_rounds(x):
    d = {"a": np.sin(x)}
    d["b"] = x[1]
    s = 0.0
    for j in range(3):
        for i, k in enumerate(d):
            s = s + i * np.sum(d[k]) * j
            d[k] = d[k] * x[0]
            i = i + 5
        s = s * i
    return s + d["a"].sum()


@pytest.mark.parametrize(
    "program", [same_keys, made_anew_in_each_round, numbered_items_of_a_changing_dict, numbered_in_rounds]
)
def test_the_same_keys_in_all_rounds(program):
    check(program, X)
