"""Programs that once gave a wrong gradient or crashed, each cut down to what it takes."""

import math

import numpy as np
import pytest

from s2sgrad import grad, jvp, value_and_grad, vjp
from s2sgrad.names import Scope
from s2sgrad.quote import statements
from s2sgrad.tidy.long_lines import split_long
from tests.differences import check, refused, right_or_refused

RNG = np.random.default_rng(42)
VECTOR = RNG.normal(size=4)


def returns_its_argument(a, b):
    c = a
    return c


def steep(u):
    r = u[2:] - 2 * u[1:-1]
    r = r * u[:-2]
    return r


def exchanged_twice(x):
    t = np.full(4, 0.25)
    x, t = (t, x)
    x, t = (t, np.cos(t))
    return np.mean(t)


def exchanged_with_a_tuple(x):
    t = (3, 1)
    for _ in range(2):
        t, x = (x, np.sin(t))
    return np.sum(x)


def overwritten_by_a_constant(x):
    for _ in range(0, -1, -1):
        x = 0.7
    return np.sum(x)


def overwritten_and_read(x):
    for _ in range(2):
        x = 2
    return np.sum(np.sin(x))


def mask_of_the_array_itself(x):
    y = x * 1.0
    y[y > 0.1] -= x[0]
    return (y**2).sum()


def dead_store_through_a_mask(x):
    y = x.copy()
    z = np.stack([y[0], x[1]])
    y[y > 0.1] = z[0]
    return np.sum(z)


def multiplied_by_a_view(x):
    y = np.sin(x)
    y *= y.reshape((4,))
    return np.mean(y)


def multiplied_by_its_own_helper(x):
    y = x - 1.0
    y *= returns_its_argument(y, y)
    return np.sum(np.sin(y))


def helper_on_a_changing_array(x):
    u = x.copy()
    u[1:-1] += 0.1 * steep(u)
    u[1:-1] += 0.1 * steep(u)
    return (u**2).sum()


def mask_in_a_loop(x):
    y = np.sin(x)
    t = y + 0.5
    for i in range(3):
        y[y > -0.2] *= t[i]
        t, y = (y, np.sin(t))
        t = np.sin(y + 0.3)
    return np.sum(t)


def index_counted_up(x):
    y = x * 1.0
    k = 0
    for _ in range(3):
        y[k] = y[k] * y[k + 1]
        k = k + 1
    return (y**2).sum()


def diagonal_split(x):
    m = np.outer(x, x) + 1.0
    r = m - np.diag(np.diag(m))
    return (r @ x / np.diag(m)).sum()


def newaxis_on_an_item(x):
    return np.sum(x[1][None] * 2.0)


def slice_and_index_array(x):
    return np.sum(np.outer(x, x)[:, [0, 0]] ** 2)


def backwards_range(x):
    s = 0.0
    for i in reversed(range(3)):
        s = s * x[i] + x[i]
    return s


def joined_then_averaged(x):
    m = np.outer(x, x)
    return (np.concatenate((m[-1], m.mean(axis=0))) ** 2).sum()


def deviation_of_equals(x):
    return np.sum(np.std(x + np.ones((3, 4)), axis=0))


def read_before_the_part_changes(x):
    s = 0.0
    for _ in range(2):
        y = np.sin(x)
        for v in y:
            s += v * v
        y[1] *= x[0]
        s += y[0]
    return s


def part_of_a_value_within_a_branch(x):
    y = x
    for _ in range(2):
        if x[0] <= 0.7:
            y = np.sin(x)
            y[0] += y[1]
    return np.sum(y * y)


def counted_up_in_a_branch(x):
    k = 0
    s = 0.0
    for i in range(4):
        s = s + x[k] ** 2
        if i > 1:
            k = k + 1
    return s


def counted_up_in_two_branches(x):
    k = 0
    s = 0.0
    for i in range(3):
        if i > 0:
            if i > 1:
                k = k + 1
            k = k + 1
        s = s + x[k] ** 2
    return s * x[k]


def counted_up_in_an_inner_loop(x):
    k = 0
    s = 0.0
    for i in range(3):
        s = s + x[k] ** 2
        for _j in range(i):
            k = k + 1
    return s


def stored_to_in_a_branch_that_adds_nothing(x):
    w = np.sin(x)
    y = np.ones(4)
    s = 0.0
    for i in range(4):
        s = s + (y * w).sum() ** 2
        if i == 2:
            w[0] = w[-1]
            w *= y[1]
        elif i == 1:
            y[w > -0.2] += 1.0
    return s + np.sum(w)


