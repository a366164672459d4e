"""The graphs of Figure 6.8: their arrows as the book draws them, and their texts as golden files."""

from pathlib import Path

import pytest

from tests.graph.figures import FIGURES

GOLDEN = Path(__file__).parent / "golden"

# Read off the book: an operation is written as its label, so that each figure has each label once.
DRAWN = {
    "product": {("x", "*"), ("y", "*"), ("*", "z")},
    "logistic_regression": {
        *{("x", "@"), ("w", "@"), ("@", "u1"), ("u1", "+"), ("b", "+"), ("+", "u2")},
        *{("u2", "sigmoid"), ("sigmoid", "yhat")},
    },
    "relu_layer": {
        *{("X", "@"), ("W", "@"), ("@", "u1"), ("u1", "+"), ("b", "+"), ("+", "u2")},
        *{("u2", "max(0, ·)"), ("max(0, ·)", "H")},
    },
    "weight_decay": {
        *{("x", "@"), ("w", "@"), ("@", "yhat"), ("w", "· ** 2"), ("· ** 2", "u1")},
        *{("u1", "sum"), ("sum", "u2"), ("lam", "*"), ("u2", "*"), ("*", "penalty")},
    },
}
BACK = {
    "product": {("dz", "dx"), ("dz", "dy")},
    "logistic_regression": {("dyhat", "du2"), ("du2", "du1"), ("du2", "db"), ("du1", "dw")},
    "relu_layer": {("dH", "du2"), ("du2", "du1"), ("du2", "db"), ("du1", "dW")},
    "weight_decay": {("dyhat", "dw"), ("dpenalty", "du2"), ("du2", "du1"), ("du1", "dw")},
}


def arrows(graph, *kinds):
    labels = {node.id: node.label for node in graph.nodes}
    return {(labels[edge.tail], labels[edge.head]) for edge in graph.edges if edge.kind in kinds}


@pytest.mark.parametrize("name", FIGURES)
def test_the_figure_is_that_of_the_book(name):
    graph = FIGURES[name]()
    assert arrows(graph, "value") == DRAWN[name]
    assert arrows(graph, "adjoint") == BACK[name]
    assert {e.kind for e in graph.edges} == {"value", "adjoint", "seed"}
    assert not graph.clusters


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("kind", ["dot", "mermaid", "txt"])
def test_texts(name, kind, request):
    graph = FIGURES[name]()
    text = {"dot": graph.dot, "mermaid": graph.mermaid, "txt": lambda: f"{graph}\n"}[kind]()
    path = GOLDEN / f"{name}.{kind}"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_results_and_shapes_are_those_of_the_functions():
    layer, decay = FIGURES["relu_layer"](), FIGURES["weight_decay"]()
    assert [n.label for n in layer.nodes if n.result] == ["H"]
    assert [n.label for n in decay.nodes if n.result] == ["yhat", "penalty"]
    assert layer.node("X").shape == "(n, m)" and layer.node("b").shape == "(r,)"
    assert decay.node("w").active and not decay.node("x").active and not decay.node("lam").active
