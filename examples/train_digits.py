"""Train a multi-layer perceptron on scikit-learn's handwritten digits with a gradient that s2sgrad writes.

The loss is plain NumPy: forward propagation as in Algorithm 6.3 of the Deep Learning book, with a Python loop
over lists of weights. Its generated gradient is printed first, then used by mini-batch SGD with momentum.

    python examples/train_digits.py [--epochs 40] [--out digits.png] [--seed 0]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from s2sgrad import value_and_grad

try:
    from matplotlib.figure import Figure
    from sklearn.datasets import load_digits
    from tqdm import tqdm
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing.name} is missing; install the extra:  python -m pip install -e '.[examples]'") from None

LAYERS = (64, 96, 48, 10)
BATCH = 64
RATE = 0.1
MOMENTUM = 0.9
DECAY = 1e-4


def predict(W, b, x):
    """Forward propagation: the logits of each row of x."""
    h = x
    for k in range(len(W) - 1):
        a = h @ W[k] + b[k]
        h = np.tanh(a)
    return h @ W[-1] + b[-1]


@value_and_grad(wrt=("W", "b"))
def loss(W, b, x, y, decay):
    """Softmax cross-entropy plus decay/2 times the sum of all squared weights."""
    h = x
    penalty = 0.0
    for k in range(len(W) - 1):
        a = h @ W[k] + b[k]
        h = np.tanh(a)
        penalty += (W[k] ** 2).sum()
    logits = h @ W[-1] + b[-1]
    penalty += (W[-1] ** 2).sum()
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -(y * log_probs).sum() / len(x) + 0.5 * decay * penalty


@dataclass
class Data:
    """Rows of pixels in [0, 1] and their digits, split once into a training and a test part."""

    x: np.ndarray
    digits: np.ndarray
    x_test: np.ndarray
    digits_test: np.ndarray


@dataclass
class History:
    """What the plot shows: one number per epoch."""

    loss: list[float] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    test: list[float] = field(default_factory=list)


def load(rng: np.random.Generator) -> Data:
    """The 1797 digits in random order, a quarter of them kept for the test."""
    digits = load_digits()
    order = rng.permutation(len(digits.data))
    x, target = digits.data[order] / 16, digits.target[order]
    held = len(x) // 4
    return Data(x[held:], target[held:], x[:held], target[:held])


def initialise(rng: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Random weights, scaled so that each layer keeps the size of what it is given, and zero biases."""
    shapes = list(pairwise(LAYERS))
    W = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in shapes]
    return W, [np.zeros(columns) for _, columns in shapes]


def batches(rng: np.random.Generator, n: int) -> Iterator[np.ndarray]:
    """Row numbers of all mini-batches of one epoch, in random order."""
    order = rng.permutation(n)
    for start in range(0, n, BATCH):
        yield order[start : start + BATCH]


def train(W: list[np.ndarray], b: list[np.ndarray], data: Data, epochs: int, rng: np.random.Generator) -> History:
    """SGD with momentum; changes W and b in place."""
    history = History()
    one_hot = np.eye(LAYERS[-1])[data.digits]
    velocity = [np.zeros_like(p) for p in W + b]
    progress = tqdm(range(epochs), desc="training", unit="epoch")
    for _ in progress:
        losses = []
        for rows in batches(rng, len(data.x)):
            value, (dW, db) = loss(W, b, data.x[rows], one_hot[rows], DECAY)
            losses.append(value)
            for p, dp, v in zip(W + b, dW + db, velocity, strict=True):
                v *= MOMENTUM
                v -= RATE * dp
                p += v
        history.loss.append(float(np.mean(losses)))
        history.train.append(accuracy(W, b, data.x, data.digits))
        history.test.append(accuracy(W, b, data.x_test, data.digits_test))
        progress.set_postfix(loss=f"{history.loss[-1]:.4f}", test=f"{history.test[-1]:.4f}")
    return history


def accuracy(W: list[np.ndarray], b: list[np.ndarray], x: np.ndarray, digits: np.ndarray) -> float:
    """The share of rows whose largest logit is that of their digit."""
    return float(np.mean(predict(W, b, x).argmax(axis=1) == digits))


def plot(history: History, path: Path) -> None:
    """Loss and accuracy over the epochs, side by side."""
    epochs = range(1, len(history.loss) + 1)
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.semilogy(epochs, history.loss)
    left.set(xlabel="epoch", ylabel="training loss")
    right.plot(epochs, history.train, label="training")
    right.plot(epochs, history.test, label="test")
    right.set(xlabel="epoch", ylabel="accuracy", ylim=(0.8, 1.005))
    right.legend(loc="lower right")
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)


def main(arguments: list[str] | None = None) -> None:
    """Print the gradient, train, save the plot, report."""
    parser = argparse.ArgumentParser(description="Train a multi-layer perceptron on handwritten digits.")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--out", type=Path, default=Path("digits.png"), help="where the plot goes (PNG)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)

    rng = np.random.default_rng(options.seed)
    data = load(rng)
    W, b = initialise(rng)
    print(loss.source_for(W, b, data.x, np.eye(LAYERS[-1])[data.digits], DECAY))

    start = time.perf_counter()
    history = train(W, b, data, options.epochs, rng)
    seconds = time.perf_counter() - start
    plot(history, options.out)
    print(f"{options.epochs} epochs in {seconds:.1f} s; plot saved to {options.out}")
    print(f"test accuracy {history.test[-1]:.4f}")


if __name__ == "__main__":
    main()
