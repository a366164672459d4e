"""Forward mode over statements: results of any structure, against differences; the text where its look matters."""

import dataclasses
import typing

import numpy as np
import pytest

from s2sgrad import jvp
from s2sgrad.checks import Checks
from s2sgrad.errors import ArgumentError, GeneratedCodeError, Refusal
from tests import trees
from tests.differences import direction
from tests.promises import no_sharing, same_bits

X = np.array([0.4, -1.3, 2.2, 0.7])
M = np.arange(12.0).reshape(3, 4) / 7 - 0.6
S = 1.3


def flat(tree):
    return np.concatenate([np.ravel(leaf) for leaf in trees.float_leaves(tree)] or [np.zeros(0)])


def along(f, *args, wrt=None):
    """Check ``jvp`` of ``f``, whatever it returns, in both builds; give the tangent and the text."""
    wrt = tuple(range(len(args))) if wrt is None else wrt
    v = tuple(direction(args[k]) for k in wrt)
    transformed = jvp(f, wrt)
    given = trees.copied(args, frozen=True)
    y, dy = transformed(*given, tangents=v)
    same_bits(y, f(*args), "the value")
    same_bits(jvp(f, wrt, checked=True)(*args, tangents=v), (y, dy), "the checked build")

    def at(step):
        moved = list(trees.copied(args))
        for k, d in zip(wrt, v, strict=True):
            steps = iter(trees.float_leaves(d))
            moved[k] = trees.mapped(moved[k], lambda _, leaf: leaf + step * next(steps))
        return flat(f(*moved))

    expected = (8 * (at(1e-4) - at(-1e-4)) - (at(2e-4) - at(-2e-4))) / 12e-4
    np.testing.assert_allclose(flat(dy), expected, rtol=1e-8, atol=1e-8)
    no_sharing([leaf for leaf in trees.arrays(dy)][:1], [*trees.arrays(given), *trees.arrays(v)])
    return dy, transformed.source


# ---- results and arguments ----


def in_a_dict(p):
    return {"a": np.tanh(p["W"] @ p["x"]), "b": [p["s"] * 2, p["x"]], "n": 3, "name": "model"}


def test_structures_in_and_out():
    dy, _ = along(in_a_dict, {"W": M, "x": X, "s": S})
    assert list(dy) == ["a", "b", "n", "name"] and dy["n"] is dy["name"] is None and isinstance(dy["b"], list)


def of_its_own_name(p, q):
    return p["p"] * p["b"] + q.b * q.W


def test_a_part_that_is_called_like_the_whole():
    along(of_its_own_name, {"b": X, "p": X + 1}, Pair(X, S))


class Pair(typing.NamedTuple):
    W: np.ndarray
    b: float


@dataclasses.dataclass
class Model:
    W: np.ndarray
    scale: float


def of_a_pair(p):
    return Pair(p.W * p.b, p.b**2)


def of_a_model(m):
    return Model(m.W * m.scale, m.scale**3)


def test_named_tuples_and_dataclasses():
    dy, _ = along(of_a_pair, Pair(X, S))
    assert isinstance(dy, Pair)
    dy, _ = along(of_a_model, Model(X, S))
    assert isinstance(dy, Model)


def layers(parameters, x):
    hidden = []
    for W, b in parameters:
        x = np.tanh(W @ x + b)
        hidden.append(x)
    return hidden, x


def test_a_list_of_tuples_runs_in_step_with_its_tangents():
    _, text = along(layers, [(np.eye(4) * k, X * k) for k in (0.5, -1.0)], X)
    assert "for (W, b), (W_dot, b_dot) in zip(parameters, parameters_dot):" in text


def returns_what_it_got(a):
    return a


def returns_a_part(a):
    return a[1:], a.T, a.reshape(-1)


def returns_a_constant(a):
    return 3.0, np.ones(2), 7


@pytest.mark.parametrize("f", [returns_what_it_got, returns_a_part, returns_a_constant])
def test_views_and_constants(f):
    along(f, M)


# ---- shapes, zeros, memory ----


def broadcast(a, b):
    y = a + b
    z = (b + np.zeros((3, 4))) @ a
    return y, z, np.full(3, b), np.arange(3) * b


@pytest.mark.parametrize("wrt", [(0,), (1,), (0, 1)])
def test_a_tangent_has_the_shape_of_its_value(wrt):
    along(broadcast, X, S, wrt=wrt)


