"""Reads of a variable that ask for its shape alone: no store changes what they answer."""

from __future__ import annotations

import builtins

import numpy as np

from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Op

__all__ = ["value_reads"]

_MEASURES = (builtins.len, np.shape, np.ndim, np.size)


def value_reads(op: Op, facts: Facts) -> frozenset[str]:
    """The variables of which ``op`` reads more than lengths."""
    bound = facts.calls.get(op)
    if bound is not None and any(bound.function is f for f in _MEASURES):
        return frozenset()
    if op.form == "read":
        return frozenset([str(op.payload)])
    below = [*op.args, *(v for _, v in op.keywords)]
    return frozenset().union(*(value_reads(a, facts) for a in below))
