"""Numbers as Python has them: ``divmod``, ``tolist``, ``item``, and what ``math`` has and NumPy has not."""

import importlib.util
import math
import statistics

import numpy as np
import pytest

from tests.differences import check, check_pullback, refused
from tests.rules import harness
from tests.rules.samples import Known, Sample, numbers, unary

x = np.array([0.5, -0.7, 1.1, 0.9])
SAMPLES = [
    *(s for f in (math.erf, math.erfc) for s in unary(f)),
    *(Sample(math.remainder, (a, b)) for a in numbers(2.2, 2.4) for b in numbers(0.6, 0.7)),
    *(Sample(math.ldexp, (a, Known(3))) for a in numbers(0.5, 2.0)),
    *(Sample(f, (a,)) for f in (math.gamma, math.lgamma) for a in (0.5, 3.2) if importlib.util.find_spec("scipy")),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    harness.check(sample)


HALF = [0.4, -1.3, 2.5]


def error_function(a):
    return math.erf(a) * math.erfc(a / 2) + math.erfc(-a)


def remainders(a, b):
    return math.remainder(a, b) * a + math.fmod(a, b) * b + math.ldexp(a, 3) * b


def logarithms(a, b):
    return math.log(a, b) * b + math.log(a + b, 2)


def quotients(a, b):
    q, r = divmod(a, b)
    return q * a + r**2 + divmod(a, 0.37)[1]


def quotients_of_an_array(x):
    total = 0.0
    for v in x:
        q, r = divmod(v, 0.37)
        total += q * v + r**2
    return total


def lengths(x):
    return (
        math.hypot(x[0], x[1]) * math.hypot(x[0], x[1], x[2]) + math.hypot(x[3]) + math.dist((x[0], x[1]), [x[2], x[3]])
    )


def length(a, b, c):
    return math.hypot(a, b, c)


def products(x):
    return math.prod(x) + math.prod([x[0], x[1] ** 2], start=2.0) + math.prod(v + 1 for v in x)


def sums(x):
    return math.fsum(x) * math.fsum([x[0], x[1] ** 2]) + math.fsum(v**2 for v in x)


def as_lists(x):
    xs, rows = x.tolist(), np.outer(x, x).tolist()
    xs.append(xs[0] * xs[1])
    return sum(v**2 for v in xs) + rows[0][1] * rows[1][2] + x[0].item() * x.sum().item() + sum(x[:0].tolist())


def rows_as_lists(A):
    return sum(row[0] * row[-1] for row in A.tolist()) + 0.0 * A.sum()


def test_numbers():
    for a in HALF:
        check(error_function, a)
        check(quotients, a, 0.7)
    check(remainders, 2.3, 0.7)
    check(remainders, -2.3, 0.9)
    check(logarithms, 2.5, 3.5)


@pytest.mark.parametrize("program", [lengths, products, sums, as_lists, quotients_of_an_array])
def test_arrays(program):
    check(program, x)
    if program is not quotients_of_an_array:  # whose steps are too near in single precision
        check(program, x.astype(np.float32))


def test_the_length_of_nothing():
    check(length, 0.0, 0.0, 0.0, kink=True, expect=(0.0, 0.0, 0.0))


def test_products_with_zeros_and_none():
    check(lambda x: math.prod(x), np.array([2.0, 0.0, 3.0]), wrt=0, expect=np.array([0.0, 6.0, 0.0]))
    check(lambda x: math.prod(x, start=2.0) + math.fsum(x), np.zeros(0))
    check(lambda x: math.prod(x), np.array([2.0]))


def test_lists_of_rows():
    for shape in ((2, 3), (1, 3), (0, 3)):
        check(rows_as_lists, np.arange(float(np.prod(shape))).reshape(shape))


def in_a_helper(x):
    return np.array([v**2 for v in x.tolist()]) * math.prod(x)


def test_pullback():
    check_pullback(in_a_helper, x)


def mean(x):
    return statistics.mean(x)


def log_factorial(a):
    return math.lgamma(a)


def of_slices(x):
    return math.dist(x[:2], x[2:])


def test_refused():
    refused(mean, x, match="`statistics.mean` is not differentiated")
    assert "from scipy import special" in str(refused(log_factorial, 2.5, match="this derivative needs scipy.special"))
    refused(of_slices, x, match="`dist` of these is not differentiated")
