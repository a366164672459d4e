"""Write an operator between objects as the method of the user's that it calls.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("k = a + b + c")
>>> print("".join(map(unquote, with_methods(body, {spelled_as(body[0].value.left, "__add__", False)}))), end="")
k = a.__add__(b) + c
"""

from __future__ import annotations

import operator
import types
from collections.abc import Collection, Sequence
from typing import Any

import gast

from s2sgrad.analysis.facts import Fact, Num, Record
from s2sgrad.analysis.sparse import is_sparse
from s2sgrad.errors import S2SGradError
from s2sgrad.normalize.parts import moved, shallow
from s2sgrad.normalize.wanted import Rewriting
from s2sgrad.objects import class_attribute
from s2sgrad.parse import parse
from s2sgrad.quote import nodes_in, quote

__all__ = ["method_of_operator", "spelled_as", "with_methods"]

_WORDS = {
    operator.add: "add", operator.sub: "sub", operator.mul: "mul", operator.truediv: "truediv",
    operator.matmul: "matmul", operator.pow: "pow", operator.floordiv: "floordiv", operator.mod: "mod",
    operator.neg: "neg",
}  # fmt: skip


def method_of_operator(function: Any, operands: Sequence[Fact]) -> tuple[str, bool] | None:
    """The method that an operator calls on an object of the user's, and whether that is its right operand."""
    word = _WORDS.get(function)
    left, right = operands[0], operands[-1]
    if word is None or Record not in map(type, operands):
        return None
    if not any(isinstance(o, Record) and o.kind == "object" for o in operands) or any(map(is_sparse, operands)):
        return None
    if isinstance(left, Record) and _is_sure(left.cls, f"__{word}__"):
        derived = isinstance(right, Record) and right.cls is not left.cls and issubclass(right.cls, left.cls)
        return None if derived else (f"__{word}__", False)
    bare = isinstance(left, Num) and left.box == "py"  # an array would ask for the object's items first
    if bare and isinstance(right, Record) and _is_sure(right.cls, f"__r{word}__"):
        return f"__r{word}__", True
    return None


def _is_sure(cls: type, name: str) -> bool:
    """True for a method in Python that never hands the operation on to the other operand."""
    method = class_attribute(cls, name)
    if not isinstance(method, types.FunctionType):
        return False
    try:
        return not any(getattr(n, "id", "") == "NotImplemented" for n in nodes_in(parse(method).tree))
    except S2SGradError:
        return False


def spelled_as(node: Any, method: str, reflected: bool) -> Rewriting:
    """The rewriting of an operator as a call of a method."""
    end = node.end_lineno, node.end_col_offset
    return Rewriting("operator", (node.lineno, node.col_offset), (*end, method, reflected))


def with_methods(body: list[gast.stmt], rewritings: Collection[Rewriting]) -> list[gast.stmt]:
    """``body`` with the operators that were asked for as calls of methods."""
    wanted = {(*r.place, *r.detail[:2]): r.detail[2:] for r in rewritings if r.kind == "operator"}
    return [_written(s, wanted) for s in body] if wanted else body


def _written(tree: Any, wanted: dict[Any, Any]) -> Any:
    new = shallow(tree)
    for key, value in tree.__dict__.items():
        if isinstance(value, list):
            new.__dict__[key] = [_written(v, wanted) if isinstance(v, gast.AST) else v for v in value]
        elif isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
            new.__dict__[key] = _written(value, wanted)
    if not isinstance(tree, (gast.BinOp, gast.UnaryOp)):
        return new
    found = wanted.get((tree.lineno, tree.col_offset, tree.end_lineno, tree.end_col_offset))
    if found is None:
        return new
    method, reflected = found
    operands = [new.operand] if isinstance(tree, gast.UnaryOp) else [new.left, new.right]
    me, others = (operands[-1], operands[:-1]) if reflected else (operands[0], operands[1:])
    call = moved(quote(f"x.{method}()"), tree)
    call.func.value, call.args = me, others
    return call
