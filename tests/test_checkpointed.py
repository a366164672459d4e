"""``checkpointed(range(n), snapshots=k)``: the gradient of the plain loop, in little memory, with the fewest steps."""

import functools
import math
import runpy
import tracemalloc

import numpy as np
import pytest

from s2sgrad import checkpoint, checkpointed, grad, grad_of, hvp, jvp, stop_gradient, value_and_grad, vjp
from s2sgrad.adjoint.snapshots import NEXT_SNAPSHOT
from s2sgrad.errors import ArgumentError
from tests.differences import check, check_pullback, refused
from tests.promises import same_bits, same_numbers

rng = np.random.default_rng(0)
U, C, W = rng.normal(size=4), 0.7, rng.normal(size=(4, 4)) / 3
SCALE = np.array([1.0, 0.5, 0.25, 2.0])


# ---- the schedule ----


def _next_snapshot():
    scope = {}
    exec(NEXT_SNAPSHOT, scope)
    return scope["next_snapshot"]


@functools.cache
def fewest(n, s):
    """The fewest steps that move forward so that n steps can be reversed with s states kept, by dynamic programming.

    The state before the first step is one of those kept. The first move ends before the last step, which is reversed
    as soon as the state before it is there; so one step takes none.
    """
    if n <= 1:
        return 0
    if s == 1:
        return n * (n - 1) // 2
    return min(m + fewest(n - m, s - 1) + fewest(m, s) for m in range(1, n))


def formula(n, s):
    """Griewank and Walther (2000): t(n, s) = r n - C(s + r, s + 1), where C(s + r - 1, s) < n <= C(s + r, s)."""
    r = 0
    while math.comb(s + r, s) < n:
        r += 1
    return r * n - math.comb(s + r, s + 1)


def test_the_formula_is_that_of_the_dynamic_program():
    for s in range(1, 7):
        for n in range(1, 45):
            assert formula(n, s) == fewest(n, s), (n, s)


def moves(n, k, next_snapshot):
    """What a loop of n steps with k snapshots does: forward steps in each pass, and the most states kept at a time."""
    starts, mark, most = [], 0, 0
    for i in range(n):
        if i == mark:
            starts.append(i)
            mark = next_snapshot(i, n, k - len(starts))
        most = max(most, len(starts))
    again = 0
    for i in reversed(range(n)):
        if starts[-1] == i:
            starts.pop()
            continue
        mark = next_snapshot(starts[-1], i + 1, k - len(starts))
        for step in range(starts[-1], i):
            again += 1
            if step == mark:
                starts.append(step)
                mark = next_snapshot(step, i + 1, k - len(starts))
            most = max(most, len(starts))
    assert starts == []
    return again, most


def test_the_schedule_is_optimal():
    next_snapshot = _next_snapshot()
    for k in range(1, 8):
        for n in [*range(1, 60), 100, 333]:
            again, most = moves(n, k, next_snapshot)
            # The forward pass makes the first n - 1 moves, and one more step; the state before that one is kept, too.
            assert again == formula(n, k) - (n - 1), (n, k)
            assert most <= min(k, n) + (n > 1), (n, k)


class Counting:
    """NumPy, with the calls of one function counted."""

    def __init__(self):
        self.calls = 0

    def __getattr__(self, name):
        return getattr(np, name)

    def sin(self, x):
        self.calls += 1
        return np.sin(x)


def sines(u, n, k):
    for _ in checkpointed(range(n), snapshots=k):
        u = u + 0.1 * np.sin(u)
    return u.sum()


def test_the_generated_code_runs_as_many_steps():
    g = grad(sines)
    g(U, 5, 2)
    for n, k in [(1, 1), (2, 1), (7, 2), (40, 3), (200, 5), (64, 64), (1000, 4)]:
        counting = Counting()
        scope = {"np": counting}
        exec(g.source, scope)
        same_bits(scope["grad_sines"](U, n, k), g(U, n, k), "gradient")
        # n in the forward pass, each once more right before its reverse, and the moves in between.
        assert counting.calls == n + n + formula(n, k) - (n - 1), (n, k)


# ---- programs: each beside the same one over a plain range ----


def accumulating(u, c, n=13):
    s = 0.0
    for i in checkpointed(range(n), snapshots=3):
        v = np.sin(u) * c
        u = u + 0.1 * v * (i + 1)
        s += (u * u).sum()
    return s + u.sum()


def in_place(u, c):
    u = u.copy()
    for _ in checkpointed(range(11), snapshots=2):
        u[1:-1] += c * (u[2:] - 2 * u[1:-1] + u[:-2])
        u *= 0.9 + 0.01 * u
    return (u * u).sum()


