"""Find the calls of Python's own functions that nobody wrote: there the name must mean what Python means by it.

What the user calls stays the user's, whatever it is.

>>> import gast
>>> from s2sgrad.quote import nodes_in, quote
>>> user = gast.parse("def f(x, list):\\n    return sum(x) * list").body[0]
>>> generated = [*nodes_in(user), *nodes_in(quote("list(dx)")), *nodes_in(quote("np.zeros_like(x, dtype=int)"))]
>>> called_anew(generated, [user], [user])
['int', 'list']
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from typing import Any

import gast

from s2sgrad.quote import nodes_in

__all__ = ["called_anew", "called_builtins"]

_BUILTINS = frozenset(dir(builtins))
_REWRITTEN = frozenset(
    ["dict", "enumerate", "float", "isinstance", "len", "list", "max", "min", "range", "reversed", "tuple", "zip"]
)
"""What the rewritings of a text call at the place of something that they replace."""

Place = tuple[str, int, int]


def called_builtins(nodes: Iterable[Any]) -> set[str]:
    """The names of Python's own functions that are called somewhere, or that give a dtype."""
    return {name for name, _, _ in _places(nodes)}


def called_anew(generated: Iterable[Any], texts: Iterable[gast.AST], rewritten: Iterable[gast.AST]) -> list[str]:
    """The builtins that ``generated`` nodes call where neither the user's ``texts`` nor what was made of them does.

    A call is known by its place. Templates stand in a first line, which therefore counts as nobody's.
    """
    own = {place for tree in texts for place in _places(nodes_in(tree))}
    own |= {place for tree in rewritten for place in _places(nodes_in(tree)) if place[0] not in _REWRITTEN}
    return sorted({place[0] for place in _places(generated) if place[1] < 2 or place not in own})


def _places(nodes: Iterable[Any]) -> Iterator[Place]:
    """Where something is called, or given as a dtype, that is named like a builtin."""
    for node in nodes:
        if node.__class__ is not gast.Call:
            continue
        asarray = getattr(node.func, "attr", "") == "asarray"
        dtypes = [*(node.args[1:] if asarray else ()), *(k.value for k in node.keywords if k.arg == "dtype")]
        for name in (node.func, *dtypes):
            if name.__class__ is gast.Name and name.id in _BUILTINS:
                yield name.id, name.lineno, name.col_offset
