"""Row 8: forward propagation, Algorithm 6.3 of the Deep Learning book, written as it stands there.

    h⁽⁰⁾ = x
    for k = 1, ..., l:
        a⁽ᵏ⁾ = b⁽ᵏ⁾ + W⁽ᵏ⁾ h⁽ᵏ⁻¹⁾
        h⁽ᵏ⁾ = f(a⁽ᵏ⁾)
    ŷ = h⁽ˡ⁾
    J = L(ŷ, y) + λ Ω(θ)

The weights are lists, so the depth l is whatever the lists say: one function, one gradient, any network.

Look at: `forward_propagation`, which is the algorithm and nothing else; and how networks of four depths learn iris.

    python examples/08_forward_propagation.py [--output DIR] [--quick]
"""

from __future__ import annotations

import inspect
from functools import partial

import numpy as np
from lecture import options, panels, save
from sklearn.datasets import load_iris
from tqdm import tqdm

from s2sgrad import check_grads, value_and_grad
from s2sgrad.optim import batches, momentum


def f(a):
    """The activation of every layer."""
    return np.tanh(a)


def L(y_hat, y):
    """The loss of one example."""
    return 0.5 * ((y_hat - y) ** 2).sum()


def forward_propagation(W, b, x, y, lam):
    """Algorithm 6.3; Ω is half the sum of the squares of all parameters."""
    h = x
    Omega = 0.0
    for k in range(len(W)):
        a = b[k] + W[k] @ h
        h = f(a)
        Omega += 0.5 * (W[k] ** 2).sum() + 0.5 * (b[k] ** 2).sum()
    y_hat = h
    J = L(y_hat, y) + lam * Omega
    return J


J_and_gradient = value_and_grad(forward_propagation, ("W", "b"))

Parameters = tuple[list[np.ndarray], list[np.ndarray]]


def initialise(depth: int, seed: int = 0) -> Parameters:
    """Random weights and zero biases for a network from 4 numbers through layers of 8 to 3 classes."""
    rng, sizes = np.random.default_rng(seed), [4, *[8] * (depth - 1), 3]
    W = [rng.normal(size=(sizes[k + 1], sizes[k])) / np.sqrt(sizes[k]) for k in range(depth)]
    return W, [np.zeros(size) for size in sizes[1:]]


def load() -> tuple[np.ndarray, np.ndarray]:
    """150 flowers: four lengths each, of mean 0 and variance 1, and a 1 at their species among zeros."""
    iris = load_iris()
    X = (iris.data - iris.data.mean(axis=0)) / iris.data.std(axis=0)
    return X, np.eye(3)[iris.target]


def train(depth: int, X: np.ndarray, Y: np.ndarray, epochs: int) -> tuple[Parameters, list[float]]:
    """One example at a time, as in the book; also the mean of J over each epoch."""
    params, state, costs = initialise(depth), None, []
    for epoch in tqdm(range(epochs), desc=f"{depth} layers", unit="epoch"):
        total = 0.0
        for x, y in batches(X, Y, size=1, seed=epoch):
            J, gradient = J_and_gradient(*params, x[0], y[0], 1e-4)
            params, state = momentum(params, gradient, state, rate=0.01, decay=0.8)
            total += J
        costs.append(total / len(X))
    return params, costs


def species(params: Parameters, x: np.ndarray) -> int:
    """The class that a network gives to a flower."""
    for W, b in zip(*params, strict=True):
        x = f(b + W @ x)
    return int(x.argmax())


def main(arguments: list[str] | None = None) -> None:
    """Print the function, check its gradient at several depths, train networks of several depths."""
    to = options(__doc__, arguments)
    print(inspect.getsource(forward_propagation))
    X, Y = load()
    for depth in (1, 2, 5):
        check_grads(partial(forward_propagation, x=X[0], y=Y[0], lam=0.1), initialise(depth), order=1)
        print(f"depth {depth}: the gradient agrees with differences")

    figure, axes = panels(1, 1, width=8)
    for depth in (1, 2, 4, 8):
        params, costs = train(depth, X, Y, epochs=6 if to.quick else 25)
        right = np.mean([species(params, x) == y.argmax() for x, y in zip(X, Y, strict=True)])
        print(f"depth {depth}: J falls from {costs[0]:.3f} to {costs[-1]:.3f}; {right:.0%} of the flowers are right")
        assert costs[-1] < costs[0] and right > 0.8
        axes.plot(range(1, len(costs) + 1), costs, "o-", label=f"{depth} layer{'s' * (depth > 1)}")
    assert J_and_gradient.cache_info().misses == 1
    axes.set(xlabel="epoch", ylabel="mean of J", title="One function, networks of any depth: iris")
    axes.legend()
    save(figure, to, __file__)


if __name__ == "__main__":
    main()
