"""Row 19: 0-d arrays change under ``+=``, scalars do not."""

import numpy as np
import pytest

from tests.differences import right_or_refused

x = np.array([0.5, -0.7, 1.1])


def zeros_shared(x):
    s = np.zeros(())
    t = s
    s += x[0] * x[1]
    return s * t + t * x[2]


def scalar_not_shared(x):
    s = x[0] * 1.0
    t = s
    s += x[1]
    return s * t


def accumulated(x):
    s = np.zeros(())
    for v in x:
        s += v * v
    return s * x[0]


def accumulated_with_history(x):
    s = np.zeros(())
    total = 0.0
    for v in x:
        old = s
        s += v * v
        total = total + old * v
    return total + s


def from_where(x):
    s = np.where(x[0] > 0, x[1], x[2])
    t = s
    s += x[0]
    return t * s


def from_asarray(x):
    s = np.asarray(x.sum())
    t = s
    s *= 2.0
    return t * x[0]


def ellipsis(x):
    y = x * 1.0
    v = y[0, ...]
    v += y[1]
    return (y**2).sum() + v * v


def ellipsis_store(x):
    s = np.zeros(())
    s[...] = x[0] * x[1]
    t = s[...]
    t += x[2]
    return s * x[0]


def empty_index(x):
    s = np.array(0.5) * x[0]
    t = s[()]
    return t * t * x[1]


def zeros_like_scalar(x):
    s = np.zeros_like(0.5)
    s += x[0] ** 2
    return s * x[1]


def ones_like_element(x):
    s = np.ones_like(x[0])
    t = s
    s *= x[1]
    return t * s


def array_of_scalar(x):
    s = np.array(x[0])
    t = s
    s += x[1]
    return s * t


def reduced_keepdims(x):
    s = x.sum(keepdims=True)
    t = s
    s += x[0]
    return (t * s).sum()


def squeezed(x):
    s = (x[:1] * 2).squeeze()
    t = s
    s += x[1]
    return s * t


def reshaped(x):
    s = (x[:1] * 2).reshape(())
    t = s
    s += x[1]
    return s * t


def minimum_of_zero_d(x):
    s = np.minimum(np.asarray(x[0] * 2), 9.0)
    t = s
    s += x[1]
    return s * t


PROGRAMS = [
    zeros_shared, scalar_not_shared, accumulated, accumulated_with_history, from_where, from_asarray, ellipsis,
    ellipsis_store, empty_index, zeros_like_scalar, ones_like_element, array_of_scalar, reduced_keepdims, squeezed,
    reshaped, minimum_of_zero_d,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_kinds_of_scalars(program):
    right_or_refused(program, x)


def changes_argument(s, x):
    t = s
    t += x[0] * s
    return s * t + x.sum()


def rebinds(s, x):
    t = s
    t = t + x[0] * s
    return s * t + x.sum()


def loops(s, x):
    for v in x:
        s = s * v + s
    return s * s


@pytest.mark.parametrize("s", [0.4, np.float64(0.4), np.array(0.4), np.float32(0.4), np.array(0.4, np.float32)])
@pytest.mark.parametrize("program", [rebinds, loops, changes_argument])
def test_scalar_arguments(program, s):
    right_or_refused(program, s, x, frozen=not (program is changes_argument and isinstance(s, np.ndarray)))


def result_of_zero_d(x):
    return np.asarray((x * x).sum())


def test_zero_d_result():
    right_or_refused(result_of_zero_d, x)
