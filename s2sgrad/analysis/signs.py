"""Which numbers are proven to be positive when the program runs: a divisor that is needs no guard against zero.

Positive means bounded away from zero: at least a literal of the program, or a length. Lengths count as positive because
an array without elements has no derivative to lose. Floating-point addition is monotone, so that ``1 + np.exp(x)`` is
at least 1; a product of positive numbers may underflow, and is only known to be no less than zero. Of ``z - z.max()``
the largest element is zero, and of its exponential it is one: the sum of that is at least one.

>>> from s2sgrad.adjoint.analysed import analysed
>>> from s2sgrad.analysis.facts import array, Dim, Symbol
>>> import numpy as np
>>> def f(x):
...     a = 1 + np.exp(-x)
...     b = np.exp(x - x.max())
...     return a * b / b.sum()
>>> found = analysed(f, {"x": array(float, (Dim(Symbol("n")),))})
>>> signs = Signs(found.block, found.facts)
>>> [signs.of(statement.value) for statement in found.block]
['positive', Peaked(axis=None), 'nonnegative']
"""

from __future__ import annotations

import functools
import types
from typing import Any, TypeAlias

from s2sgrad.analysis.facts import Num, Static
from s2sgrad.analysis.found import Bound, Facts
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Effect,
    For,
    Guarded,
    If,
    NameTarget,
    Op,
    Statement,
    While,
    assigned_names,
    every_statement,
    own_ops,
)
from s2sgrad.analysis.sign_rules import NONNEGATIVE, POSITIVE, SIGNS, Largest, Sign, nonnegative

__all__ = ["Signs"]

Env: TypeAlias = "dict[str, Sign]"

_LEAST = {"f2": 1e-3, "f4": 1e-12, "f8": 1e-30}
"""The smallest literal that counts as bounded away from zero, by the dtype of the result that it goes into."""


