"""``with grad_of(h) as dh:`` against a function that returns its argument and whose rule does what the block does."""

import logging

import numpy as np
import pytest

from s2sgrad import adjoint, grad, grad_of, hvp, jvp, value_and_grad, vjp
from s2sgrad.errors import ArgumentError, Refusal
from tests.differences import check, refused
from tests.promises import same_bits, same_numbers

rng = np.random.default_rng(0)
X, W, B = rng.normal(size=4), rng.normal(size=(4, 4)), rng.normal(size=4)
NORMS: list[float] = []
KEPT: list[np.ndarray] = []
LIMIT = 0.3


def clipped(x):
    return x * 1.0


@adjoint(clipped)
def clipped_rule(dy, y, x):
    return np.clip(dy, -0.3, 0.3)


def halved(x):
    return x * 1.0


@adjoint(halved)
def halved_rule(dy, y, x):
    return 0.5 * dy


def shrunk(x):
    return x * 1.0


@adjoint(shrunk)
def shrunk_rule(dy, y, x):
    norm = np.linalg.norm(dy)
    return dy / norm if norm > 1.0 else dy


# ---- straight lines: the block on the left, the rule on the right ----


def layer(x, w):
    h = np.tanh(w @ x)
    with grad_of(h) as dh:
        dh = np.clip(dh, -0.3, 0.3)
    return (h * h * x).sum()


def layer_by_rule(x, w):
    h = np.tanh(w @ x)
    h = clipped(h)
    return (h * h * x).sum()


def in_place(x, w):
    h = w @ x
    with grad_of(h) as g:
        g *= 0.5
    return (h * x).sum() + np.exp(h).sum()


def in_place_by_rule(x, w):
    h = halved(w @ x)
    return (h * x).sum() + np.exp(h).sum()


def in_a_branch(x, w):
    h = w @ x
    with grad_of(h) as dh:
        norm = np.linalg.norm(dh)
        if norm > 1.0:
            dh /= norm
    return (h * h).sum()


def in_a_branch_by_rule(x, w):
    h = shrunk(w @ x)
    return (h * h).sum()


def of_an_argument(x, w):
    with grad_of(x) as dx:
        dx[...] = np.clip(dx, -LIMIT, LIMIT)
    return (w @ x * x).sum()


def of_an_argument_by_rule(x, w):
    x = clipped(x)
    return (w @ x * x).sum()


def of_a_number(x, w):
    s = (x * x).sum()
    with grad_of(s) as ds:
        ds = np.clip(ds, -LIMIT, LIMIT)
    return s * s + s * w.sum()


def of_a_number_by_rule(x, w):
    s = clipped((x * x).sum())
    return s * s + s * w.sum()


def borrowed(x, w):
    a, b = x * 2, w @ x
    with grad_of(a) as da:
        da *= 0.5
    s = a + b
    return (s * s).sum()


def borrowed_by_rule(x, w):
    a, b = halved(x * 2), w @ x
    s = a + b
    return (s * s).sum()


def in_a_loop(x, w):
    h = x
    for _ in range(5):
        h = np.tanh(w @ h)
        with grad_of(h) as dh:
            dh = np.clip(dh, -0.3, 0.3)
    return h.sum()


def in_a_loop_by_rule(x, w):
    h = x
    for _ in range(5):
        h = clipped(np.tanh(w @ h))
    return h.sum()


def at_the_head_of_a_loop(x, w):
    h = x * 1.0
    for _ in range(5):
        with grad_of(h) as dh:
            dh *= 0.5
        h = np.tanh(w @ h)
    return h.sum()


def at_the_head_of_a_loop_by_rule(x, w):
    h = x * 1.0
    for _ in range(5):
        h = halved(h)
        h = np.tanh(w @ h)
    return h.sum()


def behind_a_loop(x, w):
    h = x
    for _ in range(3):
        h = np.tanh(w @ h)
    with grad_of(h) as dh:
        dh *= 0.5
    return (h * x).sum()


def behind_a_loop_by_rule(x, w):
    h = x
    for _ in range(3):
        h = np.tanh(w @ h)
    h = halved(h)
    return (h * x).sum()


def behind_a_branch(x, w):
    if x.sum() > 0:
        h = x * 2
    else:
        h = w @ x
        if x[0] > 0:
            with grad_of(h) as dh:
                dh *= 0.5
    with grad_of(h) as dh:
        dh = np.clip(dh, -0.3, 0.3)
    return (h * x).sum()


def behind_a_branch_by_rule(x, w):
    if x.sum() > 0:
        h = x * 2
    else:
        h = w @ x
        if x[0] > 0:
            h = halved(h)
    h = clipped(h)
    return (h * x).sum()


