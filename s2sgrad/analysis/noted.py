"""Attributes that are stored and that nothing reads, such as caches and counters: statements without a derivative.

``self.x = x`` in a layer that keeps its input for a backward method of its own changes nothing about the value of the
function. It stays as it is, as long as three things are true of the whole program: nobody reads an attribute of that
name, no object of that class is used as a whole, and no array is changed in place, for the object might hold it.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from s2sgrad.analysis.facts import Fact, Num, Record, Seq
from s2sgrad.analysis.found import Facts
from s2sgrad.objects import class_attribute

if TYPE_CHECKING:
    from s2sgrad.analysis.ir import Op

__all__ = ["can_note", "is_noted_alone"]

_LOOKING = (builtins.isinstance, builtins.print, operator.is_, operator.is_not)
"""What may be given objects and reads none of their attributes, or just shows them."""
_WALKING = (builtins.enumerate, builtins.len, builtins.reversed, builtins.zip, operator.getitem)
"""What may be given lists of objects; of an object itself it calls a method."""
_HARMLESS = frozenset(
    (
        "__call__",
        "__eq__",
        "__hash__",
        "__init__",
        "__init_subclass__",
        "__post_init__",
        "__replace__",
        "__repr__",
        "__str__",
    )
)
"""Special methods that no statement calls without saying so: a test calls ``__bool__`` or ``__len__``."""


def can_note(held: Fact, name: str, adds: bool) -> bool:
    """True for an object that just keeps what is stored under ``name``; with ``adds`` it holds a number there."""
    if not isinstance(held, Record) or held.kind != "object" or held.cls.__setattr__ is not object.__setattr__:
        return False
    own, shared = held.slot(name), class_attribute(held.cls, name)
    if hasattr(type(shared), "__set__") or not _special_methods(held.cls) <= _HARMLESS:
        return False
    if not adds:
        return True
    return isinstance(own, Num) and own.box == "py" if own is not None else type(shared) in (int, float)


def _special_methods(cls: type) -> set[str]:
    """The special methods that a class, or one above it, defines for itself."""
    own = {n: value for c in cls.__mro__[:-1] for n, value in vars(c).items() if n[:2] == n[-2:] == "__"}
    return {name for name, value in own.items() if callable(value) and not isinstance(value, type)}


def is_noted_alone(every: Iterable[Facts]) -> bool:
    """True where what the functions with these facts note in objects is nobody's business."""
    every = list(every)
    names = {name for facts in every for _, name in facts.noted}
    classes = {cls for facts in every for cls, _ in facts.noted}
    if not names:
        return True
    names.add("__dict__")
    if any(names & (facts.attributes | facts.reads) or any(facts.writes.values()) for facts in every):
        return False
    if any(_held(facts) & _noted_below(facts) for facts in every):
        return False
    return not any(_uses_whole(op, facts, classes) for facts in every for op in facts.of)


def _held(facts: Facts) -> set[tuple[Any, str]]:
    """What is stored and read behind that by the function itself, which must find what it stored."""
    return {(cls, name) for cls, name in facts.noted if name in facts.held}


def _noted_below(facts: Facts) -> set[tuple[Any, str]]:
    """What the functions that are called store."""
    inner = [callee.facts for callee in facts.callees.values() if _is_analysed(callee)]
    return {pair for found in inner for pair in found.noted}.union(*map(_noted_below, inner))


def _uses_whole(op: Op, facts: Facts, classes: set[Any]) -> bool:
    """True for a call that may look into an object of one of the classes."""
    if op.form != "call" or op in facts.parts or _is_analysed(facts.callees.get(op)):
        return False
    bound = facts.calls.get(op)
    function = bound.function if bound is not None else None
    if any(function is looking for looking in _LOOKING):
        return False
    operands = [facts.of[a] for a in (*op.args, *(value for _, value in op.keywords)) if a in facts.of]
    if any(function is walking for walking in _WALKING):
        operands = [fact for fact in operands if isinstance(fact, Record)]
    return any(_holds(fact, classes) for fact in operands)


def _is_analysed(callee: Any) -> bool:
    """True for a function whose body was looked at: a rule is not."""
    return getattr(callee, "block", None) is not None


def _holds(fact: Fact, classes: set[Any]) -> bool:
    if isinstance(fact, Record):
        return fact.cls in classes or any(_holds(slot, classes) for _, slot in fact.slots)
    if isinstance(fact, Seq):
        return any(_holds(item, classes) for item in (fact.element, *(fact.items or ())))
    return False
