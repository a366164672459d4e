"""What is timed: a function, its gradient by hand, and arguments of one size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import by_hand, primals, tuned

VARIANTS = ("hand", "generated", "called", "tuned")
"""By hand; the bare generated function; the same behind the wrapper's dispatch; by hand with every trick."""


@dataclass(frozen=True)
class Case:
    """One function at one size."""

    function: str
    size: tuple[int, ...]
    wrt: tuple[str, ...]
    make: Callable[..., tuple[Any, ...]]

    @property
    def name(self) -> str:
        """The function and its size, as it stands in the table."""
        return f"{self.function} {'x'.join(map(str, self.size))}"

    @property
    def primal(self) -> Callable[..., Any]:
        """The function itself."""
        return getattr(primals, self.function)

    def arguments(self) -> tuple[Any, ...]:
        """The same in every process."""
        return self.make(np.random.default_rng(0), *self.size)

    def gradient(self, variant: str) -> Callable[..., Any]:
        """One of ``VARIANTS``, the ``primal`` or the ``compiled`` gradient: a function of the arguments."""
        if variant == "primal":
            return self.primal
        if variant in ("hand", "tuned"):
            return getattr(by_hand if variant == "hand" else tuned, self.function)
        from s2sgrad import grad

        derivative = grad(self.primal, self.wrt, compile="numba" if variant == "compiled" else None)
        return derivative if variant == "called" else derivative.specialized(*self.arguments())


def _mlp(rng: np.random.Generator, n: int, d: int, h: int) -> tuple[Any, ...]:
    labels = np.eye(10)[rng.integers(0, 10, n)]
    first, second = rng.normal(size=(d, h)) / np.sqrt(d), rng.normal(size=(h, 10)) / np.sqrt(h)
    return rng.normal(size=(n, d)), labels, first, rng.normal(size=h), second, rng.normal(size=10), 1e-3


def _rnn(rng: np.random.Generator, steps: int, n: int, d: int, h: int) -> tuple[Any, ...]:
    xs, ys = rng.normal(size=(steps, n, d)), rng.normal(size=(steps, n, d))
    Wx, Wh, Wy = (rng.normal(size=shape) / np.sqrt(h) for shape in ((d, h), (h, h), (h, d)))
    return xs, ys, rng.normal(size=(n, h)), Wx, Wh, rng.normal(size=h), Wy


def _reservoir(rng: np.random.Generator, n: int) -> tuple[Any, ...]:
    return rng.uniform(0.1, 1.0, n), 0.3, 1.7


def _heat(rng: np.random.Generator, n: int, steps: int) -> tuple[Any, ...]:
    return rng.normal(size=n), 0.2, steps


def _euler(rng: np.random.Generator, steps: int) -> tuple[Any, ...]:
    return 0.8, 0.1, 0.2, 0.001, steps


def _rk4(rng: np.random.Generator, steps: int) -> tuple[Any, ...]:
    return 1.0, 0.0, 2.0, 0.1, 0.01, steps


def _n_body(rng: np.random.Generator, n: int, steps: int) -> tuple[Any, ...]:
    return rng.normal(size=(n, 3)), 0.1 * rng.normal(size=(n, 3)), rng.uniform(0.1, 1.0, n), 0.01, steps


def _logsumexp(rng: np.random.Generator, n: int, d: int) -> tuple[Any, ...]:
    return (rng.normal(size=(n, d)),)


def _gaussian(rng: np.random.Generator, n: int) -> tuple[Any, ...]:
    root = rng.normal(size=(n, n)) / np.sqrt(n)
    return rng.normal(size=n), rng.normal(size=n), root @ root.T + np.eye(n)


_WEIGHTS = ("W1", "b1", "W2", "b2")
_RECURRENT = ("h", "Wx", "Wh", "b", "Wy")

