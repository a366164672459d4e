"""Loops over the characters of a text, and numbers looked up in dicts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused

W = np.array([0.3, 0.7, -0.2, 0.5])
CODE = {"A": 0, "C": 1, "G": 2, "T": 3}
GRAPH = {0: [1, 2], 1: [0], 2: [3], 3: []}


def by_code(w: Any, text: Any) -> Any:
    total = 0.0
    for c in text:
        total += w[ord(c) - ord("A")] ** 2
    return total


def by_table(w: Any, text: Any) -> Any:
    total = 1.0
    for a, b in zip(text, text[1:]):  # noqa: RUF007
        total *= w[CODE[a]] * np.sin(w[CODE[b]])
    return total


def by_own_table(w: Any, text: Any) -> Any:
    codes = {"A": 0, "C": 1, "G": 2, "T": 3}
    return np.sum(w[[codes[c] for c in text]] ** 2)


def edit_distance(w: Any, a: str, b: str) -> Any:
    D = np.zeros((len(a) + 1, len(b) + 1))
    for i in range(1, len(a) + 1):
        D[i, 0] = i * w[0]
    for j in range(1, len(b) + 1):
        D[0, j] = j * w[0]
    for i, p in enumerate(a, 1):
        for j, q in enumerate(b, 1):
            paths = np.array([D[i - 1, j] + w[0], D[i, j - 1] + w[0], D[i - 1, j - 1] + (w[1] if p != q else w[3])])
            least = paths.min()
            D[i, j] = least - np.log(np.sum(np.exp(least - paths)))
    return D[-1, -1]


def messages(w: Any, graph: Any) -> Any:
    h = w
    for _ in range(2):
        new = []
        for i in range(len(h)):
            new.append(np.tanh(h[i] + sum(h[j] for j in graph[i])))
        h = np.array(new)
    return h.sum()


@pytest.mark.parametrize("f, args", [
    (by_code, ("ACDA",)), (by_table, ("GATTACA",)), (by_own_table, ("GATTACA",)), (by_own_table, ("",)),
    (edit_distance, ("kitten", "sitting")), (messages, (GRAPH,)), (messages, (list(GRAPH.values()),)),
])  # fmt: skip
def test_texts_and_tables(f: Any, args: Any) -> None:
    check(f, W, *args, wrt="w")


def test_a_table_that_is_changed_is_looked_up_again() -> None:
    table = {"a": 0, "b": 1}

    def looked_up(w: Any, text: Any) -> Any:
        return sum(w[table[c]] ** 2 for c in text)

    derivative = grad(looked_up)
    np.testing.assert_allclose(derivative(W, "ab"), [0.6, 1.4, 0, 0])
    table["b"] = 3
    np.testing.assert_allclose(derivative(W, "ab"), [0.6, 0, 0, 1.0])


def test_what_carries_a_derivative_is_not_found_by_a_key_that_is_not_known() -> None:
    def probability(w: Any, text: Any) -> Any:
        p = {"a": w[0], "b": w[1]}
        total = 1.0
        for c in text:
            total = total * p[c]
        return total

    refused(probability, W, "ab", wrt="w")


def network(params: Any, x: Any) -> Any:
    def field(x: Any) -> Any:
        for W, b in params[:-1]:
            x = np.tanh(W @ x + b)
        W, b = params[-1]
        return W @ x + b

    for _ in range(3):
        x = x + 0.1 * field(x)
    return np.sum(x**2)


def test_the_last_layer_takes_the_names_of_a_loop_over_the_others() -> None:
    rng = np.random.default_rng(0)
    shapes = ((4, 3), (4, 4), (3, 4))
    check(network, [(rng.normal(size=s), rng.normal(size=s[0])) for s in shapes], rng.normal(size=3))
