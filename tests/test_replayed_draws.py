"""Random draws in what runs again: the same numbers, and the generator of whoever called ends where it would have."""

import runpy

import numpy as np
import pytest

from s2sgrad import checkpoint, checkpointed, grad, grad_of, hvp, jvp, value_and_grad, vjp
from s2sgrad.errors import Refusal
from tests.differences import refused
from tests.promises import same_numbers

given = np.random.default_rng(0)
X, W = given.normal(size=4), given.normal(size=(4, 4)) / 2
SHARED = np.random.default_rng(1)


def block(h, w, rng):
    a = np.tanh(w @ h)
    kept = rng.random(4) < 0.7
    return h + np.sin(rng.normal(a, 0.3)) * kept


def by_a_helper(h, w, g):
    noise = block(h, w, g) * g.normal()
    return noise + g.normal(size=4)


def under_other_names(h, w, rng):
    first = rng
    second = first
    return np.tanh(w @ h)[rng.permutation(4)] * second.normal(size=4) + rng.standard_normal(4)


def as_long_as_it_likes(h, w, rng):
    while rng.random() < 0.6:
        h = np.tanh(w @ h) * rng.normal(size=4)
    if rng.random() < 0.5:
        h = h * h
    return h


def of_a_seed(h, w, seed):
    g = np.random.default_rng([seed, 7])
    other = np.random.RandomState(seed + 1)
    return np.tanh(w @ h) * g.normal(size=4) + other.normal(size=4)


def repeated(f, again):
    layer = again(f)

    def loss(x, w, rng):
        for _ in range(3):
            x = layer(x, w, rng)
        return (x * x).sum() + rng.normal()

    return loss


def one_inside_the_other(again):
    inner, outer = again(block), again(by_a_helper)

    @again
    def both(h, w, rng):
        h = inner(h, w, rng) * rng.normal()
        return outer(h, w, rng)

    def loss(x, w, rng):
        return (both(both(x, w, rng), w, rng) ** 2).sum()

    return loss


def in_branches(again):
    layer = again(block)

    def loss(x, w, rng):
        if rng.random() < 0.5:
            x = layer(x, w, rng)
        else:
            z = rng.normal(size=4)
            x = layer(x * z, w, rng)
        y = layer(x * rng.normal(size=4), w, rng) * rng.normal(size=4)
        q = layer(x, w, rng) + layer(y, w, rng)
        return (x * y + q).sum()

    return loss


def made_here(again):
    layer = again(block)

    def loss(x, w, seed):
        rng = np.random.default_rng(seed)
        for k in range(2):
            x = layer(x, w, rng)
            rng = np.random.default_rng(k)
        return layer(x, w, rng).sum() + layer(x, w, np.random.default_rng(7) if seed else rng).sum()

    return loss


class Noise:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)


def of_an_object(again):
    layer = again(block)

    def helper(x, w, noise):
        for _ in range(2):
            x = layer(x, w, noise.rng)
        return x * x

    def loss(x, w, noise):
        return helper(helper(x, w, noise), w, noise).sum()

    return loss


def of_the_module(again):
    layer = again(block)

    def loss(x, w, seed):
        y = layer(x, w, SHARED) * 2
        z = layer(y, w, rng=SHARED)
        return (y * z).sum()

    return loss


def walk(steps):
    def loss(x, w, rng):
        for i in steps(range(9)):
            if i % 3:
                x = block(x, w, rng) + 0.1 * rng.normal(size=4) + rng.normal() * x * np.cos(x) * 0.01 + 0.001 * x
            else:
                x = x * rng.uniform(0.5, 1.0, size=4)
        return (x * x).sum()

    return loss


def walk_in_walks(steps):
    def loss(x, w, rng):
        for i in steps(range(3)):
            for _ in steps(range(i + 2)):
                x = np.tanh(w @ x) * rng.normal(size=4)
            x = x + rng.normal(size=4)
        return (x * x).sum() * rng.normal()

    return loss


def generator():
    return np.random.default_rng(5)


def state(of):
    rng = SHARED if isinstance(of, int) else getattr(of, "rng", of)
    return repr(rng.get_state(legacy=False) if isinstance(rng, np.random.RandomState) else rng.bit_generator.state)


def started(make):
    SHARED.bit_generator.state = np.random.default_rng(1).bit_generator.state
    return make()