def stacked_with_a_sum_over_rows(x):
    y = np.outer(x, x)
    y = np.stack([y[3], np.sum(y, axis=-2)])
    return np.mean(np.sin(y))


def changed_in_a_branch_after_a_stack(x):
    y = np.tanh(np.stack([x[1:], x[:-1]]))
    if y[1, -1] ** 2 >= 0.0:
        y += np.full((3, 3), 2) @ np.full((3,), 2)
    z = y
    return np.mean(z * z)


def mean_of_differences_in_a_list(x):
    m = np.stack([np.outer(x, x), np.sin(np.outer(x, x))])
    parts = [m[0, :3], np.mean(m[:, 1:] - m[:, :-1], axis=1)]
    return sum(np.sum(np.sin(v)) for v in parts)


def mean_of_products_in_a_list(x):
    m = np.stack([np.outer(x, x), np.sin(np.outer(x, x))])
    parts = [m[0], np.mean(m[:, 1:] * x, axis=1), np.max(m * x, axis=2), np.sum(x - m, axis=0, keepdims=True)]
    return sum(np.sum(np.sin(v)) for v in parts)


FUNCTIONS = [f for f in list(globals().values()) if getattr(f, "__code__", None) is not None]
PROGRAMS = [f for f in FUNCTIONS if f.__code__.co_varnames[:1] == ("x",)]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_program(program):
    outcome = right_or_refused(program, VECTOR.copy())
    assert outcome == ("refused" if program is exchanged_with_a_tuple else "right")


def test_minimum_of_python_floats():
    def smaller(s, x, y):
        x, y = (y, x)
        s = np.minimum(x, y)
        return s

    right_or_refused(smaller, VECTOR, 0.5, 0.7, wrt=(0, 1))


def test_a_branch_whose_test_alone_matters():
    calls = []

    def noted(a):
        calls.append(a)
        return a

    def f(x):
        if noted(1.5) < 0.2:
            pass
        return np.sum(x * x)

    assert right_or_refused(f, VECTOR) in ("right", "refused")


def test_a_loop_in_which_nothing_is_differentiated_keeps_nothing():
    def f(x):
        y = np.sin(x)
        for _ in range(2):
            t = np.ones(3)
            for _v in t:
                pass
            t[1] *= 2.0
        return np.sum(y)

    assert right_or_refused(f, VECTOR) == "right"
    assert "stack" not in grad(f).source_for(VECTOR)


def test_zeros_for_a_side_that_rebinds_the_name():
    def to_a_list(w, x):
        if w[0] > 0.2:
            x = w
        else:
            w = [w, 2]
        return np.mean(x)

    def to_a_number(w, x):
        if w[0] > 0.2:
            x = w
        else:
            w = 3
        return np.mean(x)

    def in_a_test_that_is_decided(w, x):
        if not 1 + w[1] >= 0.2:
            x = w
        elif 0.7 < 0.1:
            w = [w, (2, 2, 1)]
        return np.mean(x)

    for program in (to_a_list, to_a_number, in_a_test_that_is_decided):
        for w in (np.array([1.0, 2.0, 3.0]), np.array([-3.0, -2.0, -1.0])):
            assert right_or_refused(program, w, np.array([0.5, 0.7]), wrt=(0, 1)) == "right"


def squashed(a, n):
    if n == 0:
        return a
    return np.tanh(a)


def changes_what_a_helper_returned(s):
    t = squashed(s, 3)
    t[-2, 1] += s[1, 0]
    return np.sum(t * s)


def changes_one_of_two_results(s):
    t, u = two_of(s)
    t[0] = t[0] * s[1]
    return np.sum(t * s * u)


def two_of(a):
    h = np.exp(a)
    return h, np.sqrt(h) * a


def test_what_a_helper_saved_is_not_changed_with_its_result():
    check(changes_what_a_helper_returned, np.array([[0.9, -0.2], [-0.2, 0.1]]))
    right_or_refused(changes_one_of_two_results, np.array([[0.9, -0.2], [-0.2, 0.1]]))


def steps(g, a):
    return g(a)


def helper_named_like_a_counter(y):
    if y[0] >= y[1]:
        return np.sum(y)
    t = steps(lambda v: v * y, y)
    while True:
        y = y[:2] * t[0]
        break
    return np.sum(y)


def test_a_helper_written_in_place_keeps_its_name():
    check(helper_named_like_a_counter, np.array([0.1, 0.4, -0.3]))
    check(helper_named_like_a_counter, np.array([0.4, 0.1, -0.3]))