class Signs:
    """What is known of the operations of one function, found by one walk when the first is asked about."""

    def __init__(self, block: Block, facts: Facts) -> None:
        self.facts = facts
        self.known: dict[Op, Sign] = {}
        self.compares = False
        self._block(block, {})

    def of(self, op: Op) -> Sign:
        """What is known of the value of an operation."""
        return self.known.get(op)

    def is_positive(self, op: Op) -> bool:
        """True for a value that is proven to be bounded away from zero, from above."""
        return self.of(op) == POSITIVE

    def is_nonnegative(self, op: Op) -> bool:
        """True for a value that is proven to be no less than zero, or not a number."""
        return nonnegative(self.of(op))

    # ---- statements ----

    def _block(self, block: Block, env: Env) -> Env:
        for statement in block:
            env = self._statement(statement, env)
        return env

    def _statement(self, statement: Statement, env: Env) -> Env:
        if isinstance(statement, (For, While)):
            env = self._left(statement, env)
        for op in own_ops(statement):
            if op not in self.known:
                self.known[op] = sign = self._sign(op, env)
                self.compares = self.compares or isinstance(sign, Largest)
        if isinstance(statement, If):
            return _meet(self._block(statement.body, dict(env)), self._block(statement.orelse, dict(env)))
        if isinstance(statement, (For, While)):
            self._block(statement.body, dict(env))
            return env
        if isinstance(statement, Guarded):
            return {}
        return self._assigned(statement, env)

    def _left(self, statement: Statement, env: Env) -> Env:
        """What is known of variables that a loop leaves alone."""
        if any(map(self._writes, every_statement(Block([statement])))):
            env = self._scalars(env)
        return self._without(env, assigned_names(statement))

    def _assigned(self, statement: Statement, env: Env) -> Env:
        if self._writes(statement):
            env = self._scalars(env)
        env = self._without(env, assigned_names(statement))
        if isinstance(statement, Assign):
            named = {t.name: self.of(t.value) for t in statement.targets if isinstance(t, NameTarget)}
            gone = frozenset(named)
            lasting = {n: s for n, s in named.items() if s is not None}
            env = env | {n: s for n, s in lasting.items() if not (isinstance(s, Largest) and s.name in gone)}
        return env

    def _without(self, env: Env, names: list[str]) -> Env:
        """What is known of other variables, but where it compares them with one of these."""
        gone = set(names)
        if gone.isdisjoint(env) and not self.compares:
            return env
        return {n: s for n, s in env.items() if n not in gone and not (isinstance(s, Largest) and s.name in gone)}

    def _writes(self, statement: Statement) -> bool:
        """True where an array may be changed in place."""
        if isinstance(statement, (Effect, Guarded)) or self.facts.writes.get(statement):
            return not isinstance(statement, Effect) or bool(statement.values)
        if isinstance(statement, Assign) and (
            statement.augmented or any(not isinstance(t, NameTarget) for t in statement.targets)
        ):
            return True
        return bool(self.facts.callees) and any(op in self.facts.callees for op in own_ops(statement))

    def _scalars(self, env: Env) -> Env:
        """What is known of numbers, which no store changes."""
        return {n: sign for n, sign in env.items() if n in self.numbers and not isinstance(sign, Largest)}

    @functools.cached_property
    def numbers(self) -> frozenset[str]:
        """The variables that never hold anything but a number of Python's or NumPy's."""
        known = self.facts.behind()
        others = {n for n, fact in known if not (isinstance(fact, Num) and fact.box in ("py", "np"))}
        return frozenset(n for n, _ in known) - others

    # ---- operations ----

    def _sign(self, op: Op, env: Env) -> Sign:
        if op.form == "read":
            return env.get(op.payload)
        fact = self.facts.of.get(op)
        if not isinstance(fact, Num) or fact.kind not in "fiu":
            return None
        if op.form == "const":
            return POSITIVE if op.payload > 0 else NONNEGATIVE if op.payload == 0 else None
        if _is_length(fact):
            return POSITIVE
        bound = self.facts.calls.get(op)
        if bound is None or {name for name, _ in bound.keywords} - {"axis", "keepdims"}:
            return None
        rule = SIGNS.get(bound.function) if _is_hashable(bound.function) else None
        sign = None if rule is None else rule(self, bound, fact)
        return None if fact.maybe_complex and sign != POSITIVE else sign

    def bounded(self, op: Op, fact: Num) -> Sign:
        """Of an operand: a literal is positive if the dtype of the result, with this fact, holds its reciprocal."""
        sign = self.of(op)
        own = self.facts.of.get(op)
        if sign != POSITIVE or op.form != "const" or not isinstance(own, Num) or own.kind != "f":
            return sign
        least = _LEAST.get(fact.dtype.str[1:] if fact.dtype is not None else "f2", _LEAST["f2"])
        return POSITIVE if op.payload >= least else NONNEGATIVE

    def axis(self, bound: Bound, operand: Num) -> tuple[bool, int | None]:
        """Whether the axis of a reduction is known to be one or all, and which it is, counted from the front."""
        op = dict(bound.keywords).get("axis", bound.args[1] if len(bound.args) > 1 else None)
        fact = None if op is None else self.facts.of.get(op)
        if op is None or (isinstance(fact, Static) and fact.value is None):
            return True, None
        if not isinstance(fact, Num) or type(fact.value) is not int or operand.rank is None:
            return False, None
        return True, fact.value % operand.rank if operand.rank else None


def _is_length(fact: Num) -> bool:
    """True for ``len(x)``, a length of a shape and what adds to one."""
    length = fact.length
    return length is not None and length.offset >= 0 and (length.symbol is not None or length.offset > 0)


def _is_hashable(function: Any) -> bool:
    return getattr(function, "__hash__", None) is not None and not isinstance(function, types.MethodType)


def _meet(one: Env, other: Env) -> Env:
    """What holds on both paths."""
    weaker = {n: one[n] if one[n] == other[n] else NONNEGATIVE for n in one.keys() & other.keys()}
    return {n: s for n, s in weaker.items() if s == one[n] or (nonnegative(one[n]) and nonnegative(other[n]))}