def test_what_only_a_number_moves_is_spread_out():
    _, text = along(lambda a, b: a + b, X, S, wrt=(1,))
    assert "np.full_like(out, b_dot)" in text


def constants_stored(a, b):
    y = a * b
    y[1] = 2.0
    z = np.zeros((2, 4))
    z[0] = y
    z[:, 1] = b
    y[0] = 5.0
    y[2:] += a[:2]
    z *= b
    return y, z


def copies_and_names(a, b):
    c = a + 0.0
    d = a - 1
    e = d
    e[1] = b
    f = c.copy()
    f[0] = b * b
    c = f
    c[3] = 1.0
    return a, c, e


def rows_exchanged(a):
    b = a.copy()
    b[0], b[1] = b[1].copy(), b[0].copy()
    u, v = b[0] * 1.0, b[1] * 2.0
    u, v = v, u
    return b, u, v


def kept_across_rounds(x, n):
    old = x * 1.0
    h = x * 2.0
    for _ in range(n):
        old = h
        h = h + 1.0
        h[0] = 0.0
    return old, h


@pytest.mark.parametrize(
    ("f", "args"),
    [(constants_stored, (X, S)), (copies_and_names, (X, S)), (rows_exchanged, (M,)), (kept_across_rounds, (X, 3))],
)
def test_changes_in_place(f, args):
    along(f, *args, wrt=tuple(k for k, a in enumerate(args) if not isinstance(a, int)))


def passed_through(x):
    a = x + 0.0
    b = a + 1
    b[0] = 2.0
    c = b - 1
    d = a * 1.0
    c[1] = d[0]
    return a, b, c, d


def kept_in_a_list(x):
    xs = []
    h = x * 1.0
    for i in range(3):
        xs.append(h)
        h = h + 1.0
        h[i] = 0.0
    return xs, h


def lists_with_items_in_common(x):
    xs = [x + 1.0, x - 1.0]
    ys = list(xs)
    z = xs[0].copy()
    z[0] = 3.0
    xs[0] = z
    return xs, ys


def unchanged(u):
    return u + 0.0


def above_and_below(u):
    return u + 1.0, u - 1.0


def through_helpers(x):
    a = x * 1.0
    b = unchanged(a)
    a[0] = 5.0
    c = unchanged(b)
    c[1] = 7.0
    d, e = above_and_below(c)
    d[2] = 0.0
    e[3] = 0.0
    return a, b, c, d, e


def parts_and_shapes(x):
    y = x[:2] + 0.0
    z = np.concatenate([y, y])
    w = z.reshape(2, 2) + 0
    w[0, 1] = 9.0
    v = w.T + 0
    v[1] = 0.0
    return y, z, w, v


def numbers_in_boxes(x):
    y = np.where(x > 0, x, x) - 0.0
    s = y.sum()
    t = s + 0.0
    t += x[0]
    u = t
    u *= 2.0
    return s, t, u


def exchanged_in_a_loop(x):
    h = x + 0.0
    previous = h
    for _ in range(3):
        previous, h = h, h + previous * 0.0 + 1.0
        h[0] = previous[1]
    return previous, h


@pytest.mark.parametrize(
    "f",
    [
        passed_through, kept_in_a_list, lists_with_items_in_common, through_helpers, parts_and_shapes,
        numbers_in_boxes, exchanged_in_a_loop,
    ],
)  # fmt: skip
def test_tangents_are_apart_where_values_are(f):
    along(f, X)


# ---- control flow ----


def reset(a, n):
    acc = np.zeros(4)
    total = 0.0
    for i in range(n):
        acc = acc + a
        if i % 2:
            total = total + acc * acc
            acc = np.zeros(4)
    return total, acc


def active_on_one_path(a, flag):
    if flag > 0:
        c = a * 2
    else:
        c = np.ones(4)
    while c.sum() < 12:
        c = c + 1.0 + a**2
    return c


def left_early(a, n):
    t = a
    for i in range(n):
        t = a * i
        if i == 2:
            continue
        a = a + t
        if i == 3:
            break
    return a, t


def endless(a):
    k = 0
    while True:
        c = a * k
        k += 1
        if k > 3:
            break
        c = 0.0
        a = a + 1
    return c * c


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_loops_of_any_length(n):
    along(reset, X, n, wrt=(0,))
    along(left_early, X, n, wrt=(0,))


