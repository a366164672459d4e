"""Graphs of loops, branches, helpers and objects: what is in which cluster, and which arrows the derivative takes."""

import builtins
import shutil
import sys

import numpy as np
import pytest

from s2sgrad import ArgumentError, grad, hvp, jacobian, jvp, value_and_grad
from s2sgrad.graph import Edge, Graph, Node
from tests.graph.figures import product, sigmoid
from tests.graph.test_figures import arrows


def network(x, weights, y):
    h = x
    for W in weights:
        a = W @ h
        h = sigmoid(a)
    if y > 0:
        J = ((h - y) ** 2).sum()
    else:
        J = h.sum()
    return J


WEIGHTS = [np.eye(3), np.eye(3)]


@pytest.fixture(scope="module")
def drawn():
    return grad(network, ("x", "weights")).graph(np.ones(3), WEIGHTS, 0.5)


def inside(graph, kind):
    found = {}
    for cluster in graph.clusters:
        if cluster.kind == kind:
            found[cluster.label] = {n.label for n in graph.nodes if n.cluster == cluster.id and n.kind != "adjoint"}
    return found


def test_loops_branches_and_helpers_are_clusters(drawn):
    assert inside(drawn, "loop") == {"for W in weights": {"W", "h", "@", "a"}}  # h: at the head, and at the end
    assert inside(drawn, "helper") == {"sigmoid(a)": {"-·", "u1", "exp", "u2", "1 + ·", "u3", "1 / ·"}}
    assert inside(drawn, "branch") == {
        "if y > 0": {"-", "u4", "· ** 2", "u5", "sum", "J"},
        "else": {"sum", "J"},
    }
    helper = next(c for c in drawn.clusters if c.kind == "helper")
    assert next(c for c in drawn.clusters if c.id == helper.parent).kind == "loop"


def test_a_loop_hands_on_what_its_head_holds(drawn):
    (again,) = [e for e in drawn.edges if e.kind == "next"]
    nodes = {n.id: n for n in drawn.nodes}
    assert nodes[again.tail].label == nodes[again.head].label == "h"
    assert ("x", "h") in arrows(drawn, "value") and ("weights", "W") in arrows(drawn, "value")


def test_a_loop_that_stores_hands_on_the_array():
    def f(x):
        out = np.zeros(3)
        for i in range(3):
            out[i] = x[i] * 2
        return out.sum()

    graph = grad(f).graph(np.ones(3))
    assert arrows(graph, "next") == {("out", "out")}
    assert {("out", "[i] ="), ("u2", "[i] ="), ("[i] =", "out"), ("out", "sum")} <= arrows(graph, "value")
    assert {("dout", "du2"), ("dout", "dout"), ("du3", "dout")} <= arrows(graph, "adjoint")


def test_the_derivative_runs_against_every_arrow_that_carries_one(drawn):
    back = arrows(drawn, "adjoint")
    assert {("dh", "dx"), ("dW", "dweights"), ("du5", "du4"), ("du4", "dh"), ("dJ", "dh"), ("dJ", "dJ")} <= back
    assert not any("dy" in pair for pair in back)
    assert {n.label for n in drawn.nodes if n.kind == "test"} == {"y > 0"}


def test_generated_lines_stand_at_their_adjoints(drawn):
    source = grad(network, ("x", "weights")).source_for(np.ones(3), WEIGHTS, 0.5)
    code = [line for n in drawn.nodes for line in n.code]
    assert code and all(line in source for line in code)
    assert "dweights[k] += dW" in drawn.node("dweights").code


def test_lines_of_statements_that_read_the_same_go_to_each():
    def twice(x):
        x = np.sin(x)
        x = np.sin(x)
        return x

    graph = grad(twice).graph(0.5)
    assert [n.code for n in graph.nodes if n.label == "dx"][:2] == [("dx = dx * np.cos(x)",), ("dx = np.cos(x)",)]


def test_folded_helpers_are_one_operation(drawn):
    folded = drawn.folded()
    assert {c.kind for c in folded.clusters} == {"loop", "branch"}
    assert {("a", "sigmoid"), ("sigmoid", "h")} <= arrows(folded, "value")
    assert ("dh", "da") in arrows(folded, "adjoint")
    assert [n.label for n in folded.nodes if n.temporary] == ["u1", "u2"]


def test_forward_half_alone(drawn):
    half = drawn.forward()
    assert {n.kind for n in half.nodes} == {"variable", "operation", "test"}
    assert not arrows(half, "adjoint", "seed")


class Model:
    def __init__(self):
        self.w = np.array([1.0, 2.0])

    @grad(wrt="self.w")
    def loss(self, x):
        return (self.w * x).sum()


def test_methods_and_parts_of_objects():
    graph = Model().loss.graph(np.ones(2))
    assert ("self", "self.w") in arrows(graph, "value")
    assert ("du1", "dw") in arrows(graph, "adjoint")
    assert not graph.node("self").active and graph.node("self.w").active


