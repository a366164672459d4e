"""Calls of helper functions as single operations: the inside of each such cluster becomes one node."""

from __future__ import annotations

from dataclasses import replace

from s2sgrad.graph.model import Cluster, Edge, Graph, Node

__all__ = ["folded", "renumbered"]


def folded(graph: Graph) -> Graph:
    """The graph with every helper's cluster folded, outer ones first, and temporaries counted anew."""
    for cluster in graph.clusters:
        if cluster.kind == "helper" and cluster in graph.clusters:
            graph = _without_inside(graph, cluster)
    return renumbered(graph)


def _without_inside(graph: Graph, cluster: Cluster) -> Graph:
    inner = _below(graph, cluster.id)
    clusters = tuple(c for c in graph.clusters if c.id not in inner)
    gone = {n.id for n in graph.nodes if n.cluster in inner}
    nodes = [n for n in graph.nodes if n.id not in gone]
    if gone:  # else the helper returns what it was given
        name = cluster.label.split("(")[0]
        nodes.append(Node(f"{cluster.id}n", "operation", name, "", cluster.line, cluster.parent))
    return replace(graph, nodes=tuple(nodes), edges=tuple(_edges(graph, gone, f"{cluster.id}n")), clusters=clusters)


def _below(graph: Graph, cluster: str) -> set[str]:
    """A cluster and all inside it."""
    found = {cluster}
    for one in graph.clusters:  # outer ones come first
        if one.parent in found:
            found.add(one.id)
    return found


def _edges(graph: Graph, gone: set[str], operation: str) -> list[Edge]:
    """The edges from and to the operation that stands for the nodes that are ``gone``."""
    results = [e.head for e in graph.edges if e.tail in gone and e.head not in gone and e.kind == "value"]
    adjoint = next((n.id for n in graph.nodes if n.of in results), "")
    found: dict[tuple[str, str, str], Edge] = {}
    for edge in graph.edges:
        moved = _adjoint(edge, gone, adjoint) if edge.kind == "adjoint" else _moved(edge, gone, operation)
        if moved.tail == moved.head or moved.head in gone:
            continue
        known = found.get((moved.tail, moved.head, moved.kind), moved)
        label = "\n".join(dict.fromkeys([*known.label.splitlines(), *moved.label.splitlines()]))
        found[moved.tail, moved.head, moved.kind] = replace(moved, label=label)
    return list(found.values())


def _adjoint(edge: Edge, gone: set[str], adjoint: str) -> Edge:
    """An arrow of the derivative, from the adjoint of the result where it came from inside."""
    return replace(edge, tail=adjoint) if edge.tail in gone else edge


def _moved(edge: Edge, gone: set[str], operation: str) -> Edge:
    """A forward edge with the operation at the end that is gone; where operands stand inside means nothing outside."""
    if edge.head in gone:
        return replace(edge, head=operation, tail=operation if edge.tail in gone else edge.tail, label="")
    return replace(edge, tail=operation, label="") if edge.tail in gone else edge


def renumbered(graph: Graph) -> Graph:
    """The graph with its temporaries called u1, u2, ... without gaps, and their adjoints after them."""
    names = {n.id: f"u{i}" for i, n in enumerate((n for n in graph.nodes if n.temporary), 1)}
    old = {n.id: n.label for n in graph.nodes}
    nodes = []
    for node in graph.nodes:
        if node.id in names:
            node = replace(node, label=names[node.id])
        elif node.of in names:
            node = replace(node, label=node.label.replace(old[node.of], names[node.of]))
        nodes.append(node)
    return replace(graph, nodes=tuple(nodes))
