"""Follow which tangents may lie in the arrays of others, through every line that is written.

A tangent that is returned must share no memory with one that the caller passed in: it is copied where a chain of names
leads from it to one of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.analysis.facts import Opaque, Record, Seq
from s2sgrad.analysis.ir import Statement
from s2sgrad.quote import names_in
from s2sgrad.tangent.memory import is_own
from s2sgrad.tidy.apart import Lists

if TYPE_CHECKING:
    from s2sgrad.tangent.context import TangentContext

__all__ = ["holders", "is_lent", "note_call", "note_lenders", "note_loop"]


def note_lenders(context: TangentContext, statement: Statement, lines: Iterable[Any]) -> None:
    """Note what each of the lines of a statement binds to the arrays of others."""
    for line in lines:
        for name, value in _put_into(context, statement, line):
            if not is_own(value, holders(context, statement, value)):
                _lend(context, name, names_in(value))
        if not isinstance(line, gast.Assign) or is_own(line.value, holders(context, statement, line.value)):
            continue
        for name in (n for t in line.targets if not isinstance(t, gast.Subscript) for n in names_in(t)):
            _lend(context, name, names_in(line.value))


def note_loop(context: TangentContext, statement: Statement, target: Any, iterable: Any) -> None:
    """Note that the targets of a loop take items, or rows, of what it runs over."""
    called = iterable.func.id if isinstance(iterable, gast.Call) and isinstance(iterable.func, gast.Name) else ""
    targets = target.elts if isinstance(target, gast.Tuple) else []
    if called == "enumerate" and len(targets) == 2:
        note_loop(context, statement, targets[1], iterable.args[0])
    elif called == "zip" and len(targets) == len(iterable.args):
        for one, own in zip(targets, iterable.args, strict=True):
            note_loop(context, statement, one, own)
    elif not is_own(iterable, holders(context, statement, iterable)):
        for name in names_in(target):
            _lend(context, name, names_in(iterable))


def note_call(context: TangentContext, targets: Iterable[str], given: Iterable[gast.expr]) -> None:
    """Note that what a helper gives may lie in the tangents that it is given."""
    names = {name for tree in given for name in names_in(tree)}
    for target in targets:
        _lend(context, target, names)


def is_lent(context: TangentContext, tree: gast.expr) -> bool:
    """True where an expression may lie in an array of the caller's, as far as the lines written so far tell."""
    names = names_in(tree)
    found = bool(context.reached(names) & context.given)
    if not found:
        context.kept.append(names)
    return found


def holders(context: TangentContext, statement: Statement, tree: gast.expr) -> Lists:
    """The names in an expression that may hold a list or a record."""
    known = {name: context.fact_of_name(name, statement) for name in names_in(tree)}
    return {name: True for name, fact in known.items() if isinstance(fact, Seq | Record | Opaque)}


def _lend(context: TangentContext, name: str, lenders: Iterable[str]) -> None:
    context.lent.setdefault(name, set()).update(lenders)


def _put_into(context: TangentContext, statement: Statement, line: Any) -> Iterator[tuple[str, gast.expr]]:
    """The lists that a line changes, with what it puts into them."""
    call = getattr(line, "value", None)
    if isinstance(line, gast.Expr) and isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute):
        yield from ((names_in(call.func.value)[0], value) for value in call.args)
    targets = line.targets if isinstance(line, gast.Assign) else [getattr(line, "target", None)]
    for target in targets if isinstance(line, (gast.Assign, gast.AugAssign)) else []:
        name = names_in(target)[0]
        stored = isinstance(target, gast.Subscript) or isinstance(line, gast.AugAssign)
        if stored and isinstance(context.fact_of_name(name, statement), Seq):
            yield name, line.value
