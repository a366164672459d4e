"""Arguments that a function writes: which may be, and what it must not reach besides them."""

from __future__ import annotations

import inspect
import types

import numpy as np

from s2sgrad.adjoint.analysed import Analysed
from s2sgrad.analysis.facts import Num, roots_of
from s2sgrad.errors import Refusal
from s2sgrad.request import Request

__all__ = ["check_written", "writable_arguments"]


def writable_arguments(request: Request) -> frozenset[str]:
    """The arrays among the arguments with respect to which no gradient is asked, without a default of their own."""
    asked = {path[0] for path in request.wrt}
    kept = _arrays_by_default(request.function)
    found = {n for n, f in request.arguments.items() if isinstance(f, Num) and f.box == "array"}
    return frozenset(found - asked - kept)


def _arrays_by_default(function: types.FunctionType) -> set[str]:
    """Parameters whose default is an array: what is written into it would be found by the next call."""
    given = inspect.signature(function).parameters.items()
    return {name for name, parameter in given if isinstance(parameter.default, np.ndarray)}


def check_written(root: Analysed) -> None:
    """Refuse to write an argument beside a container or a global that holds arrays: it might be one of them."""
    facts = root.facts
    if not facts.written:
        return
    name = sorted(facts.written)[0]
    held = [n for n, f in facts.entry.items() if not isinstance(f, Num) and roots_of(f)]
    held += [".".join(g.path) for g in facts.guards if roots_of(g.fact)]
    if held:
        raise Refusal(
            f"this function writes its argument `{name}`, and `{held[0]}` may hold the same array",
            f"work on a copy: `{name} = {name}.copy()`",
            root.tree,
        )
