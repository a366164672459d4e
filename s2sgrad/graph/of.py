"""The graph of what ``grad`` and its siblings return."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from s2sgrad import rules
from s2sgrad.adjoint.analysed import Analysed, analysed
from s2sgrad.adjoint.written import writable_arguments
from s2sgrad.analysis.facts import Fact
from s2sgrad.errors import Refusal
from s2sgrad.graph.adjoints import add_adjoints
from s2sgrad.graph.build import drawn
from s2sgrad.graph.fold import renumbered
from s2sgrad.graph.lines import written
from s2sgrad.graph.model import Graph
from s2sgrad.names import Scope, TangentScope
from s2sgrad.parse import is_generated
from s2sgrad.quote import names_in
from s2sgrad.request import FORWARD, Generated, Request
from s2sgrad.specialise import Plan, generating

__all__ = ["graph_of"]


def graph_of(derivative: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Graph:
    """What :meth:`s2sgrad.wrapper.Derivative.graph` gives."""
    plan: Plan = derivative.plan
    facts, generated = _asked(derivative, plan, args, kwargs)
    with generating:
        return _graph(_request(plan, facts), generated)


def _asked(
    derivative: Any, plan: Plan, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Mapping[str, Fact], Generated]:
    """The facts to draw by and the code generated for them, found as ``.source`` finds them."""
    found = derivative._found(args, kwargs) if args or kwargs else derivative._live.latest
    if found is not None:
        return found.arguments, found.generated
    from s2sgrad.preview import previewed

    return previewed(plan)


def _request(plan: Plan, facts: Mapping[str, Fact]) -> Request:
    """The request that the code was generated for; of a derivative of a derivative, about the generated one."""
    if plan.inner is None:
        return plan.request(facts)
    from s2sgrad.nested import nested

    return replace(plan, function=nested(plan.inner, facts).function).request(facts)


def _graph(request: Request, generated: Generated) -> Graph:
    rules.load()
    root = _analysed(request)
    drawing = drawn(root)
    taken = {*names_in(root.source.tree), root.alias, "sum_to"}
    forward = request.mode in FORWARD
    again = is_generated(request.function)

    def scope(words: list[str]) -> Scope:
        return TangentScope(taken, words) if forward else Scope(taken, words, again)

    code = functools.partial(written, generated)
    seed = "" if request.mode == "vjp" else "1"
    add_adjoints(drawing, request.function, request.wrt, code, scope, seed, forward)
    values = tuple(drawing.nodes.values()), tuple(drawing.edges), tuple(drawing.clusters)
    return renumbered(Graph(root.source.name, *values))


def _analysed(request: Request) -> Analysed:
    """The function analysed with its small helpers as calls, so that they are seen; else as it is differentiated."""
    writable = writable_arguments(request)
    try:
        return analysed(request.function, request.arguments, writable, inline=False)
    except Refusal:
        return analysed(request.function, request.arguments, writable)
