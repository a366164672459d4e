"""The section with the computation graph: a picture, and the same as text."""

from __future__ import annotations

from s2sgrad.graph import Graph
from s2sgrad.page.elements import element, escape
from s2sgrad.page.picture import MOST, drawn, shortened

__all__ = ["graph_section"]

_HELP = (
    "Values are round, operations are boxes. On the left the function runs from top to bottom; on the right {}, at the "
    "height of its variable. Dashed arrows lead to the next iteration, or are tests. Point at a node to light its line."
)
_SIDES = {False: "the gradient runs back up, each adjoint", True: "run the tangents beside it, each"}


def graph_section(graph: Graph, tangents: bool = False) -> str:
    """The graph with each helper as one operation; only as text where it is large."""
    small = shortened(graph.folded())
    heading = element("h2", "Computation graph", id="graph-heading")
    text = element("details", element("summary", "The graph as text") + element("pre", escape(str(graph))))
    if len(small.nodes) > MOST:
        shown = element("p", f"The graph has {len(small.nodes)} nodes, too many for a picture.")
    else:
        picture = drawn(small, tangents)
        box = element("div", picture, class_="scroll graph", tabindex="0", role="region", aria_label="Graph")
        shown = element("p", _HELP.format(_SIDES[tangents])) + box
    return element("section", heading + shown + text, aria_labelledby="graph-heading")
