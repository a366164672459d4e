"""Check that what rewritings inside loops relied on holds in every round.

A loop over known items is written out, or a function in place of its call, as soon as the first round tells which items
or which function. If a later round comes with others, the function is refused.

>>> from s2sgrad.analysis.facts import FunctionFact
>>> structure(FunctionFact(abs)) == structure(FunctionFact(round))
False
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from s2sgrad.analysis.environment import Env
from s2sgrad.analysis.facts import Fact, FunctionFact, Num, Record, Seq
from s2sgrad.analysis.found import Facts
from s2sgrad.analysis.ir import Block, Op, Statement, every_statement, own_ops
from s2sgrad.errors import Refusal
from s2sgrad.normalize.wanted import Premise, Rewriting

__all__ = ["check_premises", "premises_of", "structure"]

_ITEMS = ("each", "keys", "spread", "unroll", "get")
_FUNCTIONS = ("inline", "callee")


def structure(fact: Fact | None, items: bool = False) -> Any:
    """Which functions and classes a fact holds, and with ``items`` also how many items and which keys."""
    if isinstance(fact, FunctionFact):
        return "function", fact.function, structure(fact.bound, items)
    if isinstance(fact, Record):
        slots = tuple((key, structure(value, items)) for key, value in fact.slots)
        return fact.kind, fact.cls, slots if items else tuple(s for s in slots if s[1] is not None)
    if not isinstance(fact, Seq):
        return None
    held = fact.items if fact.items is not None else (fact.element,)
    parts = tuple(structure(item, items) for item in held)
    if not items and not any(parts):
        return None
    return fact.kind, fact.items is None, parts


def form_structure(fact: Fact | None) -> Any:
    """What the form of a call hangs on: ranks and dtypes, how many items, integers that the call's key tells."""
    if isinstance(fact, Num):
        known = fact.value if fact.origin is not None else None
        return fact.rank, fact.dtype, fact.box == "array", known
    if isinstance(fact, Seq) and fact.kind == "list":
        return fact.kind, form_structure(fact.element)
    if isinstance(fact, Seq):
        held = fact.items if fact.items is not None else (fact.element,)
        return fact.kind, fact.items is None, tuple(map(form_structure, held))
    return structure(fact)


def _stands_at(op: Op, place: Any) -> bool:
    node: Any = op.node
    return op.form == "call" and (getattr(node, "lineno", None), getattr(node, "col_offset", None)) == place


def premises_of(rewriting: Rewriting, statement: Statement, env: Env) -> Iterator[Premise]:
    """What a rewriting that is asked for at a statement relies on: the variables that the statement reads."""
    node: Any = getattr(statement, "node", None)
    items = rewriting.kind in _ITEMS
    arrays = rewriting.kind == "form" or (rewriting.kind == "store" and rewriting.detail is not None)
    if not (items or arrays or rewriting.kind in _FUNCTIONS) or not hasattr(node, "lineno"):
        return
    ops = [o for op in own_ops(statement) for o in op.walk()]
    if arrays:
        ops = [o for op in ops if _stands_at(op, rewriting.place) for o in op.walk()] or ops
    names = {str(o.payload) for o in ops if o.form == "read"}
    for name in sorted(names & set(env.facts)):
        found = form_structure(env.facts[name]) if arrays else structure(env.facts[name], items)
        if found is not None:
            yield Premise((node.lineno, node.col_offset), name, items, found, arrays)


def check_premises(
    block: Block, facts: Facts, premises: Collection[Premise], spellings: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Raise Refusal where a variable does not hold in every round what it held in the first.

    ``spellings`` tells how the user writes what some variables hold.
    """
    at = {p.place: [q for q in premises if q.place == p.place] for p in premises}
    for statement in every_statement(block) if at else ():
        node: Any = getattr(statement, "node", None)
        env = facts.before.get(statement)
        for premise in at.get((getattr(node, "lineno", 0), getattr(node, "col_offset", 0)), ()):
            now = None if env is None else env.facts.get(premise.name)
            if now is None:
                continue
            found = form_structure(now) if premise.arrays else structure(now, premise.items)
            if found != premise.structure:
                raise _refusal(replace(premise, name=spellings.get(premise.name, premise.name)), node)


def _refusal(premise: Premise, node: Any) -> Refusal:
    if premise.arrays:
        return Refusal(
            f"how many axes `{premise.name}` has, or its dtype, changes from one round of the loop to the next, and "
            "this call is another one for each",
            "use a variable of its own for each",
            node,
        )
    if premise.items:
        return Refusal(
            f"how many items `{premise.name}` has changes from one round of the loop to the next, and each has a "
            "derivative of its own",
            "use a list of arrays of one shape, or a branch for each number of items",
            node,
        )
    return Refusal(
        f"`{premise.name}` is now one function, now another in this loop",
        "call each of them in a branch of its own",
        node,
    )
