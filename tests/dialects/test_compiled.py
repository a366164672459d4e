"""Gradients compiled by Numba: the numbers of the plain build, and a reason where Numba cannot follow."""

import copy
import importlib.util
import pickle
import subprocess
import sys

import numpy as np
import pytest

from s2sgrad import ArgumentError, Refusal, grad, value_and_grad, vjp
from s2sgrad.dialects import compiled
from tests.promises import same_numbers

pytest.importorskip("numba")

RNG = np.random.default_rng(3)
rate = 0.5
table = np.array([1.0, 2.0])


def same(f, *args, wrt=0, transform=grad, tol=1e-9):
    """Assert that the compiled gradient is the plain one, and leaves its arguments alone; returns it."""
    numba = transform(f, wrt, compile="numba")
    before = copy.deepcopy(args)
    got = numba(*args)
    same_numbers(args, before, 0.0, "the arguments")
    wanted = transform(f, wrt)(*args)
    same_numbers(got, wanted, tol, f"the compiled gradient of {f.__name__}")
    assert _kinds(got) == _kinds(wanted)
    return numba


def _kinds(value):
    if isinstance(value, (tuple, list)):
        return [type(value), *map(_kinds, value)]
    return value.dtype if hasattr(value, "dtype") else np.dtype(type(value))


# ---- programs ----


def euler(theta, omega, damping, dt, steps):
    for _ in range(steps):
        accel = -np.sin(theta) - damping * omega
        theta = theta + dt * omega
        omega = omega + dt * accel
    return theta**2 + omega**2


def rk4(x, v, k, c, dt, steps):
    for _ in range(steps):
        k1x = v
        k1v = -k * x - c * v
        k2x = v + 0.5 * dt * k1v
        k2v = -k * (x + 0.5 * dt * k1x) - c * k2x
        x = x + dt * k2x
        v = v + dt * k2v
    return x**2 + v**2


def reservoir(inflow, rate, cap):
    level = 0.0
    energy = 0.0
    for i in range(len(inflow)):
        if level < cap:
            level = level + inflow[i]
        else:
            level = level + inflow[i] - rate * (level - cap) ** 2
        energy += level**2
    return energy


def rnn(xs, ys, h, Wx, Wh, b, Wy):
    loss = 0.0
    for t in range(len(xs)):
        h = np.tanh(xs[t] @ Wx + h @ Wh + b)
        err = h @ Wy - ys[t]
        loss += 0.5 * (err**2).sum()
    return loss


def heat(u0, alpha, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    return (u**2).sum()


def n_body(pos, vel, mass, dt):
    n = len(mass)
    acc = np.zeros_like(pos)
    for i in range(n):
        for j in range(n):
            if i != j:
                r = pos[j] - pos[i]
                d2 = (r**2).sum() + 1e-3
                acc[i] += mass[j] * r / d2**1.5
    vel = vel + dt * acc
    pos = pos + dt * vel
    return 0.5 * (mass * (vel**2).sum(axis=1)).sum() + (pos**2).sum()


def rnn_arguments():
    shapes = [(4, 2, 3), (4, 2, 2), (2, 5), (3, 5), (5, 5), (5,), (5, 2)]
    return [RNG.normal(size=shape) for shape in shapes]


def test_an_ode_of_ten_thousand_steps():
    same(euler, 0.8, 0.1, 0.2, 0.001, 10_000, wrt=("theta", "omega", "damping", "dt"), tol=1e-7)
    same(rk4, 1.0, 0.0, 2.0, 0.1, 0.001, 10_000, wrt=("x", "v", "k", "c"), tol=1e-7)


def test_loops_that_never_run():
    same(euler, 0.8, 0.1, 0.2, 0.01, 0, wrt=("theta", "omega", "damping", "dt"))
    same(reservoir, np.zeros(0), 0.3, 1.7, wrt=("inflow", "rate", "cap"))


def test_a_reservoir():
    g = same(reservoir, RNG.uniform(0.1, 1.0, 200), 0.3, 1.7, wrt=("inflow", "rate", "cap"), transform=value_and_grad)
    for n in (1, 2, 50):
        args = RNG.uniform(0.1, 1.0, n), 0.3, 1.7
        same_numbers(g(*args), value_and_grad(reservoir, ("inflow", "rate", "cap"))(*args), 1e-12, "again")


@pytest.mark.slow
def test_a_recurrent_network():
    same(rnn, *rnn_arguments(), wrt=("h", "Wx", "Wh", "b", "Wy"))


@pytest.mark.slow
def test_a_stencil():
    same(heat, RNG.normal(size=30), 0.2, 9, wrt=("u0", "alpha"))


@pytest.mark.slow
def test_an_n_body_step():
    args = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 3)), RNG.uniform(1.0, 2.0, 5), 0.01
    same(n_body, *args, wrt=("pos", "vel", "mass", "dt"))


