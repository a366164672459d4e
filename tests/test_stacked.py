"""Jacobians many rows or columns at a time: each template against one seed after the other, and whole functions."""

import numpy as np
import pytest

from s2sgrad import checkpoint, grad, grad_of, hessian, jacobian
from s2sgrad.errors import ArgumentError
from s2sgrad.quote import quote, unquote
from s2sgrad.stacked import run
from s2sgrad.stacked.expressions import Expressions
from s2sgrad.stacked.facts import NotStacked, Ranked, fact_of
from tests.promises import same_numbers

given = np.random.default_rng(0)
N = 3  # every axis and the stack have the same length, so that axes which are taken for others are seen by their values


def _refuse(name, facts):
    raise NotStacked(name)


STACKS = {f"d{rank}": given.normal(size=(N,) * (rank + 1)) for rank in range(4)}
STACKS |= {f"e{rank}": given.normal(size=(N,) * (rank + 1)) for rank in range(3)}
PLAIN = {f"x{rank}": given.normal(size=(N,) * rank)[()] for rank in range(4)}
PLAIN |= {
    "i": 1,
    "at": np.array([2, 0, 2, 1]),
    "square": np.array([[1, 2], [0, 0]]),
    "mask": np.array([True, False, True]),
}
PLAIN |= {"A": given.normal(size=(N, N)) + 3 * np.eye(N), "pair": (given.normal(size=N), 2.0)}


def evaluated(text):
    """The text of an expression for a stack, its value, and what one seed after the other gives."""
    facts = {n: Ranked(v.ndim - 1, True) for n, v in STACKS.items()} | {n: fact_of(v) for n, v in PLAIN.items()}
    new, fact = Expressions("np", "len(d0)", _refuse, facts).read(quote(text))
    scope = {"np": np, **PLAIN}
    each = [eval(text, {**scope, **{n: v[k] for n, v in STACKS.items()}}) for k in range(N)]
    found = eval(unquote(new), {**scope, **STACKS})
    return unquote(new), fact, found, np.stack(each)


ELEMENTWISE = [
    f"{a} {op} {b}" for op in "+*" for a in ("d0", "d1", "d2", "d3") for b in ("x0", "x1", "x2", "x3", "e1", "e2")
]
PRODUCTS = [f"d{a} @ x{b}" for a in (1, 2) for b in (1, 2)] + [f"x{a} @ d{b}" for a in (1, 2) for b in (1, 2)]
PARTS = [
    f"d2[{k}]"
    for k in ("i", "-1", "1:", "::-1", "None", "...", "at", "square", "mask", "i, 1:", ":, i", "1, at", "at, at")
]
PARTS += [f"d2[{k}]" for k in ("None, i", "..., i", "i, ...", "i, i", ":, at", ":, None", "1:, 1", "1:, :-1")]
PARTS += ["d1[i]", "d1[mask]", "d1[at]", "d1[square]", "d3[:, i]", "d3[:, at, 1]", "d2[i][1:]"]
SUMS = [f"d{r}.{f}({a})" for r in (1, 2, 3) for f in ("sum", "mean") for a in ("", "axis=0", "axis=-1")]
SUMS += [
    "d2.sum(axis=(0, 1))",
    "d3.sum(axis=(0, 2), keepdims=True)",
    "d2.sum(axis=1, keepdims=True)",
    "np.sum(d2, 0)",
    "d0.sum()",
]
CALLS = [
    "np.where(x1 > 0, d1, 0.0)", "np.where(x2 > 0, d1, d0)", "np.exp(x2) * d1", "np.multiply(d1, x2)",
    "np.negative(d2)",
    "np.zeros_like(d2)", "np.ones_like(d1) * d0", "np.full_like(x1, d0)", "np.full_like(x2, d1)", "np.outer(d1, x1)",
    "np.outer(x1, d1)", "np.dot(x2, d1)", "d1.dot(x2)", "x2.dot(d1)", "x2.T @ d1", "d2.T", "d1.T", "d2.T @ x2",
    "-d1 + d0",
    "np.expand_dims(d1, 0)", "np.expand_dims(d1, -1)", "np.expand_dims(d2, 1)", "d2.swapaxes(0, 1)",
    "np.swapaxes(d3, 0, -1)",
    "d2.reshape(x2.shape)", "d2.reshape(-1)", "d2.ravel()", "d3.reshape((9, 3))", "np.reshape(d1, (3, 1))", "d2.copy()",
    "np.cumsum(d2, axis=1)", "np.flip(d1, 0)", "d2.cumsum(axis=0)", "np.linalg.solve(A, d1)",
    "np.linalg.solve(A.T, d2)",
    "np.einsum('ij,j->i', x2, d1)", "np.einsum('ij,jk->ik', d2, x2)", "np.einsum('ij,ij->', d2, e2)", "d2 @ e2",
    "d2 ** 2",
    "np.where(d1 == 0, 0.0, d1 * x1)", "d2 > x1", "np.where(d1 > 0, d1, 0.0)", "np.broadcast_to(d1, x2.shape)",
    "np.broadcast_to(d0, x3.shape)", "np.broadcast_to(d2, (3, 3, 3))", "np.tril(d2)", "np.triu(d3, 1)",
    "np.transpose(d2)",
    "d2.transpose()", "np.tril(d2, k=-1)", "d1 * pair[0] + pair[1]", "(d1 * x1.sum()).sum() / x2.max()",
    "d0 / 2 - x2.sum(axis=0) @ d1", "d1[at].sum() * x1", "d0 / x2.max() if d0 != 0 or x2.max() > 0 else 0.0",
    "x1 * d0 if d0 > 0 else d1",
]  # fmt: skip


