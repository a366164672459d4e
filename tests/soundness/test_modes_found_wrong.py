"""What modes other than ``grad`` gave back: memory of the caller's in tangents and cotangents, errors from inside."""

import copy
import pickle

import numpy as np
import pytest

from s2sgrad import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from s2sgrad.errors import ArgumentError
from tests import trees
from tests.differences import check
from tests.promises import no_sharing, same_numbers

x, v = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 2.0])


# ---- a tangent that is returned lies in no tangent that was passed in ----


def copies_of_one(x):
    L = [x] * 2
    L[0] = L[1] * 2
    return L


def one_of_the_copies(x):
    L = [x] * 2
    L[0] = L[1] * 2
    return L[1].T


def a_tuple_of_the_copies(x):
    L = [x] * 2
    L[0] = L[1] * 2
    return tuple(L)


def a_copy_of_the_copies(x):
    L = [x] * 2
    L[0] = L[1] * 2
    return L.copy()


def lists_joined(x):
    L = [x]
    L.append(x * 2)
    return L[-1:] + L[:1]


def a_comprehension(x):
    return [v for v in [x, x * 2]]


def the_last_round(x):
    for v in [x * 2, x]:
        y = v
    return y


def behind_zip(x):
    items = [x, x * 2]
    return [b for a, b in zip(items, items)]


def behind_enumerate(x):
    out = []
    for i, a in enumerate([x, x * 2]):
        out.append((a, a * i))
    return out


def left_in_the_loop(x):
    y = x * 2
    for _ in range(3):
        if y[0] < 1.5:
            return y
        y = x
    return y * 2


def lists_in_lists(x):
    out = []
    for row in [[x, x * 2], [x * 3, x]]:
        out.append(row)
    return out


def split(x):
    for part in np.split(x, 3):
        z = part
    return z


def rows(x):
    for row in x.reshape(3, 1):
        z = row
    return z


def itself(t):
    if t[0] > 100:
        t = t * 2
    return t


def by_a_helper(x):
    return [itself(a) for a in [x, x * 2]], itself(x)


def by_map(x):
    return list(map(itself, [x, x * 2]))


OF_ARRAYS = [
    copies_of_one,
    one_of_the_copies,
    a_tuple_of_the_copies,
    a_copy_of_the_copies,
    lists_joined,
    a_comprehension,
    the_last_round,
    behind_zip,
    behind_enumerate,
    left_in_the_loop,
    lists_in_lists,
    split,
    rows,
    by_a_helper,
    by_map,
]


def each(xs):
    return [v for v in xs]


def appended(xs):
    out = []
    for a in xs:
        out.append(a)
    return {"a": out}


def kept_pairs(pairs):
    return [pair for pair in pairs]


def swapped(pairs):
    out = []
    for a, b in pairs:
        out.append((b, a))
    return out


def last_of_pairs(pairs):
    for _a, b in pairs:
        c = b
    return c


def as_they_are(pairs):
    return pairs


LISTS = ([x, x * 2], [v, v + 1])
PAIRS = ([(x, x * 2), (x * 3, x)], [(v, v + 1), (v + 2, v + 3)])