def with_branches(u, c):
    for i in checkpointed(range(2 * 5), snapshots=3):
        if i % 3 == 0:
            u = u * c
        elif u.sum() > 0:
            e = np.exp(-u)
            u = u + e
        else:
            e = u * u
            u = u - 0.1 * e
    return (u * SCALE).sum()


def with_loops_inside(u, c):
    for _ in checkpointed(range(6), snapshots=2):
        total = np.zeros(4)
        for j in range(3):
            total = total + np.tanh(u * c + j)
            u = u * 0.9
        u = u + 0.2 * total
    return (u * u).sum()


def inside_loops(u, c):
    s = 0.0
    for k in range(3):
        for _ in checkpointed(range(5), snapshots=2):
            u = u + c * np.cos(u) * (k + 1) / 10
        s = s + (u * u).sum()
        u = u * 0.5
    return s


def nested(u, c):
    for i in checkpointed(range(4), snapshots=2):
        for _ in checkpointed(range(i + 2), snapshots=1):
            u = u + 0.1 * c * np.cos(u)
        u = u * 0.9
    return (u * u).sum()


def in_a_branch(u, c):
    if c > 0:
        for _ in checkpointed(range(5), snapshots=2):
            u = u + 0.1 * c * np.cos(u)
    else:
        u = u * c
    return (u * u).sum()


def several_states(u, c):
    x, v, n = u, u * 0.0, 9
    for _ in checkpointed(range(n), snapshots=3):
        n = 0
        a = -c * x
        x, v = x + 0.1 * v, v + 0.1 * a
    return (x * x).sum() + (v * v).sum() + n


def overwritten_before_and_after(u, c):
    w = u * 2
    h = w * w
    w = np.cos(u)
    for i in checkpointed(range(7), snapshots=2):
        w = w + 0.1 * c * np.sin(w + h)
        last = w * i
    h = w * w
    i = 2.0
    c = c * i
    return (h * last).sum() * c


def with_names_of_adjoints(u, c):
    du = np.ones(4)
    for _ in checkpointed(range(7), snapshots=2):
        dc = np.sin(u)
        du = du * dc
        u = u + 0.1 * c * dc
    return (u * du).sum()


def counts_that_change_later(u, c):
    n, k = 6, 2
    for i in checkpointed(range(n), snapshots=k):
        u = u + c * np.sin(u * i) / 5
    n, k = 3, 5
    for j in range(n):
        for i in checkpointed(range(j + 2), snapshots=j + 1):
            u = u + c * np.sin(u) * (i + j) / 9
    return u.sum() * n * k


def with_a_matrix_written_row_by_row(u, c):
    w = np.zeros((4, 4))
    for i in checkpointed(range(4), snapshots=2):
        w[i] = u * c
        w[:, i] += np.sin(u)
        u = w @ u / 5
    return (w * w).sum() + u.sum()


def with_what_is_sometimes_kept(u, c):
    old, best = u, u[0]
    for i in checkpointed(range(7), snapshots=2):
        if i == 2:
            old = u
        if u.max() > best:
            best = u.max()
        u = u * 0.9 + 0.3 * c * np.roll(stop_gradient(u), 1)
    return (u * old).sum() * best


def continued(u, c):
    total, last = 0.0, u
    for i in checkpointed(range(9), snapshots=2):
        if i % 4 == 1:
            u = u * 0.9
            continue
        v = np.sin(u) * c
        if v.sum() > 0:
            u = u + 0.1 * v
        else:
            u = u - v
            continue
        last = u * i
        if i == 6:
            total = total + (last * u).sum()
            continue
        elif i == 7:
            continue
        total = total + u[i % 4]
    return total + (u * last).sum()


def numbers(u, c):
    x = c
    for _ in checkpointed(range(25), snapshots=3):
        x = 3.1 * x * (1 - x)
    return x * u.sum()


def helper(u, c):
    for _ in checkpointed(range(5), snapshots=2):
        u = u + 0.1 * c * np.cos(u)
    return u


def in_a_helper(u, c):
    return (helper(helper(u, c), c * c) * u).sum()


@checkpoint
def recomputed(u, c):
    v = helper(u, c)
    return v * v


def in_a_checkpointed_helper(u, c):
    return (recomputed(u * c, c) * u).sum()


def step(u, w, c):
    v = np.tanh(w @ u)
    return u + 0.1 * c * v * v


def calling_helpers(u, c):
    for _ in checkpointed(range(8), snapshots=3):
        u = step(u, W, c)
        u = checkpoint(step)(u, W, c * 0.5)
    return (u * u).sum()