def two_in_a_row(x, w):
    h = w @ x
    with grad_of(h) as dh:
        dh *= 0.5
    with grad_of(h) as dh:
        dh = np.clip(dh, -0.3, 0.3)
    return (h * h).sum()


def two_in_a_row_by_rule(x, w):
    h = clipped(halved(w @ x))
    return (h * h).sum()


def block(x, w):
    for _ in range(2):
        h = np.tanh(w @ x)
        with grad_of(h) as dh:
            dh *= 0.5
        x = x + h
    return x


def block_by_rule(x, w):
    for _ in range(2):
        h = halved(np.tanh(w @ x))
        x = x + h
    return x


def in_a_helper(x, w):
    return (block(x, w) * block(B, w)).sum()


def in_a_helper_by_rule(x, w):
    return (block_by_rule(x, w) * block_by_rule(B, w)).sum()


def read_what_was_overwritten(x, w):
    scale = 0.5
    h = w @ x
    with grad_of(h) as dh:
        dh *= scale
    y = h * scale
    scale = 3.0
    return (y * scale).sum()


def read_what_was_overwritten_by_rule(x, w):
    h = halved(w @ x)
    return (h * 1.5).sum()


def read_what_was_changed(x, w):
    u = np.full(4, 0.5)
    h = w @ x
    with grad_of(h) as dh:
        dh *= u
    u[:] = 7.0
    return (h * h).sum()


def read_what_was_changed_by_rule(x, w):
    h = halved(w @ x)
    return (h * h).sum()


def stored_into(x, w):
    h = np.zeros(6)
    h[1:5] = w @ x
    with grad_of(h) as dh:
        dh[dh > 0.3] = 0.3
        dh[dh < -0.3] = -0.3
    h[0] = x[0]
    return (h * np.arange(6.0)).sum()


def stored_into_by_rule(x, w):
    h = np.zeros(6)
    h[1:5] = w @ x
    h = clipped(h)
    h[0] = x[0]
    return (h * np.arange(6.0)).sum()


def with_a_helper_of_its_own(x, w):
    h = w @ x
    with grad_of(h) as dh:
        dh = smaller(dh, 0.5)
    return (h * h).sum()


def smaller(v, by):
    total = v * by
    return total


PAIRS = [
    (layer, layer_by_rule),
    (in_place, in_place_by_rule),
    (in_a_branch, in_a_branch_by_rule),
    (of_an_argument, of_an_argument_by_rule),
    (of_a_number, of_a_number_by_rule),
    (borrowed, borrowed_by_rule),
    (in_a_loop, in_a_loop_by_rule),
    (at_the_head_of_a_loop, at_the_head_of_a_loop_by_rule),
    (behind_a_loop, behind_a_loop_by_rule),
    (behind_a_branch, behind_a_branch_by_rule),
    (two_in_a_row, two_in_a_row_by_rule),
    (in_a_helper, in_a_helper_by_rule),
    (read_what_was_overwritten, read_what_was_overwritten_by_rule),
    (read_what_was_changed, read_what_was_changed_by_rule),
    (stored_into, stored_into_by_rule),
    (with_a_helper_of_its_own, read_what_was_changed_by_rule),
]


@pytest.mark.parametrize(("f", "by_rule"), PAIRS, ids=lambda f: f.__name__)
def test_a_block_does_what_a_rule_would(f, by_rule):
    frozen = [a.copy() for a in (X, W)]
    for a in frozen:
        a.flags.writeable = False
    expected = grad(by_rule, (0, 1))(*frozen)
    same_numbers(grad(f, (0, 1))(*frozen), expected, 1e-12, f.__name__)
    same_numbers(grad(f, (0, 1), checked=True)(*frozen), expected, 1e-12, f"{f.__name__}, checked")
    value, gradient = value_and_grad(f, (0, 1))(*frozen)
    same_numbers(gradient, expected, 1e-12, f"value_and_grad of {f.__name__}")
    assert value == by_rule(*frozen) == pytest.approx(f(*frozen), rel=1e-15)
    _, pullback = vjp(f, (0, 1))(*frozen)
    for _ in range(2):
        same_numbers(pullback(1.0), expected, 1e-12, f"vjp of {f.__name__}")
    with pytest.raises(Refusal, match="forward mode has none"):
        jvp(f)(*frozen, tangents=np.ones(4))


def test_in_single_precision_it_stays_in_it():
    x, w = X.astype(np.float32), W.astype(np.float32)
    for f, by_rule in ((layer, layer_by_rule), (in_place, in_place_by_rule)):
        dx, dw = grad(f, (0, 1))(x, w)
        assert dx.dtype == dw.dtype == np.float32
        same_numbers((dx, dw), grad(by_rule, (0, 1))(x, w), 1e-5, f.__name__)


