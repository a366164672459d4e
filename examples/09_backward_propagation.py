"""Row 9: backward propagation, Algorithm 6.4 of the Deep Learning book, as it comes out of Algorithm 6.3.

    g ← ∇_ŷ J = ∇_ŷ L(ŷ, y)
    for k = l, l-1, ..., 1:
        g ← ∇_a⁽ᵏ⁾ J = g ⊙ f′(a⁽ᵏ⁾)
        ∇_b⁽ᵏ⁾ J = g + λ ∇_b⁽ᵏ⁾ Ω(θ)
        ∇_W⁽ᵏ⁾ J = g h⁽ᵏ⁻¹⁾ᵀ + λ ∇_W⁽ᵏ⁾ Ω(θ)
        g ← ∇_h⁽ᵏ⁻¹⁾ J = W⁽ᵏ⁾ᵀ g

The book calls every adjoint g; the generated code calls it dh or da, after what it belongs to, and quotes the line of
the forward pass above it.

Look at: the picture, the algorithm on the left and the generated line on the right.

    python examples/09_backward_propagation.py [--output DIR] [--quick]
"""

from __future__ import annotations

import numpy as np
from lecture import Options, options, panels, save

from s2sgrad import grad


def f(a):
    """The activation of every layer."""
    return np.tanh(a)


def forward_propagation(W, b, x, y, lam):
    """Algorithm 6.3; Ω is half the sum of the squares of all parameters."""
    h = x
    Omega = 0.0
    for k in range(len(W)):
        a = b[k] + W[k] @ h
        h = f(a)
        Omega += 0.5 * (W[k] ** 2).sum() + 0.5 * (b[k] ** 2).sum()
    y_hat = h
    J = 0.5 * ((y_hat - y) ** 2).sum() + lam * Omega
    return J


SIDE_BY_SIDE = [
    ("# J = 0.5 * ((y_hat - y) ** 2).sum() + lam * Omega", [
        (r"$g \leftarrow \nabla_{\hat y}\,J = \nabla_{\hat y}\,L(\hat y, y)$", "dy_hat = y_hat - y"),
        (r"(λ, the factor of every $\nabla\Omega$)", "dOmega = lam"),
    ]),
    ("# y_hat = h", [
        (r"(the same g, at $h^{(l)}$)", "dh = dy_hat"),
        (r"(room for every $\nabla_{W^{(k)}}$)", "dW = [np.zeros_like(item) for item in W]"),
        (r"(room for every $\nabla_{b^{(k)}}$)", "db = [np.zeros_like(item) for item in b]"),
        (r"for $k = l, l-1, \ldots, 1$ do", "for k in reversed(range(len(W))):"),
    ]),
    ("    # Omega += 0.5 * (W[k] ** 2).sum() + 0.5 * (b[k] ** 2).sum()", [
        (r"    $\nabla_{W^{(k)}} J = \ldots + \lambda\,\nabla_{W^{(k)}}\Omega(\theta)$", "    dW[k] += dOmega * W[k]"),
        (r"    $\nabla_{b^{(k)}} J = \ldots + \lambda\,\nabla_{b^{(k)}}\Omega(\theta)$", "    db[k] += dOmega * b[k]"),
    ]),
    ("    # h = f(a)", [
        (r"    $g \leftarrow \nabla_{a^{(k)}} J = g \odot f'(a^{(k)})$", "    da = dh * (1 - h ** 2)"),
        (r"    (back to $h^{(k-1)}$)", "    h = h_stack.pop()"),
    ]),
    ("    # a = b[k] + W[k] @ h", [
        (r"    $\nabla_{b^{(k)}} J = g + \ldots$", "    db[k] += da"),
        (r"    $\nabla_{W^{(k)}} J = g\, h^{(k-1)\top} + \ldots$", "    dW[k] += np.outer(da, h)"),
        (r"    $g \leftarrow \nabla_{h^{(k-1)}} J = W^{(k)\top} g$", "    dh = W[k].T @ da"),
    ]),
]  # fmt: skip


def backward_lines(source: str) -> list[str]:
    """The lines of the backward pass, without blank ones and without `return`."""
    start = source.index("    # J = ")
    return [line.removeprefix("    ") for line in source[start:].splitlines() if line.strip()][:-1]


def expected_lines() -> list[str]:
    """The lines on the right-hand side, each group under the line of the forward pass that it belongs to."""
    return [line for quoted, rows in SIDE_BY_SIDE for line in (quoted, *(code for _, code in rows))]


def algorithm_6_4(W, b, x, y, lam):
    """Both algorithms once more, by hand, as the book writes them: the result to compare with."""
    h, a = [x], [None]
    for k in range(1, len(W) + 1):
        a.append(b[k - 1] + W[k - 1] @ h[k - 1])
        h.append(f(a[k]))
    db, dW = [None] * len(b), [None] * len(W)
    g = h[-1] - y
    for k in range(len(W), 0, -1):
        g = g * (1 - f(a[k]) ** 2)
        db[k - 1] = g + lam * b[k - 1]
        dW[k - 1] = np.outer(g, h[k - 1]) + lam * W[k - 1]
        g = W[k - 1].T @ g
    return dW, db


def network(depth: int) -> tuple:
    """Random weights, biases, input and target."""
    rng, sizes = np.random.default_rng(depth), range(3, 4 + depth)
    W = [rng.normal(size=(sizes[k + 1], sizes[k])) for k in range(depth)]
    return W, [rng.normal(size=len(w)) for w in W], rng.normal(size=3), rng.normal(size=sizes[-1]), 0.01


def plot(to: Options) -> None:
    """The algorithm on the left, what was generated on the right."""
    figure, axes = panels(1, 1, width=13, height=7.5)
    axes.set(xlim=(0, 1), ylim=(len(expected_lines()) + 0.5, -1.5), title="Algorithm 6.4, and what was generated")
    axes.axis("off")
    axes.text(0.02, -0.8, "Deep Learning book, Algorithm 6.4", weight="bold")
    axes.text(0.46, -0.8, "generated", weight="bold")
    row = 0
    for shade, (quoted, rows) in enumerate(SIDE_BY_SIDE):
        axes.axhspan(row - 0.5, row + len(rows) + 0.5, color="C0", alpha=0.12 if shade % 2 else 0.04)
        axes.text(0.46, row, quoted, family="monospace", color="gray", va="center")
        for formula, code in rows:
            row += 1
            axes.text(0.02 + 0.03 * formula.startswith(" "), row, formula.strip(), va="center")
            axes.text(0.46, row, code, family="monospace", va="center")
        row += 1
    save(figure, to, __file__)


def main(arguments: list[str] | None = None) -> None:
    """Print the gradient, compare its text with Algorithm 6.4 line by line, and its numbers with the same by hand."""
    to = options(__doc__, arguments)
    gradient = grad(forward_propagation, ("W", "b"))
    source = gradient.source_for(*network(3))
    print(source)
    assert backward_lines(source) == expected_lines()
    for depth in range(1, 8):
        for ours, by_hand in zip(gradient(*network(depth)), algorithm_6_4(*network(depth)), strict=True):
            assert all(np.allclose(g, h, rtol=1e-12, atol=1e-14) for g, h in zip(ours, by_hand, strict=True))
    print("The text is Algorithm 6.4 line by line; the numbers are those of the algorithm by hand, for 1 to 7 layers.")
    plot(to)


if __name__ == "__main__":
    main()