def reading_items(u, c):
    xs = np.outer(np.arange(6.0), u)
    h = u * 0.1
    for t in checkpointed(range(len(xs)), snapshots=2):
        h = np.tanh(xs[t] * c + h)
    return (h * h).sum()


def under_a_manager(u, c):
    with np.errstate(all="ignore"):
        for _ in checkpointed(range(5), snapshots=2):
            u = u + 0.1 * c * np.sin(u)
    return (u * u).sum()


def with_sometimes_nothing(u, c):
    v = u * c
    for i in checkpointed(range(6), snapshots=2):
        if i % 2:
            v = v * v
    v[0] = 3.0
    return (v * u).sum()


def reading_the_module(u, c):
    for _ in checkpointed(range(6), snapshots=2):
        u = u + 0.1 * c * np.sin(u * SCALE)
    return (u * u).sum()


def over_nothing(u, c):
    for _ in checkpointed(range(0), snapshots=2):
        u = u * c
    return (u * u * c).sum()


PROGRAMS = [
    accumulating,
    in_place,
    with_branches,
    with_loops_inside,
    inside_loops,
    nested,
    in_a_branch,
    several_states,
    overwritten_before_and_after,
    with_names_of_adjoints,
    counts_that_change_later,
    with_a_matrix_written_row_by_row,
    with_what_is_sometimes_kept,
    continued,
    numbers,
    in_a_helper,
    in_a_checkpointed_helper,
    calling_helpers,
    reading_items,
    under_a_manager,
    with_sometimes_nothing,
    reading_the_module,
    over_nothing,
]


def agree(f, *args):
    """Assert that reverse mode, which has snapshots, agrees with forward mode, for which the loop is a plain one."""
    wrt = tuple(range(len(args)))
    gradient = grad(f, wrt)(*args)
    direction = tuple(np.random.default_rng(1).normal(size=np.shape(a))[()] for a in args)
    value, along = jvp(f, wrt)(*args, tangents=tuple(map(float_or_array, direction)))
    assert value == f(*args)
    total = sum(np.vdot(d, g) for d, g in zip(direction, gradient, strict=True))
    assert total == pytest.approx(along, rel=1e-11, abs=1e-13)
    same_numbers(grad(f, wrt, checked=True)(*args), gradient, 0, "checked build")
    y, pullback = vjp(f, wrt)(*args)
    assert y == value
    for _ in range(2):
        same_numbers(pullback(1.0), gradient, 1e-13, "pullback")


def float_or_array(d):
    return d if np.ndim(d) else float(d)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_reverse_mode_agrees_with_the_plain_loop(f):
    agree(f, U, C)


@pytest.mark.parametrize("f", [in_place, inside_loops], ids=lambda f: f.__name__)
def test_the_gradient_is_that_of_differences(f):
    check(f, U, C)


def test_for_any_number_of_steps_and_snapshots():
    def f(u, n, k):
        s = 0.0
        for i in checkpointed(range(n), snapshots=k):
            u = u + np.sin(u) * (i + 1) / 10
            s = s + u[i % 4]
        return s + (u * u).sum()

    def plain(u, n):
        s = 0.0
        for i in range(n):
            u = u + np.sin(u) * (i + 1) / 10
            s = s + u[i % 4]
        return s + (u * u).sum()

    g, g_plain = grad(f), grad(plain)
    for n in (0, 1, 2, 3, 5, 17, 40):
        for k in (1, 2, 3, 7, 100):
            same_bits(g(U, n, k), g_plain(U, n), f"{n} steps, {k} snapshots")


def test_arrays_come_back_and_pullbacks_may_be_called_whatever_became_of_the_arguments():
    def f(u, c):
        for _ in checkpointed(range(9), snapshots=2):
            u = u + 0.1 * c * np.sin(u)
        return u

    check_pullback(f, U, C)
    u = U.copy()
    y, pullback = vjp(f)(u, C)
    first = pullback(SCALE)
    u[:], y[:] = 5.0, 7.0
    same_bits(pullback(SCALE), first, "pulled back again")
    _, pullback = vjp(reading_the_module, (0, 1))(U, C)
    first, kept = pullback(1.0), SCALE.copy()
    SCALE[:] = 9.0
    try:
        same_bits(pullback(1.0), first, "after the module's array was changed")
    finally:
        SCALE[:] = kept


