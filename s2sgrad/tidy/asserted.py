"""Leave out an assertion about lengths where a loop over a strict ``zip`` of the same sequences has been run.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("for a, b in zip(x, w, strict=True):\\n    y.append(a * b)\\nassert len(x) == len(w)\\nreturn y")
>>> print("".join(unquote(s) for s in without_known_lengths(body)), end="")
for a, b in zip(x, w, strict=True):
    y.append(a * b)
return y
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import gast

from s2sgrad.quote import nodes_in, statements, unquote

__all__ = ["equal_lengths", "without_known_lengths"]


def equal_lengths(sequences: Sequence[gast.expr]) -> list[gast.stmt]:
    """The assertion that all of these are as long as the first."""
    return statements("assert " + " == ".join(f"len({unquote(tree)})" for tree in sequences))


def without_known_lengths(body: list[gast.stmt]) -> list[gast.stmt]:
    """``body`` without the assertions that a loop before them has made: it raises where they would."""
    known: set[str] = set()
    out: list[gast.stmt] = []
    for statement in body:
        known |= {unquote(equal_lengths(call.args)[0]) for call in _strict_zips(statement)}
        made = isinstance(statement, gast.Assert) and not statement.lineno  # the user's own stand at a line
        if not made or unquote(statement) not in known:
            out.append(statement)
    return out


def _strict_zips(statement: gast.stmt) -> Iterator[gast.Call]:
    """Those that a loop walks to their end."""
    if not isinstance(statement, gast.For) or any(isinstance(n, gast.Break) for n in nodes_in(statement)):
        return
    for node in nodes_in(statement.iter):
        called = isinstance(node, gast.Call) and getattr(node.func, "id", "") == "zip"
        if called and any(k.arg == "strict" and getattr(k.value, "value", None) is True for k in node.keywords):
            yield node
