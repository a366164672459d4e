"""Loops over dicts: in an order of their own, beside a count or another sequence, over copies, with rounds left out."""

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused, right_or_refused

PARAMS = {
    "W1": np.array([[0.3, -0.4], [0.5, 0.1], [-0.2, 0.7]]),
    "b1": np.array([0.2, -0.1]),
    "W2": np.array([[0.6], [-0.3]]),
    "b2": np.array([0.05]),
}


def in_order(params):
    s = 0.0
    for k in sorted(params):
        s = 0.5 * s + np.sum(params[k] ** 2)
    return s


def pairs_in_order(params):
    return sum(np.sum(np.sin(v)) * len(k) for k, v in sorted(params.items()))


def kept_order(params):
    names = sorted(params.keys())
    s = 0.0
    for k in names:
        s = 0.5 * s + np.sum(params[k] ** 2)
    return s


def flat(params):
    vector = np.concatenate([params[k].ravel() for k in sorted(params)])
    out, i = {}, 0
    for k in sorted(params):
        n = params[k].size
        out[k] = vector[i : i + n].reshape(params[k].shape)
        i += n
    return np.sum(out["W1"] ** 2) * np.sum(out["b2"])


def weights_alone(params):
    s = 0.0
    for k, v in params.items():
        if k.startswith("b"):
            continue
        s += np.sum(v**2)
    return s


def large_ones_alone(params):
    s = 0.0
    for k in list(params):
        if np.sum(params[k]) < 0.25:
            s = s + 1.0
            continue
        for i in range(4):
            if i == 1:
                continue
            if i == 3:
                break
            s += np.sum(params[k] ** 2) * (i + 1)
    return s


def counted(params):
    s = 0.0
    for i, (_, v) in enumerate(params.items()):
        s = s + i * np.sum(v**2)
    for i, k in enumerate(params, 1):
        s = s + i * np.sum(params[k])
    return s


def side_by_side(params):
    other = {k: np.sin(v) for k, v in params.items()}
    s = 0.0
    for (k, a), (l, b) in zip(params.items(), other.items()):
        assert k == l
        s += np.sum(a * b)
    for a, b in zip(params.values(), other.values()):
        s += np.sum(a * b * b)
    for k, w in zip(sorted(params), [1.0, 2.0, 3.0, 4.0]):
        s += w * np.sum(other[k])
    return s


def steps_on_copies(params):
    p = dict(params)
    for _ in range(2):
        for k, v in list(p.items()):
            p[k] = v - 0.1 * v**3
        for k in sorted(p):
            p[k] = p[k] * p["b2"]
    return np.sum(p["W1"]) + np.sum(p["b1"] ** 2)


def backwards(params):
    s = 0.0
    for k in reversed(list(params)):
        s = 0.5 * s + np.sum(params[k] ** 2)
    return s


PROGRAMS = [
    in_order, pairs_in_order, kept_order, flat, weights_alone, large_ones_alone, counted, side_by_side, steps_on_copies,
    backwards,
]  # fmt: skip


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_loops_over_dicts(f):
    check(f, PARAMS, wrt=0)


def test_a_round_that_is_left_out_is_not_in_the_text():
    assert grad(weights_alone).source_for(PARAMS).count("np.sum") == 2  # the two comments


def test_another_order_of_the_keys_is_another_program():
    g = grad(counted)
    for order in (PARAMS, dict(reversed(PARAMS.items()))):
        for i, (k, v) in enumerate(order.items()):
            np.testing.assert_allclose(g(order)[k], 2 * i * v + i + 1)


def a_copy_of_what_changes(params):
    p = dict(params)
    for k, v in list(p.items()):
        p["b1"] = p["b1"] * 2
        p[k] = v * 2
    return np.sum(p["b1"])


def a_function_called_sorted(params):
    def sorted(d):
        return [k for k in d if k != "W1"]

    s = 0.0
    for k in sorted(params):
        s = s + np.sum(params[k] ** 2)
    return s


def left_early(params):
    s = 0.0
    for k in sorted(params):
        s = s + np.sum(params[k] ** 2)
        if s > 0.5:
            break
    return s


def by_value(params):
    s = 0.0
    for v in sorted(list(params.values())):
        s = 0.5 * s + v
    return s


def by_number(params):
    s = 0.0
    for i, k in sorted(enumerate(params)):
        s = s + i * params[k]
    return s


def by_value_and_key(params):
    s = 0.0
    for v, _ in sorted(zip(params.values(), params.keys())):
        s = 0.5 * s + v
    return s


def by_pair(params):
    s = 0.0
    for _, v in sorted(list(params.items())):
        s = 0.5 * s + v
    return s


together = zip


def by_another_name(params):
    s = 0.0
    for a, b in together(params.values(), params.values()):
        s = 0.5 * s + a * b
    return s


def by_the_name_of_another(params):
    def sorted(d):
        return [k for k in d][::-1]

    s = 0.0
    for k, (_, v) in zip(sorted(params), params.items()):
        s = 0.5 * s + v * len(k)
    return s


ORDERS = [by_value, by_number, by_value_and_key, by_pair, by_another_name, by_the_name_of_another]


@pytest.mark.parametrize("f", ORDERS, ids=lambda f: f.__name__)
def test_another_order_is_not_taken_for_that_of_the_keys(f):
    right_or_refused(f, {"bb": 1.7, "a": 0.4, "ccc": 0.9}, wrt=0)


def test_what_is_not_proven_is_refused():
    refused(a_copy_of_what_changes, PARAMS, match="at a key that is not known")
    refused(a_function_called_sorted, PARAMS, match="not known")
    refused(left_early, PARAMS, match="not known")
