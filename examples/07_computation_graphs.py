"""Row 7: computation graphs, the four of Figure 6.8 of the Deep Learning book, forward and backward.

    (a) z = x y                    (c) H = max(0, X W + b), a layer of rectifiers
    (b) ŷ = σ(xᵀ w + b)            (d) ŷ = X w with the penalty λ Σ w²: w is used twice, so dw is a sum of two

Each is drawn by `.graph(...)` of a derivative: as text for Mermaid and for Graphviz, and as SVG where Graphviz is
installed. The plot shows all four: what is computed in blue, going up; its adjoints in orange, going down.

Look at: (d), where two orange arrows meet at dw; the generated code has `=` for the first and `+=` for the second.

    python examples/07_computation_graphs.py [--output DIR] [--quick]
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import numpy as np
from lecture import Options, options, panels, save

from s2sgrad import grad, vjp


def product(x, y):
    """(a) of the figure."""
    z = x * y
    return z


def sigmoid(a):
    """The logistic function."""
    return 1 / (1 + np.exp(-a))


def logistic_regression(x, w, b):
    """(b) of the figure."""
    y_hat = sigmoid(x @ w + b)
    return y_hat


def rectifiers(X, W, b):
    """(c) of the figure."""
    H = np.maximum(0, X @ W + b)
    return H


def weight_decay(X, w, lam):
    """(d) of the figure; two results."""
    y_hat = X @ w
    penalty = lam * (w ** 2).sum()
    return y_hat, penalty


def graphs() -> dict[str, object]:
    """The four graphs; the calls of small helpers stay operations of one node."""
    X, W = np.arange(6.0).reshape(2, 3), np.ones((3, 4))
    return {
        "a_product": grad(product, (0, 1)).graph(2.0, 3.0),
        "b_logistic_regression": grad(logistic_regression, ("w", "b")).graph(X[0], W[:, 0], 0.5).folded(),
        "c_rectifiers": vjp(rectifiers, ("W", "b")).graph(X, W, W[0]),
        "d_weight_decay": vjp(weight_decay, "w").graph(X, W[:, 0], 0.1),
    }


def positions(graph) -> dict[str, tuple[float, float]]:
    """Where each node goes: values above what they are made of, each beside its adjoint."""
    values = [node for node in graph.nodes if node.kind != "adjoint"]
    arrows = [(edge.tail, edge.head) for edge in graph.edges if edge.kind == "value"]
    level = {node.id: 0 for node in values}
    for _ in values:
        for tail, head in arrows:
            level[head] = max(level[head], level[tail] + 1)
    for node in values:
        users = [level[head] for tail, head in arrows if tail == node.id]
        level[node.id] = max(level[node.id], min(users) - 1) if users else level[node.id]
    x = {}
    for height in sorted(set(level.values()), reverse=True):
        row = [node.id for node in values if level[node.id] == height]
        wish = {one: np.mean([x[head] for tail, head in arrows if tail == one] or [0.0]) for one in row}
        row.sort(key=wish.__getitem__)
        start = np.mean(list(wish.values())) - (len(row) - 1)
        x |= {one: start + 2 * k for k, one in enumerate(row)}
    places = {node.id: (x[node.id], float(level[node.id])) for node in values}
    adjoints = [node for node in graph.nodes if node.kind == "adjoint"]
    return places | {node.id: (places[node.of][0] + 0.75, places[node.of][1]) for node in adjoints}


LOOKS = {
    "variable": {"boxstyle": "round", "facecolor": "#dcebf9", "edgecolor": "#1f5f99"},
    "operation": {"boxstyle": "square", "facecolor": "#eef0f2", "edgecolor": "gray"},
    "adjoint": {"boxstyle": "round", "facecolor": "#fdf0e4", "edgecolor": "#b34700", "linestyle": "--"},
}


def draw(axes, title: str, graph) -> None:
    """One graph, and the generated lines of its adjoints below."""
    place = positions(graph)
    for edge in graph.edges:
        color = "#b34700" if edge.kind in ("adjoint", "seed") else "#1f5f99"
        arrow = {"arrowstyle": "-|>", "color": color, "shrinkA": 14, "shrinkB": 14, "linewidth": 1.5}
        arrow |= {"linestyle": "--"} if color == "#b34700" else {}
        axes.annotate("", place[edge.head], place[edge.tail], arrowprops=arrow)
    for node in graph.nodes:
        axes.text(*place[node.id], node.label, ha="center", va="center", family="monospace", bbox=LOOKS[node.kind])
    xs, ys = zip(*place.values(), strict=True)
    axes.set(xlim=(min(xs) - 0.6, max(xs) + 0.6), ylim=(-0.5, max(ys) + 0.5), xticks=[], yticks=[], title=title)
    lines = dict.fromkeys(line for edge in graph.edges if edge.kind == "adjoint" for line in edge.label.splitlines())
    axes.set_xlabel("\n".join(lines), family="monospace", color="#b34700", fontsize=10)
    axes.set_frame_on(False)
    axes.grid(False)


def write(to: Options, name: str, graph) -> None:
    """The graph as text, and as SVG where Graphviz is installed."""
    stem = f"07_{name}"
    (to.output / f"{stem}.mmd").write_text(graph.mermaid(), encoding="utf-8")
    (to.output / f"{stem}.dot").write_text(graph.dot(), encoding="utf-8")
    if find_spec("graphviz") and shutil.which("dot"):
        (to.output / f"{stem}.svg").write_text(graph.svg(), encoding="utf-8")
    print(f"{graph}\nsaved as {to.output / stem}.mmd and .dot\n")


def main(arguments: list[str] | None = None) -> None:
    """Draw all four graphs."""
    to = options(__doc__, arguments)
    found = graphs()
    figure, axes = panels(2, 2, width=6, height=5.5)
    titles = ("(a) z = x y", "(b) logistic regression", "(c) a layer of rectifiers", "(d) regression with weight decay")
    for one, title, (name, graph) in zip(axes.ravel(), titles, found.items(), strict=True):
        write(to, name, graph)
        draw(one, title, graph)

    w = found["d_weight_decay"].node("dw").id
    into_dw = [edge.label for edge in found["d_weight_decay"].edges if edge.head == w]
    assert into_dw == ["dw = 2 * dpenalty * lam * w", "dw += X.T @ dy_hat"]
    save(figure, to, __file__)


if __name__ == "__main__":
    main()