def test_other_orders():
    def plain(u, c, n):
        for _ in range(n):
            u = u + 0.1 * c * np.sin(u)
        return (u * u).sum()

    def f(u, c, n):
        for _ in checkpointed(range(n), snapshots=2):
            u = u + 0.1 * c * np.sin(u)
        return (u * u).sum()

    same_numbers(hvp(f)(U, C, 6, vectors=SCALE), hvp(plain)(U, C, 6, vectors=SCALE), 1e-12, "forward over reverse")
    once, again = grad(f), grad(plain)
    for n in range(1, 9):
        reverse = grad(lambda u, n: (once(u, C, n) * SCALE).sum())(U, n)
        same_numbers(reverse, grad(lambda u, n: (again(u, C, n) * SCALE).sum())(U, n), 1e-12, f"grad of grad, {n}")


class Model:
    def __init__(self, w):
        self.w = w

    def loss(self, u):
        for _ in checkpointed(range(5), snapshots=2):
            u = np.tanh(self.w @ u) + u
        return (u * u).sum()


def test_in_methods_and_closures():
    def make(k):
        def f(u, w):
            for _ in checkpointed(range(5), snapshots=k):
                u = np.tanh(w @ u) + u
            return (u * u).sum()

        return f

    dw = grad(make(2), (0, 1))(U, W)
    check(Model(W).loss, U)
    same_bits(grad(Model(W).loss)(U), dw[0], "method")
    same_bits(grad(make(1), (0, 1))(U, W), dw, "another number of snapshots")
    same_bits(grad(make(3), (0, 1), guard="nan")(U, W), dw, "guarded")


def test_a_gradient_may_be_looked_at_in_every_step(capsys):
    def f(u, c):
        for i in checkpointed(range(4), snapshots=2):
            u = u + 0.1 * c * np.sin(u)
            with grad_of(u) as du:
                print(i)
                du *= 0.5
        return u.sum()

    def by_hand(u, c):
        us = [u]
        for _ in range(4):
            us.append(us[-1] + 0.1 * c * np.sin(us[-1]))
        du = np.ones(4)
        for u in us[3::-1]:
            du = 0.5 * du
            du = du + 0.1 * c * du * np.cos(u)
        return du

    same_numbers(grad(f)(U, C), by_hand(U, C), 1e-13, "by hand")
    assert capsys.readouterr().out.split() == ["3", "2", "1", "0"]


# ---- memory and time ----


def _peak(call):
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def wave(u, c, n):
    for _ in checkpointed(range(n), snapshots=100):
        u = u + 0.001 * c * np.sin(u)
    return u.sum()


def plain_wave(u, c, n):
    for _ in range(n):
        u = u + 0.001 * c * np.sin(u)
    return u.sum()


def test_ten_thousand_steps_stay_within_a_hundred_states():
    u = np.linspace(0.1, 1.0, 100)
    g, plain = grad(wave, (0, 1)), grad(plain_wave, (0, 1))
    same_bits(g(u, C, 500), plain(u, C, 500), "gradient")
    state = 100 * 8 + 200  # the numbers, and what an array needs besides
    little, everything = _peak(lambda: g(u, C, 10_000)), _peak(lambda: plain(u, C, 1_000))
    assert little < 101 * state + 10 * state + 10_000  # the snapshots, one more state, and what one step saves
    assert everything > 1_000 * 100 * 8  # for a tenth of the steps


# ---- a saved module ----


def test_a_saved_module_needs_nothing_but_numpy(tmp_path):
    for f in (accumulating, in_place):
        g = grad(f, (0, 1))
        expected = g(U, C)
        path = tmp_path / f"{f.__name__}.py"
        g.save(path)
        assert "import s2sgrad" not in path.read_text()
        same_bits(runpy.run_path(str(path))[f"grad_{f.__name__}"](U, C), expected, f.__name__)


# ---- called as it stands ----


def test_called_as_it_stands_it_is_the_range():
    steps = range(5)
    assert checkpointed(steps, snapshots=np.int64(2)) is steps
    assert value_and_grad(accumulating)(U, C)[0] == accumulating(U, C)


@pytest.mark.parametrize("steps", [[1, 2], range(1, 5), range(0, 10, 2), 5, np.arange(3)])
def test_anything_but_a_range_from_zero_is_an_error(steps):
    with pytest.raises(ArgumentError, match=r"checkpointed takes range\(n\)"):
        checkpointed(steps, snapshots=2)


@pytest.mark.parametrize("snapshots", [0, -1, 2.0, "3", None])
def test_a_number_of_snapshots_below_one_is_an_error(snapshots):
    with pytest.raises(ArgumentError, match="snapshots is"):
        checkpointed(range(3), snapshots=snapshots)


# ---- what is refused ----


def broken_off(u):
    for i in checkpointed(range(5), snapshots=2):
        if i > 3:
            break
        u = u * u
    return u.sum()