def saves_its_result(x, n):
    y = np.tanh(x)
    for _ in range(n):
        y = np.tanh(y)
    return y


def test_the_result_that_a_helper_saved_is_not_taken_for_an_adjoint_and_changed():
    """The helper was given a copy, and what it returned and what it saved seemed to share nothing."""

    def f(x):
        y = x * 2
        z = saves_its_result(y, 1)
        y[0] = 3.0
        return (z * y).sum()

    check(f, np.array([0.3, 0.4, 0.5]))


WEIGHTS = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6], [0.2, 0.9, -0.8]])


def filled(v):
    return (np.full((2, 3), v).sum(axis=0) * WEIGHTS[0]).sum() + np.full_like(WEIGHTS, v).sum()


def stretched(x):
    return (np.broadcast_to(x, (4, 3, 3)).sum(axis=0) * WEIGHTS).sum() + np.broadcast_to(x, (3, 3, 3)).mean()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 3, 1), (3, 3), (1, 3), (3, 1), (3,), (1,), ()])
def test_an_adjoint_that_stands_for_many_elements_is_summed_over_all_of_them(shape):
    """`np.broadcast_to` and `np.full` took the adjoint of a sum for that of one element."""
    check(stretched, np.random.default_rng(0).normal(size=shape))


def test_a_filled_array_under_sums():
    check(filled, 0.7)


def test_a_loop_that_surely_overwrites_what_it_exchanges():
    def f(s, x):
        while True:
            s, x = x, s
            n = 0
            if n > 3:
                break
            break
        return np.sum(x * s[0])

    def g(s, x):
        while True:
            s, x = x, s
            break
        return np.sum(x)

    x = np.array([0.1, 0.2, 0.3])
    check(f, x, x * 2)
    check(g, x, x * 2)


def test_an_empty_list_that_is_joined_to_another():
    def f(x):
        xs = []
        xs = xs + [x]
        return xs[-1] * x

    check(f, 0.7)


def test_a_handler_that_raises_behind_a_branch_without_effect():
    def f(w, s, y):
        w = w - s
        if s < w[2]:
            pass
        else:

            def unused(v, q=s):
                return v

        try:
            w -= w[:2] @ y[-1, 1:]
        except ValueError as error:
            raise RuntimeError from error
        return np.sum(w)

    check(f, np.array([0.8, 0.9, 0.03]), 0.07, np.random.default_rng(0).normal(size=(3, 3, 3)), wrt=2)


def without_axes(a):
    r = np.zeros(np.shape(a))
    r += a
    return r


def test_the_adjoint_of_an_array_without_axes_that_a_helper_returned():
    check(lambda y: np.mean(without_axes(y[0])) * y[1], np.array([0.7, -0.6]))


def test_the_forward_part_of_a_pullback_adds_in_the_users_order():
    """Its arguments may change before the pullback runs: they are copied where they are saved, not where read."""

    def f(a, b):
        c = a * b
        c[:, :1] = b[:1]
        return np.einsum("ij,kj->ik", c, np.broadcast_to(b, c.shape)).sum()

    rng = np.random.default_rng(3)
    for shapes in (((3, 4), (3, 1)), ((1, 4), (1, 1)), ((1, 4), (3, 1))):
        check(f, *(rng.normal(size=shape) for shape in shapes))


def test_a_pullback_reads_what_its_arguments_held():
    def f(x, w):
        s = x * 0.0
        for i in range(2):
            s = s + np.cos(w.T[i]) * np.sin(w.reshape(-1)[i : i + 3]) * x + np.exp(w[i][::-1])
        return s * np.broadcast_to(w[0], (3,)) * np.exp(w.ravel()[:3])

    rng = np.random.default_rng(0)
    x, w = rng.normal(size=3), rng.normal(size=(3, 3))
    y, pullback = vjp(f, (0, 1))(x, w)
    before = pullback(np.ones(3))
    x[:], w[:], y[:] = -5.0, 77.0, 3.0
    assert all(map(np.array_equal, before, pullback(np.ones(3))))


def test_a_pullback_of_a_list_that_an_early_return_left_unmade():
    def f(y, s, w):
        if w <= 0.2:
            return np.sum(w)
        t = []
        for _ in t:
            w = s
        t.append(y)
        return np.mean(w)

    for w in (np.array([-0.67]), np.array([0.67])):
        check(f, np.ones((2, 1, 4)), -1.2, w, wrt=(2,))


def stored_in_an_array(a, b):
    r = np.zeros(np.shape(a))
    r += a
    return r


