"""The graph as lines of text: what each operation gives, and what each adjoint is."""

from __future__ import annotations

from s2sgrad.graph.labels import DOT
from s2sgrad.graph.model import Graph, Node

__all__ = ["listing"]


def listing(graph: Graph) -> str:
    """One line for each value and what it is made of, then the generated lines of the adjoints."""
    named = {n.id: n for n in graph.nodes}
    values = [n for n in graph.nodes if n.kind == "variable"]
    lines = [f"{_depth(graph, n)}{n.label}{_shape(n)}{_origin(graph, named, n)}" for n in values]
    return "\n".join([f"graph of {graph.name}", *(f"  {line}" for line in [*lines, *_backward(graph)])])


def _origin(graph: Graph, named: dict[str, Node], node: Node) -> str:
    """What a value is made of: an operation on values, or others that it may be."""
    tails = [named[e.tail] for e in graph.edges if e.head == node.id and e.kind in ("value", "next")]
    if len(tails) == 1 and tails[0].kind == "operation":
        return " = " + spelled(tails[0].label, [named[e.tail].label for e in graph.edges if e.head == tails[0].id])
    return f" from {', '.join(t.label for t in tails)}" if tails else ""


def spelled(label: str, operands: list[str]) -> str:
    """An operation with its operands in their places.

    >>> spelled("*", ["x", "y"]), spelled("max(0, ·)", ["u1"]), spelled("tanh", ["a"]), spelled("[i]", ["x"])
    ('x * y', 'max(0, u1)', 'tanh(a)', 'x[i]')
    """
    if DOT in label:
        first, *rest = label.split(DOT)
        return first + "".join(map("".join, zip(operands, rest, strict=False)))
    if len(operands) == 2 and label.endswith("="):
        return f"{operands[0]}{label} {operands[1]}"
    if len(operands) == 2 and not label[:1].isidentifier():
        return f"{operands[0]} {label} {operands[1]}"
    if len(operands) == 1 and label[:1] in "[.":
        return operands[0] + label
    return label if label.endswith(")") and not operands else _called(label, operands)


def _called(label: str, operands: list[str]) -> str:
    """``sum(axis=0)`` of ``x`` is ``sum(x, axis=0)``."""
    name, bracket, rest = label.partition("(")
    return f"{name}({', '.join(operands)}" + (f", {rest}" if bracket else ")")


def _backward(graph: Graph) -> list[str]:
    """The generated lines from the result back; one that names no adjoint of the graph is told with its own."""
    found = []
    for node in reversed(graph.nodes):
        found += [line if line.startswith(node.label) else f"{node.label}: {line}" for line in node.code]
    return ["backward", *found] if found else []


def _shape(node: Node) -> str:
    return f" {node.shape}" if node.shape else ""


def _depth(graph: Graph, node: Node) -> str:
    """Two blanks for each cluster around a node."""
    parents = {c.id: c.parent for c in graph.clusters}
    depth, cluster = 0, node.cluster
    while cluster:
        depth, cluster = depth + 1, parents.get(cluster, "")
    return "  " * depth
