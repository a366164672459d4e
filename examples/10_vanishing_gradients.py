"""Row 10: vanishing and exploding gradients.

In its tails the sigmoid has slope 0.01, so through n layers the gradient is 0.01ⁿ. A factor of 1.1 in each layer does
the opposite: 1.1¹⁰⁰ = 13781. In a network of random matrices the story is the same.

`wrt` names local variables, which gives the gradient at every layer in forward order. The quotient of two neighbours is
what the line between them does to the gradient: the line at fault is the one whose quotient is far from 1.

Look at: the straight lines on a logarithmic axis, and which line of the network is named.

    python examples/10_vanishing_gradients.py [--output DIR] [--quick]
"""

from __future__ import annotations

import numpy as np
from lecture import options, panels, save
from sklearn.datasets import load_digits

from s2sgrad import grad


def saturated(x, b, n):
    """n sigmoids in a row."""
    h = x
    for _ in range(n):
        a = h + b
        h = 1 / (1 + np.exp(-a))
    return h


def growing(x, w, n):
    """n multiplications in a row."""
    h = x
    for _ in range(n):
        h = w * h
    return h


def sigmoid(a):
    """Slope 1/4 at most."""
    return 1 / (1 + np.exp(-a))


def rectifier(a):
    """Slope 0 or 1."""
    return np.maximum(a, 0)


def network(W, x, y, f):
    """Layers with the activation f, and the distance of the last one from a target."""
    h = x
    for k in range(len(W)):
        a = W[k] @ h
        h = f(a)
    return 0.5 * ((h - y) ** 2).sum()


def in_the_tail() -> tuple[float, float]:
    """An h and a b with h = sigmoid(h + b) at which the slope h (1 - h) is 0.01."""
    h = (1 + np.sqrt(1 - 4 * 0.01)) / 2
    return float(h), float(np.log(h / (1 - h)) - h)


def vanishing(n: int) -> np.ndarray:
    """The gradient at each h, from the first to the last."""
    h, b = in_the_tail()
    return np.array(grad(saturated, "h")(h, b, n))


def exploding(n: int) -> np.ndarray:
    """The gradient at each h, from the first to the last."""
    return np.array(grad(growing, "h")(1.0, 1.1, n))


def lengths(arrays: list[np.ndarray]) -> np.ndarray:
    """The Euclidean length of each."""
    return np.array([np.linalg.norm(one) for one in arrays])


def gradients(f, scale: float, depth: int) -> tuple[np.ndarray, dict[str, float]]:
    """The gradient's length at each layer of a network for digits, and the mean factor of each of its two lines."""
    rng = np.random.default_rng(0)
    W = [rng.normal(size=(64, 64)) * scale / 8 for _ in range(depth)]
    dh, da = grad(network, ("h", "a"))(W, load_digits().data[0] / 16, np.zeros(64), f)
    dh, da = lengths(dh), lengths(da)
    factors = {"a = W[k] @ h": dh[:-1] / da, "h = f(a)": da / dh[1:]}
    return dh / dh[-1], {line: float(np.exp(np.log(factor).mean())) for line, factor in factors.items()}


def at_fault(size: float, factors: dict[str, float]) -> str:
    """The line that pushes the gradient where all lines together take it; none where its size is about kept."""
    if 0.1 < size < 10:
        return "none"
    pick = min if size < 1 else max
    return pick(factors, key=factors.__getitem__)


NETWORKS = [
    ("sigmoid", sigmoid, 1.0, "h = f(a)"),
    ("tanh", np.tanh, 1.0, "none"),
    ("rectifier, weights doubled", rectifier, 2.0, "a = W[k] @ h"),
]
"""Name, activation, size of the weights (1 keeps the length of what is multiplied), and the line at fault."""


def main(arguments: list[str] | None = None) -> None:
    """Reproduce both numbers, name the line at fault in a real network, plot."""
    to = options(__doc__, arguments)
    figure, (left, middle, right) = panels(1, 3, width=5)

    small = vanishing(10)
    print(f"10 saturated sigmoids: the gradient at x is {small[0]:.3e}; 0.01 ** 10 is {0.01 ** 10:.3e}")
    assert np.allclose(small, 0.01 ** np.arange(10, -1, -1.0), rtol=1e-9)
    left.semilogy(range(11), small, "o-", label="gradient at h[k]")
    left.set(xlabel="layer k", title="Vanishing: $0.01^n$")

    large = exploding(100)
    print(f"100 factors of 1.1: the gradient at x is {large[0]:.1f}; 1.1 ** 100 is {1.1 ** 100:.1f}")
    assert round(large[0]) == 13781
    middle.semilogy(range(101), large, label="gradient at h[k]")
    middle.annotate("13781", (0, large[0]), (12, 9000), arrowprops={"arrowstyle": "->"})
    middle.set(xlabel="layer k", title="Exploding: $1.1^n$")

    for name, f, scale, fault in NETWORKS:
        sizes, factors = gradients(f, scale, 20)
        line = at_fault(sizes[0], factors)
        shown = ", ".join(f"`{one}` {factor:.2f}" for one, factor in factors.items())
        print(f"{name}: from 1 to {sizes[0]:.1e} in 20 layers; each has factors {shown}; at fault: {line}")
        assert line == fault
        right.semilogy(sizes, "o-", label=name)
    right.set(xlabel="layer k", title="20 layers over a picture of a digit")
    for axes in (left, middle, right):
        axes.set_ylabel("size of the gradient")
        axes.legend()
    save(figure, to, __file__)


if __name__ == "__main__":
    main()
