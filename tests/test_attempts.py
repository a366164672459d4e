"""A ``try`` that goes on after an exception, around what carries a derivative."""

import math

import numpy as np
import pytest

from s2sgrad import grad, hvp
from tests.differences import check, refused, right_or_refused
from tests.from_text import function_of

MATRIX = np.array([[1.5, 0.2, 0.1], [0.3, 1.2, -0.4], [0.2, -0.1, 0.9]])


def fallback(A):
    """A matrix that is not positive definite is moved until it is."""
    K = A + A.T
    try:
        L = np.linalg.cholesky(K)
    except np.linalg.LinAlgError:
        L = np.linalg.cholesky(K + 9.0 * np.eye(len(K)))
    return np.sum(np.log(np.diag(L)))


def jitter(A):
    K = A + A.T
    jit = 1e-3
    while True:
        try:
            L = np.linalg.cholesky(K + jit * np.eye(len(K)))
            break
        except np.linalg.LinAlgError:
            jit *= 10
    return np.sum(np.log(np.diag(L))) * jit


def solved(A, b):
    try:
        x = np.linalg.solve(A, b)
    except np.linalg.LinAlgError:
        x = np.linalg.solve(A + np.eye(len(A)), b) * 2
    return np.sum(x**2)


@pytest.mark.parametrize("f", [fallback, jitter], ids=lambda f: f.__name__)
@pytest.mark.parametrize("shift", [0.0, -3.0])
def test_a_factor_of_a_matrix_moved_where_it_must_be(f, shift):
    check(f, MATRIX + shift * np.eye(3))


@pytest.mark.parametrize("A", [MATRIX, np.zeros((3, 3))], ids=["regular", "singular"])
def test_another_way_to_solve(A):
    check(solved, A, np.array([0.3, -0.2, 0.8]), wrt=1)


def returned(s, x):
    try:
        return math.sqrt(x) * s
    except ValueError:
        return s * s


def in_steps(s, x):
    try:
        root = math.sqrt(x)
        y = root * s / (root + 1.0)
    except ValueError:
        y = s * s
    return y * s


def kept(s, x):
    y = s * s
    try:
        y = y * math.sqrt(x)
    except ValueError:
        pass
    return y * y


def over_and_over(s, x):
    y = s
    for i in range(4):
        try:
            y = y * s * math.sqrt(x + 0.3 * i)
        except ValueError:
            y = np.sin(y) * s
    return y


def left_out(s, x):
    total = s
    for i in range(4):
        try:
            y = math.sqrt(x + 0.3 * i) * s
        except ValueError:
            continue
        total = total + np.sin(y) * total
    return total


def left_behind(s, x):
    y = s
    for i in range(4):
        y = y * s + 1.0
        try:
            z = y * math.sqrt(0.5 - i * abs(x))
        except ValueError:
            break
        else:
            y = y + z
    return y * s


def halved(s, x):
    while True:
        try:
            y = math.log(x + 1.0) * s
        except ValueError:
            x = x / 2
            continue
        return y * s


def early(s, x):
    try:
        a = s * math.sqrt(x)
    except ValueError:
        a = s
    else:
        a = a * 2.0
        if a > 0.5:
            return a * a
    return a * s


def in_a_handler(s, x):
    try:
        a = s * math.sqrt(x)
    except ValueError:
        try:
            a = s * math.log(x + 1.0)
        except ValueError:
            a = s * s
    return a * s


def bound_again_within(s, x):
    a, b = s, s
    try:
        r = math.sqrt(x + 1.0)
        b = r * s
    except ValueError:
        return a
    try:
        r = math.sqrt(x)
        a = r
    except ValueError:
        pass
    return a * b


FUNCTIONS = [
    in_a_handler, returned, in_steps, kept, over_and_over, left_out, left_behind, halved, early, bound_again_within,
]  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("x", [0.7, -0.5, -1.7])
def test_either_side(f, x):
    check(f, 0.6, x, wrt=0)


def helper(u, x):
    for _ in range(2):
        u = u * math.sqrt(x)
    return u


def helped(s, x):
    try:
        y = helper(s, x)
    except ValueError:
        y = s * s
    return y


def written(s, x):
    a = np.zeros(3)
    try:
        a[1] = s * math.sqrt(x)
    except ValueError:
        a[0] = s
    return np.sum(a)


def half_done(s, x):
    y = s
    try:
        y = y * 2
        z = y * math.sqrt(x)
    except ValueError:
        z = y
    return z


def looked_at(s, x):
    try:
        y = s * math.sqrt(x)
    except ValueError as error:
        y = s * len(str(error))
    return y


def in_a_body(s, x):
    a = b = s
    try:
        try:
            b = x
            return a * s
        except ValueError:
            pass
    except TypeError:
        pass
    return a * b


def mean_of_list(s, x):
    try:
        y = sum([v * s for v in (1.0, 2.0)]) / math.sqrt(x)
    except ValueError:
        y = s
    return y


def mean_of_named_list(s, x):
    try:
        z = [v * s for v in (1.0, 2.0)]
        y = sum(z) / math.sqrt(x)
    except ValueError:
        y = s
    return y


