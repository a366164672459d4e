"""``np.array`` of lists of rows: a matrix where the loop that makes the rows is run, and its arrays are not empty."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.errors import Refusal
from tests.differences import check, refused

X = np.array([0.5, -1.0, 2.0])


def kernel_matrix(x: Any, width: Any) -> Any:
    K = np.array([[np.exp(-((a - b) ** 2) / width) for b in x] for a in x])
    return np.linalg.slogdet(K + 0.1 * np.eye(len(x)))[1]


def gram(x: Any) -> Any:
    n = len(x)
    m = np.array([[np.sin(x[i] * x[j] + i) for j in range(n)] for i in range(n)])
    return np.trace(m @ m)


def of_constants(x: Any) -> Any:
    m = np.array([[x[i] ** j for j in range(3)] for i in range(3)])
    return np.linalg.det(m)


def rows_in_a_loop(x: Any) -> Any:
    rows = []
    for a in x:
        rows.append(np.sin(a * x))
    return np.trace(np.array(rows) @ np.array(rows))


def of_parameters(x: Any, n: int) -> Any:
    rows = []
    for k in range(n):
        rows.append(np.cos(k * x))
    m = np.array(rows)
    return np.sum(m @ x) + np.sum(m.T @ m)


def design_matrix(t: Any, w: Any) -> Any:
    return np.array([[1.0, v, v * v] for v in t]) @ w


def made_by_a_helper(x: Any, width: Any) -> Any:
    return np.linalg.solve(_kernel(x, width), x).sum()


def _kernel(points: Any, width: Any) -> Any:
    return np.array([[np.exp(-width * abs(a - b)) for b in points] for a in points])


def of_slices(x: Any) -> Any:
    m = np.array([[np.exp(a * b) for a in x[:2]] for b in x[::-2]])
    return np.linalg.det(m) + np.trace(np.array([x * a for a in x[-2:]]) @ np.array([a * x for a in x[1:]]).T)


def some_rows(x: Any) -> Any:
    rows = []
    for a in x:
        if a > 0:
            rows.append(np.sin(a * x))
    return np.trace(np.array(rows) @ np.ones((3, 2)))


@pytest.mark.parametrize("f, args", [
    (kernel_matrix, (X, 1.5)), (gram, (X,)), (of_constants, (X,)), (rows_in_a_loop, (X,)), (of_parameters, (X, 4)),
    (made_by_a_helper, (X, 0.7)), (kernel_matrix, (X[:1], 1.5)), (gram, (X[:1],)), (rows_in_a_loop, (X[:1],)),
    (of_parameters, (X, 1)), (of_slices, (X,)),
])  # fmt: skip
def test_lists_of_rows_are_matrices(f: Any, args: Any) -> None:
    check(f, *args)


def test_a_matrix_times_a_vector() -> None:
    check(lambda t, w: np.sum(design_matrix(t, w) ** 2), X, np.array([0.3, 0.2, 0.1]))


def test_what_was_made_for_full_arrays_is_not_called_with_empty_ones() -> None:
    derivative = grad(rows_in_a_loop)
    derivative(X)
    with pytest.raises((Refusal, ValueError)):
        derivative(X[:0])
    assert derivative(X).shape == (3,)


def test_of_no_item_it_is_a_vector() -> None:
    def squares(x: Any, y: Any) -> Any:
        m = np.array([y * a for a in x])
        return np.sum(m @ m.T) + np.sum(y)

    check(squares, X, X[:2])
    refused(squares, X[:0], X[:2], match="matmul")


def test_integers_that_are_positive_are_told_from_others() -> None:
    derivative = grad(of_parameters)
    derivative(X, 2)
    with pytest.raises((Refusal, ValueError)):
        derivative(X, 0)
    assert derivative.cache_info().currsize == 1


def test_rows_that_may_be_missing_are_refused() -> None:
    refused(some_rows, X, match="trace")
