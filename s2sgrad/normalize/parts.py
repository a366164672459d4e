"""Operations on trees that writing a call out is made of.

>>> from s2sgrad.quote import quote
>>> dotted(quote("np.linalg.solve"))
('np', 'linalg', 'solve')
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gast

from s2sgrad.analysis.local import LocalFunction
from s2sgrad.quote import clone, nodes_in, quote

__all__ = [
    "LAZY",
    "NOT_ONCE",
    "applied",
    "children",
    "dotted",
    "instead",
    "local_functions",
    "moved",
    "name_of",
    "noun",
    "own",
    "read",
    "respelled",
    "shallow",
    "slots",
    "spot",
    "with_returns",
    "with_value",
    "without_text",
]

_NOUNS = {gast.Add: "total", gast.Sub: "diff", gast.Mult: "prod", gast.Div: "ratio", gast.Pow: "power"}
LAZY = (gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp, gast.FunctionDef)
"""What runs later than the expression around it, or not once."""
NOT_ONCE = (*LAZY, gast.IfExp, gast.BoolOp)
"""The same, and what runs in part."""


def without_text(body: list[gast.stmt]) -> list[gast.stmt]:
    """A body without docstrings and other strings that stand alone."""
    return [s for s in body if not (isinstance(s, gast.Expr) and isinstance(s.value, gast.Constant))]


def with_returns(body: list[gast.stmt], made: Callable[[Any], list[gast.stmt]]) -> list[gast.stmt]:
    """A body with each return replaced by what is ``made`` of it."""
    out: list[gast.stmt] = []
    for statement in body:
        if isinstance(statement, gast.Return):
            out += made(statement)
        elif isinstance(statement, gast.If):
            new = shallow(statement)
            new.body = with_returns(statement.body, made) or [moved(gast.Pass(), statement)]
            new.orelse = with_returns(statement.orelse, made)
            out.append(new)
        else:
            out.append(statement)
    return out


def instead(returned: Any, statement: Any) -> list[gast.stmt]:
    """The statement of the call, with the value returned, at the place of the return."""
    if isinstance(statement, gast.Expr) and isinstance(returned.value, (gast.Constant, gast.Name)):
        return []
    new = with_value(statement, returned.value)
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(new, key, getattr(returned, key))
    return [new]


def with_value(statement: Any, value: gast.expr) -> Any:
    """A statement with another value."""
    new = shallow(statement)
    new.value = value
    return new


def respelled(call: gast.Call, callee: str) -> gast.Call:
    """A call of the same by another expression."""
    new = shallow(call)
    new.func = moved(quote(callee), call)
    return new


def applied(partial: gast.Call, call: gast.Call) -> gast.Call:
    """The call that a call of a partial application stands for; its own keywords go before those of the partial."""
    new = shallow(call)
    new.func = clone(partial.func)
    new.args = [*map(clone, partial.args), *call.args]
    given = {k.arg for k in call.keywords}
    new.keywords = [*(clone(k) for k in partial.keywords if k.arg not in given), *call.keywords]
    return new


def slots(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The parts of an expression in the order in which Python evaluates them; lists and parts are made anew."""
    if isinstance(node, gast.Dict):
        node.keys, node.values = list(node.keys), list(node.values)
        for i, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
            if key is not None:
                yield node.keys, i, key
            yield node.values, i, value
        return
    for key in node._fields:
        value = getattr(node, key, None)
        if isinstance(value, list):
            held = list(value)
            setattr(node, key, held)
            yield from ((held, i, part) for i, part in enumerate(held) if isinstance(part, (gast.expr, gast.keyword)))
        elif isinstance(value, gast.expr):
            yield node.__dict__, key, value


def children(node: Any) -> list[gast.AST]:
    """The nodes directly below a node, in the order in which they are evaluated."""
    if isinstance(node, gast.IfExp):
        return [node.test, node.body, node.orelse]
    found: list[gast.AST] = []
    for key in node._fields:
        value = getattr(node, key, None)
        found += [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, gast.AST)]
    return found


def own(node: Any) -> Iterator[gast.AST]:
    """A node and what is below it in the same scope."""
    yield node
    for child in children(node):
        if not isinstance(child, LAZY):
            yield from own(child)


def local_functions(tree: Any) -> Iterator[LocalFunction]:
    """The local functions that a tree holds."""
    for node in nodes_in(tree):
        if isinstance(node, gast.Constant) and isinstance(node.value, LocalFunction):
            yield node.value


def name_of(function: Any) -> str:
    """What a function is called in names that are made for it, which do not begin with underscores."""
    name = function.name if isinstance(function, LocalFunction) else function.__name__
    return name.strip("_") if name.isidentifier() and name.strip("_") not in ("lambda", "") else "call"


def dotted(value: Any) -> tuple[str, ...]:
    """The parts of a dotted name; nothing for any other expression."""
    if isinstance(value, gast.Attribute):
        base = dotted(value.value)
        return (*base, value.attr) if base else ()
    return (value.id,) if isinstance(value, gast.Name) else ()


def noun(value: Any) -> str:
    """What a value is called that gets a name."""
    if isinstance(value, gast.Call):
        return (dotted(value.func) or ("value",))[-1] + "_value"
    return _NOUNS.get(type(getattr(value, "op", None)), "value")


def read(name: str, place: Any) -> gast.expr:
    """A read of a name at the place of another node."""
    return moved(quote(name), place)


def spot(place: tuple[int, int]) -> gast.expr:
    """A node for an error at a place."""
    tree = quote("here")
    tree.lineno, tree.col_offset = tree.end_lineno, tree.end_col_offset = place
    return tree


def moved(tree: Any, place: Any) -> Any:
    """The tree with all positions those of ``place``."""
    for node in nodes_in(tree):
        if "lineno" in getattr(node, "_attributes", ()):
            for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
                setattr(node, key, getattr(place, key, None))
    return tree


def shallow(node: Any) -> Any:
    """A copy of a node that shares its parts."""
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