def test_the_adjoint_of_a_variable_that_was_a_number_and_is_an_array_without_axes():
    def f(y, x):
        t = x @ y[1:]
        u = t
        t = stored_in_an_array(u, u)
        return np.mean(t)

    check(f, np.array([-0.8, 0.2, 0.1]), np.array([0.3, 0.4]))


def passed_on(a, b):
    c = a
    return c


def test_a_size_alone_is_no_adjoint():
    def f(x, w):
        t = x
        u = (s := t) + passed_on(w[1], t)  # noqa: F841  (the walrus is what is tested)
        return np.sum(u)

    check(f, np.array([[0.3], [0.4]]), np.array([0.1, 0.2]), wrt=(1,))


def test_rows_of_an_array_that_varies_only_since_the_loop_changes_it():
    def f(w):
        t = np.full((3, 3), 0.5)
        u = w * np.ones((3, 4))
        for _, row in enumerate(t):
            np.multiply(t, u[0, 1:] + row, out=t)
        return np.sum(t)

    def g(w):
        t = np.full((3, 3), 0.5)
        for row in t[1:]:
            t *= w[0]
            t[0] += row
        return np.sum(t)

    check(f, np.array([0.9, 0.7, -0.3, 0.2]))
    check(g, np.array([0.7, 1.3]))


def test_a_stored_value_with_more_axes_than_its_place():
    def whole(v):
        t = np.zeros(3)
        np.copyto(t, v.sum(axis=1, keepdims=True))
        t[1:2] *= 2
        t[:1] = v[:, 2:]
        return np.sum(t * t)

    def unknown(v, n):
        u = v[0]
        for _ in range(n):
            u = u[None, :]
        u = u * 1.0
        np.copyto(u, np.sin(v))
        return np.sum(u * u)

    def spread(v, n):
        t = np.zeros(3)
        for _ in range(n):
            v = v[None]
        t[...] = v
        t[1:] *= 2
        return np.sum(t * t)

    check(whole, np.array([[0.3, 0.4, 0.5]]))
    for n in (0, 1):
        check(unknown, np.array([[0.3, 0.4, 0.5]]), n, wrt=(0,))
        check(spread, np.array([0.3, 0.4, 0.5]), n, wrt=(0,))
        check(spread, np.array([0.3]), n, wrt=(0,))
        check(spread, np.array(0.3), n, wrt=(0,))


def test_what_a_statement_surely_overwrites_keeps_no_adjoint():
    def in_both_sides(x, s, w):
        t = s * 2
        if x > 0:
            if w > 1:
                t = x
            else:
                t = 2 * x
        return t

    def in_a_loop(x, s, w):
        t = s * 2
        if x > 0:
            while True:
                t = x
                if w > 1:
                    break
                w = w + 1
        return t

    def or_raises(x, s, w):
        t = s * s
        if x > 0:
            if w > 1:
                t = x
            elif w > 0:
                t = 3.0
            else:
                raise ValueError
        return t * 2

    def in_a_dict(x, s, w):
        d = {"a": s * s}
        if x > 0:
            if w > 1:
                d["a"] = x
            else:
                d["a"] = 2.0
        return d["a"]

    def in_a_try(x, s, w):
        t = s * s
        if x > 0:
            try:
                t = x
            except ValueError:
                t = 2.0
        return t

    for f in (in_both_sides, in_a_loop, or_raises, in_a_dict, in_a_try):
        for args in ((1.0, 2.0, 3.0), (1.0, 2.0, 0.5), (-1.0, 2.0, 3.0)):
            check(f, *args, wrt=1)


def test_a_tangent_that_is_read_before_a_loop_binds_its_variable_anew():
    def f(w):
        a = (b := w * 2)
        while True:
            b = w
            break
        return np.sum(a) + np.sum(b)

    def g(w):
        c = w * 1.0
        b = c * 2
        while True:
            c = w * 2
            b = b * c
            if np.sum(b) < 10:
                break
        return b.sum() + c.sum()

    check(f, np.array([[0.3, -0.4]]))
    check(g, np.array([0.3, 0.4]))


def the_second(a, b):
    a = b
    return a


def test_the_tangent_of_what_a_helper_gives_goes_where_the_value_goes():
    def by_mask(x, y):
        x = x**2
        x[x > 0.2] = the_second(x, y)
        return np.mean(x)

    def by_place(x, y):
        x = x * 2
        x[(x * x).argmax() :] = the_second(y, x[(x * x).argmax() :] * y)
        return (x**3).sum()

    x = np.array([0.65, -0.7, 0.1])
    for f in (by_mask, by_place):
        check(f, x, np.float64(-1.0), wrt=1)
        check(f, x, 0.7)


