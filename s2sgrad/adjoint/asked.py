"""What a request asks for, as places in the arguments, the local variables and the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s2sgrad.adjoint.analysed import Analysed, parameters
from s2sgrad.analysis.facts import Fact, Seq
from s2sgrad.analysis.places import leaves, slot_fact, slots
from s2sgrad.errors import ArgumentError, GradientError
from s2sgrad.request import Path, Request

if TYPE_CHECKING:
    pass


__all__ = ["asked_inputs", "asked_results"]


def asked_inputs(root: Analysed, request: Request) -> tuple[frozenset[Path], frozenset[str]]:
    """The leaves of the parameters that are asked for, and the local variables."""
    inputs: set[Path] = set()
    sources: set[str] = set()
    names = parameters(root.tree)
    for path in request.wrt:
        if path[0] in names:
            fact = _slot(request, path)
            inputs |= {(*path, *leaf) for leaf in leaves(fact)}
        elif len(path) == 1 and path[0] in root.local:
            sources.add(str(path[0]))
        else:
            raise ArgumentError(
                f"`{path[0]}` is neither a parameter nor a local variable of `{root.function.__name__}`",
                f"one of: {', '.join(names)}",
            )
    return frozenset(inputs), frozenset(sources)


def _slot(request: Request, path: Path) -> Fact:
    try:
        return slot_fact(request.arguments[path[0]], path[1:])
    except KeyError:
        _refuse_list(request, path)
        text = "".join(f".{k}" if isinstance(k, str) else f"[{k}]" for k in path[1:])
        raise ArgumentError(f"`{path[0]}` has no `{text}`", "name an attribute, key or index that exists") from None


def _refuse_list(request: Request, path: Path) -> None:
    """Say so where a path goes into a list whose items are one fact together."""
    fact, text = request.arguments[path[0]], path[0]
    for key in path[1:]:
        if isinstance(fact, Seq) and fact.items is None and isinstance(key, int):
            reason = f"`{text}` is a {fact.kind} of arrays, whose items are not differentiated one by one"
            way_out = f"ask for `{text}` and take item {key} of its gradient, or pass a tuple of arrays"
            raise ArgumentError(reason, way_out)
        below = dict(slots(fact) or ())
        if key not in below:
            return
        fact, text = below[key], f"{text}.{key}" if str(key).isidentifier() else f"{text}[{key!r}]"


def asked_results(root: Analysed, request: Request) -> list[Path]:
    """The places in the result that are differentiated."""
    fact = root.facts.result
    if request.has_aux:
        if not (isinstance(fact, Seq) and fact.items is not None and len(fact.items) == 2):
            raise GradientError("with has_aux the function must return (value, aux)", "return a tuple of two")
        return [(0,)]
    if request.mode == "vjp":
        return list(leaves(fact))
    return [()]
