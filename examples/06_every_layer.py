"""Row 6: dx_n/dx_1 is not enough. Every layer has parameters, so the gradient at every layer is wanted.

`wrt` takes the names of local variables: `wrt=("h", "a", "W", "b")` gives the gradient at each hidden layer, as a list
in forward order, beside those at the parameters. The network learns scikit-learn's digits.

Look at: the generated code, which keeps what it computes anyway; and the picture of the gradient at h[0], the pixels.

    python examples/06_every_layer.py [--output DIR] [--quick]
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from lecture import Options, options, panels, save
from sklearn.datasets import load_digits
from tqdm import tqdm

from s2sgrad import grad, value_and_grad
from s2sgrad.optim import adam, batches

LAYERS = (64, 48, 32, 24, 10)


def loss(W, b, x, y):
    """Softmax cross-entropy behind tanh layers; h is the input first, and then what each layer gives."""
    h = x
    for k in range(len(W)):
        a = h @ W[k] + b[k]
        h = np.tanh(a)
    return (np.log(np.exp(3 * h).sum(axis=1)) - 3 * (h * y).sum(axis=1)).mean()


def hidden(W, b, x) -> list[np.ndarray]:
    """h[0], ..., h[n]."""
    h = [x]
    for k in range(len(W)):
        h.append(np.tanh(h[k] @ W[k] + b[k]))
    return h


def check_every_layer(dh: list[np.ndarray], h: list[np.ndarray], W, b, y) -> None:
    """Each gradient at a layer is what the loss, computed from there on, changes by when it is changed."""
    rng, step = np.random.default_rng(0), 1e-5
    for k, (values, gradient) in enumerate(zip(h, dh, strict=True)):
        v = rng.normal(size=values.shape)
        ahead, behind = (loss(W[k:], b[k:], values + s * v, y) for s in (step, -step))
        assert np.isclose((gradient * v).sum(), (ahead - behind) / (2 * step), rtol=1e-5, atol=1e-9)
        print(f"h[{k}]: gradient of shape {gradient.shape}, length {np.linalg.norm(gradient):.4f}, as differences say")


def train(X: np.ndarray, Y: np.ndarray, epochs: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Adam, on batches of 64."""
    rng = np.random.default_rng(0)
    W = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in pairwise(LAYERS)]
    params, state = (W, [np.zeros(n) for n in LAYERS[1:]]), None
    step = value_and_grad(loss, ("W", "b"))
    steps = epochs * -(-len(X) // 64)
    for x, y in tqdm(batches(X, Y, size=64, seed=0, epochs=epochs), total=steps, desc="training"):
        _, gradient = step(*params, x, y)
        params, state = adam(params, gradient, state, rate=0.003)
    return params


def plot(to: Options, name: str, x: np.ndarray, dh: list[np.ndarray], da: list[np.ndarray]) -> None:
    """A digit, the gradient at its pixels, and how large the gradient is at each layer."""
    figure, (left, middle, right) = panels(1, 3, width=4.5)
    left.imshow(x.reshape(8, 8), cmap="gray_r")
    left.set(xticks=[], yticks=[], title=f"h[0]: {name}")
    size = np.abs(dh[0]).max()
    picture = middle.imshow(dh[0].reshape(8, 8), cmap="RdBu_r", vmin=-size, vmax=size)
    middle.set(xticks=[], yticks=[], title="dh[0]: where ink raises the loss")
    figure.colorbar(picture, ax=middle, shrink=0.8)
    right.semilogy(range(len(dh)), [np.linalg.norm(one) for one in dh], "o-", label="dh[k]")
    right.semilogy(range(1, len(dh)), [np.linalg.norm(one) for one in da], "s--", label="da[k]")
    right.set(xlabel="layer k", ylabel="length", title="The gradient at every layer", xticks=range(len(dh)))
    right.legend()
    for axes in (left, middle):
        axes.grid(False)
    save(figure, to, __file__)


def main(arguments: list[str] | None = None) -> None:
    """Print the gradient at every layer, check each by differences, train, and look at one digit."""
    to = options(__doc__, arguments)
    data = load_digits()
    X, Y = data.data / 16, np.eye(10)[data.target]
    W, b = train(X[300:], Y[300:], epochs=2 if to.quick else 20)

    everywhere = grad(loss, ("h", "a", "W", "b"))
    dh, da, dW, db = everywhere(W, b, X[:5], Y[:5])
    print(everywhere.source)
    assert [g.shape for g in dh] == [(5, n) for n in LAYERS] and [g.shape for g in da] == [(5, n) for n in LAYERS[1:]]
    assert all(np.allclose(dW[k], h.T @ da[k]) for k, h in enumerate(hidden(W, b, X[:5])[:-1]))
    assert all(np.allclose(db[k], da[k].sum(axis=0)) for k in range(len(b)))
    check_every_layer(dh, hidden(W, b, X[:5]), W, b, Y[:5])

    scores = hidden(W, b, X[:300])[-1]
    print(f"{np.mean(scores.argmax(axis=1) == data.target[:300]):.1%} of the digits held back are recognised")
    worst = int(np.argmin((scores * Y[:300]).sum(axis=1)))
    dh, da, _, _ = everywhere(W, b, X[[worst]], Y[[worst]])
    name = f"a {data.target[worst]}, taken for a {scores[worst].argmax()}"
    plot(to, name, X[worst], dh, da)


if __name__ == "__main__":
    main()