def test_parts_of_dicts_have_one_node_each():
    def f(params, x):
        return (params["W"] @ x).sum() + (params["W"] ** 2).sum() + params["b"]

    graph = grad(f, "params.W").graph({"W": np.eye(2), "b": 1.0}, np.ones(2))
    labels = [n.label for n in graph.nodes]
    assert labels.count('params["W"]') == labels.count('params["b"]') == 1
    assert [n.label for n in graph.nodes if n.kind == "adjoint" and not n.label.startswith("du")] == ["dW"]


def test_what_no_derivative_passes_has_no_adjoint():
    def f(x):
        return x * np.sign(x) + np.floor(x)

    graph = grad(f).graph(2.5)
    assert ("u1", "*") in arrows(graph, "value")
    assert arrows(graph, "adjoint") == {("du4", "du2"), ("du2", "dx")}


def test_a_local_variable_that_is_asked_for():
    def f(x):
        h = np.tanh(x)
        return h * 2

    assert arrows(grad(f, "h").graph(0.5), "adjoint") == {("du1", "dh")}


def test_forward_mode_runs_along():
    graph = jvp(product, (0, 1)).graph(2.0, 3.0)
    assert arrows(graph, "adjoint") == {("x_dot", "z_dot"), ("y_dot", "z_dot")}
    assert not arrows(graph, "seed") and graph.node("z_dot").code == ("z_dot = x_dot * y + x * y_dot",)
    assert hvp(product, 0).graph(2.0, 3.0).name == "grad_product"


def test_every_derivative_has_a_graph():
    assert jacobian(product).graph(2.0, 3.0).name == "product"
    assert value_and_grad(product).graph(2.0, 3.0).dot() == grad(product).graph(2.0, 3.0).dot()
    second = grad(grad(lambda x: x**3)).graph(2.0)
    assert "d2x" in {n.label for n in second.nodes if n.kind == "adjoint"}


def test_without_arguments_the_latest_call_or_the_annotations_tell():
    def f(x: np.ndarray):
        return (x * x).sum()

    d = grad(f)
    assert d.graph().node("x").shape == "array"
    d(np.ones(3))
    assert d.graph().node("x").shape == "(n,)"


def test_recursion_is_an_operation():
    def power(x, n):
        return x if n == 0 else x * power(x, n - 1)

    labels = {n.label for n in grad(power).graph(2.0, 3).nodes}
    assert any(label.startswith("power(") for label in labels)


def test_asking_for_a_node_that_is_not_there(drawn):
    with pytest.raises(ArgumentError, match=r"no node 'q'.*\n?Instead: its variables are x, weights"):
        drawn.node("q")


def test_names_are_escaped():
    nodes = (Node("n1", "variable", 'a["b\\n"]'), Node("n2", "operation", "x < 1 & #"))
    graph = Graph('f"', nodes, (Edge("n1", "n2"),), ())
    assert r'label="a[\"b\\n\"]"' in graph.dot() and r'digraph "f\""' in graph.dot()
    assert "a[#quot;b\\n#quot;]" in graph.mermaid() and "x #lt; 1 #amp; #35;" in graph.mermaid()


def test_the_same_text_in_every_process(same_in_every_process, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from tests.graph.figures import FIGURES\nprint(FIGURES['logistic_regression']().dot())\n")
    assert "sigmoid" in same_in_every_process(str(script))


# ---- pictures ----


needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")


@needs_dot
def test_pictures(drawn, tmp_path):
    pytest.importorskip("graphviz")
    svg = drawn.svg()
    assert svg.count('class="node"') == len(drawn.nodes) and svg.count('class="cluster"') == len(drawn.clusters)
    drawn.png(tmp_path / "graph.png")
    assert (tmp_path / "graph.png").read_bytes().startswith(b"\x89PNG")
    assert drawn._repr_mimebundle_().keys() == {"image/svg+xml", "text/plain"}


def test_without_the_package_there_is_text_and_a_message(drawn, monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ArgumentError, match=r"not installed\nInstead: .*s2sgrad\[graph\]"):
        drawn.svg()
    assert drawn._repr_mimebundle_() == {"text/plain": str(drawn)}


def test_without_the_program_there_is_text_and_a_message(drawn, monkeypatch):
    pytest.importorskip("graphviz")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ArgumentError, match="program dot of Graphviz"):
        drawn.png("nowhere.png")
    assert drawn._repr_mimebundle_().keys() == {"text/plain"}


def test_graphs_need_no_package(monkeypatch):
    known = builtins.__import__

    def refusing(name, *rest):
        if name == "graphviz":
            raise ImportError(name)
        return known(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refusing)
    assert grad(product).graph(2.0, 3.0).dot().startswith("digraph")
