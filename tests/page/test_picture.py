"""The picture of a graph: rows below what they come from, boxes around what they hold, nothing upon another."""

from xml.etree import ElementTree

import pytest

from s2sgrad import grad
from s2sgrad.page.graphed import graph_section
from s2sgrad.page.layout import Item, layout
from s2sgrad.page.picture import drawn, shortened
from tests.page.functions import DERIVATIVES, arguments


def apart(one, other):
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def within(inner, outer):
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def test_levels():
    items = [Item("a", 30, 10), Item("loop", 90, 0, is_box=True), Item("b", 20, 10, "loop"), Item("c", 20, 10, "loop")]
    edges = [("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]
    found = layout([*items, Item("d", 10, 10)], edges)
    a, box, b, c, d = (found.boxes[n] for n in ("a", "loop", "b", "c", "d"))
    assert a.y < box.y < b.y < c.y < d.y and box.width == 90
    assert within(b, box) and within(c, box) and apart(box, d) and apart(box, a)
    assert max(x.x + x.width for x in found.boxes.values()) <= found.width
    assert max(x.y + x.height for x in found.boxes.values()) <= found.height


def test_nothing_at_all():
    assert layout([], []).boxes == {}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_real_graphs(name):
    graph = shortened(DERIVATIVES[name].graph(*arguments()[name]).folded())
    svg = ElementTree.fromstring(drawn(graph))
    rects = [g.find("rect") for g in svg.iter("g")]
    height = {n.id: float(r.get("y")) for n, r in zip(graph.nodes, rects, strict=True)}
    assert all(height[e.tail] < height[e.head] for e in graph.edges if e.kind in ("value", "test"))
    assert all(height[n.id] == height[n.of] for n in graph.nodes if n.kind == "adjoint")
    sides = [tuple(float(r.get(k)) for k in ("x", "y", "width", "height")) for r in rects]
    for i, (x, y, w, h) in enumerate(sides):
        assert 0 <= x and x + w <= float(svg.get("width")) and y + h <= float(svg.get("height"))
        for x2, y2, w2, h2 in sides[:i]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
    assert all("style" not in e.attrib for e in svg.iter())


def test_values_without_a_name_are_left_out_and_what_they_joined_stays_joined():
    graph = grad(lambda x: x * x + x).graph(2.0)
    short = shortened(graph)
    assert len(short.nodes) < len(graph.nodes) and not any(n.temporary and not n.result for n in short.nodes)
    ids = {n.id for n in short.nodes}
    assert all({e.tail, e.head} <= ids for e in short.edges)
    reached = {"x"}
    labels = {n.id: n.label for n in short.nodes}
    for _ in short.edges:
        reached |= {labels[e.head] for e in short.edges if labels[e.tail] in reached}
    assert reached == set(labels.values())


def test_a_large_graph_is_shown_as_text(monkeypatch):
    monkeypatch.setattr("s2sgrad.page.graphed.MOST", 2)
    text = graph_section(DERIVATIVES["huber"].graph(*arguments()["huber"]))
    assert "<svg" not in text and "too many" in text and "<pre>" in text
