"""The graph while it grows: nodes, edges and clusters in the order of the program."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from s2sgrad.analysis.facts import Fact
from s2sgrad.graph.labels import Shapes
from s2sgrad.graph.model import Cluster, Edge, Node

__all__ = ["Drawing"]


@dataclass
class Drawing:
    """The graph while it grows: nodes, edges and clusters in the order of the program."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    constant: set[str] = field(default_factory=set)
    functions: dict[str, Any] = field(default_factory=dict)
    shapes: Shapes = field(default_factory=Shapes)
    temporaries: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def variable(self, label: str, fact: Fact | None, line: int, cluster: str) -> str:
        """A new value; without a label it is a temporary."""
        if label:
            return self._add(Node("", "variable", label, self.shapes.of(fact), line, cluster))
        self.temporaries += 1
        label = f"u{self.temporaries}"
        return self._add(Node("", "variable", label, self.shapes.of(fact), line, cluster, temporary=True))

    def operation(self, label: str, operands: list[tuple[str, str]], line: int, cluster: str) -> str:
        """A new operation on ``(node, place)``."""
        made = self._add(Node("", "operation", label, "", line, cluster))
        self.edges += [Edge(tail, made, "value", place) for tail, place in operands]
        return made

    def test(self, label: str, operands: list[str], line: int, cluster: str) -> str:
        """A new test."""
        made = self._add(Node("", "test", label, "", line, cluster))
        self.edges += [Edge(tail, made, "test") for tail in operands]
        return made

    def cluster(self, kind: str, label: str, parent: str, line: int) -> str:
        """A new cluster."""
        self.clusters.append(Cluster(f"c{len(self.clusters) + 1}", kind, label, parent, line))
        return self.clusters[-1].id

    def partner(self, node: str, label: str) -> str:
        """The adjoint of a value."""
        own = self.nodes[node]
        return self._add(replace(own, kind="adjoint", label=label, result=False, temporary=False, of=node))

    def name(self, node: str, label: str) -> None:
        """Give a temporary the name of the variable that holds it."""
        self.nodes[node] = replace(self.nodes[node], label=label, temporary=False)

    def without(self, node: str) -> None:
        """Take a node away again, with the edges to it."""
        del self.nodes[node]
        self.edges = [e for e in self.edges if node not in (e.tail, e.head)]

    def _add(self, node: Node) -> str:
        made = replace(node, id=f"n{next(self.numbers)}")
        self.nodes[made.id] = made
        return made.id