def mean_of_generator(s, x):
    try:
        y = sum(math.sqrt(v) * s for v in (1.0, x))
    except ValueError:
        y = s * s
    return y


@pytest.mark.parametrize("f", [mean_of_list, mean_of_named_list, mean_of_generator], ids=lambda f: f.__name__)
@pytest.mark.parametrize("x", [0.7, -0.7])
def test_a_loop_inside_is_not_put_behind_what_reads_its_list(f, x):
    right_or_refused(f, 0.6, x, wrt=0)


def with_comments(s, x):
    try:
        # the root may not be there
        y = s * math.sqrt(x)  # times s
    except ValueError:
        # then it is left out
        y = s * s
    return y * s


def raising(s, x):
    try:
        return s * math.sqrt(x)
    except ValueError:
        raise KeyError("negative") from None


def test_comments_stay_where_they_are_and_handlers_that_raise_too():
    for x in (0.7, -0.7):
        check(with_comments, 0.6, x, wrt=0)
    check(raising, 0.6, 0.7, wrt=0)
    assert "taken" not in grad(raising).source_for(0.6, 0.7)
    source = grad(with_comments).source_for(0.6, 0.7)
    assert source.index("try:") < source.index("# the root may not be there") < source.index("y = s * math.sqrt(x)")


@pytest.mark.parametrize("f", [helped, written, half_done, looked_at, in_a_body], ids=lambda f: f.__name__)
def test_what_an_exception_may_leave_half_done_is_refused(f):
    refused(f, 0.6, 0.7, wrt=0)


def test_the_text_tries_what_the_user_tried_and_nothing_else():
    source = grad(fallback).source_for(MATRIX)
    tried = "    try:\n        L = np.linalg.cholesky(K)\n    except np.linalg.LinAlgError:\n        taken = False\n"
    assert tried in source
    assert "    else:\n        taken = True\n" in source


def test_a_value_that_the_gradient_does_not_read_is_computed_all_the_same():
    g = grad(lambda s, x: attempted(s, x))
    assert g(0.6, 0.7) == 3.0
    assert g(0.6, -0.7) == 2.0


def attempted(s, x):
    try:
        y = 3.0 * s + math.sqrt(x)
    except ValueError:
        y = 2.0 * s
    return y


def test_second_order():
    direction = np.linspace(-1.0, 1.0, 9).reshape(3, 3)
    for shift in (0.0, -3.0):
        A, eps = MATRIX + shift * np.eye(3), 1e-5
        g = grad(fallback)
        want = (g(A + eps * direction) - g(A - eps * direction)) / (2 * eps)
        np.testing.assert_allclose(hvp(fallback)(A, vectors=direction), want, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("f", [over_and_over, left_out, left_behind], ids=lambda f: f.__name__)
@pytest.mark.parametrize("x", [0.7, -0.5])
def test_the_gradient_of_the_gradient(f, x):
    eps = 1e-5
    g = grad(f)
    want = (g(0.6 + eps, x) - g(0.6 - eps, x)) / (2 * eps)
    np.testing.assert_allclose(grad(g)(0.6, x), want, rtol=1e-6)


def closure_reads_it(s, x):
    r = 1.0

    def scale(v):
        return v * r

    try:
        r = math.sqrt(x) + 1.0
        y = s * math.sqrt(x - 1.0)
    except ValueError:
        y = scale(s)
    return y


def test_what_a_function_inside_reads_is_not_taken_for_unread():
    refused(closure_reads_it, 0.6, 0.7, wrt=0)


def with_finally(s, x):
    y = s
    for k in range(3):
        try:
            y = y * math.sqrt(x + k)
        except ValueError:
            y = y - x
        finally:
            s = s + k * x
    return y * s


def returned_before_finally(s, x):
    done = []
    try:
        return math.sqrt(x) * s
    except ValueError:
        return x * s * s
    finally:
        done.append(1)


def changed_by_finally(s, x):
    y = s * 2
    try:
        y = math.sqrt(x) * s
    except ValueError:
        pass
    else:
        y = y * x
    finally:
        y = y * s
    return y


@pytest.mark.parametrize("f", [with_finally, returned_before_finally, changed_by_finally], ids=lambda f: f.__name__)
@pytest.mark.parametrize("x", [0.7, -0.5, -1.7])
def test_what_runs_at_last(f, x):
    check(f, 0.6, x, wrt=0)


def _branches(count):
    """A function in which so many branches in a row return on one path of theirs."""
    branch = "    if x > {k}:\n        if y > {k}:\n            return x * {k}\n    else:\n        x = x * y\n"
    branches = "".join(branch.format(k=k) for k in range(count))
    return function_of(f"def f(x, y):\n{branches}    return x\n")



def test_branches_that_return_on_some_paths_are_doubled_six_times_at_most():
    check(_branches(6), 1.5, 1.2)
    check(_branches(6), 2.5, 0.4)
    refused(_branches(7), 1.5, 1.2, match="too many branches in a row return")
