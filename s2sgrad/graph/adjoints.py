"""The backward half of a graph: an adjoint beside each value that carries a derivative, and arrows the other way.

In forward mode it is a tangent, and the arrows go along.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from s2sgrad.errors import ArgumentError
from s2sgrad.graph.drawing import Drawing
from s2sgrad.graph.lines import Written
from s2sgrad.graph.model import Edge, Node
from s2sgrad.names import Scope, place_name
from s2sgrad.request import Path
from s2sgrad.wrt import parse_path

__all__ = ["add_adjoints"]

FLOWS = ("value", "next")


def add_adjoints(
    drawing: Drawing,
    root: types.FunctionType,
    wrt: Iterable[Path],
    lines: Callable[[Any], list[Written]],
    scope: Callable[[list[str]], Scope],
    seed: str,
    forward: bool = False,
) -> None:
    """Add the adjoints of what lies between ``wrt`` and the result.

    ``lines`` gives the code written for a function of the user's, ``scope`` names adjoints as that code does,
    and ``seed`` is the adjoint of the result.
    """
    active = _between(drawing, _starts(drawing, wrt))
    for node in list(drawing.nodes.values()):
        if node.id in active:
            drawing.nodes[node.id] = replace(node, active=True)
    names = _names([drawing.nodes[n] for n in active if drawing.nodes[n].kind == "variable"], scope)
    partners = {n: drawing.partner(n, label) for n, label in names.items()}
    edges = _arrows(drawing, partners, forward)
    _write_lines(drawing, edges, root, lines)
    results = [n for n in partners if drawing.nodes[n].result and not forward]
    drawing.edges += [Edge(result, partners[result], "seed", seed) for result in results]


# ---- what carries a derivative ----


def _starts(drawing: Drawing, wrt: Iterable[Path]) -> list[str]:
    """The nodes of what is differentiated: arguments, their parts, or local variables."""
    found: list[str] = []
    for path in wrt:
        parts = [n.id for n in drawing.nodes.values() if len(path) > 1 and _path(n.label) == path]
        found += parts or [n.id for n in drawing.nodes.values() if n.kind == "variable" and n.label == path[0]]
    return found


def _path(label: str) -> Path:
    """The path that the name of a value spells; a temporary's is its name."""
    try:
        return parse_path(label)
    except ArgumentError:
        return (label,)


def _between(drawing: Drawing, starts: list[str]) -> list[str]:
    """The nodes on the way from any of ``starts`` to the result, in the order of the graph."""
    flows = [e for e in drawing.edges if e.kind in FLOWS and e.head not in drawing.constant]
    ends = [n.id for n in drawing.nodes.values() if n.result]
    down = _reached(starts, [(e.tail, e.head) for e in flows])
    up = _reached(ends, [(e.head, e.tail) for e in flows])
    return [n for n in drawing.nodes if n in down and n in up]


def _reached(starts: Iterable[str], arrows: list[tuple[str, str]]) -> set[str]:
    following: dict[str, list[str]] = {}
    for tail, head in arrows:
        following.setdefault(tail, []).append(head)
    found, waiting = set(starts), deque(starts)
    while waiting:
        for head in following.get(waiting.popleft(), ()):
            if head not in found:
                found.add(head)
                waiting.append(head)
    return found


# ---- names ----


def _names(nodes: list[Node], scope: Callable[[list[str]], Scope]) -> dict[str, str]:
    """The name of the adjoint of each value, as the generated code has it; values of one name share one."""
    paths = {node.id: _path(node.label) for node in nodes}
    places = list(dict.fromkeys(paths.values()))
    words = {node: place_name(path, places) for node, path in paths.items()}
    own = list(dict.fromkeys(words.values()))
    names = scope(own)
    return {node: names.adjoint(word) for node, word in words.items()}


# ---- arrows ----


def _arrows(drawing: Drawing, partners: Mapping[str, str], forward: bool) -> list[tuple[int, Edge]]:
    """An arrow for each step of the derivative, with the user's line of the step, from the result back."""
    operations = {n.id for n in drawing.nodes.values() if n.kind == "operation"}
    produced = {e.tail: e.head for e in drawing.edges if e.kind == "value" and e.tail in operations}
    found: list[tuple[int, Edge]] = []
    for edge in drawing.edges:
        if edge.kind not in FLOWS or edge.tail not in partners or edge.head in drawing.constant:
            continue
        head = produced.get(edge.head, edge.head)
        if head in partners:
            tail, end = (edge.tail, head) if forward else (head, edge.tail)
            found.append((drawing.nodes[edge.head].line, Edge(partners[tail], partners[end], "adjoint")))
    distinct = {(e.tail, e.head): (line, e) for line, e in reversed(found)}
    return list(distinct.values())


def _write_lines(
    drawing: Drawing, edges: list[tuple[int, Edge]], root: types.FunctionType, lines: Callable[[Any], list[Written]]
) -> None:
    """Write the generated lines to the arrows that they are the code of, and add the arrows."""
    functions = _functions(drawing, root)
    # An arrow into a helper or out of it is a step of both.
    owners = [tuple(functions[drawing.nodes[n].cluster] for n in (e.head, e.tail)) for _, e in edges]
    code: dict[int, list[str]] = {}
    for function in dict.fromkeys(owner for pair in owners for owner in pair):
        own = [i for i, pair in enumerate(owners) if function in pair]
        for one in lines(function):
            place = _arrow(drawing, edges, own, one)
            if place is not None and one.text not in code.get(place, []):
                code.setdefault(place, []).append(one.text)
    for i, (_, edge) in enumerate(edges):
        drawing.edges.append(replace(edge, label="\n".join(code.get(i, []))))
        adjoint = drawing.nodes[edge.head]
        drawing.nodes[edge.head] = replace(adjoint, code=(*adjoint.code, *code.get(i, [])))


def _arrow(drawing: Drawing, edges: list[tuple[int, Edge]], own: list[int], one: Written) -> int | None:
    """The arrow that a line belongs to: one to what it assigns, first of its own line of the user's.

    What has no name in the graph is a step on the way to a temporary.
    """
    heads = {i: drawing.nodes[edges[i][1].head] for i in own}
    named = [i for i in own if heads[i].label == one.target]
    here = [i for i in named if edges[i][0] == one.line]
    if here or named:
        return (here or named)[0]
    steps = ((i, drawing.nodes[heads[i].of]) for i in own)
    there = [i for i, step in steps if step.temporary and step.line == one.line]
    there += [i for i in own if edges[i][0] == one.line and not one.target]  # several at once, of a helper
    return there[0] if there else None


def _functions(drawing: Drawing, root: types.FunctionType) -> dict[str, types.FunctionType]:
    """The function of the user's that each cluster is a part of."""
    found: dict[str, types.FunctionType] = {"": root}
    for cluster in drawing.clusters:
        found[cluster.id] = drawing.functions.get(cluster.id) or found[cluster.parent]
    return found