@pytest.mark.parametrize(
    "texts", [ELEMENTWISE, PRODUCTS, PARTS, SUMS, CALLS], ids=["elementwise", "@", "[]", "sum", "calls"]
)
def test_each_template_gives_what_one_seed_after_the_other_gives(texts):
    for text in texts:
        new, fact, found, expected = evaluated(text)
        assert fact == Ranked(expected.ndim - 1, True), (text, fact)
        np.testing.assert_allclose(
            np.broadcast_to(found, expected.shape), expected, rtol=1e-12, err_msg=f"{text}: {new}"
        )
        assert np.shape(found) == expected.shape, (text, new)


WITHOUT_A_FORM = [
    "d1.max()", "d3.T", "d3 @ x1", "d1 @ e1", "x3 @ d1", "np.sort(d1)", "d1[d0]", "d2[i, :, 1]",
    "d3[i, :, at]", "d2[0, at > 1]",
    "unknown(d1)", "d1.unknown()", "d1 + unknown", "np.concatenate([d1, d1])",
    "d1 if i else d1", "d1.sum(axis=i)",
    "[d1, d1]", "not d0", "d0 and d0", "d1.shape", "np.einsum('...i->...', d1)", "np.linalg.solve(d2, x1)",
    "np.sum(d1, where=mask)", "x1[d0]",
    "(lambda v: v * d1)(2)", "d2[()]", "np.outer(d1, e1)", "d1.reshape(i, i)", "np.cumsum(d2)", "len(d1)",
    "d0.sum(axis=0)", "d1 < d1 < 2", "d1 in x1", "np.tril(d1)", "d3.transpose()", "np.add(d1, x1, x1)",
]  # fmt: skip


def test_what_has_no_template_is_not_written():
    for text in WITHOUT_A_FORM:
        with pytest.raises(NotStacked):
            print(text, *evaluated(text))


# ---- functions ----


def layer(w, b, x):
    return np.tanh(w @ x + b)


def two_layers(x, w, v):
    h = np.tanh(x @ w)
    return h @ v / (1 + h.sum(axis=1, keepdims=True) ** 2)


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def oscillator(u, c, n=4):
    for _ in range(n):
        u = u + 0.1 * (c * np.sin(u) - u * u)
    return u


def diffusion(u, c):
    u = u.copy()
    for i in range(4):
        u[1:-1] += c * (u[2:] - 2 * u[1:-1] + u[:-2])
        u[i % 3] *= u[0]
    return u


