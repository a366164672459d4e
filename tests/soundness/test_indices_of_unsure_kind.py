"""Parts of arrays at indices of which it is not known whether they select a view: what is saved of them is a copy."""

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check

FIRST = slice(0, 2)
X = np.array([0.1, 0.2, 0.5])
A = np.array([[0.1, 0.2], [0.5, 0.3]])


def global_slice(x):
    y = np.exp(x)
    y[FIRST] = y[FIRST] * y[FIRST]
    return (y * x).sum()


def global_slice_scaled(x):
    y = np.exp(x)
    y[FIRST] *= x[FIRST]
    y[FIRST] = np.tanh(y[FIRST])
    return (y * x).sum()


def row_drawn(A, seed):
    rng = np.random.default_rng(seed)
    B = np.exp(A)
    i = rng.integers(0, 2)
    B[i] = B[i] * B[i]
    return (B * A).sum()


def row_chosen(A, seed):
    B = np.exp(A)
    k = np.random.default_rng(seed).choice(2)
    for _ in range(2):
        B[k] *= B[k]
        B[k] = np.sin(B[k])
    return (B * A).sum()


def row_searched(A, t):
    B = np.exp(A)
    i = np.searchsorted(np.array([0.0, 1.0]), t)
    B[i] = B[i] * B[i]
    j = np.digitize(t, np.array([0.0, 1.0, 2.0])) - 1
    B[j] = np.tanh(B[j])
    return (B * A).sum()


def row_by_either(A, c):
    B = np.exp(A)
    i = 1 if c else np.int64(0)
    B[i] = B[i] * B[i]
    best = 0
    for k in range(2):
        if A[k, 0] > A[best, 0]:
            best = np.argmax(A[:, 0])
        B[best] = B[best] ** 2
    return (B * A).sum()


def row_from_helper(A, c):
    B = np.exp(A)
    i = picked(A, c)
    B[i] = B[i] * B[i]
    return (B * A).sum()


def picked(A, c):
    if c:
        return 0
    return np.argmax(A[:, 0])


def slice_passed(x, part):
    y = np.exp(x)
    y[part] = y[part] * y[part]
    return (y * x).sum()


def slice_in_dict(d, x):
    y = np.exp(x)
    y[d["a"]] = np.tanh(y[d["a"]])
    y[d["a"]] *= y[d["a"]]
    return (y * x).sum()


def element_drawn(x, seed):
    rng = np.random.default_rng(seed)
    y = np.exp(x)
    for _ in range(4):
        i = rng.integers(0, 3)
        y[i] = y[i] * y[i] * 0.5
        y[i] += x[i]
    return (y * x).sum()


class Block:
    def __init__(self, part):
        self.part = part


def slice_of_object(x, block):
    y = np.exp(x)
    y[block.part] = y[block.part] ** 3
    return (y * x).sum()


@pytest.mark.parametrize(
    ("f", "args", "wrt"),
    [
        (global_slice, (X,), 0),
        (global_slice_scaled, (X,), 0),
        (row_drawn, (A, 0), 0),
        (row_chosen, (A, 0), 0),
        (row_searched, (A, 0.5), 0),
        (row_by_either, (A, True), 0),
        (row_by_either, (A, False), 0),
        (row_from_helper, (A, True), 0),
        (row_from_helper, (A, False), 0),
        (slice_passed, (X, slice(1, None)), 0),
        (slice_passed, (A, (slice(None), 1)), 0),
        (slice_passed, (A, 1), 0),
        (slice_passed, (A, np.array([1])), 0),
        (slice_passed, (A, A > 0.2), 0),
        (slice_in_dict, ({"a": slice(0, 2)}, X), 1),
        (element_drawn, (X, 3), 0),
        (slice_of_object, (X, Block(slice(0, 2))), 0),
    ],
)
def test_what_is_overwritten_was_saved_as_a_copy(f, args, wrt):
    check(f, *args, wrt=wrt)


def test_one_element_is_added_to_without_counting():
    text = grad(row_drawn).source_for(A, 0)
    assert "np.add.at" not in text and "order" not in text and ".copy()" in text
