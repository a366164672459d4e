"""``checkpoint(f)``: the numbers of the function as it stands, nothing saved, and what cannot be run again refused."""

import logging
import re
import runpy
import tracemalloc

import numpy as np
import pytest

from s2sgrad import checkpoint, grad, hvp, jvp, value_and_grad, vjp
from s2sgrad.errors import ArgumentError, Refusal
from tests import far_away
from tests.differences import check, check_pullback, refused
from tests.promises import same_bits, same_numbers
from tests.test_checkpointed import agree

rng = np.random.default_rng(0)
X, W, B = rng.normal(size=4), rng.normal(size=(4, 4)) / 2, rng.normal(size=4)
SHARED = np.array([1.0, 2.0, 3.0, 4.0])
SEEN: list[float] = []


def plain_layer(h, w, b):
    a = np.tanh(w @ h + b)
    s = np.exp(-a * a)
    return h + s * a


layer = checkpoint(plain_layer)


@checkpoint
def two(h, *, by=0.5, w):
    a = np.sin(w @ h) * by
    return a, a * h


@checkpoint
def of_a_list(hs, w):
    total = np.zeros(4)
    for h in hs:
        total = total + np.tanh(w @ h)
    return total * total


@checkpoint
def outer(h, w, b):
    for _ in range(2):
        h = layer(h, w, b)
    return h * h


@checkpoint
def steps(h, n):
    k = 0
    while k < n:
        if h.sum() > 3:
            break
        h = h * 1.5
        k += 1
    return h


@checkpoint
def fills(h):
    out = np.empty(4)
    for i in range(4):
        out[i] = h[i] * h[3 - i]
    return out


# ---- programs, each written so that `layer` and its like may be the checkpointed function or the plain one ----


def in_a_loop(x, w, b):
    h = x
    for _ in range(4):
        h = checkpoint(plain_layer)(h, w, b)
    return (h * h).sum()


def decorated(x, w, b):
    h = layer(x, w, b=b)
    return (layer(h, b=b, w=w) * h).sum()


def under_a_name(x, w, b):
    run = checkpoint(plain_layer)
    return (run(run(x, w, b), w, b) ** 2).sum()


def several_results(x, w, b):
    u, v = two(x, w=w)
    p, q = two(u * b, by=1.5, w=w)
    return (u * v).sum() + (p * q * x).sum()


def one_of_several_results(x, w, b):
    pair = two(x * b, w=w)
    return (pair[1] ** 2).sum()


def lists(x, w, b):
    return of_a_list([x, b * x, x * x], w).sum()


def one_inside_the_other(x, w, b):
    return (outer(x, w, b) * x).sum()


def in_branches(x, w, b):
    h = x
    for k in range(4):
        if k % 2:
            h = layer(h, w, b)
        elif h.sum() > 100:
            break
        else:
            h = h * steps(h, 3)
    return h.sum()


def overwritten_later(x, w, b):
    u = x * 2
    v = u * 1.0
    h = layer(v, w, b)
    v[1:] = h[1:]
    u = layer(v, w, b)
    v[0] = 3.0
    return (u * v).sum()


def the_result_is_changed(x, w, b):
    h = layer(x, w, b)
    h[1] = x[0]
    h *= 2
    return (fills(h) * layer(h, w, b)).sum()


def of_constants(x, w, b):
    m = layer(SHARED, np.eye(4), np.zeros(4))
    return (layer(x, np.eye(4), m) * m).sum()


def of_another_module(x, w, b):
    h = far_away.damped(x, w)
    return (checkpoint(far_away.stretched)(h) * far_away.damped(h, w)).sum()


def twice_in_a_line(x, w, b):
    return (layer(np.tanh(x), w, b) * layer(x + b, w @ w, b)).sum()


AGAINST_DIFFERENCES = [decorated, several_results, in_branches, overwritten_later, the_result_is_changed]
AGAINST_FORWARD_MODE = [
    in_a_loop,
    under_a_name,
    one_of_several_results,
    lists,
    one_inside_the_other,
    of_constants,
    of_another_module,
    twice_in_a_line,
]


@pytest.mark.parametrize("f", AGAINST_DIFFERENCES, ids=lambda f: f.__name__)
def test_the_gradient_is_that_of_differences(f):
    check(f, X, W, B)


@pytest.mark.parametrize("f", AGAINST_FORWARD_MODE, ids=lambda f: f.__name__)
def test_reverse_mode_agrees_with_forward_mode(f):
    agree(f, X, W, B)


