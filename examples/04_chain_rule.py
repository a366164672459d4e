"""Row 4: the chain rule, on the lecture's example h(x) = log(1 + exp(-x)) = f(g(x)).

With g(x) = exp(-x) and f(u) = log(1 + u): ∇h = f'(g(x)) g'(x) = 1 / (1 + exp(-x)) · -exp(-x).

Look at: the one line of the generated gradient. exp(-x) is computed once, and has a name that says what it is.

    python examples/04_chain_rule.py [--output DIR] [--quick]
"""

from __future__ import annotations

import numpy as np
from lecture import Options, options, panels, save

from s2sgrad import grad


@grad
def h(x):
    """The loss of logistic regression."""
    return np.log(1 + np.exp(-x))


EXPECTED = """
    exp_neg_x = np.exp(-x)

    # return np.log(1 + np.exp(-x))
    dx = -exp_neg_x / (1 + exp_neg_x)
    return dx
"""


def g(x):
    """The inner function."""
    return np.exp(-x)


def f(u):
    """The outer function."""
    return np.log(1 + u)


def composed(x):
    """h once more, as a function of a function."""
    u = g(x)
    return f(u)


def plot(to: Options) -> None:
    """h with tangents of the slopes that were computed; the slope as a product of two factors."""
    figure, (left, right) = panels(1, 2)
    x = np.linspace(-4, 4, 200)
    left.plot(x, h.primal(x), label="h(x) = log(1 + exp(-x))")
    for at in (-3.0, -1.0, 1.0, 3.0):
        near = at + np.array([-0.7, 0.7])
        line = h.primal(at) + h(at) * (near - at)
        left.plot(near, line, "r", linewidth=4, label="slope ∇h" * (at == -3))
    left.set(xlabel="x", ylabel="h(x)", title="h, and the slopes of the generated code")
    right.plot(x, [grad(f)(g(v)) for v in x], "--", label="f'(g(x)) = 1 / (1 + exp(-x))")
    right.plot(x, [grad(g)(v) for v in x], "--", label="g'(x) = -exp(-x)")
    right.plot(x, [h(v) for v in x], label="∇h = f'(g(x)) g'(x)")
    right.set(xlabel="x", ylabel="slope", ylim=(-4, 1.3), title="∇h is the product of both factors")
    left.legend()
    right.legend(loc="lower right")
    save(figure, to, __file__)


def main(arguments: list[str] | None = None) -> None:
    """Print the gradient, and check that it is exactly what the lecture derives."""
    to = options(__doc__, arguments)
    source = h.source_for(0.5)
    print(source)
    assert source.endswith(EXPECTED)
    print(grad(composed).source_for(0.5))

    for x in (-3.0, 0.5, 2.0):
        by_hand = -np.exp(-x) / (1 + np.exp(-x))
        difference = (h.primal(x + 1e-6) - h.primal(x - 1e-6)) / 2e-6
        assert h(x) == by_hand and abs(h(x) - difference) < 1e-8
        assert np.isclose(grad(composed)(x), grad(f)(g(x)) * grad(g)(x), rtol=1e-14)
        print(f"∇h({x:4}) = {h(x):.6f}; by differences {difference:.6f}")
    plot(to)


if __name__ == "__main__":
    main()