def test_what_a_try_overwrites_has_no_tangent_in_a_loop_behind():
    def f(s, x, w):
        a, b, c = s, s, s
        if a > 0.3:
            try:
                a, c = w, 2.0
            finally:
                pass
            for _ in range(2):
                a = b
                c = c * s
        return a + c

    def g(s, x, w):
        c = s
        d = c * 2
        try:
            c = x
        finally:
            w = w + 1
        for _ in range(2):
            c = c * s
        return c + d * w

    for h in (f, g):
        check(h, 0.4, -0.7, 0.6, wrt=0)


def scaled(record, by):
    record["a"] = record["a"] * by
    record["c"] = by
    return record["a"]


def first_changed(xs, v):
    xs[0] = v * xs[1]


def test_a_container_of_numbers_that_a_helper_changes():
    def in_a_dict(w, s):
        d = {"a": s, "b": s}
        scaled(d, np.sin(w))
        return d["a"]

    def in_a_list(w, s):
        xs = [s, 2.0]
        first_changed(xs, w * s)
        return xs[0] * xs[1]

    def in_a_loop(w, s):
        d = {"a": s}
        for _ in range(3):
            scaled(d, w)
        return d["a"] * d["c"]

    def inside_a_tuple(w, s):
        pair = ({"a": s}, 2.0)
        scaled(pair[0], w)
        return pair[0]["a"]

    for f in (in_a_dict, in_a_list):
        check(f, 0.3, 0.7)
    for f in (in_a_loop, inside_a_tuple):
        right_or_refused(f, 0.3, 0.7)


def test_a_loop_inside_a_loop_over_nothing():
    def f(x):
        rows = []
        for _, row in rows:
            for _ in row:
                pass
        return np.mean(x)

    check(f, np.ones((3, 2)))


def test_what_an_inner_branch_computes_is_saved_where_it_is_computed():
    def decided(s, w):
        c = 1.5
        while True:
            if c > 0.9:
                if w > 1.0:
                    c -= np.sin(s) * s
            break
        return c

    def always(s, w):
        c = 1.5
        for _ in range(2):
            if True:
                if w > 1.0:
                    c -= np.sin(s) * s
        return c

    for f in (decided, always):
        for w in (0.5, 1.5):
            check(f, 0.3, w, wrt=0)


def test_a_return_deep_inside_a_with_or_a_try_ends_its_own_path_alone():
    def in_a_with(s, x):
        a = s
        for _ in range(2):
            a = a * 1.5
        with np.errstate(all="ignore"):
            if x > 0.9:
                if s > 0.1:
                    return s * 2
        return a

    def in_a_try(s, x):
        a = s
        try:
            if x > 0.9:
                for _ in range(2):
                    a = a * s
                if a > 0.3:
                    return a
            else:
                a = a * 3
        finally:
            x = x + 1
        return a * x

    for f in (in_a_with, in_a_try):
        for args in ((0.6, -0.4), (0.6, 0.95), (0.05, 0.95), (0.9, 0.95)):
            check(f, *args, wrt=0)


def test_the_tangent_of_a_sum_of_arrays_none_of_which_passed_is_the_integer_zero():
    def f(s, y):
        t = [0.4 - y[2, 0]]
        u = sum(s if 1.5 >= 0.1 else y for v in t if v > 0.1)
        return np.mean(u)

    for first in (0.2, 1.0):  # an item passes; none does
        check(f, np.full((3, 2), 0.7), np.full((3, 2), first), wrt=0)


def test_a_loop_at_the_end_leaves_no_adjoint_to_what_its_variable_held_before():
    def added(s, x):
        b = s + 1.0
        a = b * s
        b = 2.0 * x
        for _ in range(1):
            b += a
        return b

    def in_a_branch(s, x):
        b = s + 1.0
        a = s
        if x > 0.0:
            a = b * s
        b = 2.0 * x
        for _ in range(2):
            b = b + a
        return b + a

    def behind_another_loop(s, x):
        a, b = s * 0.5, s + 1.0
        n = 0
        while n < 2 and x > 0.0:
            n += 1
            a = b * s
        b = 2.0 * x
        for _ in range(1):
            b += a
        return b

    for f in (added, in_a_branch, behind_another_loop):
        for x in (0.4, -0.4):
            check(f, 0.7, x, wrt=0)