@pytest.mark.slow
def test_lists_of_weights():
    def network(Ws, bs, x):
        h = x
        for k in range(len(Ws)):
            h = np.tanh(h @ Ws[k] + bs[k])
        return (h**2).sum()

    Ws, bs = [RNG.normal(size=(3, 3)) for _ in range(2)], [RNG.normal(size=3) for _ in range(2)]
    same(network, Ws, bs, RNG.normal(size=(2, 3)), wrt=("Ws", "bs"))


@pytest.mark.slow
def test_a_softmax_with_its_largest():
    def loss(W, X, Y):
        logits = X @ W
        shifted = logits - logits.max(axis=1, keepdims=True)
        return -(Y * (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))).sum()

    same(loss, RNG.normal(size=(3, 4)), RNG.normal(size=(5, 3)), np.eye(4)[[0, 1, 2, 3, 0]])


@pytest.mark.slow
def test_reductions_along_axes():
    def f(x):
        kept = x.sum(axis=0, keepdims=True) + x.max(axis=0, keepdims=True)
        return (x * kept).sum()

    def g(x):
        return (x.max(axis=-1) * x.mean(axis=1)).sum()

    same(f, RNG.normal(size=4))
    same(g, RNG.normal(size=(3, 2)))


def test_overlapping_sides_are_no_running_sum():
    def f(x):
        y = x.copy()
        y[1:] += y[:-1]
        return (y**2).sum()

    same(f, np.arange(1.0, 6.0), transform=value_and_grad)


def test_repeated_indices():
    def f(x, i):
        return (x[i] ** 2).sum()

    same(f, np.arange(1.0, 4.0), np.array([0, 0, 2]))
    same(f, np.arange(1.0, 7.0).reshape(3, 2), np.array([[0, 1], [1, 1]]))


def test_repeated_pairs_of_indices():
    def f(A, i, j):
        return (A[i, j] ** 2).sum() + (A[0, j] ** 3).sum()

    same(f, np.arange(1.0, 7.0).reshape(3, 2), np.array([0, 0, -1]), np.array([1, 1, -2]))


# ---- arguments and results ----


def square(x):
    return (x * x).sum()


def test_other_layouts_and_read_only_arrays():
    g = grad(square, compile="numba")
    A = np.arange(6.0).reshape(2, 3)
    frozen = A.copy()
    frozen.flags.writeable = False
    for x in (A, A.T, A[:, ::2], np.asfortranarray(A), frozen):
        np.testing.assert_array_equal(g(x), 2 * x)


def test_kinds_of_numbers_stay():
    def double(x):
        return 2 * x * x

    for x in (1.5, np.float64(1.5), np.float32(1.5)):
        same(double, x, transform=value_and_grad)
    same(square, np.ones(3, np.float32), transform=value_and_grad)