# ---- blocks that only look ----


def watched(x, w):
    h = np.tanh(w @ x)
    with grad_of(h) as dh:
        NORMS.append(float(np.linalg.norm(dh)))
    return (h * h).sum()


def printed(x, w):
    for _ in range(2):
        x = np.tanh(w @ x)
        with grad_of(x) as dx:
            print(f"{np.abs(dx).max():.6f}")
            logging.getLogger("test").debug("norm %s", np.linalg.norm(dx))
    return x.sum()


def copied(x, w):
    h = w @ x
    with grad_of(h) as dh:
        KEPT.append(dh.copy())
    return (h * h).sum()


@pytest.mark.parametrize("f", [watched, printed, copied])
def test_a_look_changes_nothing(f):
    check(f, X, W)


def test_what_a_block_sees_is_the_gradient():
    def plain(h):
        return (h * h).sum()

    h = W @ X
    KEPT.clear()
    grad(copied)(X, W)
    (seen,) = KEPT
    same_bits(seen, grad(plain)(h), "what the block saw")
    NORMS.clear()
    _, pullback = vjp(watched)(X, W)
    assert NORMS == []
    pullback(1.0), pullback(2.0)
    assert NORMS[1] == 2 * NORMS[0] > 0


def test_it_is_printed_in_the_order_of_the_backward_pass(capsys):
    grad(printed)(X, W)
    last, first = capsys.readouterr().out.split()
    assert float(last) == 1.0 != float(first)
    jvp(printed)(X, W, tangents=X)
    assert capsys.readouterr().out == ""


def test_where_nothing_is_differentiated_there_is_no_gradient_to_look_at(capsys):
    def f(x, w):
        h = w * 2
        with grad_of(h) as dh:
            print("seen", dh.shape)
        return (h @ x).sum()

    same_numbers(grad(f)(X, W), grad(lambda x, w: (2 * w @ x).sum())(X, W), 1e-14, "constant")
    assert capsys.readouterr().out == ""
    grad(f, 1)(X, W)
    assert capsys.readouterr().out == "seen (4, 4)\n"


def test_a_gradient_may_be_given_where_the_result_has_none():
    def f(x):
        h = x * 3
        with grad_of(h) as dh:
            dh += 1.0
        return x.sum()

    same_numbers(grad(f)(X), np.full(4, 4.0), 0, "1 + 3 * 1")


def test_a_missing_gradient_can_stop_the_backward_pass():
    def f(x):
        h = np.sqrt(x)
        with grad_of(h) as dh:
            if not np.all(np.isfinite(dh)):
                raise FloatingPointError("dh")
        return (1 / h).sum()

    same_numbers(grad(f)(np.array([4.0])), np.array([-0.0625]), 1e-15, "-1/16")
    with pytest.raises(FloatingPointError, match="dh"), np.errstate(divide="ignore"):
        grad(f)(np.array([0.0]))


# ---- other orders ----


def test_the_derivative_of_a_changed_gradient_is_that_of_its_text():
    def f(x):
        h = x * x
        with grad_of(h) as dh:
            dh *= 0.5
        return (h * h).sum()

    def half(x):
        return (grad(f)(x) * B).sum()

    same_numbers(grad(f)(X), 2 * X**3, 1e-14, "half of 4 x^3")
    same_numbers(grad(half)(X), 6 * X**2 * B, 1e-14, "its derivative")
    same_numbers(hvp(f)(X, vectors=B), 6 * X**2 * B, 1e-14, "forward over reverse")


def test_a_python_float_gets_a_float():
    def f(x):
        h = x * x
        with grad_of(h) as dh:
            dh = np.clip(dh, -0.3, 0.3)
        return 2 * h

    assert isinstance(grad(f)(1.5), float)
    assert grad(f)(1.5) == pytest.approx(0.9)


# ---- where the function is called as it stands ----


def test_called_as_it_stands_a_block_runs_on_zeros():
    with np.errstate(all="raise"):
        assert in_a_branch(X, W) == in_a_branch_by_rule(X, W)
    with grad_of(np.ones((2, 3), np.float32)) as dh:
        assert dh.shape == (2, 3) and dh.dtype == np.float32 and not dh.any()
        dh *= 1 / np.linalg.norm(dh)
    with grad_of(2.0) as d:
        assert 1 / d == np.inf
    for wrong in ([1.0], np.arange(3), "h", None):
        with pytest.raises(ArgumentError, match="grad_of takes a float or an array of floats"):
            grad_of(wrong)


# ---- what is refused ----


def read_before(x, w):
    h = w @ x
    z = h * 2
    with grad_of(h) as dh:
        dh *= 0.5
    return (h * z).sum()