def alike(replayed, plain, make):
    """Value, gradient and the generator afterwards are those of the function that keeps everything."""
    source = started(make)
    expected = plain(X, W, source)
    after = state(source)
    value, gradient = value_and_grad(plain, (0, 1))(X, W, started(make))
    assert value == expected
    for options in ({}, {"checked": True}):
        other = started(make)
        same_numbers(grad(replayed, (0, 1), **options)(X, W, other), gradient, 1e-13, "gradient")
        assert state(other) == after, options
    other = started(make)
    y, pullback = vjp(replayed, (0, 1))(X, W, other)
    assert (y, state(other)) == (value, after)
    for _ in range(2):
        same_numbers(pullback(1.0), gradient, 1e-13, "pullback")
    assert state(other) == after


CALLED_AGAIN = [
    (lambda again: repeated(block, again), generator),
    (lambda again: repeated(under_other_names, again), lambda: np.random.RandomState(3)),
    (lambda again: repeated(as_long_as_it_likes, again), lambda: np.random.Generator(np.random.Philox(3))),
    (one_inside_the_other, generator),
    (in_branches, generator),
    (made_here, lambda: 3),
    (of_an_object, lambda: Noise(2)),
    (of_the_module, lambda: 1),
]


@pytest.mark.parametrize(("made", "make"), CALLED_AGAIN, ids=range(len(CALLED_AGAIN)))
def test_what_is_called_again_draws_the_same_numbers(made, make):
    alike(made(checkpoint), made(lambda f: f), make)


@pytest.mark.parametrize("made", [walk, walk_in_walks], ids=lambda made: made.__name__)
def test_rounds_of_a_loop_draw_the_same_numbers(made):
    def replayed(x, w, rng):
        for i in checkpointed(range(9), snapshots=2):
            if i % 3:
                x = block(x, w, rng) + 0.1 * rng.normal(size=4) + rng.normal() * x * np.cos(x) * 0.01 + 0.001 * x
            else:
                x = x * rng.uniform(0.5, 1.0, size=4)
        return (x * x).sum()

    def nested(x, w, rng):
        for i in checkpointed(range(3), snapshots=1):
            for _ in checkpointed(range(i + 2), snapshots=2):
                x = np.tanh(w @ x) * rng.normal(size=4)
            x = x + rng.normal(size=4)
        return (x * x).sum() * rng.normal()

    alike(replayed if made is walk else nested, made(lambda steps: steps), generator)


def test_a_seed_inside():
    def loss(again):
        layer = again(of_a_seed)

        def f(x, w, seed):
            for k in range(3):
                x = layer(x, w, seed + k)
            return (x * x).sum()

        return f

    alike(loss(checkpoint), loss(lambda f: f), lambda: 3)


def test_second_order():
    replayed, plain = repeated(block, checkpoint), repeated(block, lambda f: f)
    one, other = generator(), generator()
    product = hvp(replayed)(X, W, one, vectors=W[0])
    same_numbers(product, hvp(plain)(X, W, other, vectors=W[0]), 1e-11, "forward over reverse")
    assert state(one) == state(other)
    first = grad(replayed)
    twice = grad(lambda x, rng: (first(x, W, rng) * W[0]).sum())(X, generator())
    same_numbers(twice, product, 1e-11, "grad of grad")


def test_a_saved_module_needs_nothing_but_numpy(tmp_path):
    g = grad(repeated(block, checkpoint), (0, 1))
    expected = g(X, W, generator())
    g.save(tmp_path / "saved.py")
    assert "s2sgrad" not in (tmp_path / "saved.py").read_text()
    saved = runpy.run_path(str(tmp_path / "saved.py"))["grad_loss"]
    same_numbers(saved(X, W, generator()), expected, 0, "saved")


# ---- what is not replayed ----


@checkpoint
def of_everybody(h):
    return np.tanh(h) * np.random.normal(size=4)


@checkpoint
def of_a_global(h):
    return np.tanh(h) * SHARED.normal(size=4)


@checkpoint
def of_an_attribute(h, noise):
    return np.tanh(h) * noise.rng.normal(size=4)


@checkpoint
def without_a_seed(h):
    return np.tanh(h) * np.random.default_rng().normal(size=4)


@checkpoint
def of_a_default(h, rng=SHARED):
    return np.tanh(h) * rng.normal(size=4)


@checkpoint
def of_two(h, a, b):
    return np.tanh(h) * a.normal(size=4) + b.normal()


@checkpoint
def of_one_or_the_other(h, a, b):
    g = a if h[0] > 0 else b
    return np.tanh(h) * g.normal(size=4)


@checkpoint
def jumping(h, rng):
    rng.bit_generator.advance(3)
    return np.tanh(h) * rng.normal(size=4)