def test_what_stands_behind_a_try_that_may_go_on_is_not_left_out():
    def f(s, x):
        a = s
        if x > 0.0:
            try:
                c = s * 2
                a = c * s
                return c * a
            except ValueError:
                pass
        else:
            try:
                c = x
                return s * s
            except ValueError:
                pass
        return a * c

    for x in (0.4, -0.4):
        refused(f, 0.7, x, wrt=0, match="whose handlers go on")


@pytest.mark.parametrize("brackets", ["sum({})", "[{}]", "set({{{}}})", "{{u: {}}}"])
def test_a_long_line_is_not_split_inside_a_comprehension(brackets):
    rounds = "np.sum(np.tanh(np.tanh(np.where(y > 0.1, 0.4, 0.9)) ** 3) * u) for u in found if np.sum(u) > 0.1"
    (line,) = statements("total = " + brackets.format(rounds))
    assert split_long([line], set(), Scope(set())) == [line]


def test_two_copies_of_what_was_renamed():
    def f(y, x):
        t = y
        g = lambda v: v + np.cos(x[3, 1:3, :1].reshape((2,)))
        u = t
        u = u * g(t + x[2, 3, 0])
        return np.mean(u)

    check(f, np.array([0.3, -0.7]), np.linspace(-1.0, 1.0, 32).reshape(4, 4, 2))


def test_a_number_stored_into_a_row_whose_length_is_not_known():
    def clip(a, b):
        c = a
        return c - b

    def until(g, a, n):
        return (a, n)

    def f(w, y, x):
        ones = np.transpose(np.ones((1, 3)))
        u = np.where(clip(y, y[1:-1, -1]) > 0.1, np.minimum(ones[::-1, ::-1], ones), np.transpose(w * np.ones((1, 3))))
        v = until(lambda v: np.tanh(v + ones[1:, -1][:, None]), u[np.array([0, 0])] + 0.3, 2)[0]
        for _ in ones:
            if w > w:
                u = np.sin(clip(np.tanh(ones * y), np.log(1.5 + np.cos(y[0, -1]))))
            u[-1] = np.tanh(np.tanh(np.sin(y[:2, 0] + v[:, 0]) @ np.where(u[1:, -1] > v[:, 0], 0.4, 0.9)))
        return np.mean(u)

    check(f, 0.93, np.array([[1.09], [1.18], [-1.12]]), np.array([[-0.15]]), wrt=0)


def test_the_tangent_of_a_store_reads_what_was_there_before_by_any_name():
    def blend(a, b):
        return a

    def f(w):
        w = np.stack([np.full(4, 0.5), np.concatenate([w[1, [0, 3]], w[0, :2]])])
        np.copyto(w, np.tanh(np.arctan2(np.mean(np.full((2, 4, 2), 0.5), axis=2), blend(w[:, 1:2], w))))
        return np.mean(w)

    check(f, np.array([[-0.53, 0.25, -0.59, 0.98], [0.65, 1.0, -0.2, -0.38]]))


def test_what_is_read_behind_a_loop_that_a_handler_leaves_is_not_dead():
    def f(s, x, w):
        a, b = s, x * s
        while True:
            a = b
            try:
                a, b = b, s * math.sqrt(w)
            except ValueError:
                break
            w = w - 1.0
        return a + s

    def g(s, x, w):
        a = b = s
        for i in range(4):
            a = b * i
            try:
                b, a = b * math.sqrt(w - i), x
            except ValueError:
                continue
        return a + b * s

    for h in (f, g):
        for w in (-0.5, 0.5, 1.7):
            check(h, 0.6, -0.2, w, wrt=0)


def test_a_loop_over_the_items_of_what_has_none():
    def f(x, s):
        none = []
        for t in none:
            for _, u in t:
                x = x + u
        return np.sum(s) * np.sum(x)

    check(f, np.ones(2), np.ones(3))


def test_what_a_try_at_the_end_of_a_round_leaves_is_kept_behind_it():
    def f(s, x, w, n=1):
        a, b, c = (s, s, s)
        for _ in range(n):
            if a > 0.3:
                a = c
                if not a > 0.1:
                    c = s
            elif x > w:
                continue
            try:
                b *= 1.5
                a += w
            finally:
                pass
        return a + b

    def g(s, x, w, n=1):
        a, b, c = (s, s, s)
        for _ in range(n):
            if a > 0.3:
                a = c
                if not a > 0.1:
                    c = s
            elif x > w:
                continue
            with np.errstate(all="raise"):
                a += w
                b *= a
        return a + b

    for h in (f, g):
        for s, x, w, n in ((1.2, -0.3, -1.1, 1), (1.2, -0.3, -1.1, 4), (0.25, -0.3, -1.1, 4), (1.2, 0.3, 0.2, 4)):
            check(h, s, x, w, n, wrt=(0, 2))


