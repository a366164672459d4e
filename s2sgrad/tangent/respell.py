"""The user's own text of an operation, with tangents in place of some of its operands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.finish import _SYMBOLS
from s2sgrad.analysis.facts import Num
from s2sgrad.analysis.interpret import Bound
from s2sgrad.analysis.ir import Op
from s2sgrad.quote import quote, replaced

if TYPE_CHECKING:
    from s2sgrad.tangent.step import Step

__all__ = ["respelled"]


def respelled(step: Step, op: Op, bound: Bound | None, table: dict[Op, gast.expr]) -> gast.expr:
    """``op`` as the user wrote it, reading ``table`` where that has an operand, and values everywhere else."""
    if isinstance(op.node, gast.stmt):
        a, b = (table[arg] if arg in table else step.value(arg) for arg in op.args)
        return quote(f"{{a}} {_SYMBOLS[op.payload]} {{b}}", a=a, b=b)
    trees: dict[int, gast.expr] = {}
    pending = [*op.args, *(v for _, v in op.keywords)]
    while pending:
        arg = pending.pop()
        if arg in table:
            trees[id(arg.node)] = table[arg]
        elif arg.form in ("slice", "tuple", "list") or (arg.form == "attribute" and _is_callee(op, arg)):
            pending += [*arg.args]
        elif isinstance(arg.node, gast.expr):
            trees[id(arg.node)] = step.value(arg)
    function = _as_function(step, op, bound, table)
    tree: Any = replaced(op.node, trees)
    if function is None:
        return tree
    if isinstance(tree, gast.Attribute):
        return quote("{f}({x})", f=function, x=tree.value)
    first = tree.func.value
    tree.func, tree.args = function, [first, *tree.args]
    return tree


def _is_callee(op: Op, arg: Op) -> bool:
    return op.payload is None and arg is op.args[0]


def _as_function(step: Step, op: Op, bound: Bound | None, table: dict[Op, gast.expr]) -> gast.expr | None:
    """NumPy's function for a method of a scalar: the tangent may be a Python number, which has no such method."""
    method = op.form == "attribute" or (op.payload is None and op.args and op.args[0].form == "attribute")
    if bound is None or not method or not bound.args or bound.args[0] not in table:
        return None
    fact = step.context.facts.of[bound.args[0]]
    name = getattr(bound.function, "__name__", "")
    if (isinstance(fact, Num) and fact.box == "array") or getattr(np, name, None) is not bound.function:
        return None
    return quote(f"{{np}}.{name}", np=step.numpy)
