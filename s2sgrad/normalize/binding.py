"""Which argument each parameter of a function gets, as Python binds them, told from the trees.

>>> import gast
>>> from s2sgrad.quote import quote, unquote
>>> definition = gast.parse("def g(a, b=2, *rest, c): pass").body[0]
>>> call = quote("g(x, y, z, c=w)")
>>> [(p, unquote(e)) for p, e in bind_arguments(definition, call.args, call.keywords, {}, call).items()]
[('a', 'x'), ('b', 'y'), ('rest', '(z,)'), ('c', 'w')]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.quote import clone, quote

__all__ = ["bind_arguments"]


def bind_arguments(
    definition: gast.FunctionDef,
    args: Sequence[gast.expr],
    keywords: Sequence[gast.keyword],
    defaults: Mapping[str, gast.expr],
    call: gast.expr,
) -> dict[str, gast.expr]:
    """The expression for each parameter, in the order in which Python evaluates them; defaults come last.

    ``defaults`` go before those of the text. Raises Refusal where the call does not fit.
    """
    if any(isinstance(a, gast.Starred) for a in args) or any(k.arg is None for k in keywords):
        raise Refusal("starred arguments are not known one by one here", "write the arguments out", call)
    a = definition.args
    positional = [n.id for n in [*a.posonlyargs, *a.args]]
    found = dict(zip(positional, args, strict=False))
    rest = list(args[len(positional) :])
    if a.vararg is not None:
        found[a.vararg.id] = _display("()", rest)
    named: dict[str, gast.expr] = {}
    for keyword in keywords:
        if keyword.arg in found or keyword.arg in named:
            raise _misfit(definition, f"two values for `{keyword.arg}`", call)
        by_name = {n.id for n in [*a.args, *a.kwonlyargs]}
        (found if keyword.arg in by_name else named)[keyword.arg] = keyword.value
    if (rest and a.vararg is None) or (named and a.kwarg is None):
        raise _misfit(definition, "an argument too many", call)
    if a.kwarg is not None:
        found[a.kwarg.id] = _dictionary(named)
    return found | _defaults(definition, found, defaults, call)


def _defaults(
    definition: gast.FunctionDef, found: Mapping[str, Any], given: Mapping[str, gast.expr], call: gast.expr
) -> dict[str, gast.expr]:
    a = definition.args
    positional = [n.id for n in [*a.posonlyargs, *a.args]]
    written = dict(zip(positional[len(positional) - len(a.defaults) :], a.defaults, strict=True))
    written |= {n.id: d for n, d in zip(a.kwonlyargs, a.kw_defaults, strict=True) if d is not None}
    missing = [n for n in [*positional, *(k.id for k in a.kwonlyargs)] if n not in found]
    known = {**written, **given}
    if any(n not in known for n in missing):
        raise _misfit(definition, f"no value for `{next(n for n in missing if n not in known)}`", call)
    return {n: clone(known[n]) for n in missing}


def _misfit(definition: gast.FunctionDef, what: str, call: gast.expr) -> Refusal:
    return Refusal(f"this call does not fit `{definition.name}`: {what}", "", call)


def _display(text: str, items: Sequence[gast.expr]) -> gast.expr:
    display = quote(text)
    display.elts = list(items)
    return display


def _dictionary(named: Mapping[str, gast.expr]) -> gast.expr:
    tree = gast.parse("{}", mode="eval").body
    tree.keys = [quote(repr(k)) for k in named]
    tree.values = list(named.values())
    return tree