def test_a_number_that_may_be_of_numpy_or_of_python_takes_an_index():
    def f(w, s):
        if w > 1.0:
            s = np.sum(0.7)
        t = s[None]
        return np.sum(t * w)

    assert jvp(f, wrt="s")(3.0, 0.2, tangents=1.0) == (np.float64(0.7) * 3.0, 0.0)
    assert jvp(f, wrt="s")(0.5, np.float64(0.2), tangents=1.0) == (0.1, 0.5)


def test_a_copy_of_what_a_helper_returns_or_is_given_is_laid_out_alike():
    def falls(a):
        return np.tanh(a + 0.5) if a.size > 1 else np.zeros(a.shape)

    def f(w, s):
        t = falls(w.T)
        t[t > 0.1] *= s
        return np.sum(t)

    def g(w):
        return np.mean(falls(np.transpose(w)))

    wide = np.random.default_rng(0).normal(size=(57, 31))
    check(f, wide[:3, :4], 0.7, wrt=(0, 1))
    check(g, wide[:3, :4])
    assert value_and_grad(f)(wide, 0.7)[0] == f(wide, 0.7)
    assert vjp(g)(wide)[0] == g(wide)


def test_no_zero_tangent_stands_in_front_of_a_break_behind_a_try():
    def f(s, x, w):
        c = s
        while True:
            try:
                w = math.sqrt(w)
            except ValueError:
                c = x
                w = w + 1.0
                continue
            break
        return c * w

    def g(s, x, w):
        c = s
        for _ in range(3):
            try:
                r = math.sqrt(w)
            except ValueError:
                c = x
                continue
            return c * r
        return c

    for h in (f, g):
        for w in (0.4, -0.4):
            check(h, 0.7, 0.6, w, wrt=0)
            check(h, 0.7, 0.6, w, wrt=(0, 1))


def test_an_item_that_is_added_to_an_array_of_rank_0_whose_adjoint_is_a_number():
    def f(x):
        found = {"a": x @ x}
        y = np.where(x[0] > 0, 0.4, 0.9)
        for k in found:
            y += found[k]
        return np.mean(y)

    check(f, np.array([0.3, -0.8, 1.1]))


def test_an_array_that_a_with_block_makes_unless_it_is_left_has_a_tangent_behind_it():
    def f(w):
        with np.errstate(all="ignore"):
            if w[0, 0] > 5:
                return np.sum(w)
            t = np.full((3, 2), 0.5)
        t += w
        return np.sum(t * w)

    check(f, np.linspace(-1.0, 1.2, 6).reshape(3, 2))
    check(f, np.linspace(6.0, 7.2, 6).reshape(3, 2))


def test_a_variable_of_a_loop_that_is_left_in_its_first_round_has_no_value_to_keep():
    def chosen(s, x):
        try:
            for _ in range(len(s)):

                def inner(v, q=x):
                    if np.sum(v) > 0.1:
                        v = q
                    return v

                t = inner(x)
                return np.sum(t**2)
        except ValueError as error:
            raise RuntimeError from error
        return 0.0

    check(chosen, np.ones((2, 1)), np.array([0.6, 0.9]), wrt=1)


def test_an_array_is_kept_whose_name_is_deleted_and_bound_again():
    def deleted(x):
        y = np.exp(x)
        z = y * 2
        del y
        y = z * 3.0
        return (y * z).sum()

    check(deleted, np.array([0.3, 0.4]))


def test_arrays_without_axes_in_a_list_are_changed_in_place():
    def added(x):
        b = []
        for k in range(2):
            b.append(np.where(x[0] > 0.5, 0.4, 0.9))
        t = x
        for i in range(2):
            t = np.tanh(x * t + b[i])
            b[i] += 0.1 * np.mean(t)
        return np.sum(t)

    refused(added, np.array([0.3, 0.7]), match="change an array inside the list in place")


def test_an_adjoint_that_shows_another_stretched_is_not_zeroed_with_it():
    def stretched(y):
        t = y[1:] + y[1:]
        t[:] *= t + y[:1]
        return np.sum(np.sin(t))

    y, along, h = np.array([0.6, 0.7]), np.array([0.3, -1.0]), 1e-6
    slope = (grad(stretched)(y + h * along) - grad(stretched)(y - h * along)) / (2 * h)
    second = grad(lambda y: np.sum(grad(stretched)(y) * along))(y)
    np.testing.assert_allclose(second, slope, rtol=1e-7)


