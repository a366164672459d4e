"""What is written into a node: an operation's name, a value's shape.

>>> from s2sgrad.analysis.facts import Dim, Symbol, array, python
>>> shapes = Shapes()
>>> shapes.of(array(float, (Dim(Symbol("x.0")), Dim.of(3)))), shapes.of(array("f4", (Dim(Symbol("x.0"), -1),)))
('(n, 3)', 'float32 (n-1,)')
>>> shapes.of(python(float))
''
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Record, Seq, Symbol
from s2sgrad.quote import unquote

__all__ = ["LETTERS", "ORDERED", "Shapes", "bare", "operation_label", "short_text"]

LETTERS = ("n", "m", "p", "q", "r", "s", "t")
"""Lengths by the order in which they are met, then ``n2``, ``m2``, ..."""

SYMBOLS: dict[Any, str] = {
    operator.add: "+",
    operator.sub: "-",
    operator.mul: "*",
    operator.truediv: "/",
    operator.matmul: "@",
    operator.pow: "**",
    operator.mod: "%",
    operator.floordiv: "//",
}
PREFIXES: dict[Any, str] = {operator.neg: "-", operator.pos: "+"}
UFUNCS: dict[Any, str] = {
    np.add: "+",
    np.subtract: "-",
    np.multiply: "*",
    np.divide: "/",
    np.matmul: "@",
    np.power: "**",
    np.negative: "-",
}
"""Functions that are spelled as an operator here, as Python's own are."""
ORDERED = frozenset({"-", "/", "@", "**", "%", "//"})
"""Operations whose operands may not be exchanged: their places are shown."""

DOT = "\N{MIDDLE DOT}"
WIDEST = 32


def operation_label(function: Any, texts: Sequence[str | None], keywords: Sequence[tuple[str, str | None]]) -> str:
    """The name of a call; an operand that is a node of its own has no text, and is a dot beside those that have one.

    >>> operation_label(operator.pow, [None, "2"], []), operation_label(operator.mul, [None, None], [])
    ('· ** 2', '*')
    >>> operation_label(np.maximum, ["0", None], []), operation_label(np.sum, [None], [("axis", "0")])
    ('max(0, ·)', 'sum(axis=0)')
    """
    shown = [text or DOT for text in texts]
    if function is operator.getitem and len(texts) == 2:
        return f"[{bare(shown[1])}]"
    if function in PREFIXES and len(texts) == 1:
        return f"{PREFIXES[function]}{shown[0]}"
    symbol = _known(SYMBOLS, function) or _known(UFUNCS, function)
    if symbol and len(texts) == 2 and not keywords:
        return symbol if not any(texts) else f"{shown[0]} {symbol} {shown[1]}"
    told = [f"{name}={text}" for name, text in keywords if text]
    return _called(_name_of(function), shown, told, any(texts))


def _called(name: str, shown: list[str], told: list[str], any_text: bool) -> str:
    if any_text:
        return f"{name}({', '.join([*shown, *told])})"
    return f"{name}({', '.join(told)})" if told else name


def _known(table: dict[Any, str], function: Any) -> str:
    try:
        return table.get(function, "")
    except TypeError:  # a callable object without a hash
        return ""


def _name_of(function: Any) -> str:
    name = str(getattr(function, "__name__", type(function).__name__)).strip("_<>")
    return {"amax": "max", "amin": "min", "maximum": "max", "minimum": "min", "absolute": "abs"}.get(name, name)


def bare(index: str) -> str:
    """An index as it stands in its brackets: a tuple has none of its own.

    >>> bare("(0, 1:)"), bare("(i + 1) * (k)"), bare("n")
    ('0, 1:', '(i + 1) * (k)', 'n')
    """
    inner = index[1:-1]
    closed = 0
    for sign in inner if index[:1] == "(" and index[-1:] == ")" else ")":
        closed += (sign == ")") - (sign == "(")
        if closed > 0:
            return index
    return inner


def short_text(node: gast.AST, widest: int = WIDEST) -> str:
    """The text of a tree on one line, cut where it is long."""
    text = " ".join(unquote(node).split())
    return text if len(text) <= widest else text[: widest - 1].rstrip() + "…"


class Shapes:
    """Shapes as text, with one letter for each length that is the same wherever it stands."""

    def __init__(self) -> None:
        self.letters: dict[Symbol, str] = {}

    def of(self, fact: Fact | None) -> str:
        """The shape of a value, and its dtype where that is not the usual one; a scalar has no text."""
        if isinstance(fact, Num):
            return self._number(fact)
        if isinstance(fact, Seq):
            return self._sequence(fact)
        if isinstance(fact, Record):
            return str(getattr(fact.cls, "__name__", fact.kind))
        return ""

    def _number(self, fact: Num) -> str:
        if fact.box == "py" or (fact.shape == () and fact.box == "np" and fact.dtype in (np.dtype(float), None)):
            return ""
        usual = fact.dtype is None or fact.dtype == np.dtype(float)
        shape = "array" if fact.shape is None else self._tuple(fact.shape)
        return shape if usual else f"{fact.dtype} {shape}" if fact.box != "np" else str(fact.dtype)

    def _tuple(self, shape: tuple[Dim, ...]) -> str:
        inner = ", ".join(map(self._length, shape))
        return f"({inner},)" if len(shape) == 1 else f"({inner})"

    def _length(self, dim: Dim) -> str:
        if dim.symbol is None:
            return str(dim.offset)
        if dim.anonymous:
            return "?"
        known = len(self.letters)
        rounds, place = divmod(known, len(LETTERS))
        letter = self.letters.setdefault(dim.symbol, LETTERS[place] + (str(rounds + 1) if rounds else ""))
        return letter if dim.offset == 0 else f"{letter}{dim.offset:+d}"

    def _sequence(self, fact: Seq) -> str:
        if fact.items is not None:
            return f"{fact.kind} of {len(fact.items)}"
        inner = self.of(fact.element)
        return f"{fact.kind} of {inner or 'numbers'}" if isinstance(fact.element, Num) else f"{fact.kind}"
