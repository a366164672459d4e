"""A computation graph as SVG, drawn without Graphviz: forward from top to bottom on the left, and back up on the right.

An adjoint stands at the height of the variable to which it belongs. Values without a name of the user's are left out:
an operation leads to the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from s2sgrad.graph import Edge, Graph, Node
from s2sgrad.page.correspondence import Group
from s2sgrad.page.elements import element, escape, key
from s2sgrad.page.layout import Box, Item, layout

__all__ = ["MOST", "drawn", "shortened"]

MOST = 160
"""More nodes than these are no picture for a page."""
LETTER, HEIGHT, APART, LONGEST = 7.9, 30, 48, 36


def shortened(graph: Graph) -> Graph:
    """The graph without the values and adjoints that have no name of the user's."""
    hidden = {n.id for n in graph.nodes if n.temporary and not n.result}
    hidden |= {n.id for n in graph.nodes if n.kind == "adjoint" and n.of in hidden}
    edges = list(graph.edges)
    for name in (n.id for n in graph.nodes if n.id in hidden):
        before = [e for e in edges if e.head == name and e.tail != name]
        behind = [e for e in edges if e.tail == name and e.head != name]
        joined = [replace(b, tail=a.tail, kind=_stronger(a, b)) for a in before for b in behind]
        edges = [e for e in edges if name not in (e.head, e.tail)] + joined
    nodes = tuple(n for n in graph.nodes if n.id not in hidden)
    return replace(graph, nodes=nodes, edges=tuple(dict.fromkeys(edges)))


def _stronger(one: Edge, other: Edge) -> str:
    return one.kind if one.kind in ("seed", "next", "test") else other.kind


def drawn(graph: Graph, tangents: bool = False) -> str:
    """The picture; ``tangents`` go the same way as the values."""
    forward = [n for n in graph.nodes if n.kind != "adjoint"]
    known = {n.id: n for n in graph.nodes}
    items = [*_nodes(graph, forward)]
    items += [Item(c.id, 7 * len(_cut(c.label)) + 16, 0, c.parent, is_box=True) for c in graph.clusters]
    order = {n.id: i for i, n in enumerate(forward)}
    first = {c.id: min((order[n.id] for n in forward if _is_within(graph, n, c.id)), default=0) for c in graph.clusters}
    items.sort(key=lambda item: (first.get(item.name, order.get(item.name, 0)), not item.is_box))
    leading = (e for e in graph.edges if e.kind != "next" and {e.tail, e.head} <= order.keys())
    placed = layout(items, [(e.tail, e.head) for e in leading])
    shift = placed.width + APART
    boxes = dict(placed.boxes)
    boxes |= {n.id: _beside(n, boxes[n.of], shift) for n in graph.nodes if n.kind == "adjoint" and n.of in boxes}
    parts = [*_clusters(graph, placed.boxes, shift), *_edges(graph, boxes, tangents), *_drawn_nodes(known, boxes)]
    has_adjoints = any(n.kind == "adjoint" for n in graph.nodes)
    width = round(placed.width + (shift if has_adjoints else 0))
    return element(
        "svg",
        "".join(parts),
        viewBox=f"0 0 {width} {round(placed.height)}",
        width=width,
        height=round(placed.height),
        role="img",
        aria_label=f"The computation graph of {graph.name}, forward on the left, the way back on the right",
    )


def _nodes(graph: Graph, forward: list[Node]) -> Iterator[Item]:
    clusters = {c.id for c in graph.clusters}
    wide = {n.of: _width(n) for n in graph.nodes if n.kind == "adjoint"}
    for node in forward:
        inside = node.cluster if node.cluster in clusters else ""
        yield Item(node.id, max(_width(node), wide.get(node.id, 0)), HEIGHT, inside)


def _is_within(graph: Graph, node: Node, cluster: str) -> bool:
    parents = {c.id: c.parent for c in graph.clusters}
    at = node.cluster
    while at and at != cluster:
        at = parents.get(at, "")
    return at == cluster


def _text(node: Node) -> str:
    return f"{node.label} {node.shape}" if node.shape and node.kind == "variable" else node.label


def _width(node: Node) -> float:
    return max(34.0, LETTER * len(_text(node)) + 18)


def _beside(node: Node, box: Box, shift: float) -> Box:
    return Box(box.x + shift + (box.width - _width(node)) / 2, box.y, _width(node), box.height)


# ---- pieces ----


