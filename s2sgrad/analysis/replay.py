"""Whether a helper may be run again: it then gives the same values, and does nothing else.

What it draws from a generator that it is given is the same if it is given a copy of it as it was.
"""

from __future__ import annotations

import contextlib
import types
from collections.abc import Collection
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.draws import check_block, check_seed, drawn_by_call, drawn_parameter, is_draw, makes_generator
from s2sgrad.analysis.facts import FunctionFact, Record, Seq, Static
from s2sgrad.analysis.infer import is_pure
from s2sgrad.analysis.infer.randoms import GENERATORS
from s2sgrad.analysis.ir import Effect, Enter, GradientBlock, Guarded, Op, Statement, every_statement, own_ops
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


def check_replayable(callee: Any, later: bool) -> str | None:
    """The parameter that ``callee`` draws random numbers from: it is given a copy when it runs again.

    Raises Refusal, located in the helper, where running it again may do something or give something else. ``later``: it
    may be run again after the call is over, when data of its module may be other data.
    """
    found = _Checker(later).drawn(callee)
    if len(found) > 1:
        names = " and ".join(f"`{n}`" for n in sorted(found))
        reason = f"this runs again and draws from {names}, which may be one and the same generator"
        raise Refusal(reason, "draw from one generator", callee.tree).at(callee.source)
    return next(iter(found), None)


class _Checker:
    def __init__(self, later: bool) -> None:
        self.later = later
        self.known: list[tuple[Any, set[str]]] = []
        self.again: list[Any] = []
        """Functions that call themselves, or whose helpers call them."""

    def drawn(self, callee: Any) -> set[str]:
        """The parameters from which a function, or a helper of its, draws."""
        if isinstance(callee, S2SGradError):
            raise callee
        callee = getattr(callee, "analysed", None) or callee
        if isinstance(callee, Ruled):
            self._check_ruled(callee)
            return set()
        for known, found in self.known:
            if callee is known:
                self.again.append(callee)
                return found
        found = set[str]()
        self.known.append((callee, found))
        try:
            self._check_function(callee, found)
            if found and any(callee is known for known in self.again):
                reason = f"`{callee.source.name}` draws random numbers, and runs inside of itself"
                raise Refusal(reason, "draw them outside, and pass them in", callee.tree)
        except Refusal as error:
            raise error.at(callee.source) from None
        return found

    def _check_ruled(self, callee: Ruled) -> None:
        if not isinstance(callee.function, np.ufunc) and not _is_harmless(callee.function):
            raise _again(callee.custom.name, callee.node)

    def _check_function(self, callee: Any, found: set[str]) -> None:
        if self.later:
            _check_data(callee)
        for statement in every_statement(callee.block):
            if statement in callee.facts.before:
                found |= self._check_statement(callee, statement)

    def _check_statement(self, callee: Any, statement: Statement) -> set[str]:
        found = set[str]()
        if isinstance(statement, Guarded):
            raise Refusal("this `try` runs again with the checkpointed function", "handle it outside", statement.node)
        if isinstance(statement, Enter) and isinstance(statement.node, gast.With):
            self._check_managers(callee, statement)
            return found
        if isinstance(statement, GradientBlock):
            check_block(statement, callee.facts)
        if isinstance(statement, Effect) and statement.noted:
            reason = f"`{statement.noted}` would be stored a second time when the checkpointed function runs again"
            raise Refusal(reason, "store it outside of the checkpointed function", statement.node)
        for op in own_ops(statement):
            if op.form == "call" and op.payload is None:
                found |= self._check_call(callee, op)
            elif op.form == "opaque" and op.payload not in ("item", "manager"):
                _check_inside(callee, op)
        return found

    def _check_managers(self, callee: Any, statement: Enter) -> None:
        for value in statement.values:
            made = callee.facts.of[value.args[0]] if value.form == "call" and value.payload is None else None
            if not isinstance(made, FunctionFact) or made.function not in _QUIET_MANAGERS:
                raise _again(unquote(value.node), value.node)

    def _check_call(self, callee: Any, op: Op) -> set[str]:
        facts, name = callee.facts, unquote(op.node.func) if isinstance(op.node, gast.Call) else "this"
        bound = facts.calls.get(op)
        if makes_generator(op, facts):
            check_seed(op, facts)
        elif is_draw(op, facts):
            origin = drawn_parameter(callee, op)
            return set() if origin is None else {origin}
        elif op in facts.callees:
            return self._drawn_inside(callee, op)
        elif op in facts.parts or _looks(op, facts) or (bound is not None and _is_harmless(bound.function)):
            return set()
        elif not isinstance(facts.of.get(op), FunctionFact):
            raise _again(name, op.node)
        return set()

    def _drawn_inside(self, callee: Any, op: Op) -> set[str]:
        """What a helper draws from, as parameters of the function that calls it."""
        inner = callee.facts.callees[op]
        found = frozenset(self.drawn(inner))
        return drawn_by_call(callee, op, getattr(inner, "analysed", None) or inner, found)


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
