"""Lines of generated code as formulas: a printer from Python's expression trees to MathML.

The formula of a rule is that of the very lines that were written from its template, so that there is no second table
of rules. What has no sign in mathematics stays a call.

>>> text = formula(ast.parse("dx += dy * (1 - y ** 2)").body[0], frozenset("xy"))
>>> import re
>>> re.sub("<[^>]+>", "", text)
'dx+=dy⋅(1−y2)'
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from typing import Any

from s2sgrad.page import notation
from s2sgrad.page.notation import TIMES, fenced, identifier, operator, row, text

__all__ = ["Formulas", "formula"]

# How tightly an expression binds: what binds less tightly than its place needs gets brackets.
LOOSE, COMPARED, SUM, PRODUCT, SIGN, POWER, ATOM = range(7)
_BINARY: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", SUM),
    ast.Sub: ("−", SUM),
    ast.Mult: ("⋅", PRODUCT),
    ast.MatMult: ("", PRODUCT),
    ast.Mod: ("mod", PRODUCT),
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=",
    ast.NotEq: "≠",
    ast.Lt: "<",
    ast.LtE: "≤",
    ast.Gt: ">",
    ast.GtE: "≥",
    ast.In: "∈",
    ast.NotIn: "∉",
    ast.Is: "is",
    ast.IsNot: "is not",
}
_BITS: dict[type[ast.operator], str] = {ast.BitAnd: "∧", ast.BitOr: "∨", ast.BitXor: "⊕"}


def formula(statement: ast.stmt, known: Collection[str]) -> str:
    """The MathML of a simple statement; names of adjoints are a d and one of the ``known`` names.

    Empty for a statement that gives nothing a value and returns none.
    """
    return Formulas(known).statement(statement)


class Formulas:
    """Writes expressions; ``known`` names may have adjoints."""

    def __init__(self, known: Collection[str]) -> None:
        self.known = frozenset(known)

    def statement(self, node: ast.stmt) -> str:
        """A simple statement as ``<math>``; empty where there is nothing to write."""
        if isinstance(node, ast.Assign):
            parts = [self.at(target, LOOSE) + operator("=") for target in node.targets]
            inner = "".join(parts) + self.at(node.value, LOOSE)
        elif isinstance(node, ast.AugAssign):
            sign = _BINARY.get(type(node.op), ("", 0))[0] or _symbol(node.op)
            inner = self.at(node.target, LOOSE) + operator(sign + "=") + self.at(node.value, LOOSE)
        elif isinstance(node, ast.Return) and node.value is not None:
            inner = text("return ") + self.at(node.value, LOOSE)
        elif isinstance(node, ast.Expr):
            inner = self.at(node.value, LOOSE)
        else:
            return ""
        return f'<math display="block">{row(inner)}</math>'

    def at(self, node: ast.expr, place: int) -> str:
        """An expression in a place that holds it so tightly."""
        write: Callable[[Any], tuple[str, int]] | None = getattr(self, "_" + type(node).__name__, None)
        inner, strength = write(node) if write is not None else (text(ast.unparse(node)), ATOM)
        return fenced("(", inner, ")") if strength < place else inner

    # ---- names and numbers ----

    def _Name(self, node: ast.Name) -> tuple[str, int]:
        return identifier(node.id, self.known), ATOM

    def _Constant(self, node: ast.Constant) -> tuple[str, int]:
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return notation.number(node.value), ATOM
        return text(repr(node.value)), ATOM

    def _Attribute(self, node: ast.Attribute) -> tuple[str, int]:
        if node.attr in ("T", "mT"):
            return f"<msup>{self.at(node.value, ATOM)}{operator('⊤')}</msup>", POWER
        path = notation.dotted(node)
        if path in notation.CONSTANTS:
            return f"<mi>{notation.CONSTANTS[path]}</mi>", ATOM
        return row(self.at(node.value, ATOM) + operator(".") + identifier(node.attr, ())), ATOM

    def _Subscript(self, node: ast.Subscript) -> tuple[str, int]:
        return f"<msub>{self.at(node.value, ATOM)}{self.index(node.slice)}</msub>", ATOM

    def index(self, node: ast.expr) -> str:
        """What stands below a variable: ``1:−1, j``."""
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        return row(operator(",").join(self._index_part(part) for part in parts))

    def _index_part(self, node: ast.expr) -> str:
        if not isinstance(node, ast.Slice):
            return self.at(node, LOOSE)
        lower, upper = ("" if part is None else self.at(part, SUM) for part in (node.lower, node.upper))
        step = "" if node.step is None else operator(":") + self.at(node.step, SUM)
        return lower + operator(":") + upper + step

    # ---- operators ----

    def _BinOp(self, node: ast.BinOp) -> tuple[str, int]:
        if isinstance(node.op, ast.Div):
            return f"<mfrac>{self.at(node.left, LOOSE)}{self.at(node.right, LOOSE)}</mfrac>", PRODUCT
        if isinstance(node.op, ast.Pow):
            return f"<msup>{self.at(node.left, ATOM)}{self.at(node.right, LOOSE)}</msup>", POWER
        if isinstance(node.op, ast.FloorDiv):
            inside = f"<mfrac>{self.at(node.left, LOOSE)}{self.at(node.right, LOOSE)}</mfrac>"
            return fenced("⌊", inside, "⌋"), ATOM
        if type(node.op) not in _BINARY:
            sides = self.at(node.left, ATOM), self.at(node.right, ATOM)
            return row(operator(_symbol(node.op)).join(sides)), SUM
        sign, strength = _BINARY[type(node.op)]
        between = operator(sign) if sign else TIMES
        return row(self.at(node.left, strength) + between + self.at(node.right, strength + 1)), strength

    def _UnaryOp(self, node: ast.UnaryOp) -> tuple[str, int]:
        sign = {ast.USub: "−", ast.UAdd: "+", ast.Not: "¬", ast.Invert: "¬"}[type(node.op)]
        return row(operator(sign, form="prefix") + self.at(node.operand, PRODUCT)), PRODUCT

    def _Compare(self, node: ast.Compare) -> tuple[str, int]:
        inner = self.at(node.left, SUM)
        for op, right in zip(node.ops, node.comparators, strict=True):
            inner += operator(_COMPARISONS[type(op)]) + self.at(right, SUM)
        return row(inner), COMPARED

    def _BoolOp(self, node: ast.BoolOp) -> tuple[str, int]:
        sign = operator("∧" if isinstance(node.op, ast.And) else "∨")
        return row(sign.join(self.at(value, SUM) for value in node.values)), LOOSE

    def _IfExp(self, node: ast.IfExp) -> tuple[str, int]:
        return self.cases(node.test, node.body, node.orelse), ATOM

    def cases(self, test: ast.expr, then: ast.expr, otherwise: ast.expr) -> str:
        """One value where the test holds, another one elsewhere."""
        return notation.cases(self.at(then, LOOSE), self.at(test, LOOSE), self.at(otherwise, LOOSE))

    # ---- collections and calls ----

    def _Tuple(self, node: ast.Tuple) -> tuple[str, int]:
        return row(self.listed(node.elts)), LOOSE

    def _List(self, node: ast.List) -> tuple[str, int]:
        return fenced("[", self.listed(node.elts), "]"), ATOM

    def _ListComp(self, node: ast.ListComp) -> tuple[str, int]:
        sources = [
            row(self.at(each.target, COMPARED) + operator("∈") + self.at(each.iter, SUM)) for each in node.generators
        ]
        tests = [self.at(test, COMPARED) for each in node.generators for test in each.ifs]
        inner = self.at(node.elt, COMPARED) + operator("∣") + operator(",").join([*sources, *tests])
        return fenced("[", inner, "]"), ATOM

    _GeneratorExp = _ListComp

    def _Starred(self, node: ast.Starred) -> tuple[str, int]:
        return row(operator("*", form="prefix") + self.at(node.value, ATOM)), ATOM

    def _Call(self, node: ast.Call) -> tuple[str, int]:
        return notation.call(self, node)

    def listed(self, nodes: list[ast.expr]) -> str:
        """Expressions with commas between them."""
        return operator(",").join(self.at(node, COMPARED) for node in nodes)


def _symbol(op: ast.operator) -> str:
    return {ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//", ast.LShift: "≪", ast.RShift: "≫"}.get(
        type(op), _BITS.get(type(op), "@")
    )
