"""The accepted language: the one place that refuses a construct by its form."""

from __future__ import annotations

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.leaving import open_block
from s2sgrad.quote import kinds_of, nodes_in, nodes_of

__all__ = ["check"]

_REFUSED: dict[type, tuple[str, str]] = {
    gast.ClassDef: ("a class defined inside is not differentiated", "define it outside"),
    gast.Await: ("`await` is not differentiated", "await outside of the function"),
    gast.Yield: ("a generator is not differentiated", "return a list or an array"),
    gast.YieldFrom: ("a generator is not differentiated", "return a list or an array"),
}
for _name in ("TryStar", "AsyncFor", "AsyncWith", "AsyncFunctionDef", "TypeAlias"):
    if hasattr(gast, _name):
        _REFUSED[getattr(gast, _name)] = (f"`{_name.lower()}` is not differentiated yet", "use if and for")
_LOOKED_AT = frozenset([*_REFUSED, gast.For, gast.While, gast.Global, gast.Nonlocal])


def check(tree: gast.FunctionDef) -> None:
    """Raise Refusal at the first construct, in reading order, that has no place in the accepted language."""
    for statement in (s for s in tree.body if not _LOOKED_AT.isdisjoint(kinds_of(s))):
        for node in nodes_of(statement):
            found = _REFUSED.get(type(node))
            if found is not None:
                raise Refusal(*found, node)
            if isinstance(node, (gast.For, gast.While)):
                _check_returns(node)
            if isinstance(node, (gast.Global, gast.Nonlocal)):
                _check_outer(tree, node)


def _check_returns(loop: gast.For | gast.While) -> None:
    """A return leaves a loop only where nothing is around it that must be left first."""
    for inner in (n for s in loop.body for n in nodes_in(s)):
        around = isinstance(inner, (gast.With, gast.Try)) and open_block(inner) is None
        if around and (found := _first_return(inner)) is not None:
            reason = "a return inside this `try` in a loop is not differentiated"
            raise Refusal(reason, "leave the loop, then return", found)


def _first_return(tree: gast.AST) -> gast.Return | None:
    return next((n for n in nodes_in(tree) if isinstance(n, gast.Return)), None)


def _check_outer(tree: gast.FunctionDef, declared: gast.Global | gast.Nonlocal) -> None:
    """A name that is declared to belong to another scope may be read, not written."""
    place = "a global" if isinstance(declared, gast.Global) else "a variable of an enclosing function"
    for node in (n for s in tree.body for n in nodes_in(s)):
        if isinstance(node, gast.Name) and node.id in declared.names and not isinstance(node.ctx, gast.Load):
            raise Refusal(f"assigning to {place} is not differentiated", "return the value", node)
