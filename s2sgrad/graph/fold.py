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
    inside = {n.id for n in graph.nodes if n.cluster in inner}
    result = _result(graph, inside)
    if result is None:  # the helper returns what it was given, or nothing that is a node
        return graph if inside else replace(graph, clusters=clusters)
    kept = {n.id for n in graph.nodes if result in (n.id, n.of)}
    operation = Node(f"{cluster.id}n", "operation", cluster.label.split("(")[0], "", cluster.line, cluster.parent)
    gone = inside - kept
    nodes = (replace(n, cluster=cluster.parent) if n.id in kept else n for n in graph.nodes if n.id not in gone)
    edges = _edges(graph, gone, operation.id, result)
    return replace(graph, nodes=(*nodes, operation), edges=tuple(edges), clusters=clusters)


def _result(graph: Graph, inside: set[str]) -> str | None:
    """The value that leaves a helper."""
    left = (e.tail for e in graph.edges if e.tail in inside and e.head not in inside and e.kind in ("value", "next"))
    return next(left, None) or next((n.id for n in graph.nodes if n.id in inside and n.result), None)


def _below(graph: Graph, cluster: str) -> set[str]:
    """A cluster and all inside it."""
    found = {cluster}
    for one in graph.clusters:  # outer ones come first
        if one.parent in found:
            found.add(one.id)
    return found


def _edges(graph: Graph, gone: set[str], operation: str, result: str) -> list[Edge]:
    """The edges from and to the operation that stands for the nodes that are ``gone``."""
    adjoint = next((n.id for n in graph.nodes if n.of == result), "")
    found: dict[tuple[str, str, str], Edge] = {}
    for edge in graph.edges:
        moved = _adjoint(edge, gone, adjoint) if edge.kind == "adjoint" else _moved(edge, gone, operation)
        if moved.tail == moved.head or moved.head in gone:
            continue
        known = found.get((moved.tail, moved.head, moved.kind), moved)
        label = "\n".join(dict.fromkeys([*known.label.splitlines(), *moved.label.splitlines()]))
        found[moved.tail, moved.head, moved.kind] = replace(moved, label=label)
    found.setdefault((operation, result, "value"), Edge(operation, result))
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
