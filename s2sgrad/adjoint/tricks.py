"""What ``np.mgrid``, ``np.ogrid``, ``np.s_`` and ``np.index_exp`` make of numbers that carry a derivative: refused."""

from __future__ import annotations

import operator

import numpy as np

from s2sgrad.analysis.facts import Static
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal

__all__ = ["check_trick"]


def check_trick(op: Op, facts: Facts) -> None:
    """Raise Refusal where the result depends on the bounds of a grid, or on what an index is made of."""
    bound = facts.calls.get(op)
    trick = facts.of[bound.args[0]] if bound is not None and bound.function is operator.getitem else None
    if not isinstance(trick, Static):
        return
    if trick.value is np.mgrid or trick.value is np.ogrid:
        name = "mgrid" if trick.value is np.mgrid else "ogrid"
        reason = f"the bounds of `np.{name}` have no derivative rule"
        raise Refusal(reason, "write it with np.linspace, or as numbers times a grid of constants", op.node)
    raise Refusal("what `np.s_` and `np.index_exp` give has no derivative", "use the values as they are", op.node)
