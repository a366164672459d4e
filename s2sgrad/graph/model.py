"""A computation graph as plain values: nodes, edges and clusters, and what can be asked of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

__all__ = ["Cluster", "Edge", "Graph", "Node"]


@dataclass(frozen=True)
class Node:
    """One value, one operation, or one adjoint.

    ``kind`` is ``variable`` (a value; ``label`` is the user's name for it, ``u1``, ``u2``, ... where it has none),
    ``operation`` (between values), ``test`` (of a branch or a ``while``), ``adjoint`` (of the variable ``of``; a
    tangent in forward mode). ``shape`` says what the value is, ``line`` where it stands in the user's file, ``result``
    that it is returned, ``temporary`` that the user gave it no name, and ``code`` holds an adjoint's generated lines.
    """

    id: str
    kind: str
    label: str
    shape: str = ""
    line: int = 0
    cluster: str = ""
    active: bool = False
    result: bool = False
    temporary: bool = False
    of: str = ""
    code: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edge:
    """An arrow from one node to another.

    ``kind`` is ``value`` (an operand, a result), ``next`` (from one iteration to the next), ``test`` (what a branch
    decides), ``seed`` (from the result to its adjoint) or ``adjoint`` (along the derivative). ``label`` is the place of
    an operand where the order matters, its keyword, or which branch it comes from.
    """

    tail: str
    head: str
    kind: str = "value"
    label: str = ""


@dataclass(frozen=True)
class Cluster:
    """Nodes that belong together: ``kind`` is ``loop``, ``branch`` or ``helper``; ``parent`` is the one around it."""

    id: str
    kind: str
    label: str
    parent: str = ""
    line: int = 0


@dataclass(frozen=True)
class Graph:
    """The computation graph of a function, forward and backward. The same function gives the same graph, to the letter.

    In a notebook it is shown as a picture where Graphviz is installed, and as text where it is not.
    """

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    clusters: tuple[Cluster, ...]

    def node(self, label: str) -> Node:
        """The first node with this label. Raises ArgumentError where there is none."""
        from s2sgrad.errors import ArgumentError

        for node in self.nodes:
            if node.label == label:
                return node
        names = ", ".join(n.label for n in self.nodes if n.kind == "variable")
        raise ArgumentError(f"the graph of {self.name} has no node {label!r}", f"its variables are {names}")

    def forward(self) -> Graph:
        """The forward half alone."""
        kept = tuple(n for n in self.nodes if n.kind != "adjoint")
        return _within(replace(self, nodes=kept))

    def folded(self) -> Graph:
        """The same with each call of a helper function as one operation, named after the function."""
        from s2sgrad.graph.fold import folded

        return folded(self)

    # ---- text ----

    def dot(self) -> str:
        """The graph in the language of Graphviz; ``dot -Tsvg`` makes a picture of it."""
        from s2sgrad.graph.dot import dot

        return dot(self)

    def mermaid(self) -> str:
        """The graph in the language of Mermaid, which many pages of documentation draw by themselves."""
        from s2sgrad.graph.mermaid import mermaid

        return mermaid(self)

    # ---- pictures ----

    def svg(self) -> str:
        """The picture as SVG. Raises ArgumentError where Graphviz or its Python package is not installed."""
        from s2sgrad.graph.render import rendered

        return rendered(self.dot(), "svg").decode("utf-8")

    def png(self, path: str | Path) -> None:
        """Write the picture to ``path``. Raises ArgumentError where Graphviz or its Python package is not installed."""
        from s2sgrad.graph.render import rendered

        Path(path).write_bytes(rendered(self.dot(), "png"))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from s2sgrad.errors import ArgumentError

        try:
            return {"image/svg+xml": self.svg(), "text/plain": str(self)}
        except ArgumentError:
            return {"text/plain": str(self)}

    def __str__(self) -> str:
        """One line for each operation, in order: what it gives, and what of."""
        from s2sgrad.graph.listing import listing

        return listing(self)

    def __repr__(self) -> str:
        kinds = [n.kind for n in self.nodes]
        counted = ", ".join(f"{kinds.count(k)} {k}s" for k in ("variable", "operation", "adjoint") if k in kinds)
        return f"<graph of {self.name}: {counted}>"


def _within(graph: Graph) -> Graph:
    """The graph without edges to nodes that are not there."""
    ids = {n.id for n in graph.nodes}
    return replace(graph, edges=tuple(e for e in graph.edges if {e.tail, e.head} <= ids))
