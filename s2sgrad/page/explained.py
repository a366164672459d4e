"""What is asked of a derivative for its page: the code of ``source``, or that for arguments like these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from s2sgrad.errors import S2SGradError
from s2sgrad.graph import graph_of
from s2sgrad.page.correspondence import correspondence
from s2sgrad.page.document import document, write_page
from s2sgrad.page.flowing import flow_section
from s2sgrad.page.graphed import graph_section
from s2sgrad.preview import previewed
from s2sgrad.request import FORWARD
from s2sgrad.wrapper import Derivative

__all__ = ["explain"]


def explain(derivative: Derivative, path: str | Path, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Write the page of a derivative to ``path``; with arguments, the function runs once for the sizes."""
    given = bool(args or kwargs)
    made = derivative._found(args, kwargs) if given else derivative._live.latest
    plan = derivative.plan
    facts, generated = previewed(plan) if made is None else (made.arguments, made.generated)
    pages = correspondence(generated, plan.mode in FORWARD)
    flows = given and plan.mode not in FORWARD and plan.inner is None
    flow = flow_section(derivative, pages, args, kwargs) if flows else ""
    write_page(path, document(plan, pages, facts, flow + _graph(derivative, args, kwargs)))


def _graph(derivative: Derivative, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The section with the graph; none where there is no graph of a function that is differentiated all the same."""
    try:
        return graph_section(graph_of(derivative, args, kwargs), derivative.plan.mode in FORWARD)
    except S2SGradError:
        return ""
