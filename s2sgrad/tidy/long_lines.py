"""Name a part of a generated line that would not fit the page, where a printer could only break it.

>>> from s2sgrad.names import Scope
>>> from s2sgrad.quote import statements, unquote
>>> line = "dsum_weights = -(dweights * weights / sum_weights).sum(axis=1, keepdims=True) * scale"
>>> print("".join(unquote(s) for s in split_long(statements(line), set(), Scope(set()))), end="")
ratio = dweights * weights / sum_weights
dsum_weights = -ratio.sum(axis=1, keepdims=True) * scale
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Collection, Iterator
from typing import Any

import gast

from s2sgrad.analysis.infer.randoms import SAMPLERS
from s2sgrad.names import Scope
from s2sgrad.normalize.parts import NOT_ONCE
from s2sgrad.printed import OF_RULES
from s2sgrad.printer import fits
from s2sgrad.quote import nodes_in, parts_of, quote, replaced, statements, unquote

__all__ = ["split_long"]

WIDTH = 79
_QUIET = frozenset([*dir(builtins), "sum_to", "object_of", "copy_generator", *OF_RULES])
Named = Callable[[str, gast.expr], str]
_NOUNS: dict[type, str] = {
    gast.Add: "total",
    gast.Sub: "diff",
    gast.Mult: "prod",
    gast.Div: "ratio",
    gast.MatMult: "prod",
    gast.Pow: "power",
    gast.BitOr: "either",
    gast.BitAnd: "both",
}


def split_long(
    body: list[gast.stmt], own: Collection[int], scope: Scope, depth: int = 1, named: Named | None = None
) -> list[gast.stmt]:
    """``body`` with parts of long lines named; statements whose identity is in ``own`` are the user's and stay.

    ``named`` gives a new name for a part, of which the noun is known.
    """
    named = named or (lambda noun, part: scope.new(noun))
    return [new for statement in body for new in _statement(statement, own, scope, depth, named)]


def _statement(statement: Any, own: Collection[int], scope: Scope, depth: int, named: Named) -> list[gast.stmt]:
    if isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try)) and id(statement) not in own:
        new = statement.__class__.__new__(statement.__class__)
        new.__dict__.update(statement.__dict__)
        for key in ("body", "orelse", "finalbody"):
            if hasattr(statement, key):
                setattr(new, key, split_long(getattr(statement, key), own, scope, depth + 1, named))
        return [new]
    splittable = isinstance(statement, (gast.Assign, gast.AugAssign, gast.Return)) and statement.value is not None
    if not splittable or id(statement) in own or fits(statement, depth) or _draws_in_order(statement):
        return [statement]
    part = max(_candidates(statement), key=_worth, default=None)
    if part is None:
        return [statement]
    name = named(_noun(part), part)
    shorter = replaced(statement, {id(part): quote(name)})
    above = statements(f"{name} = {{e}}", e=part)
    return [*split_long(above, own, scope, depth, named), *_statement(shorter, own, scope, depth, named)]


def _draws_in_order(statement: Any) -> bool:
    """True for a line with several calls that may draw random numbers: none of them may come before another."""
    called = [n.func for n in nodes_in(statement) if isinstance(n, gast.Call)]
    named = [f for f in called if isinstance(f, gast.Name) and f.id not in _QUIET]
    return len(named) + sum(isinstance(f, gast.Attribute) and f.attr in SAMPLERS for f in called) > 1


def _candidates(statement: Any) -> Iterator[gast.expr]:
    yield from _parts(statement.value)
    target = getattr(statement, "target", None) or getattr(statement, "targets", [None])[0]
    if isinstance(target, gast.Subscript) and isinstance(statement.value, (gast.BinOp, gast.Call)):
        yield statement.value


def _worth(part: gast.expr) -> int:
    """Longer parts shorten a line more, as long as they fit a line of their own."""
    length = len(unquote(part))
    return length if length <= WIDTH - 24 else WIDTH - length


def _parts(tree: Any) -> Iterator[gast.expr]:
    """Subexpressions that may be evaluated a line earlier and are worth a name."""
    if isinstance(tree, NOT_ONCE):
        return
    for child in parts_of(tree):
        if isinstance(child, NOT_ONCE):
            continue
        if isinstance(child, (gast.BinOp, gast.Call)) and len(unquote(child)) > 12 and not _is_method(child, tree):
            yield child
        yield from _parts(child)


def _is_method(child: Any, parent: Any) -> bool:
    return isinstance(parent, gast.Call) and child is parent.func


def _noun(part: Any) -> str:
    if isinstance(part, gast.BinOp):
        return _NOUNS.get(type(part.op), "value")
    name = getattr(part.func, "attr", getattr(part.func, "id", "value"))
    return "total" if name in ("sum", "sum_to") else name