def test_the_gradient_is_that_of_the_function_as_it_stands_to_the_last_bit():
    def plain(x, w, b):
        h = x
        for _ in range(4):
            h = plain_layer(h, w, b)
        return (h * h).sum()

    same_bits(grad(in_a_loop, (0, 1, 2))(X, W, B), grad(plain, (0, 1, 2))(X, W, B), "gradient")
    assert value_and_grad(in_a_loop)(X, W, B)[0] == plain(X, W, B)
    same_numbers(hvp(in_a_loop)(X, W, B, vectors=B), hvp(plain)(X, W, B, vectors=B), 1e-13, "hvp")

    def again(g):
        return grad(lambda x: (g(x, W, B) * x).sum())(X)

    same_numbers(again(grad(in_a_loop)), again(grad(plain)), 1e-13, "grad of grad")


def test_a_pullback_runs_it_again_each_time_whatever_became_of_the_arguments():
    def f(x, w, b):
        return layer(layer(x, w, b), w, b)

    check_pullback(f, X, W, B)
    x, w, b = X.copy(), W.copy(), B.copy()
    y, pullback = vjp(f, (0, 1, 2))(x, w, b)
    first = pullback(np.ones(4))
    for a in (x, w, b, y):
        a[...] = 9.0
    same_bits(pullback(np.ones(4)), first, "pulled back again")
    same_numbers(first, grad(lambda *a: f(*a).sum(), (0, 1, 2))(X, W, B), 1e-13, "against grad")


class Layer:
    def __init__(self, w):
        self.w = w

    @checkpoint
    def forward(self, x):
        a = np.tanh(self.w @ x)
        return a * x


class Net:
    def __init__(self, w):
        self.first = Layer(w)

    def loss(self, x):
        return (self.first.forward(self.first.forward(x)) ** 2).sum()


def test_methods():
    check(Net(W).loss, X)

    def f(layer, x):
        return (layer.forward(x) * x).sum()

    check(f, Layer(W), X, wrt=("layer.w", "x"))


@pytest.mark.parametrize("options", [{"guard": "nan"}, {"guard": "finite"}, {"checked": True}])
def test_in_the_builds_that_check(options):
    for f in (in_a_loop, one_inside_the_other, several_results):
        same_numbers(grad(f, **options)(X, W, B), grad(f)(X, W, B), 0, f.__name__)
    with pytest.raises(Exception, match=r"nan|NaN|finite"):
        grad(in_a_loop, guard="nan")(X * np.nan, W, B)


# ---- memory, and how often it runs ----


def _peak(call):
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def deep(h):
    for _ in range(50):
        h = np.sin(h) * h
    return h


def test_nothing_is_saved_in_the_forward_pass():
    def loss(x, f=checkpoint(deep)):
        for _ in range(20):
            x = checkpoint(deep)(x)
        return x.sum()

    def plain(x):
        for _ in range(20):
            x = deep(x)
        return x.sum()

    x = np.full(2000, 0.9)
    kept, saved = grad(plain), grad(loss)
    same_bits(saved(x), kept(x), "gradient")
    everything, little = _peak(lambda: kept(x)), _peak(lambda: saved(x))
    # 20 blocks of 50 rounds that save two arrays each; with checkpoints one block, and the 20 arrays between them.
    assert everything > 20 * 50 * 16000
    assert little < 50 * 3 * 16000 + 20 * 16000 + 200_000


def test_it_runs_once_more():
    g = grad(in_a_loop)
    g(X, W, B)
    code = "\n".join(line for line in g.source.splitlines() if not line.lstrip().startswith("#"))
    calls = re.findall(r"\w*plain_layer\(h, w, b\)", code.split("def grad_")[1])
    assert calls == ["forward_plain_layer(h, w, b)"] * 2
    assert "checkpoint" not in code


# ---- a saved module ----


def test_a_saved_module_needs_nothing_but_numpy(tmp_path):
    for f in (in_a_loop, one_inside_the_other):
        g = grad(f, (0, 1, 2))
        expected = g(X, W, B)
        path = tmp_path / f"{f.__name__}.py"
        g.save(path)
        assert "s2sgrad" not in path.read_text()
        saved = runpy.run_path(str(path))[f"grad_{f.__name__}"]
        same_bits(saved(X, W, B), expected, f.__name__)