@pytest.mark.parametrize(
    ("f", "argument", "tangents"),
    [
        *((f, x, v) for f in OF_ARRAYS),
        *((f, *LISTS) for f in (each, appended)),
        *((f, *PAIRS) for f in (kept_pairs, swapped, last_of_pairs, as_they_are)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_tangent_is_not_the_callers(f, argument, tangents):
    h = 1e-6
    behind, ahead = (f(trees.mapped(argument, lambda p, a, s=s: a + s * h * trees.at(tangents, p))) for s in (-1, 1))
    expected = trees.mapped(ahead, lambda path, a: (a - trees.at(behind, path)) / (2 * h))
    for options in ({}, {"checked": True}):
        given, lent = trees.copied(argument), trees.copied(tangents)
        value, found = jvp(f, **options)(given, tangents=lent)
        same_numbers(found, expected, 1e-7, "the tangent")
        assert repr(type(found)) == repr(type(value))
        assert [type(t) for t in found] == [type(t) for t in value]
        others = [*trees.arrays(lent), *trees.arrays(given)]
        assert not any(np.shares_memory(ours, other) for ours in trees.arrays(found) for other in others)


def test_a_tangent_that_is_a_helpers_own_is_not_copied():
    def doubled(t):
        if t[0] > 100:
            t = t * 3
        return t * 2

    def f(x):
        return doubled(x)

    assert "copy" not in jvp(f).source_for(x)


# ---- a cotangent that comes in inside of a structure is the caller's ----


def in_a_dict(xs):
    return {"r": xs}


def in_a_tuple(xs):
    return (xs, 1.0)


def the_dict_itself(d):
    return d


def moved(d):
    return {"r": d["a"]}


D = [v, v + 1]


@pytest.mark.parametrize(
    ("f", "argument", "cotangent", "expected"),
    [
        (in_a_dict, [x, x * 2], {"r": D}, D),
        (in_a_dict, [(x, x * 2)], {"r": [tuple(D)]}, [tuple(D)]),
        (in_a_tuple, [x, x * 2], (D, 1.0), D),
        (the_dict_itself, {"a": [x, x * 2]}, {"a": D}, {"a": D}),
        (moved, {"a": [x, x * 2]}, {"r": D}, {"a": D}),
    ],
)
def test_a_gradient_is_not_the_callers_cotangent(f, argument, cotangent, expected):
    for options in ({}, {"checked": True}):
        _, pullback = vjp(f, **options)(argument)
        found = pullback(cotangent)
        same_numbers(found, expected, 0.0, "the gradient")
        assert repr(found) == repr(expected)
        no_sharing(found, [*trees.arrays(cotangent), *trees.arrays(argument)])


# ---- guards on what is written out of an expression ----


def by_a_condition(x):
    return x[0] if x[0] > 0 else x[1] ** 2


def by_a_generator(x):
    return sum(v * v for v in x)


def by_a_comprehension(x):
    return sum([np.sqrt(v) for v in x])


def left_by_return(x):
    for a in x:
        if a > 1.5:
            return a * a
    return x[0]


@pytest.mark.parametrize("f", [by_a_condition, by_a_generator, by_a_comprehension, left_by_return])
def test_a_guard_changes_nothing_where_all_is_finite(f):
    (expected,) = check(f, x)
    for guard in ("nan", "finite"):
        np.testing.assert_array_equal(grad(f, guard=guard)(x), expected)
        value, gradient = value_and_grad(f, guard=guard)(x)
        np.testing.assert_array_equal(gradient, expected)
        assert value == f(x)


def test_a_guard_names_the_value_inside_of_a_comprehension():
    with np.errstate(invalid="ignore"), pytest.raises(FloatingPointError, match="is NaN"):
        grad(by_a_comprehension, guard="nan")(np.array([1.0, -1.0]))


# ---- Jacobians with respect to arrays without axes ----


def product(d):
    return d["a"] * d["b"]


def test_jacobians_of_arrays_without_axes():
    a = np.array(0.5)
    first, second = jacobian(lambda a: a * a * a)(a), hessian(lambda a: a * a * a)(a)
    assert type(first) is type(second) is np.ndarray
    assert first.shape == second.shape == ()
    assert first == pytest.approx(0.75)
    assert second == pytest.approx(3.0)
    found = jacobian(product)({"a": a, "b": 2.0})
    assert repr(found) == "{'a': array(2.), 'b': 0.5}"
    left, right = jacobian(lambda pair: pair[0] * pair[1])((a, np.float64(2.0)))
    assert (type(left), left) == (np.ndarray, 2.0)
    assert (type(right), right) == (np.float64, 0.5)


# ---- errors that say what is wrong ----


def hidden(x):
    h = np.tanh(x)
    return (h**2).sum()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: vjp(hidden, "h")(x),
        lambda: vjp(hidden, ("x", "h"))(x),
        lambda: jacobian(hidden, "h")(x),
        lambda: jacobian(hidden, "h", mode="rev")(x),
        lambda: hessian(hidden, "h")(x),
        lambda: hvp(hidden, "h")(x, vectors=v),
        lambda: jvp(hidden, "h")(x, tangents=v),
        lambda: grad(hidden, "h").flat(x),
    ],
)
def test_a_local_variable_is_no_argument(ask):
    with pytest.raises(ArgumentError, match=r"`h` is a local variable(.|\n)*Instead: name an argument"):
        ask()


def test_the_gradient_of_a_local_variable():
    np.testing.assert_allclose(grad(hidden, "h")(x), 2 * np.tanh(x))


def cubed(x):
    return (x**3).sum()


def along_v(x, v):
    return (grad(cubed)(x) * v).sum()


@pytest.mark.parametrize("deriving", [grad, value_and_grad, vjp, jvp, hvp, jacobian])
@pytest.mark.parametrize(("inner", "word"), [(hvp, "vectors"), (jvp, "tangents")])
def test_no_derivative_of_one_along_vectors(deriving, inner, word):
    with pytest.raises(ArgumentError, match=rf"along {word}(.|\n)*lambda x, v: \(grad\(cubed\)\(x\) \* v\)"):
        deriving(inner(cubed))


def test_the_way_out_is_one():
    np.testing.assert_allclose(grad(along_v)(x, v), hvp(cubed)(x, vectors=v))
    np.testing.assert_allclose(hvp(along_v)(x, v, vectors=v), 6 * v * v)


def test_code_for_a_call_with_its_tangents(tmp_path):
    page = tmp_path / "page.html"
    jvp(cubed).explain(page, x, tangents=v)
    assert "x_dot" in page.read_text()
    assert jvp(cubed).source_for(x, tangents=v) == jvp(cubed).source_for(x)
    assert hvp(cubed).source_for(x, vectors=v) == hvp(cubed).source_for(x)
    assert "x ** 3" in str(jvp(cubed).graph(x, tangents=v))


def test_a_pullback_is_copied_and_not_pickled():
    _, pullback = vjp(cubed)(x)
    with pytest.raises(ArgumentError, match=r"not pickled(.|\n)*Instead: pickle the derivative"):
        pickle.dumps(pullback)
    for copied in (copy.copy(pullback), copy.deepcopy(pullback)):
        np.testing.assert_allclose(copied(2.0), 6 * x**2)


def layers(W, x):
    return (W[0] * x).sum() + (W[1] * x * x).sum()


@pytest.mark.parametrize("deriving", [grad, vjp, jvp])
def test_a_path_into_a_list_of_arrays(deriving):
    given = {"tangents": v} if deriving is jvp else {}
    with pytest.raises(ArgumentError, match=r"`W` is a list of arrays(.|\n)*take item 0 of its gradient"):
        deriving(layers, "W[0]")([x, x], x, **given)


def test_a_path_into_a_tuple_of_arrays():
    np.testing.assert_allclose(grad(layers, "W[0]")((x, x), x), x)
    np.testing.assert_allclose(grad(layers, "W")([x, x], x)[0], x)
