"""Which parts of an expression Python evaluates in any case, in their order, and which only sometimes.

>>> import gast
>>> from s2sgrad.quote import quote, unquote
>>> [unquote(p) for p in strict_parts(quote("f(a, k=b) + c"))]
['f(a, k=b)', 'c']
>>> [unquote(p) for p in lazy_parts(quote("a if t else b"))]
['a', 'b']
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable
from typing import Any

import gast

from s2sgrad.namespace import Namespace
from s2sgrad.quote import nodes_in, parts_of

__all__ = ["OWN_SCOPE", "is_inert", "is_quiet", "lazy_parts", "shallow", "strict_parts", "with_parts"]

OWN_SCOPE = (gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)

_FIELDS: dict[type, tuple[str, ...]] = {
    gast.Attribute: ("value",),
    gast.BinOp: ("left", "right"),
    gast.Call: ("func", "args", "keywords"),
    gast.FormattedValue: ("value", "format_spec"),
    gast.IfExp: ("test",),
    gast.JoinedStr: ("values",),
    gast.List: ("elts",),
    gast.NamedExpr: ("value",),
    gast.Set: ("elts",),
    gast.Slice: ("lower", "upper", "step"),
    gast.Starred: ("value",),
    gast.Subscript: ("value", "slice"),
    gast.Tuple: ("elts",),
    gast.UnaryOp: ("operand",),
    gast.keyword: ("value",),
}

_QUIET = frozenset(
    [
        "abs", "bool", "divmod", "enumerate", "float", "int", "isinstance", "len", "list", "max", "min", "pow",
        "range", "round", "sum", "tuple", "zip",
    ]
)  # fmt: skip
_QUIET_METHODS = frozenset(
    [
        "all", "any", "argmax", "argmin", "astype", "clip", "conj", "copy", "cumsum", "diagonal", "dot", "flatten",
        "get", "items", "keys", "max", "mean", "min", "prod", "ravel", "repeat", "reshape", "round", "squeeze", "std",
        "sum", "swapaxes", "trace", "transpose", "values", "var",
    ]
)  # fmt: skip


def strict_parts(tree: Any) -> list[Any]:
    """The subexpressions that are evaluated whenever ``tree`` is, in order."""
    if isinstance(tree, gast.Compare):
        return [tree.left, tree.comparators[0]]
    if isinstance(tree, gast.BoolOp):
        return [tree.values[0]]
    if isinstance(tree, gast.Dict):
        return [p for pair in zip(tree.keys, tree.values, strict=True) for p in pair if p is not None]
    found: list[Any] = []
    for field in _FIELDS.get(type(tree), ()):
        value = getattr(tree, field)
        found += value if isinstance(value, list) else [value] if value is not None else []
    return found


def lazy_parts(tree: Any) -> list[Any]:
    """The subexpressions that are evaluated only sometimes, or later."""
    if isinstance(tree, gast.Compare):
        return list(tree.comparators[1:])
    if isinstance(tree, gast.BoolOp):
        return list(tree.values[1:])
    if isinstance(tree, gast.IfExp):
        return [tree.body, tree.orelse]
    return parts_of(tree) if isinstance(tree, OWN_SCOPE) else []


def with_parts(tree: Any, table: dict[int, Any]) -> Any:
    """``tree`` with the direct parts whose identities are in ``table`` replaced."""
    new = shallow(tree)
    for key, value in tree.__dict__.items():
        if isinstance(value, list):
            new.__dict__[key] = [table.get(id(v), v) for v in value]
        elif id(value) in table:
            new.__dict__[key] = table[id(value)]
    return new


def is_inert(tree: gast.AST, namespace: Namespace) -> bool:
    """True for an expression that has no effect, and whose value no other such expression can change."""
    unknown = (gast.NamedExpr, gast.Await, gast.Yield, gast.YieldFrom)
    nodes = nodes_in(tree)
    return not any(isinstance(n, unknown) or (isinstance(n, gast.Call) and not is_quiet(n, namespace)) for n in nodes)


def is_quiet(call: gast.Call, namespace: Namespace) -> bool:
    """True for a call of a function or method that is known to do nothing but give a value."""
    path = _dotted(call.func)
    value = _looked_up(path[0], namespace) if path else None
    if isinstance(value, types.ModuleType):
        return value.__name__.split(".")[0] in ("numpy", "math") and "random" not in (*path, value.__name__)
    if isinstance(call.func, gast.Name):
        known: Callable[..., Any] | None = getattr(builtins, call.func.id, None)
        named = str(getattr(value, "__module__", "") or "").split(".")[0] in ("numpy", "math")
        return named or (call.func.id in _QUIET and value is known)
    return isinstance(call.func, gast.Attribute) and call.func.attr in _QUIET_METHODS


def _looked_up(name: str, namespace: Namespace) -> Any:
    try:
        return namespace.lookup(name)
    except LookupError:
        return None


def _dotted(tree: Any) -> tuple[str, ...]:
    if isinstance(tree, gast.Attribute):
        below = _dotted(tree.value)
        return (*below, tree.attr) if below else ()
    return (tree.id,) if isinstance(tree, gast.Name) else ()


def shallow(node: Any) -> Any:
    """A copy of one node that shares all below it."""
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