def _drawn_nodes(known: Mapping[str, Node], boxes: Mapping[str, Box]) -> Iterator[str]:
    for name, node in known.items():
        if name not in boxes:
            continue
        box, width = boxes[name], _width(node)
        middle = box.x + box.width / 2
        round_ = HEIGHT // 2 if node.kind in ("variable", "adjoint") else 4
        shape = element(
            "rect", "", class_="shape", x=_n(middle - width / 2), y=_n(box.y), width=_n(width), height=HEIGHT, rx=round_
        )
        words = element("text", escape(_text(node)), x=_n(middle), y=_n(box.y + HEIGHT / 2 + 4.5))
        title = element("title", escape("\n".join([f"line {node.line}", *node.code])))
        group = key(Group(0, node.line)) if node.line else None
        yield element("g", title + shape + words, class_=node.kind, data_g=group)


def _clusters(graph: Graph, boxes: Mapping[str, Box], shift: float) -> Iterator[str]:
    """The boxes of loops and branches, on the other side too where there are adjoints in them."""
    for cluster in graph.clusters:
        box = boxes[cluster.id]
        inner = {n.kind == "adjoint" for n in graph.nodes if _is_within(graph, n, cluster.id)}
        for back in sorted(inner):
            x = box.x + shift * back
            sides = {"x": _n(x), "y": _n(box.y), "width": _n(box.width), "height": _n(box.height)}
            yield element("rect", "", class_="cluster", rx=8, **sides)
            label = escape(_cut(cluster.label))
            yield element("text", label, class_="cluster-label", x=_n(x + 8), y=_n(box.y + 16))


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"


def _edges(graph: Graph, boxes: Mapping[str, Box], tangents: bool) -> Iterator[str]:
    for edge in graph.edges:
        if edge.tail in boxes and edge.head in boxes:
            back = edge.kind == "adjoint" and not tangents
            yield _edge(edge, boxes[edge.tail], boxes[edge.head], back)


def _edge(edge: Edge, tail: Box, head: Box, back: bool) -> str:
    start, end = tail.x + tail.width / 2, head.x + head.width / 2
    end += max(-head.width / 3, min(head.width / 3, 0.12 * (start - end)))  # arrows from two sides end in two places
    down = head.y > tail.y
    if edge.kind == "seed" or head.y == tail.y or down is back:
        return _around(edge, tail, head)
    y1, y2 = (tail.y + tail.height, head.y) if down else (tail.y, head.y + head.height)
    bend = (y2 - y1) / 2
    path = f"M{_n(start)} {_n(y1)}C{_n(start)} {_n(y1 + bend)} {_n(end)} {_n(y2 - bend)} {_n(end)} {_n(y2)}"
    tip = 6 if down else -6
    arrow = _arrow(edge, (end, y2), (end - 4, y2 - tip), (end + 4, y2 - tip))
    return _line(edge, path) + arrow + _label(edge, end + 6 if start > end else end - 8 - 7 * len(edge.label), y2 - tip)


def _around(edge: Edge, tail: Box, head: Box) -> str:
    """An arrow from the right side of one to that of the other, over the row if they share one, or across to a seed."""
    y1, y2 = tail.y + tail.height / 2, head.y + head.height / 2
    x1 = tail.x + tail.width
    if edge.kind != "seed" and y1 == y2:
        start, end, over = tail.x + tail.width / 2, head.x + head.width / 2, head.y - 22
        path = f"M{_n(start)} {_n(tail.y)}C{_n(start)} {_n(over)} {_n(end)} {_n(over)} {_n(end)} {_n(head.y)}"
        return _line(edge, path) + _arrow(edge, (end, head.y), (end - 4, head.y - 6), (end + 4, head.y - 6))
    if edge.kind == "seed":
        path = f"M{_n(x1)} {_n(y1)}L{_n(head.x)} {_n(y2)}"
        return _line(edge, path) + _arrow(edge, (head.x, y2), (head.x - 6, y2 - 4), (head.x - 6, y2 + 4))
    x2 = head.x + head.width
    out = max(x1, x2) + 18
    path = f"M{_n(x1)} {_n(y1)}C{_n(out)} {_n(y1)} {_n(out)} {_n(y2)} {_n(x2)} {_n(y2)}"
    return _line(edge, path) + _arrow(edge, (x2, y2), (x2 + 6, y2 - 4), (x2 + 6, y2 + 4))


def _line(edge: Edge, path: str) -> str:
    dashes = "5 4" if edge.kind in ("next", "test") else None
    back = edge.kind in ("adjoint", "seed")
    return element("path", "", class_="edge adjoint-edge" if back else "edge", d=path, stroke_dasharray=dashes)


def _arrow(edge: Edge, *points: tuple[float, float]) -> str:
    shown = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    return element("polygon", "", class_="arrow back" if edge.kind in ("adjoint", "seed") else "arrow", points=shown)


def _label(edge: Edge, x: float, y: float) -> str:
    """The place of an operand where the order matters."""
    if not edge.label or edge.kind in ("adjoint", "seed"):
        return ""
    return element("text", escape(edge.label), class_="cluster-label", x=_n(x), y=_n(y))


def _n(value: float) -> str:
    """A length, the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")