def read_before_in_a_loop(x, w):
    h = x
    for _ in range(3):
        h = np.tanh(w @ h)
        x = x + h
    with grad_of(h) as dh:
        dh *= 0.5
    return (h * x).sum()


def carried_by_nothing(x, w):
    h = w @ x
    s = 0.0
    for k in range(3):
        with grad_of(h) as dh:
            dh *= 0.5
        s = s + h[k] ** 2
    return s


def run_over(x, w):
    s = 0.0
    for v in w:
        with grad_of(w) as dw:
            dw *= 0.5
        s = s + (v * x).sum()
    return s


def another_name(x, w):
    h = w @ x
    v = h[1:]
    with grad_of(h) as dh:
        dh *= 0.5
    return (v * v).sum() + h.sum()


def of_another_shape(x, w):
    h = w @ x
    with grad_of(h) as dh:
        dh = dh[:1]
    return (h * h).sum()


def of_another_dtype(x, w):
    h = w @ x
    with grad_of(h) as dh:
        dh = dh.astype(np.float32)
    return (h * h).sum()


def assigns_a_variable(x, w):
    h = w @ x
    with grad_of(h) as dh:
        x = dh * 2
    return (h * x).sum()


def appends_to_a_local_list(x, w):
    seen = []
    h = w @ x
    with grad_of(h) as dh:
        seen.append(dh.max())
    return (h * h).sum()


def keeps_the_gradient_itself(x, w):
    h = w @ x
    with grad_of(h) as dh:
        KEPT.append(dh)
    return (h * h).sum()


def changes_another_array(x, w):
    u = np.ones(4)
    h = w @ x
    with grad_of(h) as dh:
        v = u
        v *= dh.max()
    return (h * h * u).sum()


def changes_through_another_name(x, w):
    h = w @ x
    with grad_of(h) as dh:
        v = dh[1:]
        v *= 0.5
    return (h * h).sum()


def of_an_expression(x, w):
    h = w @ x
    with grad_of(h * 2) as dh:
        dh *= 0.5
    return (h * h).sum()


def without_a_name(x, w):
    h = w @ x
    with grad_of(h):
        print("?")
    return (h * h).sum()


def of_a_list(x, w):
    h = [x, w @ x]
    with grad_of(h) as dh:
        print(dh)
    return (h[0] * h[1]).sum()


def in_a_try(x, w):
    h = w @ x
    try:
        n = int("3")
        with grad_of(h) as dh:
            dh *= 0.5
    except ValueError:
        n = 4
    return (h * h).sum() * n


def with_a_loop(x, w):
    h = w @ x
    with grad_of(h) as dh:
        for k in range(4):
            dh[k] *= 0.5
    return (h * h).sum()


def returns_from_it(x, w):
    h = w @ x
    with grad_of(h) as dh:
        return (h * h).sum() + dh.sum()


REFUSED = [
    (read_before, "not complete here: line"),
    (read_before_in_a_loop, "not complete here: line"),
    (carried_by_nothing, "not complete here: line"),
    (run_over, "not complete here: line"),
    (another_name, "not complete here: line"),
    (of_another_shape, "may have another shape or dtype"),
    (of_another_dtype, "may have another shape or dtype"),
    (assigns_a_variable, "is a variable around it, too"),
    (appends_to_a_local_list, "and the function reads it, too"),
    (keeps_the_gradient_itself, "may change the array it is given|outlives the call"),
    (changes_another_array, "changes an array that is not the gradient"),
    (changes_through_another_name, "the gradient itself, which may change"),
    (of_an_expression, "not how the gradient of a variable is asked for"),
    (without_a_name, "not how the gradient of a variable is asked for"),
    (of_a_list, "not known to be an array of floats here"),
    (in_a_try, "stands in a `try` here"),
    (with_a_loop, "cannot stand in a block about a gradient"),
    (returns_from_it, "is assigned in a block about a gradient"),
]


@pytest.mark.parametrize(("f", "reason"), REFUSED, ids=lambda f: getattr(f, "__name__", ""))
def test_what_is_refused(f, reason):
    refused(f, X, W, match=reason)


class Model:
    def __init__(self, w):
        self.w = w

    def loss(self, x):
        h = np.tanh(self.w @ x)
        with grad_of(h) as dh:
            dh *= 0.5
        return (h * h).sum()


def test_in_methods_and_under_other_names():
    import s2sgrad as s

    def f(x):
        h = np.tanh(W @ x)
        with s.grad_of(h) as dh:
            dh *= 0.5
        return (h * h).sum()

    expected = grad(lambda x: 0.5 * (np.tanh(W @ x) ** 2).sum())(X)
    same_numbers(grad(Model(W).loss)(X), expected, 1e-14, "method")
    same_numbers(grad(f)(X), expected, 1e-14, "s2sgrad.grad_of")