def items(x):
    y = np.zeros(3)
    y[0] = x[0] * x[1]
    y[1] = np.sin(x[2])
    y[[0, 2]] = x[[1, 1]] ** 2
    return y * y[::-1] * abs(x).sum()


def growing_ranks(x):
    s, t = 0.0, 1.0
    for k in range(3):
        s += x * (k + 1)
        t *= np.exp(-abs(x))
    return x[0] * s + t * x.sum() + np.abs(x[1]) * abs(x)


def bent(h, w):
    for _ in range(2):
        if h.sum() > 0:
            h = np.tanh(w @ h)
        else:
            h = h * 2 - 1
    return h


def by_helpers(x, w):
    return bent(bent(x, w), w.T) * x


def exchanged(x, w):
    a, b = x[0], x[1]
    s = 0.0
    for k in range(3):
        a, b = b, a + b * x[k]
        s += a * w[k, 0]
        x = x * 0.5 + s
    return np.outer(x, w[0]) + s * b


def several_branches(x, w):
    rows = np.zeros_like(w)
    for i in range(3):
        if i == 1:
            continue
        rows[i] = w[i] * x[i] if i else np.cos(x)
    return rows.T @ x


def at_pairs(A, i, j):
    return A[i, j] ** 2


U, W3, B3 = given.normal(size=3), given.normal(size=(3, 3)), given.normal(size=3)
FUNCTIONS = [
    (layer, (0, 1, 2), (W3, B3, U)),
    (layer, 2, (given.normal(size=(5, 3)), given.normal(size=5), U)),
    (two_layers, (0, 1, 2), (given.normal(size=(2, 3)), W3, given.normal(size=(3, 2)))),
    (softmax, 0, (U,)),
    (oscillator, (0, 1), (U, 0.7)),
    (diffusion, (0, 1), (U, 0.3)),
    (items, 0, (U,)),
    (growing_ranks, 0, (U,)),
    (by_helpers, (0, 1), (U, W3)),
    (exchanged, (0, 1), (U, W3)),
    (several_branches, (0, 1), (U, W3)),
    (at_pairs, 0, (W3, np.array([0, 0, -1, 1]), np.array([1, 1, -2, 0]))),
]


def alike(f, wrt, args, mode, stacked=True, **options):
    """All of the rows or columns together are what they are one at a time; returns the text."""
    together = jacobian(f, wrt, mode=mode, **options)
    found, expected = together(*args), jacobian(f, wrt, mode=mode, batch=1)(*args)
    same_numbers(found, expected, 1e-12, f"{f.__name__}, {mode}")
    assert ("_stacked(" in together.source) is stacked, together.source
    return together.source


@pytest.mark.parametrize(
    ("f", "wrt", "args"), FUNCTIONS, ids=[f"{f.__name__}{i}" for i, (f, *_) in enumerate(FUNCTIONS)]
)
def test_all_seeds_together_give_what_one_after_the_other_gives(f, wrt, args):
    for mode in ("rev", "fwd"):
        alike(f, wrt, args, mode, stacked=f is not growing_ranks)


def test_the_text_reads_as_if_written_by_hand():
    source = alike(layer, (0, 2), (W3, B3, U), "rev")
    assert (
        source[source.index("def backward") :]
        == '''\
def backward_layer_stacked(saved, dout):
    """Pull each row of dout back through layer to w, x."""
    w, x, out = saved

    # return np.tanh(w @ x + b)
    dprod = dout * (1 - out ** 2)
    dw = dprod[:, :, None] * x
    dx = dprod @ w
    return dw, dx
'''
    )
    source = alike(oscillator, (0, 1), (U, 0.7), "fwd")
    assert (
        source
        == '''\
def jvp_oscillator_stacked(u, c, n=4, *, u_dot, c_dot):
    """Value of oscillator, and its derivative along each row of u_dot, c_dot."""
    for _ in range(n):
        sin_u = np.sin(u)
        diff_dot = c_dot[:, None] * sin_u + c * np.cos(u) * u_dot - 2 * u * u_dot
        u_dot = u_dot + 0.1 * diff_dot
        u = u + 0.1 * (c * sin_u - u * u)
    out_dot = u_dot.copy()
    return u, out_dot
'''
    )