CASES = (
    Case("mlp", (1, 16, 16), _WEIGHTS, _mlp),
    Case("mlp", (16, 32, 32), _WEIGHTS, _mlp),
    Case("mlp", (64, 64, 128), _WEIGHTS, _mlp),
    Case("mlp", (128, 256, 256), _WEIGHTS, _mlp),
    Case("mlp", (256, 784, 512), _WEIGHTS, _mlp),
    Case("rnn", (30, 4, 8, 16), _RECURRENT, _rnn),
    Case("rnn", (50, 32, 32, 64), _RECURRENT, _rnn),
    Case("reservoir", (200,), ("inflow", "rate", "cap"), _reservoir),
    Case("reservoir", (5000,), ("inflow", "rate", "cap"), _reservoir),
    Case("heat", (1000, 100), ("u0", "alpha"), _heat),
    Case("heat", (100_000, 20), ("u0", "alpha"), _heat),
    Case("logsumexp", (100, 10), ("x",), _logsumexp),
    Case("logsumexp", (2000, 500), ("x",), _logsumexp),
)

_BODIES = ("position", "velocity", "mass")

LOOPS = (
    Case("euler", (10_000,), ("theta", "omega", "damping", "dt"), _euler),
    Case("rk4", (2000,), ("x", "v", "stiffness", "damping"), _rk4),
    Case("reservoir", (5000,), ("inflow", "rate", "cap"), _reservoir),
    Case("rnn", (30, 4, 8, 16), _RECURRENT, _rnn),
    Case("rnn", (50, 32, 32, 64), _RECURRENT, _rnn),
    Case("heat", (1000, 100), ("u0", "alpha"), _heat),
    Case("n_body", (8, 50), _BODIES, _n_body),
    Case("n_body", (100, 10), _BODIES, _n_body),
    Case("n_body_pairs", (8, 10), _BODIES, _n_body),
)
"""Loops, timed beside the function itself and compiled by Numba."""

SMALL_LOOPS = (
    Case("euler", (7,), ("theta", "omega", "damping", "dt"), _euler),
    Case("rk4", (6,), ("x", "v", "stiffness", "damping"), _rk4),
    Case("n_body", (3, 2), _BODIES, _n_body),
    Case("n_body_pairs", (3, 2), _BODIES, _n_body),
)
"""Those among them that are not in ``SMALL``, small enough to compare with differences."""

SMALL = (
    Case("mlp", (5, 4, 3), _WEIGHTS, _mlp),
    Case("rnn", (4, 2, 3, 5), _RECURRENT, _rnn),
    Case("reservoir", (12,), ("inflow", "rate", "cap"), _reservoir),
    Case("heat", (11, 4), ("u0", "alpha"), _heat),
    Case("logsumexp", (4, 3), ("x",), _logsumexp),
)
"""One of each, small enough to compare with differences."""

MODES = (
    (Case("mlp", (64, 64, 128), _WEIGHTS, _mlp), "b2"),
    (Case("rnn", (50, 32, 32, 64), _RECURRENT, _rnn), "b"),
    (Case("heat", (1000, 100), ("u0", "alpha"), _heat), "alpha"),
    (Case("euler", (10_000,), ("theta", "omega", "damping", "dt"), _euler), "theta"),
    (Case("gaussian", (100,), ("x", "mu", "Sigma"), _gaussian), "mu"),
)
"""Functions that are timed in every mode, and what their Hessian is taken with respect to."""

SMALL_MODES = (
    (Case("gaussian", (4,), ("x", "mu", "Sigma"), _gaussian), "mu"),
    (Case("heat", (11, 4), ("u0", "alpha"), _heat), "alpha"),
)


def mode_case(name: str) -> tuple[Case, str]:
    """The case of that name among those that are timed in every mode."""
    return next(pair for pair in MODES + SMALL_MODES if pair[0].name == name)


def case(name: str) -> Case:
    """The case of that name."""
    return next(c for c in CASES + SMALL + LOOPS + SMALL_LOOPS if c.name == name)
