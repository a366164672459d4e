"""Whether a helper may be run again: it then gives the same values, and does nothing else."""

from __future__ import annotations

import contextlib
import types
from collections.abc import Collection
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import FunctionFact, Record, Seq, Static
from s2sgrad.analysis.infer import is_pure
from s2sgrad.analysis.infer.randoms import DRAWS, GENERATORS
from s2sgrad.analysis.ir import Enter, Guarded, Op, Statement, every_statement, own_ops
from s2sgrad.analysis.pure import is_pure_call
from s2sgrad.analysis.ruled import Ruled
from s2sgrad.custom import stop_gradient
from s2sgrad.errors import Refusal, S2SGradError
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.callee import is_calm
from s2sgrad.quote import free_names, nodes_in, unquote
from s2sgrad.recompute import checkpoint

__all__ = ["check_replayable"]

_QUIET_MANAGERS = (np.errstate, contextlib.nullcontext)
_HARMLESS = (np.empty, np.empty_like, checkpoint, stop_gradient)
_LOOKING = frozenset(("keys", "values", "items", "get", "index", "count", "copy"))
_DRAWS = frozenset(map(id, DRAWS))


def check_replayable(callee: Any, later: bool) -> None:
    """Raise Refusal, located in the helper, where running ``callee`` again may do something or give something else.

    ``later``: it may be run again after the call is over, when data of its module may be other data.
    """
    _Checker(later).check(callee)


class _Checker:
    def __init__(self, later: bool) -> None:
        self.later = later
        self.seen: list[Any] = []

    def check(self, callee: Any) -> None:
        if isinstance(callee, S2SGradError):
            raise callee
        callee = getattr(callee, "analysed", None) or callee
        if isinstance(callee, Ruled):
            self._check_ruled(callee)
        elif not any(callee is known for known in self.seen):
            self.seen.append(callee)
            try:
                self._check_function(callee)
            except Refusal as error:
                raise error.at(callee.source) from None

    def _check_ruled(self, callee: Ruled) -> None:
        if not isinstance(callee.function, np.ufunc) and not _is_harmless(callee.function):
            raise _again(callee.custom.name, callee.node)

    def _check_function(self, callee: Any) -> None:
        if self.later:
            _check_data(callee)
        for statement in every_statement(callee.block):
            if statement in callee.facts.before:
                self._check_statement(callee, statement)

    def _check_statement(self, callee: Any, statement: Statement) -> None:
        if isinstance(statement, Guarded):
            raise Refusal("this `try` runs again with the checkpointed function", "handle it outside", statement.node)
        if isinstance(statement, Enter) and isinstance(statement.node, gast.With):
            self._check_managers(callee, statement)
            return
        for op in own_ops(statement):
            if op.form == "call" and op.payload is None:
                self._check_call(callee, op)
            elif op.form == "opaque" and op.payload not in ("item", "manager"):
                _check_inside(callee, op)

    def _check_managers(self, callee: Any, statement: Enter) -> None:
        for value in statement.values:
            made = callee.facts.of[value.args[0]] if value.form == "call" and value.payload is None else None
            if not isinstance(made, FunctionFact) or made.function not in _QUIET_MANAGERS:
                raise _again(unquote(value.node), value.node)

    def _check_call(self, callee: Any, op: Op) -> None:
        facts, name = callee.facts, unquote(op.node.func) if isinstance(op.node, gast.Call) else "this"
        bound = facts.calls.get(op)
        if bound is not None and id(bound.function) in _DRAWS:
            reason = f"`{name}` draws random numbers, and would draw others when the checkpointed function runs again"
            raise Refusal(reason, "draw them outside, and pass them in", op.node)
        if op in facts.callees:
            self.check(facts.callees[op])
        elif op in facts.parts or _looks(op, facts) or (bound is not None and _is_harmless(bound.function)):
            return
        elif not isinstance(facts.of.get(op), FunctionFact):
            raise _again(name, op.node)


def _is_harmless(function: Any) -> bool:
    if any(function is known for known in _HARMLESS) or is_pure(function):
        return True
    return isinstance(function, types.FunctionType) and is_calm(function, Namespace(function))


def _looks(op: Op, facts: Any) -> bool:
    """True for a method of a list or dict that changes nothing."""
    method = op.args[0]
    held = facts.of.get(method.args[0]) if method.form == "attribute" else None
    return isinstance(held, (Seq, Record)) and method.payload in _LOOKING


def _check_inside(callee: Any, op: Op) -> None:
    """The calls inside of a lambda, a comprehension, an f-string."""
    for node in nodes_in(op.node):
        if isinstance(node, gast.Call) and not is_pure_call(callee.local, callee.namespace, node):
            raise _again(unquote(node.func), node)


def _check_data(callee: Any) -> None:
    """Data of the module may be other data when a pullback is called."""
    for name in sorted(_outside(callee)):
        value = callee.namespace.found(name)
        fixed = isinstance(value, types.ModuleType | type | np.ufunc) or callable(value)
        if not fixed or type(value) in GENERATORS:
            raise Refusal(
                f"a pullback runs this checkpointed function again, and `{name}` may be another value by then",
                f"pass `{name}` as an argument",
                callee.tree,
            )
    for guard in callee.facts.guards:
        owner = callee.namespace.found(guard.path[0])
        plain = isinstance(guard.fact, FunctionFact | Static) or getattr(owner, "__name__", "") in ("numpy", "math")
        if not plain:
            name = ".".join(guard.path)
            reason = f"a pullback runs this checkpointed function again, and `{name}` may be another value by then"
            raise Refusal(reason, f"pass `{name}` as an argument", callee.tree)


def _outside(callee: Any) -> Collection[str]:
    """The names that the text of a function takes from its module or from around it."""
    free = {n for statement in callee.tree.body for n in free_names(statement)} - callee.local
    return {n for n in free if callee.namespace.where(n) in ("global", "closure")}


def _again(name: str, node: Any) -> Refusal:
    reason = f"`{name}` would be called a second time when the checkpointed function runs again"
    return Refusal(reason, "call it outside of the checkpointed function", node)
