"""Give the values that a group asked for their final form: a hoisted name, a recomputed name, or the text itself."""

from __future__ import annotations

import builtins
import operator
from typing import Any

import gast
import numpy as np

from s2sgrad.adjoint.context import Context
from s2sgrad.adjoint.group import Group
from s2sgrad.analysis.facts import Num
from s2sgrad.analysis.ir import Op
from s2sgrad.names import temporary
from s2sgrad.quote import names_of, nodes_in, nodes_of, occurrences, occurring, quote, replaced, statements, substitute

__all__ = ["finish", "is_weighty"]

_LIGHT: frozenset[Any] = frozenset([builtins.len, builtins.float, np.shape, np.size, np.ndim, np.transpose])
_SYMBOLS: dict[Any, str] = {
    operator.add: "+",
    operator.sub: "-",
    operator.mul: "*",
    operator.truediv: "/",
    operator.floordiv: "//",
    operator.mod: "%",
    operator.pow: "**",
    operator.matmul: "@",
}


def finish(group: Group, lines: list[gast.stmt]) -> list[gast.stmt]:
    """All lines of a group in order, without placeholders."""
    lines = [*group.recomputed, *group.temporaries, *lines]
    while True:
        found = _placeholders(lines)
        if not found:
            return [_without_double_transposes(line) for line in lines]
        identifier = max(found, key=lambda name: int(name[1:]))
        op = group.context.numbered[identifier]
        twin = _twin(group, op)
        twin = twin if twin is not None and _only_measured(lines, identifier, found[identifier]) else None
        if twin is not None:
            lines = _replace(lines, identifier, group.value(twin))
            continue
        lines = _resolved(group, op, identifier, lines, found[identifier])


def _without_double_transposes(tree: Any) -> Any:
    """``X.T.T`` is ``X``, and ``(2 * X.T).T`` is ``2 * X``: a rule transposed what the user had transposed."""
    transposed = [n for n in nodes_of(tree) if n.__class__ is gast.Attribute and n.attr == "T"]
    twice = {id(n): n.value.value for n in transposed if _is_transpose(n.value)}
    scaled = [n for n in transposed if isinstance(n.value, gast.BinOp) and isinstance(n.value.op, gast.Mult)]
    twice |= {
        id(n): quote("{a} * {x}", a=n.value.left, x=n.value.right.value)
        for n in scaled
        if isinstance(n.value.left, gast.Constant) and _is_transpose(n.value.right)
    }
    return replaced(tree, twice) if twice else tree


def _is_transpose(node: Any) -> bool:
    return node.__class__ is gast.Attribute and node.attr == "T"


def _only_measured(lines: list[gast.stmt], identifier: str, uses: int) -> bool:
    """True where a value, which occurs so many times, is asked for its shape, size or length alone."""
    asking = [n for line in lines for n in nodes_of(line) if n.__class__ in (gast.Attribute, gast.Call)]
    return uses == sum(_measures(node, identifier) for node in asking)


def _measures(node: gast.AST, identifier: str) -> bool:
    if isinstance(node, gast.Attribute):
        return node.attr in ("size", "shape") and _is_name(node.value, identifier)
    if isinstance(node, gast.Call) and isinstance(node.func, (gast.Name, gast.Attribute)) and node.args:
        function = getattr(node.func, "id", getattr(node.func, "attr", ""))
        measures = ("len", "shape", "size", "zeros_like", "ones_like", "full_like")
        return function in measures and _is_name(node.args[0], identifier)
    return False


def _is_name(node: gast.AST, identifier: str) -> bool:
    return isinstance(node, gast.Name) and node.id == identifier


def _twin(group: Group, op: Op) -> Op | None:
    """An operand of the same shape and dtype that has a name, or the name that it will have anyway."""
    facts, wanted = group.context.facts, group.context.facts.of[op]
    if not isinstance(wanted, Num) or wanted.shape is None or wanted.box != "array":
        return None
    for other in op.walk():
        own = facts.of.get(other)
        named = other.form == "read" or other in group.context.hoisted or other in group.context.roots
        if other is op or not named or not isinstance(own, Num) or own.box != "array" or own.shape is None:
            continue
        known = own.dtype is not None and wanted.dtype is not None
        alike = known and own.dtype == wanted.dtype and len(own.shape) == len(wanted.shape)
        if alike and all(a.equals(b) for a, b in zip(own.shape, wanted.shape, strict=True)):
            return other
    return None