def test_branches_and_endless_loops():
    along(active_on_one_path, X, 1.0, wrt=(0,))
    along(active_on_one_path, X, -1.0, wrt=(0,))
    along(endless, X)


def popped(a):
    stack = [a]
    for _ in range(3):
        t = stack.pop()
        stack.append(t * 2)
        stack.append(t + a)
    total = 0.0
    while stack:
        u = stack.pop()
        total = total + u
    return total


def pairs_in_a_list(x):
    pairs = [(x[0], 1)]
    for i in range(1, len(x)):
        pairs.append((pairs[-1][0] * x[i], i))
    best = 0.0
    for value, count in pairs:
        best = best + value * count
    return best


def integers_among_floats(x):
    parts = [x, np.arange(4)]
    parts.append(x * 2)
    return np.stack(parts), sum([x[0], 2, x[1]])


def table(x):
    F = [[0.0] * 3 for _ in range(2)]
    F[0][1] = x[0]
    F[1][2] = F[0][1] * x[1]
    F[1][2] *= x[0]
    return F[1][2], F


@pytest.mark.parametrize("f", [popped, pairs_in_a_list, integers_among_floats, table])
def test_lists(f):
    along(f, X)


def nothing_of_it(a):
    xs = []
    for k in range(0):
        xs.append(a * k)
    return sum(xs) + a


def test_an_empty_list():
    along(nothing_of_it, X)


# ---- helpers ----


def helper(u, k=2.0, *more, scale=1.0):
    v = u * k
    for _ in range(3):
        v = v * u * scale
    return v, u + 1


def calls(a):
    b, c = helper(a)
    c[0] = b[0]
    d, _ = helper(b, k=3.0)
    return d + c + helper(a, scale=0.5)[0]


def recursive(u, n):
    return u if n == 0 else recursive(u * u, n - 1) + u


def test_helpers():
    _, text = along(calls, X)
    assert text.count("def jvp_helper") == 1
    along(recursive, X, 3, wrt=(0,))


def test_a_helper_that_varies_in_nothing_is_called_as_it_is():
    _, text = along(lambda a, b: a * helper(b)[0], X, X, wrt=(0,))
    assert "jvp_helper" not in text


# ---- zeros that meet infinite slopes ----


def rooted(x):
    y = np.zeros(4)
    y[0] = x[2]
    return np.sqrt(np.where(x > 0, x, 0.0)) + np.sqrt(y) + np.where(x > 0, np.sqrt(np.abs(x)), 0.0)


def test_a_constant_that_was_chosen_stays_one():
    with np.errstate(invalid="ignore", divide="ignore"):
        _, tangent = jvp(rooted)(X, tangents=np.ones(4))
    assert np.all(np.isfinite(tangent)) and tangent[1] == 0


# ---- what is asked of a call ----


def test_tangents_must_fit():
    square = jvp(lambda x: x * x)
    for bad in (1.0, np.ones(3), X * 1j, "no", [1.0, 2.0]):
        with pytest.raises(ArgumentError, match="tangents is"):
            square(X, tangents=bad)
    with pytest.raises(ArgumentError, match="one for each of a, b"):
        jvp(lambda a, b: a * b, ("a", "b"))(X, S, tangents=X)
    with pytest.raises(ArgumentError, match="no tangents"):
        square(X)
    with pytest.raises(ArgumentError, match="called `tangents`"):
        jvp(lambda x, tangents: x)


def test_single_precision_stays_single():
    y, dy = jvp(lambda a, b: a * b + 1.5 * np.sin(a), (0, 1))(
        X.astype(np.float32), np.float32(2), tangents=(X.astype(np.float32), np.float32(1))
    )
    assert y.dtype == dy.dtype == np.float32
    assert jvp(lambda a, b: a * b)(X.astype(np.float32), X, tangents=X)[1].dtype == np.float64


class Linear:
    def __init__(self, W):
        self.W = W

    @jvp(wrt="x")
    def decorated(self, x):
        return self.W @ x

    def plain(self, x):
        return np.sin(self.W @ x)


def test_methods_and_lambdas():
    model = Linear(M)
    np.testing.assert_allclose(model.decorated(X, tangents=X)[1], M @ X)
    np.testing.assert_allclose(jvp(model.plain)(X, tangents=X)[1], np.cos(M @ X) * (M @ X))
    assert jvp(lambda x: x * x)(3.0, tangents=1.0) == (9.0, 6.0)


