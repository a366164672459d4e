"""Row 36: pytest rewrites ``assert``, so the bytecode differs from the text; the function is accepted all the same."""

import numpy as np

from tests.differences import check, right_or_refused

x = np.array([0.5, -0.7, 1.1])


def asserting(x):
    assert x.ndim == 1, "a vector"
    y = np.tanh(x)
    assert len(y) == len(x)
    return (y * y).sum()


def test_asserts_in_a_test_module():
    check(asserting, x)


def asserting_in_a_loop(x):
    s = 0.0
    for v in x:
        assert v > -5.0, f"{v} is too small"
        s = s + v * v
    assert s >= 0
    return s


def test_asserts_in_a_loop():
    check(asserting_in_a_loop, x)


def helper(v):
    assert v.ndim == 1
    return np.sin(v)


def through_a_helper(x):
    y = helper(x)
    assert y.shape == x.shape
    return (y * x).sum()


def test_asserts_in_a_helper():
    check(through_a_helper, x)


def test_a_function_within_a_test():
    scale = 3.0

    def local(x):
        assert x.size, "empty"
        return (x * scale).sum()

    check(local, x)
    check(lambda x: (x * scale).sum(), x)


def annotated(x: np.ndarray, k: "float" = 2.0) -> float:
    """A docstring, annotations and defaults change nothing."""
    y: np.ndarray = x * k
    assert isinstance(y, np.ndarray)
    return (y * y).sum()


def test_annotations():
    right_or_refused(annotated, x, wrt=0)