def _placeholders(lines: list[gast.stmt]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        for name in [name for name in occurring(line) if name[0] == "#"]:
            found[name] = found.get(name, 0) + 1
    return found


def _resolved(group: Group, op: Op, identifier: str, lines: list[gast.stmt], uses: int) -> list[gast.stmt]:
    # What `y[i] **= e` gives has no name: an assignment in place has no place for one.
    weighty = is_weighty(op, group.context) and not isinstance(op.node, gast.stmt)
    if weighty or op in group.context.hoisted:
        return _replace(lines, identifier, quote(hoist(group, op)))
    text = spelled(group, op)
    if (
        _is_light(op, group.context)
        or _only_indexes(lines, identifier, uses)
        or (uses == 1 and not _inside_reduction(lines, identifier))
    ):
        return _replace(lines, identifier, text)
    if group.names_values and isinstance(op.node, gast.expr):
        return _replace(lines, identifier, quote(hoist(group, op)))
    name = group.context.scope.new(temporary(op, group.context.parents.get(op), group.context.facts))
    group.context.adjoint_facts[name] = group.context.facts.of[op]
    return [*statements(f"{name} = {{e}}", e=text), *_replace(lines, identifier, quote(name))]


def _replace(lines: list[gast.stmt], identifier: str, tree: gast.expr) -> list[gast.stmt]:
    return [substitute(line, {identifier: tree}) if identifier in names_of(line) else line for line in lines]


def _inside_reduction(lines: list[gast.stmt], identifier: str) -> bool:
    """True where a placeholder stands with other operands inside a sum, where its text would hide them."""
    for line in lines:
        for node in nodes_of(line):
            if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) and node.func.attr == "sum":
                inside = [n for n in nodes_in(node) if isinstance(n, gast.BinOp)]
                if any(_has(n, identifier) for n in inside):
                    return True
    return False


def _only_indexes(lines: list[gast.stmt], identifier: str, uses: int) -> bool:
    """True where a value, which occurs so many times, stands inside subscripts alone."""
    return uses == sum(
        _has_count(n.slice, identifier) for line in lines for n in nodes_of(line) if isinstance(n, gast.Subscript)
    )


def _has_count(tree: gast.AST, identifier: str) -> int:
    return occurrences(tree).count(identifier)


def _has(tree: gast.AST, identifier: str) -> bool:
    return identifier in occurrences(tree)


def is_weighty(op: Op, context: Context) -> bool:
    """True for what is dear to compute again: a call, a product of matrices, a reduction, a root of an array."""
    bound = context.facts.calls.get(op)
    if bound is None:
        return op.form in ("opaque", "global")
    if bound.function is operator.matmul or (bound.function is operator.pow and _is_slow_power(op, context)):
        return True
    return not _is_operator(bound.function) and not _is_known_light(bound.function)


def _is_slow_power(op: Op, context: Context) -> bool:
    """True for a power of NumPy's with another exponent than a small integer: it takes ten times a product."""
    power = context.facts.of[op]
    exponent = context.facts.of[op.args[1]]
    whole = isinstance(exponent, Num) and exponent.value in (0, 1, 2)
    return not (whole or (isinstance(power, Num) and power.box == "py"))


def _is_known_light(function: Any) -> bool:
    try:
        return function in _LIGHT
    except TypeError:
        return False


def _is_operator(function: Any) -> bool:
    return getattr(function, "__module__", "") == "_operator"


def _is_light(op: Op, context: Context) -> bool:
    """True for what costs nothing to write again: an item, an attribute, a length."""
    bound = context.facts.calls.get(op)
    if bound is None:
        return True
    return bound.function is operator.getitem or _is_known_light(bound.function)


def hoist(group: Group, op: Op) -> str:
    """The name that the forward part gives to the value of ``op``."""
    context = group.context
    if op not in context.hoisted:
        context.hoisted[op] = context.scope.new(temporary(op, context.parents.get(op), context.facts))
        context.adjoint_facts[context.hoisted[op]] = context.facts.of[op]
    return context.hoisted[op]


def spelled(group: Group, op: Op) -> gast.expr:
    """The user's own text for an operation, its operands read as a backward line reads them."""
    if op.form == "item":
        return quote(f"{{x}}[{op.payload[0]}]", x=group.value(op.args[0]))
    if isinstance(op.node, gast.stmt):
        a, b = op.args
        return quote(f"{{a}} {_SYMBOLS[op.payload]} {{b}}", a=group.value(a), b=group.value(b))
    table: dict[int, gast.expr] = {}
    pending = [*op.args, *(v for _, v in op.keywords)]
    while pending:
        arg = pending.pop()
        if arg.form in ("slice", "tuple") or (op.payload is None and arg is op.args[0] and arg.form == "attribute"):
            pending += [*arg.args]
        elif isinstance(arg.node, gast.expr):
            table[id(arg.node)] = group.value(arg)
    return replaced(op.node, table)