def test_defaults_keywords_and_starred_parameters():
    def f(x, n=2, *rest, scale=3.0):
        return x * n * rest[0] * scale if len(rest) > 0 else x * n * scale

    g, plain = grad(f, compile="numba"), grad(f)
    assert g(2.0) == plain(2.0) == 6.0
    assert g(2.0, scale=1.0) == plain(2.0, scale=1.0)
    assert g(2.0, 3, 5.0) == plain(2.0, 3, 5.0)


def test_the_bare_function_and_the_texts():
    g = grad(reservoir, "inflow", compile="numba")
    args = np.ones(4), 0.3, 1.7
    bare = g.specialized(*args)
    np.testing.assert_array_equal(bare(*args), grad(reservoir, "inflow")(*args))
    assert bare.__name__ == "grad_reservoir"
    assert "reversed(range(len(inflow)))" in g.source_for(*args)
    assert g.source_for(*args) == grad(reservoir, "inflow").source_for(*args)
    assert "range(len(inflow) - 1, -1, -1)" in g.source_in("numba", *args) == g.source_in("numba", *args)
    g(*args)
    assert g.source_in("numba") == grad(reservoir, "inflow").source_in("numba", *args)
    with pytest.raises(ArgumentError, match="no dialect 'fortran'"):
        g.source_in("fortran", *args)


def test_methods_and_pickles():
    g = pickle.loads(pickle.dumps(grad(reservoir, "inflow", compile="numba")))
    assert "numba" in g._options
    np.testing.assert_array_equal(g(np.ones(3), 0.3, 1.7), grad(reservoir, "inflow")(np.ones(3), 0.3, 1.7))


def test_an_index_out_of_range_is_an_error():
    def f(x, n):
        s = 0.0
        for i in range(n):
            s += x[i] ** 2
        return s

    g = same(f, np.ones(3), 3)
    with pytest.raises(IndexError):
        g(np.ones(3), 4)


def test_division_by_zero_is_numpys():
    def f(x):
        return (1 / x).sum()

    assert grad(f, compile="numba")(np.array([0.0, 2.0])).tolist() == [-np.inf, -0.25]


# ---- what is read from outside ----


def damped(v, k=2.0):
    out = v * k
    for _ in range(3):
        out = np.sin(out) * rate
    return out


def uses_globals(x, y):
    s = 0.0
    for i in range(len(x)):
        s = s + damped(x[i]) * y * rate + table[0] * x[i]
    return s


def test_globals_are_read_live(monkeypatch):
    g = same(uses_globals, np.arange(1.0, 4.0), 2.0, wrt=("x", "y"))
    monkeypatch.setitem(globals(), "rate", 0.7)
    monkeypatch.setitem(globals(), "table", np.array([5.0, 1.0]))
    args = np.arange(1.0, 4.0), 2.0
    same_numbers(g(*args), grad(uses_globals, ("x", "y"))(*args), 1e-12, "after the change")


def test_a_closure_is_read_live():
    scale = 2.0

    def f(x):
        return x * x * scale

    g = grad(f, compile="numba")
    assert g(3.0) == 12.0
    scale = 3.0
    assert g(3.0) == 18.0


def weighted(x):
    return x * table[0]


def test_an_array_that_a_helper_reads_is_refused():
    def f(x, n):
        s = 0.0
        for _ in range(n):
            s = s + weighted(x)
        return s

    with pytest.raises(Refusal, match="weighted"):
        grad(f, compile="numba")(1.0, 2)
    assert grad(f, compile="numba-or-python")(1.0, 2) == 2.0


def plain_number(n):
    return n / 2


def test_a_helper_that_is_not_differentiated_is_compiled_too(monkeypatch):
    def f(x, n):
        k = plain_number(n)
        return x * x * k

    g = same(f, 1.5, 3)
    monkeypatch.setitem(globals(), "plain_number", lambda n: n * 5.0)
    assert g(1.5, 3) == 45.0


# ---- refusals and the way around ----


