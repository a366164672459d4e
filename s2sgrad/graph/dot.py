"""The graph in the language of Graphviz.

Values are ellipses, operations boxes, tests diamonds; what carries a derivative is filled, its adjoint stands beside it
with a dashed border, and the derivative runs along dashed arrows, so that the halves differ in print, too.

>>> quoted('a "b"\\\\c')
'"a \\\\"b\\\\"\\\\\\\\c"'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from s2sgrad.graph.labels import ORDERED
from s2sgrad.graph.model import Cluster, Edge, Graph, Node

__all__ = ["dot", "quoted"]

INK, FORWARD, BACKWARD = "#1f2933", "#1f5f99", "#b34700"
HEAD = (
    'rankdir=TB bgcolor="white" fontname="Helvetica" fontsize=11 ranksep=0.35 nodesep=0.3 newrank=true',
    f'node [fontname="Helvetica" fontsize=12 color="{INK}" fontcolor="{INK}" penwidth=1.1 margin="0.08,0.04"]',
    f'edge [fontname="Courier" fontsize=9 color="{INK}" fontcolor="{INK}" arrowsize=0.6 penwidth=1.0]',
)
NODES: Mapping[str, str] = {
    "variable": 'shape=ellipse style=filled fillcolor="white"',
    "active": f'shape=ellipse style=filled fillcolor="#dcebf9" color="{FORWARD}"',
    "operation": 'shape=box style="rounded,filled" fillcolor="#eef0f2" fontname="Courier" height=0.3 width=0.3',
    "test": 'shape=diamond style=filled fillcolor="#f7f3d9" fontname="Courier" fontsize=10 margin="0.02,0.02"',
    "adjoint": f'shape=ellipse style="filled,dashed" fillcolor="#fdf0e4" color="{BACKWARD}" penwidth=1.3',
}
EDGES: Mapping[str, str] = {
    "value": "",
    "next": 'style=bold penwidth=1.6 label=" next "',
    "test": 'arrowhead=empty color="#7b8794"',
    "seed": f'style=dotted color="{BACKWARD}" fontcolor="{BACKWARD}" constraint=false',
    "adjoint": f'style=dashed color="{BACKWARD}" fontcolor="{BACKWARD}"',
}
CLUSTERS: Mapping[str, str] = {
    "loop": 'style="rounded,filled" color="#9aa5b1" fillcolor="#f5f7fa" penwidth=1.6',
    "branch": 'style="rounded,dashed" color="#9aa5b1"',
    "helper": 'style="rounded,dotted" color="#52606d" penwidth=1.4',
}


def dot(graph: Graph) -> str:
    """The whole text."""
    lines = [f"digraph {quoted(graph.name)} {{", *(f"  {line}" for line in HEAD)]
    lines += _inside(graph, "", "  ")
    lines += [f"  {line}" for edge in graph.edges for line in _edge(edge, graph)]
    # Graphviz loses its way among clusters where it is told what stands on the left.
    pair = "{rank=same %s %s}" if graph.clusters else "{rank=same %s -> %s [style=invis]}"
    lines += ["  " + pair % (node.of, node.id) for node in graph.nodes if node.kind == "adjoint"]
    return "\n".join([*lines, "}"]) + "\n"


def _inside(graph: Graph, cluster: str, indent: str) -> Iterator[str]:
    """The nodes of a cluster and the clusters in it."""
    for node in graph.nodes:
        if node.cluster == cluster:
            yield indent + _node(node)
    for inner in graph.clusters:
        if inner.parent == cluster:
            yield from _cluster(graph, inner, indent)


def _cluster(graph: Graph, cluster: Cluster, indent: str) -> Iterator[str]:
    yield f"{indent}subgraph cluster_{cluster.id} {{"
    yield f'{indent}  label={quoted(cluster.label)} labeljust=l fontname="Courier" fontsize=10 {CLUSTERS[cluster.kind]}'
    yield from _inside(graph, cluster.id, indent + "  ")
    yield f"{indent}}}"


def _node(node: Node) -> str:
    style = NODES["active" if node.kind == "variable" and node.active else node.kind]
    label = node.label + (f"\n{node.shape}" if node.shape and node.kind == "variable" else "")
    more = " peripheries=2" if node.result else " ordering=in" if node.label in ORDERED else ""
    return f"{node.id} [label={quoted(label)} {style}{more}]"


def _edge(edge: Edge, graph: Graph) -> Iterator[str]:
    style = [EDGES[edge.kind]] if EDGES[edge.kind] else []
    if edge.label:
        style.insert(0, f"label={quoted(_padded(edge.label))}")
    ends = edge.tail, edge.head
    if edge.kind == "next" or (edge.kind == "adjoint" and not _along(edge, graph)):
        ends = ends[::-1]  # drawn from the top like the forward half, with the arrow at its other end
        style.append("dir=back")
    yield f"{ends[0]} -> {ends[1]}" + (f" [{' '.join(style)}]" if style else "")


def _padded(label: str) -> str:
    """A label that keeps off its arrow."""
    return "\n".join(f" {line} " for line in label.splitlines())


def _along(edge: Edge, graph: Graph) -> bool:
    """True for the arrows of forward mode, which run with the values."""
    places = {n.id: i for i, n in enumerate(graph.nodes)}
    kept = {n.id: places[n.of] for n in graph.nodes if n.kind == "adjoint"}
    return kept[edge.tail] < kept[edge.head]


def quoted(text: str) -> str:
    """A string of Graphviz: quotes and backslashes escaped, line ends as they are written there."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n") + '"'