def test_a_few_at_a_time(monkeypatch):
    for batch in (1, 2, 3, 100):
        same_numbers(
            jacobian(layer, 2, mode="rev", batch=batch)(W3, B3, U),
            (1 - np.tanh(W3 @ U + B3) ** 2)[:, None] * W3,
            1e-12,
            "",
        )
    monkeypatch.setattr(run, "MOST_NUMBERS", 20)
    sizes = []
    split = run._in_blocks
    monkeypatch.setattr(run, "_in_blocks", lambda block, count, most: sizes.append(most) or split(block, count, most))
    alike(layer, 2, (W3, B3, U), "rev")
    assert sizes == [2]  # of 9 numbers in the largest array
    for wrong in (0, -1, 2.0, True, "all"):
        with pytest.raises(ArgumentError, match="batch is"):
            jacobian(layer, batch=wrong)


def test_hessians():
    def rosenbrock(x):
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    for mode in ("fwd", "rev"):
        h = hessian(rosenbrock, mode=mode)
        same_numbers(h(U), hessian(rosenbrock, mode=mode, batch=1)(U), 1e-12, mode)
        assert "_stacked(" in h.source
    same_numbers(hessian(lambda x: x**3)(2.0), 12.0, 1e-14, "of a number")


def noisy(x, rng):
    return np.tanh(x * rng.normal(size=3)) * rng.normal() + rng.normal(size=3)


def test_all_columns_are_those_of_one_draw():
    def at(seed):
        return np.random.default_rng(seed)

    once = at(1)
    noisy(U, once)
    for mode in ("fwd", "rev"):
        for batch in (None, 2, 1):
            rng = at(1)
            found = jacobian(noisy, mode=mode, batch=batch)(U, rng)
            differences = [(noisy(U + d, at(1)) - noisy(U - d, at(1))) / 2e-6 for d in 1e-6 * np.eye(3)]
            same_numbers(found, np.stack(differences, axis=1), 1e-7, f"{mode}, {batch}")
            assert rng.bit_generator.state == once.bit_generator.state
            named = jacobian(noisy, mode=mode, batch=batch)(U, rng=at(1))
            same_numbers(named, found, 0, "by name")


class Model:
    def __init__(self, w):
        self.w = w

    @jacobian
    def run(self, x):
        return np.tanh(self.w @ x)


def test_methods_and_single_precision():
    expected = (1 - np.tanh(W3 @ U) ** 2)[:, None] * W3
    same_numbers(Model(W3).run(U), expected, 1e-12, "method")
    narrow = jacobian(layer, 2, mode="rev")(*(a.astype(np.float32) for a in (W3, B3, U)))
    assert narrow.dtype == np.float32
    same_numbers(jacobian(lambda x: np.zeros(3) + x[:0].sum())(U), np.zeros((3, 3)), 0, "of nothing")


def looked_at(x):
    y = np.tanh(x)
    with grad_of(y) as dy:
        dy *= 1.0 if abs(dy).max() < 2 else 0.5
    return y * y


def sorted_numbers(x):
    return np.sort(x * x)


def recomputed(x, w):
    return checkpoint(bent)(x * 2, w) * x


def of_a_structure(p):
    return p["a"] * p["b"]


def test_what_cannot_be_stacked_is_computed_one_seed_after_the_other():
    alike(looked_at, 0, (U,), "rev", stacked=False)
    alike(sorted_numbers, 0, (U,), "rev", stacked=False)
    alike(recomputed, (0, 1), (U, W3), "rev", stacked=False)
    alike(of_a_structure, 0, ({"a": U, "b": B3},), "rev", stacked=False)
    alike(lambda x: {"u": x * 2, "v": x.sum()}, 0, (U,), "rev", stacked=False)
    alike(layer, 2, (W3, B3, U), "rev", stacked=False, checked=True)
    same_numbers(jacobian(grad(lambda x: (x**3).sum()), mode="rev")(U), np.diag(6 * U), 1e-12, "of a gradient")
