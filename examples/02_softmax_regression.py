"""Row 2: empirical risk minimisation, with softmax regression on handwritten digits.

The lecture: F = (1/n) Σ L_i + (λ/2) Σ ‖w_k‖², so ∂F/∂w_k = (1/n) Σ ∂L_i/∂w_k + λ w_k.

Look at: the two lines for `dW`. One stands under the line of the penalty, the other under that of the logits.

    python examples/02_softmax_regression.py [--output DIR] [--quick]
"""

from __future__ import annotations

import numpy as np
from lecture import Options, options, panels, save
from sklearn.datasets import load_digits
from tqdm import tqdm

from s2sgrad import grad, stop_gradient, value_and_grad
from s2sgrad.optim import batches, gradient_descent


def loss_of_one(W, x, y):
    """L_i: the softmax cross-entropy of one example."""
    logits = x @ W
    return np.log(np.exp(logits).sum()) - logits @ y


@value_and_grad
def risk(W, X, Y, lam):
    """F: the mean of all losses, and a penalty on every w_k, the columns of W."""
    logits = X @ W
    shifted = logits - stop_gradient(logits.max(axis=1, keepdims=True))
    losses = np.log(np.exp(shifted).sum(axis=1)) - (shifted * Y).sum(axis=1)
    penalty = 0.5 * lam * (W ** 2).sum()
    return losses.sum() / len(X) + penalty


LOSS_TERM = """
    # logits = X @ W
    dW += X.T @ dlogits
"""
PENALTY_TERM = """
    # penalty = 0.5 * lam * (W ** 2).sum()
    dW = lam * W
"""


def check_the_formula(W, X, Y, lam) -> None:
    """The gradient is the mean of the gradients of single losses, plus λ w_k."""
    _, dW = risk(W, X, Y, lam)
    mean = sum(grad(loss_of_one)(W, x, y) for x, y in zip(X, Y, strict=True)) / len(X)
    assert np.allclose(dW, mean + lam * W, rtol=1e-10)


def accuracy(W: np.ndarray, X: np.ndarray, digits: np.ndarray) -> float:
    """The share of rows whose largest logit is that of their digit."""
    return float(np.mean((X @ W).argmax(axis=1) == digits))


def train(W, X, Y, lam: float, epochs: int) -> tuple[np.ndarray, list[float]]:
    """Stochastic gradient descent; also the risk on all data after each epoch."""
    risks = []
    for epoch in tqdm(range(epochs), desc="training", unit="epoch"):
        for rows, targets in batches(X, Y, size=32, seed=epoch):
            _, dW = risk(W, rows, targets, lam)
            W, _ = gradient_descent(W, dW, rate=0.3 / (1 + 0.1 * epoch))
        risks.append(float(risk(W, X, Y, lam)[0]))
    return W, risks


def plot(to: Options, W: np.ndarray, risks: list[float]) -> None:
    """The risk over the epochs, and each w_k as a picture: ink on red speaks for the digit, on blue against it."""
    figure, (left, right) = panels(1, 2)
    left.plot(range(1, len(risks) + 1), risks, "o-")
    left.set(xlabel="epoch", ylabel="F on the training data", title="Risk falls")
    tiles = np.pad(W.T.reshape(2, 5, 8, 8), ((0, 0), (0, 0), (3, 1), (1, 1)), constant_values=np.nan)
    size = np.abs(W).max()
    picture = right.imshow(tiles.transpose(0, 2, 1, 3).reshape(24, 50), cmap="RdBu_r", vmin=-size, vmax=size)
    for k in range(10):
        right.text(10 * (k % 5) + 4.5, 12 * (k // 5) + 1.5, f"$w_{k}$", ha="center")
    figure.colorbar(picture, ax=right, shrink=0.8, label="weight of a pixel")
    right.set(xticks=[], yticks=[], title="What speaks for a digit (red), and against it (blue)")
    right.grid(False)
    save(figure, to, __file__)


def main(arguments: list[str] | None = None) -> None:
    """Print the gradient, compare it with the formula of the lecture, train."""
    to = options(__doc__, arguments)
    data = load_digits()
    X, digits = data.data / 16, data.target
    Y, W, lam = np.eye(10)[digits], np.zeros((64, 10)), 1e-3
    X_test, digits_test, X, Y = X[1300:], digits[1300:], X[:1300], Y[:1300]

    source = risk.source_for(W, X, Y, lam)
    print(source)
    assert LOSS_TERM in source and PENALTY_TERM in source
    check_the_formula(np.random.default_rng(0).normal(size=W.shape), X[:20], Y[:20], lam)

    W, risks = train(W, X, Y, lam, epochs=5 if to.quick else 40)
    assert risks[-1] < risks[0]
    score = accuracy(W, X_test, digits_test)
    print(f"F falls to {risks[-1]:.3f}; {score:.1%} of the digits held back are recognised")
    assert score > 0.85
    plot(to, W, risks)


if __name__ == "__main__":
    main()
