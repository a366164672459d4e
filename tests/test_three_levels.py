"""Derivatives of derivatives of derivatives: our own text, with the helpers above it, is differentiated again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from s2sgrad import grad, hvp, jvp
from tests import far_away
from tests.differences import check, refused
from tests.promises import same_numbers

X = np.array([0.7, 0.31, 0.9, 0.55])
U, V = np.array([0.3, -0.4, 0.5, 0.2]), np.array([-0.1, 0.7, 0.2, 0.6])


def masked(x: Any) -> Any:
    y = x * x * x
    y[x > 0.5] = np.sin(y[x > 0.5])
    return (y * y).sum()


def running(v: Any, k: Any) -> Any:
    w = v.copy()
    for i in range(1, len(w)):
        w[i] += k * w[i - 1] ** 2
    return w


def through_a_helper(x: Any) -> Any:
    return np.tanh(running(running(x, x[0]), 0.3)).sum()


def greatest(x: Any) -> Any:
    best = None
    for i in range(len(x)):
        v = x[i] ** 3 * np.sin(x[0])
        if best is None or v > best:
            best = v
    return best * best


def skipped(x: Any) -> Any:
    s = 0.0
    for v in x:
        if v < 0.4:
            continue
        s += v**4 * s + np.exp(v)
    return s


def left_early(x: Any) -> Any:
    s = 0.0
    for v in x:
        s = s + v**3 * s + np.sin(v)
        if s > 1.5:
            return s**2
    return s**3


def along(function: Callable[[Any], Any], x: Any, d: Any) -> Any:
    """The derivative along a direction by a difference of fourth order."""
    h = 1e-3
    return (8 * (function(x + h * d) - function(x - h * d)) - function(x + 2 * h * d) + function(x - 2 * h * d)) / (
        12 * h
    )


@pytest.mark.parametrize("f", [masked, through_a_helper, greatest, skipped, left_early])
def test_three_levels(f):
    first = grad(f)

    def once(x):
        return U @ first(x)

    second = grad(once)

    def twice(x):
        return V @ second(x)

    same_numbers(first(X), along_each(f, X), 1e-8, "first")
    same_numbers(second(X), along(first, X, U), 1e-7, "second")
    expected = along(second, X, V)
    same_numbers(grad(twice)(X), expected, 1e-6, "gradient of gradient of gradient")
    same_numbers(hvp(once)(X, vectors=V), expected, 1e-6, "product with the Hessian of a derivative")
    same_numbers(jvp(second)(X, tangents=V)[1], expected, 1e-6, "tangent of the gradient of a derivative")


def along_each(f: Callable[[Any], Any], x: Any) -> Any:
    return np.array([along(f, x, e) for e in np.eye(len(x))])


@pytest.mark.parametrize("f", [masked, through_a_helper, greatest])
def test_a_gradient_step_inside_a_loss_has_a_hessian(f):
    inner = grad(f)

    def behind_a_step(x):
        return f(x - 0.1 * inner(x))

    product = hvp(behind_a_step)(X, vectors=U)
    same_numbers(product, along(grad(behind_a_step), X, U), 1e-6, "product")


class Pair(NamedTuple):
    x: Any
    f: Any


def squeezed(pair: Pair) -> Pair:
    return pair._replace(x=np.tanh(pair.x * pair.f))


def replaced(x: Any) -> Any:
    pair = Pair(x[:2], x[2:])
    for _ in range(2):
        f = pair.f * pair.x
        pair = squeezed(pair)
        pair = pair._replace(f=f)
    return (pair.x**3).sum() * (pair.f**2).sum()


def as_a_dict(x: Any) -> Any:
    pair = Pair._make([x[:2] ** 2, x[2:]])
    held = pair._asdict()
    return (held["x"] * held["f"]).sum() + (pair.f**3).sum()


@pytest.mark.parametrize("f", [replaced, as_a_dict])
def test_the_methods_of_named_tuples(f):
    check(f, X, wrt=0)
    same_numbers(hvp(f)(X, vectors=U), along(grad(f), X, U), 1e-7, "product")


def test_a_named_tuple_without_a_name_is_refused_with_a_way_out():
    def f(x: Any) -> Any:
        return squeezed(Pair(x[:2], x[2:]))._replace(f=x[2:] ** 2).f.sum()

    refused(f, X, match="give the named tuple a name first")


class Positive(Pair):
    def _replace(self, **given: Any) -> Any:
        return super()._replace(**{k: np.abs(v) for k, v in given.items()})


def with_its_own_replace(x: Any) -> Any:
    pair = Positive(x[:2], x[2:])._replace(x=-x[:2])
    return (pair.x * pair.f).sum()


def test_a_method_of_its_own_is_not_taken_for_that_of_named_tuples():
    try:
        gradient = grad(with_its_own_replace)(X)
    except Exception as error:
        assert "_replace" in str(error) or "super" in str(error)  # refused, as it may be
    else:
        same_numbers(gradient, np.r_[X[2:], X[:2]], 1e-12, "gradient")


def far_sum(x: Any) -> Any:
    return far_away.summed(lambda v: v**3 * x[0], x)


def far_sum_without_its_module(x: Any) -> Any:
    return SUMMED(lambda v: v**3 * x[0], x)


SUMMED = far_away.summed


@pytest.mark.parametrize("f", [far_sum, far_sum_without_its_module])
def test_a_helper_that_is_written_in_place_brings_what_its_module_has(f):
    check(f, X, wrt=0)


def test_what_is_brought_goes_along_into_a_file(tmp_path):
    gradient = grad(greatest_softened)
    expected = gradient(X)
    gradient.save(tmp_path / "saved.py")
    scope: dict[str, Any] = {}
    exec((tmp_path / "saved.py").read_text(), scope)
    same_numbers(scope["grad_greatest_softened"](X), expected, 0.0, "saved")


def greatest_softened(x: Any) -> Any:
    return SUMMED(lambda v: v * x[1], x)


def test_what_is_brought_is_watched(monkeypatch):
    gradient = grad(greatest_softened)
    gradient(X)
    monkeypatch.setattr(far_away, "summed_scale", lambda item: 2.0 - item)
    same_numbers(gradient(X), along_each(greatest_softened, X), 1e-8, "gradient")


def weighted(pair: Any, k: Any) -> Any:
    a, b = pair
    r = a * k + np.sin(b)
    return r


def changed_behind_the_call(x: Any) -> Any:
    a, b = x * 2.0, x**2
    r = weighted((a, b), x[0])
    a[0] = 3.0 * x[1]
    b *= x[1]
    return (r**2).sum() + (a * b).sum()


def test_a_helper_that_is_given_a_tuple_gets_copies_of_what_is_changed_later():
    check(changed_behind_the_call, X, wrt=0)


def tail(x: Any) -> Any:
    """What the loop leaves behind it is read on one side alone."""
    y = x * x
    for v in x:
        if v > LIMIT:
            y = np.sin(y) * v
            break
    else:
        y = y - np.concatenate([np.tanh(x[:2] * x[2]), x[:2]])
    return (y * y).sum()


def clipped(a: Any, b: Any) -> Any:
    c = np.sin(a)
    if np.sum(b) > 0.3:
        c = c * b
    return c - b


def clipped_twice(x: Any) -> Any:
    return (clipped(x, clipped(x, x * x)) ** 2).sum()


def by_array(x: Any) -> Any:
    t = np.tanh(x)
    if t[0] ** 2 > LIMIT:
        rows = np.stack([x * t, t])
        s = (rows**3).sum()
    else:
        s = (t**2).sum()
    return s * t[1]


def one_after_the_other(x: Any) -> Any:
    if x[0] > 10.0:
        return x.sum()
    v = x[1] / (1 + x**2)
    if v.sum() > LIMIT:
        v = v * np.std(x)
    return np.tanh(v + 1 / (1 + v**2)).sum()


LIMIT = 0.8


@pytest.mark.parametrize("limit", [0.1, 0.8, 5.0])
@pytest.mark.parametrize("f", [tail, clipped_twice, by_array, one_after_the_other])
def test_what_one_side_of_a_branch_alone_binds(f, limit, monkeypatch):
    monkeypatch.setitem(globals(), "LIMIT", limit)
    first = grad(f)

    def once(x: Any) -> Any:
        return U @ first(x)

    expected = along(first, X, U)
    same_numbers(grad(once)(X), expected, 1e-7, "gradient of the gradient")
    same_numbers(hvp(f)(X, vectors=U), expected, 1e-7, "product")


def flag_that_changes(x: Any, flag: bool) -> Any:
    if flag:
        a = x * x
        b = a.sum()
    else:
        b = x.sum()
    flag = not flag or b > 0.1
    if flag:
        b = b * (a**2).sum()
    return b


def test_a_test_that_changes_in_between_tells_nothing():
    check(flag_that_changes, X, True, wrt=0)
    product = hvp(flag_that_changes)(X, True, vectors=U)
    same_numbers(product, along(lambda x: grad(flag_that_changes)(x, True), X, U), 1e-7, "product")


def halved(a: Any, b: Any) -> Any:
    c = a
    if b > 0.3:
        c = c * b
    return c


def halved_in_turn(x: Any, rounds: Any) -> Any:
    for _ in rounds:
        x = halved(x, x)
    return x


@pytest.mark.parametrize("x", [-0.8, 0.6, np.float64(0.6)])
def test_what_a_helper_keeps_on_some_paths_only_has_a_tangent(x):
    first = grad(halved_in_turn)
    slope = jvp(first)(x, (0, 1), tangents=1.0)[1]
    h = 1e-5
    same_numbers(slope, (first(x + h, (0, 1)) - first(x - h, (0, 1))) / (2 * h), 1e-8, "slope")


def chosen_of_two(a: Any, b: Any) -> Any:
    c = a
    if b > 0.3:
        c = b
    return c


def of_the_chosen(x: Any, y: Any) -> Any:
    y = chosen_of_two(y, x[0, :1])
    return np.mean(y) ** 2


@pytest.mark.parametrize("first", [-0.8, 0.7])
def test_what_a_helper_keeps_on_some_paths_only_is_copied_where_it_is_there(first):
    x, y = np.array([[first, 0.1]]), np.array([0.04])
    inner = grad(of_the_chosen, 1)
    second = grad(lambda y: inner(x, y).sum())(y)
    same_numbers(second, np.array([2.0 if first < 0.3 else 0.0]), 1e-12, "second")


def flag_that_is_a_parameter(x: Any, flag: Any, top: Any) -> Any:
    s = x.sum()
    if top:
        if flag:
            y = x * x
        s = s * x[0]
        flag = not flag
        if flag:
            s = s * y.sum()
    return s


def test_a_parameter_that_is_assigned_once_has_two_values():
    refused(flag_that_is_a_parameter, X, np.bool_(True), np.bool_(True), wrt=0, match="may have no value here")
