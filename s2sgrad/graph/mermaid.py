"""The graph in the language of Mermaid, with the same shapes as the picture that Graphviz draws.

>>> quoted('a "b" < c')
'"a #quot;b#quot; #lt; c"'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from s2sgrad.graph.dot import BACKWARD, FORWARD
from s2sgrad.graph.model import Edge, Graph, Node

__all__ = ["mermaid", "quoted"]

BRACKETS: Mapping[str, tuple[str, str]] = {
    "variable": ("([", "])"),
    "operation": ("[", "]"),
    "test": ("{", "}"),
    "adjoint": ("([", "])"),
}
ARROWS: Mapping[str, str] = {"value": "-->", "next": "==>", "test": "-->", "seed": "-.->", "adjoint": "-.->"}
CLASSES = (
    f"classDef active fill:#dcebf9,stroke:{FORWARD}",
    f"classDef adjoint fill:#fdf0e4,stroke:{BACKWARD},stroke-dasharray:5 3",
    f"classDef result fill:#dcebf9,stroke:{FORWARD},stroke-width:3px",
    "classDef operation fill:#eef0f2,font-family:monospace",
)
SIGNS = {"&": "amp", '"': "quot", "<": "lt", ">": "gt", "#": "35", "`": "96"}


def mermaid(graph: Graph) -> str:
    """The whole text."""
    lines = ["flowchart TB", *_inside(graph, "", "  ")]
    lines += [f"  {_edge(edge)}" for edge in graph.edges]
    return "\n".join([*lines, *(f"  {one}" for one in CLASSES)]) + "\n"


def _inside(graph: Graph, cluster: str, indent: str) -> Iterator[str]:
    """The nodes of a cluster and the clusters in it."""
    for node in graph.nodes:
        if node.cluster == cluster:
            yield indent + _node(node)
    for inner in graph.clusters:
        if inner.parent == cluster:
            yield f"{indent}subgraph {inner.id} [{quoted(inner.label)}]"
            yield from _inside(graph, inner.id, indent + "  ")
            yield f"{indent}end"


def _node(node: Node) -> str:
    opening, closing = BRACKETS[node.kind]
    label = node.label + (f"\n{node.shape}" if node.shape and node.kind == "variable" else "")
    kind = "result" if node.result else "active" if node.active and node.kind == "variable" else node.kind
    return f"{node.id}{opening}{quoted(label)}{closing}" + (f":::{kind}" if kind in _NAMED else "")


_NAMED = frozenset(one.split()[1] for one in CLASSES)


def _edge(edge: Edge) -> str:
    label = "next" if edge.kind == "next" else edge.label
    return f"{edge.tail} {ARROWS[edge.kind]}" + (f"|{quoted(label)}|" if label else "") + f" {edge.head}"


def quoted(text: str) -> str:
    """A string of Mermaid: signs that mean something there as entities, line ends as ``<br/>``."""
    return '"' + "".join(f"#{SIGNS[c]};" if c in SIGNS else c for c in text).replace("\n", "<br/>") + '"'
