"""Which generators of random numbers a function draws from: those that it is given, and those that it makes of a seed.

Where the function runs again, the first are replaced by copies that draw the same numbers, and the second do so anyway.
"""

from __future__ import annotations

import inspect
from typing import Any

import gast

from s2sgrad.analysis.facts import Num, Record, Seq
from s2sgrad.analysis.infer import is_pure
from s2sgrad.analysis.infer.randoms import DRAWS, GENERATORS, SEEDED
from s2sgrad.analysis.ir import GradientBlock, NameTarget, Op, Statement, every_statement, own_ops
from s2sgrad.errors import Refusal
from s2sgrad.quote import names_in, unquote

__all__ = [
    "argument",
    "check_alone",
    "check_block",
    "check_seed",
    "drawn_by_call",
    "drawn_parameter",
    "is_draw",
    "makes_generator",
]

_DRAWS = frozenset(map(id, DRAWS))
_SEEDED = frozenset(map(id, SEEDED))


def is_draw(op: Op, facts: Any) -> bool:
    """True for a call that draws random numbers, or makes a generator."""
    bound = facts.calls.get(op)
    return bound is not None and id(bound.function) in _DRAWS


def makes_generator(op: Op, facts: Any) -> bool:
    """True for a call that makes a generator."""
    bound = facts.calls.get(op)
    return bound is not None and id(bound.function) in _SEEDED


def check_seed(op: Op, facts: Any) -> None:
    """Raise Refusal unless a generator is made of whole numbers: another one would draw other numbers."""
    bound = facts.calls[op]
    given = [*bound.args, *(v for _, v in bound.keywords)]
    if len(given) != 1 or not _is_whole(facts.of[given[0]]):
        name = unquote(op.node)
        reason = f"`{name}` would draw other random numbers when the checkpointed function runs again"
        raise Refusal(reason, "give it a seed that is a whole number", op.node)


def _is_whole(fact: Any) -> bool:
    if isinstance(fact, Seq):
        return fact.items is not None and all(map(_is_whole, fact.items))
    return isinstance(fact, Num) and fact.kind in "iu"


def drawn_parameter(callee: Any, op: Op) -> str | None:
    """The parameter of ``callee`` from whose generator a call draws; None for a generator of the function's own.

    Raises Refusal for any other: it would be moved when the function runs again.
    """
    method = op.args[0]
    text = unquote(op.node.func)
    if method.form == "attribute" and _is_generator(callee.facts.of.get(method.args[0])):
        return _origin(callee, method.args[0], text, set())
    shared = method.form == "global" and not _is_method(callee, method)
    reason = f"`{text}` draws random numbers, and would draw others when the checkpointed function runs again"
    instead = "draw from a generator that is passed in, such as `rng = np.random.default_rng(seed)`"
    if not shared:
        instead = f"pass `{text.rpartition('.')[0] or text}` in as an argument, under a name of its own"
    raise Refusal(reason, instead, op.node)


def drawn_by_call(callee: Any, op: Op, inner: Any, names: frozenset[str]) -> set[str]:
    """The parameters of ``callee`` that a call hands to ``inner`` for its parameters ``names``, which it draws from."""
    given = (_origin(callee, argument(callee.facts, op, inner, n), n, set()) for n in sorted(names))
    return {name for name in given if name is not None}


def check_block(block: GradientBlock, facts: Any) -> None:
    """Raise Refusal where a ``with grad_of(...)`` in what runs again reads a generator: it would find the copy."""
    known = facts.before[block].facts
    for name in (n for s in block.body for n in names_in(s)):
        if name not in block.own and _is_generator(known.get(name)):
            reason = f"this block reads the generator `{name}`, of which what runs again has a copy"
            raise Refusal(reason, "draw in a block outside, or from a generator of the module's", block.node)


def argument(facts: Any, op: Op, inner: Any, name: str) -> Op:
    """What a call gives to the parameter ``name`` of the function ``inner``."""
    bound = facts.calls[op]
    signature = getattr(inner, "signature", None) or inspect.signature(inner.function)
    found = signature.bind(*bound.args, **dict(bound.keywords)).arguments.get(name)
    if not isinstance(found, Op):
        reason = f"`{name}` is a generator of random numbers that every call of this function shares"
        raise Refusal(reason, "pass it as an argument", op.node)
    return found


def check_alone(op: Op, statement: Statement, facts: Any) -> None:
    """Raise Refusal where a statement calls more than ``op`` and what surely draws nothing.

    The generator is copied before the statement: anything else might move it before the call.
    """
    for other in own_ops(statement):
        if other is op or other is op.args[0] or other.form not in ("call", "opaque"):
            continue
        bound = facts.calls.get(other)
        quiet = bound is not None and other not in facts.callees and is_pure(bound.function)
        if not (quiet or (other.form == "opaque" and other.payload == "item")):
            reason = f"`{unquote(other.node)}` is called beside a checkpointed function that draws random numbers"
            raise Refusal(reason, "give the call of the checkpointed function a line of its own", other.node)


def _is_method(callee: Any, method: Op) -> bool:
    """True for ``rng.normal`` of a generator of the module's."""
    value: Any = callee.namespace.lookup(method.payload[0])
    for name in method.payload[1:-1]:
        value = getattr(value, name, None)
    return type(value) in GENERATORS


def _is_generator(fact: Any) -> bool:
    return isinstance(fact, Record) and fact.cls in GENERATORS


def _origin(callee: Any, op: Op, text: str, seen: set[str]) -> str | None:
    """The parameter that an operation reads, through other names of it; None for a generator made of a seed."""
    if op.form == "call" and makes_generator(op, callee.facts):
        return None  # its seed is looked at where it is made
    if op.form == "read":
        name = str(op.payload)
        found = _bindings(callee, name) if name not in seen else []
        if name in callee.facts.entry:
            if not found and name not in seen:
                return name
        elif found and None not in found:
            origins = {_origin(callee, o, text, seen | {name}) for o in found if o is not None}
            if len(origins) == 1:
                return origins.pop()
    reason = f"`{text}` draws random numbers, and which generator it draws from is not known"
    raise Refusal(
        reason, "pass the generator itself as an argument, under one name", op.node if _has_place(op) else None
    )


def _has_place(op: Op) -> bool:
    return isinstance(op.node, gast.AST) and hasattr(op.node, "lineno")


def _bindings(callee: Any, name: str) -> list[Op | None]:
    """What is assigned to a name, None for what no operation gives."""
    found: list[Op | None] = []
    for statement in (s for s in every_statement(callee.block) if s in callee.facts.before):
        if name in getattr(statement, "names", ()):
            found.append(None)
        for target in getattr(statement, "targets", ()):
            if target.name == name:
                found.append(target.value if isinstance(target, NameTarget) else None)
    return found