def test_nobody_reads_what_was_returned_from_within_a_loop():
    def until(g, a, n):
        for j in range(n):
            b = np.tanh(g(a) + j)
            if np.sum(b) > 0.2:
                return b, j
            a = b
        return a, n

    def overwritten(w):
        b, j = until(lambda v: np.tanh(v), np.tanh(w), 2)
        t = b * 1.0
        t[...] = np.tanh(w)
        return np.sum(t * j)

    def read_on_one_side(w):
        b, j = until(lambda v: np.tanh(v), np.tanh(w), 2)
        return np.sum(b * w) if j < 1 else np.sum(w**2)

    for x in (np.array([0.3, 0.7]), np.array([-0.3, -0.7])):
        check(overwritten, x)
        check(read_on_one_side, x)


def test_a_number_is_not_changed_in_place():
    def filled(x):
        t = np.var(x)  # a number of NumPy's, of which fill() fills a copy
        t.fill(x[0])
        return t

    def put(x):
        t = x[1] * 2
        np.put(t, 0, x[0])
        return t

    def each(x):
        for v in x:
            v.fill(0.0)
        return np.sum(x)

    def stored(x):
        t = np.sum(x)
        t[...] = x[0]
        return t

    def in_a_helper(x):
        def zero(a):
            a.fill(0.0)

        t = np.sum(x)
        zero(t)
        return t

    def chosen(x):
        t = np.maximum(x[0], x[1])
        t.fill(x[1])
        return t * 1.0

    for f in (filled, put, each, stored, in_a_helper, chosen):
        refused(f, np.array([0.3, 0.4, 0.5]), match="may be a number")

    def an_array(x):
        t = np.array(x[0])
        t.fill(x[1])
        return t * 1.0

    check(an_array, np.array([0.3, 0.4, 0.5]))


def test_the_tangent_of_a_sum_of_nothing_is_a_float():
    def nothing(x, s):
        return sum(x[2] if s >= v else s for v in [s] if v > 0.1) + 0.0

    check(nothing, np.array([0.3, 0.4, 0.5]), np.float64(-1.0), wrt=1)
    _, tangent = jvp(nothing, "s")(np.array([0.3, 0.4, 0.5]), np.float64(-1.0), tangents=np.float64(1.0))
    assert np.result_type(tangent) == np.dtype(float)


def test_the_last_of_two_values_of_one_name_is_another_name_for_an_array():
    def f(y):
        a = np.concatenate([y, y])
        c = a
        c, c = (c + c, c)
        a += a
        return c[0]

    def g(y):
        a = y * 1.0
        c, c = (y * 3, a)
        a *= 2
        return np.sum(c)

    def rebound(y):
        c = y * 3
        c, d, c = (y + y, c, c)
        return np.sum(c * d * d)

    refused(f, VECTOR, match="share its memory")
    refused(g, VECTOR, match="share its memory")
    check(rebound, VECTOR)


def a_tuple_first(w):
    t = w
    w = (3, 3)
    for _ in range(len(w)):
        w = t
    return np.sum(w)


def a_list_of_floats_first(w):
    t = w
    w = [1.0, 2.0]
    for _ in range(3):
        w = t * np.sum(t)
    return np.sum(w)


def two_that_grow(w):
    t = w
    w = (3, 3)
    for i in range(t.shape[0]):
        w = t * i
        t = w + t
    return np.sum(w * t)


def an_array_first(w):
    t = w
    w = np.ones((3, 1))
    for _ in range(2):
        w = [t * 2, t * t]
    return np.sum(w[0]) + np.sum(w[1] * 2)


def an_array_of_another_rank_first(w):
    t = w
    w = np.ones(2)
    for i in range(2):
        w = t * i
        t = t + w * t
    return np.sum(w * t)


OVERWRITTEN = [a_tuple_first, a_list_of_floats_first, two_that_grow, an_array_of_another_rank_first]


@pytest.mark.parametrize("f", OVERWRITTEN)
@pytest.mark.parametrize("shape", [(3, 1), (2,), (1, 2)])
def test_a_loop_overwrites_a_list_with_an_array(f, shape):
    check(f, RNG.normal(size=shape))


def test_a_loop_overwrites_an_array_with_a_list():
    refused(an_array_first, np.ones((3, 1)), match="`w` is a list on one side of this loop")