# ---- called as it stands ----


def test_called_as_it_stands_it_is_the_function():
    assert layer is checkpoint(plain_layer) is checkpoint(layer) is not plain_layer
    assert (layer.__name__, layer.__doc__, layer.__module__) == ("plain_layer", None, __name__)
    same_bits(layer(X, W, B), plain_layer(X, W, B), "value")
    assert two(X, w=W)[0].shape == (4,)
    same_bits(checkpoint(Layer(W).forward)(X), Layer(W).forward(X), "method")
    same_bits(grad(layer_sum, 0)(X, W, B), grad(plain_layer_sum)(X, W, B), "as the outermost function")


@checkpoint
def layer_sum(x, w, b):
    return plain_layer(x, w, b).sum()


def plain_layer_sum(x, w, b):
    return plain_layer(x, w, b).sum()


@pytest.mark.parametrize("wrong", [np.tanh, 3, len, Layer, (v for v in ()), grad(plain_layer_sum)])
def test_what_is_no_function_in_python(wrong):
    with pytest.raises(ArgumentError, match="checkpoint takes a function written in Python"):
        checkpoint(wrong)


def test_generators_are_no_functions():
    def generator():
        yield 1

    with pytest.raises(ArgumentError, match="generator"):
        checkpoint(generator)


# ---- what cannot be run again ----


@checkpoint
def prints(h):
    a = h * h
    print(a)
    return a * h


@checkpoint
def logs(h):
    logging.getLogger("x").info("here")
    a = h * h
    return a * h


@checkpoint
def draws(h):
    a = h * h
    return a * np.random.normal(size=4)


@checkpoint
def draws_inside(h):
    a = h * h
    return a + drawn(a)


def drawn(a):
    b = np.random.rand(4)
    return a * b


@checkpoint
def appends(h):
    SEEN.append(1.0)
    a = h * h
    return a * h


@checkpoint
def writes(h):
    h[0] = 2.0
    return h * h


@checkpoint
def unknown(h):
    a = h * h
    n = len(logging.Formatter().format(3))
    return a * n


@checkpoint
def opens(h):
    with open("nowhere"):
        a = h * h
    return a


@checkpoint
def tries(h):
    try:
        n = int("3")
    except ValueError:
        n = 4
    return h * h * n


@checkpoint
def gives(h, act):
    a = act(h) * h
    return a * a


REFUSED = [
    (lambda x: prints(x).sum(), "`print` would be called a second time"),
    (lambda x: logs(x).sum(), "would be called a second time"),
    (lambda x: draws(x).sum(), "draws random numbers"),
    (lambda x: draws_inside(x).sum(), "draws random numbers"),
    (lambda x: appends(x).sum(), "would be called a second time|outlives the call"),
    (lambda x: writes(x * 1.0).sum(), "caller|given"),
    (lambda x: unknown(x).sum(), "would be called a second time"),
    (lambda x: opens(x).sum(), "would be called a second time"),
    (lambda x: tries(x).sum(), "this `try` runs again"),
    (lambda x: gives(x, lambda v: v * x).sum(), "uses variables around it"),
    (lambda x: checkpoint(lambda v: v * v)(x).sum(), "no function of a module's"),
]


@pytest.mark.parametrize(("f", "reason"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused(f, reason):
    refused(f, X, match=reason)


@checkpoint
def reads_the_module(h):
    a = h * SHARED
    return a * h


@checkpoint
def calls_its_own(self, h):
    a = h * h
    return self.scale() * a


class Scaled:
    def __init__(self, by):
        self.by = by

    def scale(self):
        return 2.0 * self.by

    run = calls_its_own


def test_a_pullback_does_not_run_again_what_may_have_changed():
    def f(x):
        return reads_the_module(x).sum()

    same_numbers(grad(f)(X), 2 * X * SHARED, 1e-14, "grad may")
    with pytest.raises(Refusal, match="`SHARED` may be another value by then"):
        vjp(f)(X)
    scaled = Scaled(0.5)

    def g(s, x):
        return s.run(x).sum()

    same_numbers(grad(g, 1)(scaled, X), 2 * X, 1e-14, "grad may")
    with pytest.raises(Refusal, match="methods of its object"):
        vjp(g, 1)(scaled, X)


def test_forward_mode_runs_it_once():
    assert jvp(lambda x: prints(x).sum())(X, tangents=X)[0] == pytest.approx((X**3).sum())