@checkpoint
def of_itself(h, n, rng, other):
    if n == 0:
        return h * h
    return of_itself(np.tanh(h), n - 1, other, rng) * rng.normal(size=4)


@checkpoint
def with_a_block(h, rng):
    a = np.tanh(h) * rng.normal(size=4)
    with grad_of(a) as da:
        da += rng.normal(size=4)
    return a * a


A, B, NOISE = np.random.default_rng(2), np.random.default_rng(3), Noise(1)

REFUSED = [
    (lambda x: of_everybody(x).sum(), "`np.random.normal` draws random numbers(.|\n)*a generator that is passed in"),
    (lambda x: of_a_global(x).sum(), "draws random numbers(.|\n)*pass `SHARED` in as an argument"),
    (lambda x: of_an_attribute(x, NOISE).sum(), "which generator it draws from is not known"),
    (lambda x: without_a_seed(x).sum(), "give it a seed"),
    (lambda x: of_a_default(x).sum(), "every call of this function shares"),
    (lambda x: of_two(x, A, B).sum(), "draws from `a` and `b`, which may be one and the same"),
    (lambda x: of_one_or_the_other(x, A, B).sum(), "which generator it draws from is not known"),
    (lambda x: jumping(x, A).sum(), "would be called a second time"),
    (lambda x: of_itself(x, 2, A, B).sum(), "runs inside of itself"),
    (lambda x: with_a_block(x, A).sum(), "this block reads the generator `rng`"),
]


@pytest.mark.parametrize(("f", "reason"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused(f, reason):
    refused(f, X, match=reason)


def test_a_generator_needs_a_name():
    def f(x, rngs):
        return checkpoint(block)(x, W, rngs[0]).sum()

    with pytest.raises(Refusal, match="give it a name"):
        grad(f)(X, [A, B])


# ---- draws in order, with and without checkpoints ----


def several(x, rng):
    for _ in range(2):
        x = x * rng.normal(size=4)
    return x


def small(x, rng):
    return x * rng.normal(size=4) + rng.normal()


def beside_a_helper(x, rng):
    return (rng.normal(size=4) + several(x, rng)).sum()


def beside_a_small_helper(x, rng):
    return (rng.normal(size=4) + small(x, rng)).sum() - 2 * small(x * rng.normal(), rng).sum()


def inside_of_others(x, rng):
    y = rng.normal(size=4) + np.tanh(x * rng.normal(size=4)) + np.maximum(several(x, rng), rng.normal(size=4))
    return (y * y).sum()


def in_displays(x, rng):
    parts = [rng.normal(size=4), several(x, rng), rng.normal(size=4)]
    d = {"a": rng.normal(), "b": several(x, rng)}
    u, v = rng.normal() + x[0], small(x, rng)
    return (parts[0] + parts[1] * parts[2] + d["a"] * d["b"] + u * v).sum()


def in_targets(x, rng):
    y = x.copy()
    y[rng.integers(4)] += rng.normal() + x[1] ** 2 * rng.normal()
    y[rng.integers(4)] = several(x, rng)[0] * rng.normal()
    return (y * y).sum()


def that_nothing_needs(x, rng):
    return (x * x).sum() + rng.normal() + several(np.ones(4), rng).sum()


def in_comprehensions(x, rng):
    return rng.normal() * x[0] + sum([rng.normal() * v for v in x]) + np.sin(x[1] * rng.normal()) * small(x, rng).sum()


def in_choices(x, rng):
    return rng.normal() + (x[0] * rng.normal() if rng.random() > 0.5 else several(x, rng)[1]) * rng.normal()


IN_ORDER = [
    beside_a_helper,
    beside_a_small_helper,
    inside_of_others,
    in_displays,
    in_targets,
    that_nothing_needs,
    in_comprehensions,
    in_choices,
]


@pytest.mark.parametrize("f", IN_ORDER, ids=lambda f: f.__name__)
def test_numbers_are_drawn_in_the_order_of_the_function(f):
    one = generator()
    value, after = f(X, one), state(one)
    for derivative in (value_and_grad, lambda f: lambda x, rng: jvp(f)(x, rng, tangents=W[0])):
        other = generator()
        found = derivative(f)(X, other)[0]
        assert found == pytest.approx(value, rel=1e-13)
        assert state(other) == after
    other = generator()
    along = (f(X + 1e-6 * W[0], generator()) - f(X - 1e-6 * W[0], generator())) / 2e-6
    assert np.vdot(grad(f)(X, other), W[0]) == pytest.approx(along, rel=1e-5)
    assert state(other) == after
