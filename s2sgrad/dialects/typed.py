"""Refuse, once Numba has typed a function, what it computes with other integers than Python and NumPy do.

Numba's integers have 64 bits, whatever they come from: ``uint8`` arrays do not wrap there as they do in NumPy, integers
that outgrow 64 bits wrap where Python's grow, and ``2 ** -1`` is 0. All of that would be another gradient.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numba.core import errors, ir, types
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import AnalysisPass, register_pass
from numba.core.typed_passes import NopythonTypeInference

__all__ = ["Exact"]

_POWERS = (operator.pow, operator.ipow)
_PRODUCTS = (operator.mul, operator.imul, operator.lshift, operator.ilshift)
_LARGEST_EXPONENT = 4


@register_pass(mutates_CFG=False, analysis_only=True)
class _SameIntegers(AnalysisPass):  # type: ignore[misc]
    _name = "s2sgrad_same_integers"

    def __init__(self) -> None:
        AnalysisPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Raises a TypingError at the first operation whose integers would differ."""
        for block in state.func_ir.blocks.values():
            names = _assigned_from(block)
            for statement in block.find_insts(ir.Assign):
                if isinstance(statement.value, ir.Expr):
                    _check(state, statement, names.get(statement.target.name, statement.target))
        return False


class Exact(CompilerBase):  # type: ignore[misc]
    """Numba's own pipeline, with a look at the types before any code is made."""

    def define_pipelines(self) -> list[Any]:
        """Numba's passes, and ours behind its type inference."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(_SameIntegers, NopythonTypeInference)
        passes.finalize()
        return [passes]


def _assigned_from(block: Any) -> dict[str, Any]:
    """For each unnamed value the variable that it is stored in."""
    found = block.find_insts(ir.Assign)
    return {s.value.name: s.target for s in found if isinstance(s.value, ir.Var)}


def _check(state: Any, statement: Any, target: Any) -> None:
    expr = statement.value
    if expr.op not in ("binop", "inplace_binop", "unary", "call"):
        return
    signature = state.calltypes.get(expr)
    if signature is None or not _is_integer(signature.return_type):
        return
    if expr.op == "call" and not _is_ufunc(state.typemap.get(expr.func.name)):
        return
    narrow = [t for t in signature.args if _is_integer(t) and _dtype(t).bitwidth < 64]
    if narrow:
        _refuse(f"arithmetic on {narrow[0]} wraps in NumPy, and not in Numba", expr)
    if expr.op in ("binop", "inplace_binop"):
        _check_growth(state, expr, target)


def _check_growth(state: Any, expr: Any, target: Any) -> None:
    function = expr.fn if expr.op == "binop" else expr.immutable_fn
    if function in _POWERS and not _small_constant(state, expr.rhs):
        _refuse("an integer to an integer power may be a fraction or have more than 64 bits", expr)
    if function in _PRODUCTS and target.unversioned_name in (expr.lhs.unversioned_name, expr.rhs.unversioned_name):
        _refuse("a product of integers that grows may have more than 64 bits", expr)


def _refuse(reason: str, expr: Any) -> None:
    raise errors.TypingError(reason, loc=expr.loc)


def _dtype(kind: Any) -> Any:
    return getattr(kind, "dtype", kind)


def _is_integer(kind: Any) -> bool:
    return isinstance(_dtype(kind), types.Integer) and not isinstance(_dtype(kind), types.Boolean)


def _is_ufunc(kind: Any) -> bool:
    return isinstance(getattr(kind, "typing_key", None), np.ufunc)


def _small_constant(state: Any, variable: Any) -> bool:
    try:
        value = state.func_ir.infer_constant(variable)
    except errors.ConstantInferenceError:
        return False
    return isinstance(value, int) and 0 <= value <= _LARGEST_EXPONENT
