"""The dialects by name: their text, and the module that is saved in one."""

from __future__ import annotations

from typing import Any

from s2sgrad.dialects.compiled import need_numba, numba_source, untyped
from s2sgrad.dialects.module import NumbaModule
from s2sgrad.errors import ArgumentError, Refusal
from s2sgrad.request import Generated

__all__ = ["checked_module", "dialect_source"]


def dialect_source(generated: Generated, dialect: str) -> str:
    """The generated functions as ``dialect`` has them."""
    _check(dialect)
    return numba_source(generated)


def checked_module(plan: Any, made: Any, dialect: str) -> NumbaModule:
    """The module to be saved, once Numba has typed it for arguments like those it was generated for."""
    _check(dialect)
    need_numba('dialect="numba"')
    if plan.mode == "vjp":
        raise ArgumentError("vjp has no dialect: what it saves passes through Python", "save grad instead")
    reason = untyped(made.generated, made.arguments)
    if reason is not None:
        raise Refusal(f"Numba cannot compile the gradient: {reason}", "save it without dialect")
    return NumbaModule(made.generated, live=False)


def _check(dialect: str) -> None:
    if dialect != "numba":
        raise ArgumentError(f"there is no dialect {dialect!r}", "the one there is: 'numba'")
