"""Row 10: vanishing and exploding gradients.

In its tails the sigmoid has slope 0.01, so through n layers the gradient is 0.01ⁿ. A factor of 1.1 in each layer does
the opposite: 1.1¹⁰⁰ = 13781. In a network of random matrices the story is the same.

`report(f, *args)` runs f once, forward and backward, notes the size of every value and of its gradient, and names the
line at fault, with its factor per layer.

Look at: the listing, which is the program with the sizes beside its lines; and the straight lines in the plot.

    python examples/10_vanishing_gradients.py [--output DIR] [--quick]
"""

from __future__ import annotations

import numpy as np
from lecture import options, panels, save
from sklearn.datasets import load_digits

from s2sgrad import grad, report

DEPTH = 20


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


def network(x, W, y, f):
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


def gradients(found) -> np.ndarray:
    """The size of the gradient at each h, from the input to the last layer."""
    return np.array([entry.gradient.norm for entry in found.runs("h")])


def shown(found) -> str:
    """What was found, and the program with sizes beside its lines."""
    return f"{found.summary()}\n\n{found.listing()}\n"


def random_network(scale: float) -> tuple:
    """A digit, random matrices (of scale 1 they keep the length of what they multiply, about), a target of zeros."""
    W = list(np.random.default_rng(0).normal(size=(DEPTH, 64, 64)) * scale / 8)
    return load_digits().data[0] / 16, W, np.zeros(64)


NETWORKS = [
    ("sigmoid", sigmoid, 1.0, ["h"]),
    ("tanh", np.tanh, 1.0, []),
    ("rectifier, weights doubled", rectifier, 2.0, ["a"]),
]
"""Name, activation, scale of the weights, and the variables whose lines are at fault."""


def main(arguments: list[str] | None = None) -> None:
    """Reproduce both numbers, name the line at fault in a network, plot."""
    to = options(__doc__, arguments)
    figure, (left, middle, right) = panels(1, 3, width=5)

    tail = report(saturated, *in_the_tail(), 10, wrt="x")
    print(shown(tail))
    assert np.allclose(gradients(tail), 0.01 ** np.arange(10, -1, -1.0), rtol=1e-9)
    left.semilogy(gradients(tail), "o-", label="gradient at h[k]")
    left.set(xlabel="layer k", title="Vanishing: $0.01^n$")

    tail.plot(to.output / "10_report.png")

    growth = report(growing, 1.0, 1.1, 100, wrt="x")
    print(shown(growth))
    assert round(growth.gradient("x").norm) == round(1.1**100) == 13781
    middle.semilogy(gradients(growth), label="gradient at h[k]")
    middle.annotate("13781", (0, 13781), (12, 9000), arrowprops={"arrowstyle": "->"})
    middle.set(xlabel="layer k", title="Exploding: $1.1^n$")

    for name, f, scale, fault in NETWORKS:
        x, W, y = random_network(scale)
        found = report(network, x, W, y, f, wrt="x")
        print(f"{name}: {found.summary()}")
        assert [finding.entry.name for finding in found.findings] == fault
        sizes = gradients(found)
        assert np.allclose(sizes, [np.linalg.norm(dh) for dh in grad(network, "h")(x, W, y, f)])
        right.semilogy(sizes / sizes[-1], "o-", label=name)
    right.set(xlabel="layer k", title=f"{DEPTH} layers over a picture of a digit")
    for axes in (left, middle, right):
        axes.set_ylabel("size of the gradient")
        axes.legend()
    save(figure, to, __file__)


if __name__ == "__main__":
    main()