def continued_behind_both(u):
    for i in checkpointed(range(5), snapshots=2):
        if i > 3:
            if u[0] > 0:
                continue
            u = u * u
        u = u * u
    return u.sum()


def continued_in_a_with(u):
    for _ in checkpointed(range(5), snapshots=2):
        with np.errstate(all="ignore"):
            continue
        u = u * u
    return u.sum()


def continued_behind_a_loop(u):
    for _ in checkpointed(range(5), snapshots=2):
        for k in range(3):
            u = u * u + k
        else:
            continue
        u = u + u
    return u.sum()


def returned_from(u):
    for _ in checkpointed(range(5), snapshots=2):
        u = u * u
        if u.sum() > 100:
            return u.sum()
    return u.sum()


def drawing(u):
    for _ in checkpointed(range(5), snapshots=2):
        u = u * u + np.random.normal(size=4)
    return u.sum()


def printing(u):
    for i in checkpointed(range(5), snapshots=2):
        u = u * u
        print(i)
    return u.sum()


def growing(u):
    us = []
    for _ in checkpointed(range(5), snapshots=2):
        u = u * u
        us.append(u)
    return (us[0] * us[2]).sum()


def counting_its_own(u):
    for i in checkpointed(range(5), snapshots=2):
        i = i + 1
        u = u * i
    return u.sum()


def seen_by_another_name(u):
    u = u * 2
    v = u
    for _ in checkpointed(range(5), snapshots=2):
        u[0] = u[1] * u[2]
    return (u * v).sum()


def seen_through_a_view(u):
    u = u * 2
    v = u[1:]
    for _ in checkpointed(range(5), snapshots=2):
        u[1:] = u[1:] * 0.5
    return u.sum() * v.sum()


def of_the_caller(u):
    for _ in checkpointed(range(5), snapshots=2):
        u[0] = u[1] * u[2]
    return (u * u).sum()


def from_one(u):
    for _ in checkpointed(range(1, 5), snapshots=2):
        u = u * u
    return u.sum()


def without_a_number(u):
    for _ in checkpointed(range(5), 2):
        u = u * u
    return u.sum()


def of_the_module(u):
    for _ in checkpointed(range(5), snapshots=2):
        u = u * SCALE
        SCALE[0] = 2.0
    return u.sum()


def in_a_comprehension(u):
    return sum([u[i] * u[i] for i in checkpointed(range(4), snapshots=2)])


def counted_twice(u):
    for k, _ in enumerate(checkpointed(range(4), snapshots=2)):
        u = u * k
    return u.sum()


def with_a_list(u):
    hs = [u, u * 2]
    for _ in checkpointed(range(5), snapshots=2):
        hs[0] = hs[0] * 0.9 + 0.1 * np.sin(hs[1])
    return (hs[0] * hs[1]).sum()


def without_a_value(u):
    for i in checkpointed(range(5), snapshots=2):
        if i:
            u = u * w  # noqa: F821
        w = u + 1  # noqa: F841
    return u.sum()


def with_a_function_inside(u):
    for _ in checkpointed(range(5), snapshots=2):

        def square(v):
            return v * v

        u = square(u)
    return u.sum()


REFUSED = [
    (broken_off, "not left early"),
    (continued_behind_both, "not left early"),
    (continued_in_a_with, "not left early"),
    (continued_behind_a_loop, "not left early|else"),
    (returned_from, "a `return` stands in a checkpointed loop"),
    (drawing, "draws random numbers"),
    (printing, "`print` would be called a second time"),
    (growing, "caller|given|list"),
    (counting_its_own, "counts the rounds"),
    (seen_by_another_name, "`v` may be the same array"),
    (seen_through_a_view, "`v` may be the same array"),
    (of_the_caller, "belongs to the caller"),
    (from_one, "not how a loop is checkpointed"),
    (without_a_number, "not how a loop is checkpointed"),
    (of_the_module, "belongs to the module"),
    (in_a_comprehension, "cannot stand here"),
    (counted_twice, "cannot stand here"),
    (with_a_list, "list"),
    (without_a_value, "no value"),
    (with_a_function_inside, "a function stands in a checkpointed loop"),
]


@pytest.mark.parametrize(("f", "reason"), REFUSED, ids=lambda f: getattr(f, "__name__", ""))
def test_what_is_refused(f, reason):
    refused(f, U, match=reason)


def test_no_snapshots_at_all_are_refused_before_anything_runs():
    def f(u):
        for _ in checkpointed(range(5), snapshots=0):
            u = u * u
        return u.sum()

    with pytest.raises(ArgumentError, match="snapshots is 0"):
        grad(f)(U)
