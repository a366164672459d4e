"""Names that mean two things: a comprehension's own variable called as what it runs over, a variable like a builtin."""

import functools
import math

import numpy as np
import pytest

from s2sgrad import grad, jvp, value_and_grad, vjp
from s2sgrad.errors import Refusal
from tests.differences import check, check_quickly, refused

x = np.array([1.1, 2.2, 3.3])
k = 3.0


def generator(x):
    return sum(x * x for x in x)


def filtered_list(x):
    return sum([x * x for x in x if x > 0])


def array_of_a_list(x):
    return np.array([x**2 for x in x]).sum()


def two_names(x):
    return sum(x * y for x, y in zip(x, x[::-1]))


def sums_of_arrays(x):
    return sum(sum(x) for x in [x, x * x])


def local_variable(x):
    w = x * 2
    return sum([w for w in w]) * w[0]


def mapped_lambda(x):
    return sum(map(lambda x: x * x, x))


def mapped_lambda_of_two(x):
    return sum(map(lambda x, y: x * y, x, x[::-1]))


def default_of_a_lambda(x):
    square = lambda v, x=x: v * x
    x = x + 1
    return square(x).sum()


def folded(x):
    return functools.reduce(lambda x, y: x * y, x, x[0])


def rebound(x):
    x = np.array([x * x for x in x])
    x = np.array([x * x for x in x])
    return x.sum()


def in_a_loop(x):
    for _ in range(2):
        x = x * sum([x * x for x in x]) / 10
    return x.sum()


def in_a_helper(x):
    return generator(x * 2) * x[0]


def numbered(x):
    rows = [(i, x) for i, x in enumerate(x)]
    return sum(x * i for i, x in rows)


def global_and_own(x):
    return sum(k * v for k, v in zip(x, x)) * k


SHADOWED = [
    generator,
    filtered_list,
    array_of_a_list,
    two_names,
    sums_of_arrays,
    local_variable,
    mapped_lambda,
    mapped_lambda_of_two,
    default_of_a_lambda,
    folded,
    rebound,
    in_a_loop,
    in_a_helper,
    numbered,
    global_and_own,
]


@pytest.mark.parametrize("f", SHADOWED, ids=lambda f: f.__name__)
def test_what_a_comprehension_runs_over_is_of_the_scope_around_it(f):
    check_quickly(f, x, wrt="x")


def test_dicts_and_lists_under_their_own_names():
    check(lambda p: sum((p * p).sum() for p in p.values()), {"a": x, "b": x * 2})
    check(lambda p: sum((p[0] * p).sum() for p in p), [x, x * 2])


def nested(x):
    return sum(sum(x * x for x in x) for x in [x, x * x])


def lambda_inside(x):
    return sum([(lambda x: x * x)(x) for x in x])


@pytest.mark.parametrize("f", [nested, lambda_inside], ids=lambda f: f.__name__)
def test_what_is_not_followed_is_refused(f):
    refused(f, x)


def variable_called_list(x, list):
    r = []
    for v in x:
        r.append(v * list)
    return np.stack(r).sum()


def variable_called_tuple(x, tuple):
    t = (x, x * 2)
    h = t[0]
    for v in t:
        h = h + v * v
    return h.sum() * tuple


def harmless_names(x, sum, max, list):
    return (x * sum).sum() * max + np.max(x) * list


def test_a_builtin_that_generated_lines_call_must_be_one():
    refused(variable_called_list, x, 2.0, match="needs the builtin `list`")
    with pytest.raises(Refusal, match="needs the builtin `tuple`"):
        vjp(variable_called_tuple)(x, 2.0)
    check(harmless_names, x, 2.0, 3.0, 4.0)


def of_numpy(text):
    """A function of a module that imports NumPy's ``sum`` and ``max`` over Python's."""
    return "from numpy import sum, max\nimport numpy as np\n" + text


def test_what_the_user_calls_is_the_users(tmp_path, monkeypatch):
    lines = "def f(x):\n    y = x * x\n    return sum(y * x) * max(x) + sum(np.sin(y))\n"
    (tmp_path / "with_names_of_numpy.py").write_text(of_numpy(lines))
    monkeypatch.syspath_prepend(tmp_path)
    check(__import__("with_names_of_numpy").f, x)


def numbers_in_a_list(x):
    if x < 0:
        v = -x
    else:
        v = np.sin(x)
    w = [x, v]
    w.append(v * x)
    return sum(w) * x


def best_in_a_list(x):
    if x < 0:
        v = -x
    else:
        v = np.sin(x)
    w = [x, v]
    w.append(v * x)
    return max(w) * sum(w, v)


@pytest.mark.parametrize("f", [numbers_in_a_list, best_in_a_list], ids=lambda f: f.__name__)
def test_numbers_of_a_list_stay_python_floats(f):
    for at in (-0.5, 0.5):
        check(f, at)
        value, gradient = value_and_grad(f)(at)
        assert type(value) is type(f(at)), value
        assert isinstance(gradient, float), gradient


@pytest.mark.parametrize("f", [lambda x: math.hypot(x, 2), lambda x: math.erf(x), lambda x: sum((x, x * x), 1)])
def test_a_tangent_is_no_wider_than_its_value(f):
    point = np.float32(0.7)
    value, tangent = jvp(lambda x: max(x, 0.2) + f(x))(point, tangents=np.float32(1))
    # NumPy 1 widens a number of single precision by any of Python's.
    assert value.dtype == tangent.dtype == (max(point, 0.2) + f(point)).dtype
    assert grad(f)(point).dtype == np.float32


def scaled(k, x):
    return k * x


quadruple = functools.partial(scaled, 4.0)


def partial_of_the_module(x):
    return quadruple(x).sum()


def rest_of_a_dict(p):
    match p:
        case {"w": w, **rest}:
            return w.sum() + len(rest)
        case _:
            return 0.0


def kept_and_changed(x):
    hs = []
    h = x * 1.0
    for _ in range(3):
        hs.append(h)
        h[0] = h[0] * 2
    return np.stack(hs).sum()


def spread_of_a_list(x):
    hs = []
    h = x
    for _ in range(2):
        h = h * x
        hs.append(h)
    return np.stack([*hs, h]).sum()


def test_refusals_say_what_helps():
    assert "functools.partial" in refused(partial_of_the_module, x).reason
    assert "`**rest`" in refused(rest_of_a_dict, {"w": x}).reason
    assert refused(kept_and_changed, x).instead == "put a copy into `hs`: `h.copy()`"
    assert "`append`" in refused(spread_of_a_list, x).instead
