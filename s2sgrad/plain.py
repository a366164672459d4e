"""The text of the usual expressions and statements, letter by letter what astor writes, in a tenth of its time.

astor first makes another tree of the whole, then a list of pieces, then lines. Nearly all that is printed here is
names, numbers, operators, calls and subscripts on lines that fit the page; :func:`expression` and :func:`statement`
write those directly. Whatever else there is raises :class:`Unusual` and is left to astor (see ``printer.py``).

>>> from s2sgrad.quote import quote
>>> expression(quote("-(a + b) ** 2 * (x[1:, i] @ w.T).sum(axis=0)"), OPEN)
'-(a + b) ** 2 * (x[1:, i] @ w.T).sum(axis=0)'
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import gast

__all__ = ["OPEN", "TIGHT", "Unusual", "expression", "header", "spellings", "statement"]


class Unusual(Exception):
    """A form that is not written here."""


# How tightly a place holds what stands in it: what binds less tightly than its place needs brackets.
OPEN, TUPLE, COMMA, ONLY_ARGUMENT, CHOICE, COMPREHENSION = range(6)
OR, AND, NOT, COMPARISON = 10, 12, 14, 16
SUM, PRODUCT, EXPONENT, SIGN, POWER, NUMBER, TIGHT = 26, 28, 30, 32, 34, 38, 40

_BINARY: dict[type, tuple[str, int]] = {
    gast.BitOr: (" | ", 18),
    gast.BitXor: (" ^ ", 20),
    gast.BitAnd: (" & ", 22),
    gast.LShift: (" << ", 24),
    gast.RShift: (" >> ", 24),
    gast.Add: (" + ", SUM),
    gast.Sub: (" - ", SUM),
    gast.Mult: (" * ", PRODUCT),
    gast.Div: (" / ", PRODUCT),
    gast.Mod: (" % ", PRODUCT),
    gast.FloorDiv: (" // ", PRODUCT),
    gast.MatMult: (" @ ", PRODUCT),
    gast.Pow: (" ** ", POWER),
}
_UNARY: dict[type, tuple[str, int]] = {
    gast.Not: ("not ", NOT),
    gast.Invert: ("~", SIGN),
    gast.UAdd: ("+", SIGN),
    gast.USub: ("-", SIGN),
}
_COMPARING: dict[type, str] = {
    gast.Eq: " == ",
    gast.NotEq: " != ",
    gast.Lt: " < ",
    gast.LtE: " <= ",
    gast.Gt: " > ",
    gast.GtE: " >= ",
    gast.Is: " is ",
    gast.IsNot: " is not ",
    gast.In: " in ",
    gast.NotIn: " not in ",
}


def expression(node: Any, place: int) -> str:
    """The text of an expression in a place that holds it so tightly."""
    if node.__class__ is gast.Name:
        return str(node.id)  # half of all nodes
    write = _EXPRESSIONS.get(node.__class__)
    if write is None:
        raise Unusual
    return write(node, place)


def statement(node: Any) -> str:
    """The text of a statement without statements below it."""
    write = _STATEMENTS.get(node.__class__)
    if write is None:
        raise Unusual
    return write(node)


def spellings(node: Any) -> Iterator[str]:
    """The text of a statement as it is, and with brackets around the tuples that it needs none for."""
    yield statement(node)
    if isinstance(node, gast.Assign):
        targets, value = "".join([f"{expression(t, COMMA)} = " for t in node.targets]), expression(node.value, OPEN)
        yield targets + value
        yield targets + expression(node.value, COMMA)
    elif isinstance(node, gast.Return) and node.value is not None:
        yield f"return {expression(node.value, COMMA)}"


def header(node: Any) -> str:
    """The first line of a statement with others below it."""
    if isinstance(node, gast.For):
        return f"for {expression(node.target, OPEN)} in {expression(node.iter, TIGHT)}:"
    if isinstance(node, gast.If):
        return f"if {expression(node.test, OPEN)}:"
    if isinstance(node, gast.While):
        return f"while {expression(node.test, OPEN)}:"
    raise Unusual


def string(text: str) -> str:
    """A string in double quotes where it holds none."""
    written = repr(text)
    plain = written.startswith("'") and '"' not in written and "\\'" not in written
    return f'"{written[1:-1]}"' if plain else written


def _bracketed(text: str, strength: int, place: int) -> str:
    return text if strength >= place else f"({text})"


def _listed(nodes: list[Any]) -> str:
    return ", ".join([expression(e, COMMA) for e in nodes])


# ---- expressions ----


def _constant(node: Any, place: int) -> str:
    value = node.value
    if isinstance(value, str) and not node.kind:
        return string(value)
    if value is None or value is Ellipsis:
        return "None" if value is None else "..."
    if isinstance(value, complex) and value.real == 0 and math.isfinite(value.imag):
        return _bracketed(repr(value), NUMBER, place)
    if not isinstance(value, (int, float)) or not (isinstance(value, int) or math.isfinite(value)):
        raise Unusual
    return _bracketed(repr(value), NUMBER, place)


def _attribute(node: Any, place: int) -> str:
    return f"{expression(node.value, TIGHT)}.{node.attr}"


def _subscript(node: Any, place: int) -> str:
    return f"{expression(node.value, TIGHT)}[{expression(node.slice, OPEN)}]"


def _slice(node: Any, place: int) -> str:
    lower = "" if node.lower is None else expression(node.lower, OPEN)
    upper = "" if node.upper is None else expression(node.upper, OPEN)
    return f"{lower}:{upper}" if node.step is None else f"{lower}:{upper}:{expression(node.step, OPEN)}"


def _binary(node: Any, place: int) -> str:
    symbol, strength = _BINARY[node.op.__class__]
    left, right = (POWER + 1, EXPONENT) if strength == POWER else (strength, strength + 1)
    return _bracketed(expression(node.left, left) + symbol + expression(node.right, right), strength, place)


def _unary(node: Any, place: int) -> str:
    symbol, strength = _UNARY[node.op.__class__]
    return _bracketed(symbol + expression(node.operand, strength), strength, place)


def _boolean(node: Any, place: int) -> str:
    word, strength = (" or ", OR) if isinstance(node.op, gast.Or) else (" and ", AND)
    return _bracketed(word.join([expression(v, strength + 1) for v in node.values]), strength, place)


def _compare(node: Any, place: int) -> str:
    text = expression(node.left, COMPARISON + 1)
    for op, right in zip(node.ops, node.comparators, strict=True):
        text += _COMPARING[op.__class__] + expression(right, COMPARISON + 1)
    return _bracketed(text, COMPARISON, place)


def _choice(node: Any, place: int) -> str:
    body, test = expression(node.body, CHOICE + 1), expression(node.test, CHOICE + 1)
    return _bracketed(f"{body} if {test} else {expression(node.orelse, CHOICE)}", CHOICE, place)


def _call(node: Any, place: int) -> str:
    inner = COMMA if len(node.args) + len(node.keywords) > 1 else ONLY_ARGUMENT
    function = expression(node.func, TIGHT)
    passed = [expression(a, inner) for a in node.args]
    passed += [(f"{k.arg}=" if k.arg else "**") + expression(k.value, COMMA) for k in node.keywords]
    return f"{function}({', '.join(passed)})"


def _tuple(node: Any, place: int) -> str:
    text = _listed(node.elts) + ("," if len(node.elts) == 1 else "")
    return _bracketed(text, TUPLE, place) if node.elts else "()"


def _list(node: Any, place: int) -> str:
    return f"[{_listed(node.elts)}]"


def _dict(node: Any, place: int) -> str:
    pairs = zip(node.keys, node.values, strict=True)
    items = [("**" if k is None else f"{expression(k, TIGHT)}: ") + expression(v, COMMA) for k, v in pairs]
    return f"{{{', '.join(items)}}}"


def _starred(node: Any, place: int) -> str:
    return f"*{expression(node.value, TIGHT)}"


def _comprehension(node: Any, place: int) -> str:
    return f"[{expression(node.elt, TIGHT)}{_generators(node)}]"


def _generator(node: Any, place: int) -> str:
    text = expression(node.elt, COMMA) + _generators(node)
    return text if place == ONLY_ARGUMENT else f"({text})"


def _generators(node: Any) -> str:
    text = ""
    for each in node.generators:
        if each.is_async:
            raise Unusual
        text += f" for {expression(each.target, OPEN)} in {expression(each.iter, COMPREHENSION)}"
        text += "".join([f" if {expression(test, COMPREHENSION)}" for test in each.ifs])
    return text


_EXPRESSIONS: dict[type, Callable[[Any, int], str]] = {
    gast.Constant: _constant,
    gast.Attribute: _attribute,
    gast.Subscript: _subscript,
    gast.Slice: _slice,
    gast.BinOp: _binary,
    gast.UnaryOp: _unary,
    gast.BoolOp: _boolean,
    gast.Compare: _compare,
    gast.IfExp: _choice,
    gast.Call: _call,
    gast.Tuple: _tuple,
    gast.List: _list,
    gast.Dict: _dict,
    gast.Starred: _starred,
    gast.ListComp: _comprehension,
    gast.GeneratorExp: _generator,
}


# ---- statements ----


def _assign(node: Any) -> str:
    return "".join([f"{expression(t, OPEN)} = " for t in node.targets]) + expression(node.value, OPEN)


def _augmented(node: Any) -> str:
    symbol = _BINARY[node.op.__class__][0].strip()
    return f"{expression(node.target, OPEN)} {symbol}= {expression(node.value, OPEN)}"


def _return(node: Any) -> str:
    return "return" if node.value is None else f"return {expression(node.value, OPEN)}"


def _alone(node: Any) -> str:
    return expression(node.value, OPEN)


def _assert(node: Any) -> str:
    text = f"assert {expression(node.test, COMMA)}"
    return text if node.msg is None else f"{text}, {expression(node.msg, COMMA)}"


_STATEMENTS: dict[type, Callable[[Any], str]] = {
    gast.Assign: _assign,
    gast.AugAssign: _augmented,
    gast.Return: _return,
    gast.Expr: _alone,
    gast.Assert: _assert,
    gast.Pass: lambda node: "pass",
    gast.Break: lambda node: "break",
    gast.Continue: lambda node: "continue",
}