def test_what_numba_cannot_type_is_refused_with_its_reason():
    def f(p, x):
        return (p["a"] * x).sum()

    p, x = {"a": np.ones(2)}, np.ones(2)
    with pytest.raises(Refusal, match="Numba type of <class 'dict'>") as found:
        grad(f, compile="numba")(p, x)
    assert 'compile="numba-or-python"' in found.value.instead
    np.testing.assert_array_equal(grad(f, compile="numba-or-python")(p, x)["a"], x)


def test_the_reason_names_the_line():
    def f(x, y):
        z = x @ y
        return (z**2).sum()

    with pytest.raises(Refusal, match=r"float64, 3d.* \(in `z = x @ y`\)"):
        grad(f, compile="numba")(np.ones((2, 3, 3)), np.ones((2, 3, 3)))


def test_a_function_that_was_refused_stays_plain(monkeypatch):
    def f(x, y):
        return ((x @ y) ** 2).sum()

    args = np.ones((2, 3, 3)), np.ones((2, 3, 3))
    g = grad(f, compile="numba-or-python")
    wanted = grad(f)(*args)
    np.testing.assert_array_equal(g(*args), wanted)
    monkeypatch.setattr(compiled, "_compile", None)
    np.testing.assert_array_equal(g(*args), wanted)


def test_integers_that_numba_would_wrap():
    def factorials(x, n):
        p, s = 1, 0.0
        for k in range(1, n):
            p *= k
            s += x**k / p
        return s

    def power(x, n):
        return x * 2**n

    def narrow(x, labels):
        return (x * (labels - 1)).sum()

    for f, args, reason in [
        (factorials, (1.5, 5), "64 bits"),
        (power, (1.5, 3), "64 bits"),
        (narrow, (np.ones(2), np.zeros(2, np.uint8)), "wraps"),
    ]:
        with pytest.raises(Refusal, match=reason):
            grad(f, compile="numba")(*args)
        same_numbers(grad(f, compile="numba-or-python")(*args), grad(f)(*args), 0.0, "the way around")
    same(narrow, np.ones(2), np.zeros(2, int))


def test_what_cannot_be_asked_for():
    with pytest.raises(ArgumentError, match="vjp cannot be compiled"):
        vjp(square, compile="numba")
    with pytest.raises(ArgumentError, match="checks itself"):
        grad(square, compile="numba", checked=True)
    with pytest.raises(ArgumentError, match="'fortran' is not known"):
        grad(square, compile="fortran")


def test_without_numba(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ArgumentError, match="Numba, which is not installed") as found:
        grad(square, compile="numba")
    assert "s2sgrad[numba]" in found.value.instead
    g = grad(square, compile="numba-or-python")
    np.testing.assert_array_equal(g(np.ones(2)), [2.0, 2.0])
    assert g.fn.__code__.co_filename.startswith("<s2sgrad generated grad_square")
    with pytest.raises(ArgumentError, match="not installed"):
        g.save("nowhere.py", dialect="numba")


def test_a_user_error_passes_through():
    def f(x):
        if x < 0:
            raise ValueError("negative")
        return x * x

    g = same(f, 2.0)
    with pytest.raises(ValueError, match="negative"):
        g(-1.0)


def test_numba_is_not_imported_before_it_is_needed():
    program = "import sys, s2sgrad; assert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_reason_is_one_line():
    error = Exception(
        "Failed in nopython mode pipeline (step: nopython frontend)\n"
        "No implementation of function Function(<function f at 0x7f>) found for signature:\n\n"
        " >>> f(float64)\n\nThere are 2 candidate implementations:\n"
    )
    assert compiled._useful(error) == "no implementation of f(float64)"


def with_determinants(a):
    return np.linalg.det(a) ** 2 + np.linalg.det(a[:2, :2]) + np.linalg.slogdet(a[1:, 1:])[1]


def test_determinants_of_singular_matrices():
    same(with_determinants, np.arange(1.0, 10).reshape(3, 3))
    same(with_determinants, np.arange(9.0).reshape(3, 3) ** 2)