def test_a_local_variable_has_no_tangent_of_its_own():
    def f(x):
        h = x * 2
        return h * h

    with pytest.raises(ArgumentError, match="local variable"):
        jvp(f, "h")(X, tangents=X)


# ---- the checked build ----


def test_a_tangent_of_the_wrong_shape_is_found():
    checks = Checks({"x": X})
    checks.tangent("y_dot", X, X)
    checks.tangent("ys_dot", [1.0, (X, None)], [2.0, (X, 3)])
    for tangent, value in ((X[:2], X), (np.arange(4), X), ([X], [X, X])):
        with pytest.raises(GeneratedCodeError, match="y_dot"):
            checks.tangent("y_dot", tangent, value)


def test_a_tangent_that_shares_more_than_its_value_is_found():
    checks = Checks({"x": X})
    y, z = X * 1.0, X * 2.0
    checks.mirrored("y_dot", y * 3, y, {"z_dot": (z * 3, z)})
    checks.mirrored("y_dot", z, y, {"v_dot": (z[1:], y[1:])})
    with pytest.raises(GeneratedCodeError, match="shares memory with `z_dot`"):
        checks.mirrored("y_dot", z, y, {"z_dot": (z[1:], y * 1.0)})
    with pytest.raises(GeneratedCodeError, match="the caller's `x`"):
        checks.mirrored("y_dot", X, y, {})


def test_the_checked_text_asks_at_every_assignment():
    text = jvp(constants_stored, (0, 1), checked=True).source_for(X, S)
    assert text.count(".tangent(") >= 6 and text.count(".mirrored(") >= 4


class State:
    def __init__(self, angle, speed):
        self.angle = angle
        self.speed = speed


def objects_in_a_list(x):
    states = [State(x[0], x[1])]
    for k in range(3):
        last = states[-1]
        states.append(State(last.angle * x[2] + k, last.speed * last.angle))
    return states[-1].angle * states[2].speed


def objects_that_are_given(states):
    total = 0.0
    for state in states:
        total = total + state.angle * state.speed
    return total * states[1].angle


def test_objects_in_a_list():
    along(objects_in_a_list, X)
    along(objects_that_are_given, [State(1.0, 2.0), State(0.5, -1.0)])


def one_of_several(states, k):
    return states[k].angle * states[0].speed


def one_of_a_tuple(x, k):
    pair = (x, np.sum(x))
    return np.sum(pair[k] * x)


def pair_of(x):
    for _ in range(2):
        x = x * 1.5
    return Pair(x, x[0] * x[1])


def several_of(x):
    for _ in range(2):
        x = x * 1.5
    return x, x * x


def parts_of_what_has_no_name(x):
    return several_of(x)[-1] + several_of(x)[0] * pair_of(x)[1] + pair_of(x).W * (x, 2 * x)[-1], pair_of(x)[0]


def test_parts_of_what_has_no_name():
    along(parts_of_what_has_no_name, X)


def test_a_part_that_is_not_known_is_refused():
    with pytest.raises(Refusal, match="one by one"):
        jvp(one_of_several)([State(1.0, 2.0), State(0.5, -1.0)], 1, tangents=[State(1.0, 1.0), State(1.0, 1.0)])
    with pytest.raises(Refusal):
        jvp(one_of_a_tuple)(X, 1, tangents=X)


def loops_over_what_is_computed(x):
    total = 0.0
    for v in np.sin(x):
        total = total + v * v
    for i, (a, b) in enumerate(zip(x, parts_of(x))):
        total = total + a * b.sum() * i
    return total


def parts_of(x):
    found = []
    for k in range(4):
        found.append(x[k:] * k)
    return found


def test_loops_over_what_is_computed():
    _, text = along(loops_over_what_is_computed, X)
    assert "jvp_parts_of(x, x_dot)" in text


def mixed_precision(a, b):
    y = 2 * a + np.ones(4)
    y[0] = b[1] * b[1] / 3
    return y


def test_a_tangent_that_is_stored_into_is_as_wide_as_its_array():
    a = X.astype(np.float32)
    _, dy = jvp(mixed_precision, (0, 1))(a, X, tangents=(a, X))
    assert dy.dtype == np.float64 and dy[0] == 2 * X[1] * X[1] / 3
