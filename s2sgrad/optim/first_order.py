"""First-order methods: one step each, from parameters, gradient and state to new parameters and new state.

Parameters are a float, an array of floats, or any nesting of lists, tuples, named tuples, dicts, dataclasses and plain
objects of these; the gradient has the structure in which ``grad`` gives it. Results have the structure, classes, shapes
and dtypes of the parameters, and share no memory with what was given. ``state`` is None at the first step, and what
the step before gave back later.

Each raises ArgumentError where the gradient or the state differs from the parameters in structure or shape, where a
parameter is no float, where a rate is negative or not finite, where a decay is not in [0, 1), and where an epsilon
is 0, be it for the precision of a parameter.

>>> gradient_descent([1.0, np.ones(2)], [2.0, np.ones(2)], rate=0.5)
([0.0, array([0.5, 0.5])], None)
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from s2sgrad.errors import ArgumentError
from s2sgrad.optim.hyper import check_epsilon, decay_of, rate_of
from s2sgrad.optim.nested import fitting, mapped, structure

__all__ = ["AdamState", "adagrad", "adam", "gradient_descent", "momentum", "nesterov", "rmsprop"]


def gradient_descent(params: Any, grads: Any, state: None = None, *, rate: float) -> tuple[Any, None]:
    """``w ← w - η g`` (Cauchy, 1847); with the gradient of a mini-batch, SGD (Robbins and Monro, 1951).

    η is ``rate``. There is no state: the second result is None, so that all methods are called alike.
    """
    if state is not None:
        raise ArgumentError("gradient_descent has no state", "pass None, or nothing")
    grads = fitting(grads, structure(gradient_descent, params), "grads")
    rate = rate_of(rate)
    return mapped(lambda w, g: w - rate * g, params, grads), None


def momentum(params: Any, grads: Any, state: Any = None, *, rate: float, decay: float = 0.9) -> tuple[Any, Any]:
    """``v ← μ v - η g``, ``w ← w + v`` (Polyak, 1964).

    η is ``rate``, μ is ``decay``. The state is the velocity v, with the structure of the parameters; 0 at first.
    """
    grads, v = _fitting(momentum, params, grads, state)
    rate, decay = rate_of(rate), decay_of(decay)
    v = mapped(lambda w, v, g: decay * v - rate * g, params, v, grads)
    return mapped(lambda w, v: w + v, params, v), v


def nesterov(params: Any, grads: Any, state: Any = None, *, rate: float, decay: float = 0.9) -> tuple[Any, Any]:
    """``v ← μ v - η g``, ``w ← w + μ v - η g`` (Nesterov, 1983; in this form Bengio and others, 2013).

    η is ``rate``, μ is ``decay``. Nesterov's own form ``v ← μ v - η ∇f(θ + μ v)``, ``θ ← θ + v`` wants the gradient
    ahead of θ; here w is that point ahead, ``w = θ + μ v``, so g is taken at w as in every other method. The state
    is the velocity v, with the structure of the parameters; 0 at first.
    """
    grads, v = _fitting(nesterov, params, grads, state)
    rate, decay = rate_of(rate), decay_of(decay)
    v = mapped(lambda w, v, g: decay * v - rate * g, params, v, grads)
    return mapped(lambda w, v, g: w + decay * v - rate * g, params, v, grads), v


def adagrad(params: Any, grads: Any, state: Any = None, *, rate: float, epsilon: float = 1e-8) -> tuple[Any, Any]:
    """``s ← s + g²``, ``w ← w - η g / (√s + ε)``, element by element (Duchi, Hazan and Singer, 2011).

    η is ``rate``. The state is the sum s of the squared gradients, with the structure of the parameters; 0 at first.
    """
    grads, s = _fitting(adagrad, params, grads, state, epsilon=epsilon)
    rate, epsilon = rate_of(rate), rate_of(epsilon, "epsilon")
    s = mapped(lambda w, s, g: s + g * g, params, s, grads)
    return mapped(lambda w, s, g: w - rate * g / (np.sqrt(s) + epsilon), params, s, grads), s


def rmsprop(
    params: Any, grads: Any, state: Any = None, *, rate: float, decay: float = 0.9, epsilon: float = 1e-8
) -> tuple[Any, Any]:
    """``s ← ρ s + (1 - ρ) g²``, ``w ← w - η g / (√s + ε)``, element by element (Tieleman and Hinton, 2012).

    η is ``rate``, ρ is ``decay``. The state is the running mean s of the squared gradients, with the structure of the
    parameters; 0 at first.
    """
    grads, s = _fitting(rmsprop, params, grads, state, epsilon=epsilon)
    rate, decay, epsilon = rate_of(rate), decay_of(decay), rate_of(epsilon, "epsilon")
    s = mapped(lambda w, s, g: decay * s + (1 - decay) * g * g, params, s, grads)
    return mapped(lambda w, s, g: w - rate * g / (np.sqrt(s) + epsilon), params, s, grads), s


class AdamState(NamedTuple):
    """What Adam keeps: how many steps were made, and the running means of gradients and of their squares."""

    steps: int
    mean: Any
    squares: Any


def adam(
    params: Any,
    grads: Any,
    state: AdamState | None = None,
    *,
    rate: float = 0.001,
    decay: float = 0.9,
    decay_squares: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Any, AdamState]:
    """``m ← β₁ m + (1 - β₁) g``, ``s ← β₂ s + (1 - β₂) g²``, ``w ← w - η m̂ / (√ŝ + ε)`` (Kingma and Ba, 2015).

    At step t, ``m̂ = m / (1 - β₁ᵗ)`` and ``ŝ = s / (1 - β₂ᵗ)`` make up for m and s being 0 at first. η is ``rate``,
    β₁ is ``decay``, β₂ is ``decay_squares``. The state is an :class:`AdamState`.
    """
    if not isinstance(state, AdamState | None):
        raise ArgumentError(f"state is a {type(state).__name__}, not an AdamState", "pass what the last step gave back")
    t, mean, squares = state or AdamState(0, None, None)
    grads, m, s = _fitting(adam, params, grads, mean, squares, epsilon=epsilon)
    rate, epsilon = rate_of(rate), rate_of(epsilon, "epsilon")
    decay, decay_squares = decay_of(decay), decay_of(decay_squares, "decay_squares")
    t += 1
    m = mapped(lambda w, m, g: decay * m + (1 - decay) * g, params, m, grads)
    s = mapped(lambda w, s, g: decay_squares * s + (1 - decay_squares) * g * g, params, s, grads)

    def moved(w: Any, m: Any, s: Any) -> Any:
        return w - rate * (m / (1 - decay**t)) / (np.sqrt(s / (1 - decay_squares**t)) + epsilon)

    return mapped(moved, params, m, s), AdamState(t, m, s)


def _fitting(method: Any, params: Any, grads: Any, *states: Any, epsilon: float = 1.0) -> list[Any]:
    """Gradient and states in the structure and dtypes of the parameters, in none of which ``epsilon`` is 0.

    No state is zeros.
    """
    like = structure(method, params)
    check_epsilon(epsilon, like)
    kept = [mapped(np.zeros_like, params) if state is None else state for state in states]
    return [fitting(grads, like, "grads"), *(fitting(one, like, "state") for one in kept)]
