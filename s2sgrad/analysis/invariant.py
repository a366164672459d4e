"""Which variables keep their shape through all iterations of a loop that gives them a new value in each."""

from __future__ import annotations

from s2sgrad.analysis.environment import Env, symbols
from s2sgrad.analysis.facts import Dim, Fact, Num
from s2sgrad.analysis.found import Facts
from s2sgrad.analysis.ir import Loop, Statement, breaks_of, every_statement

__all__ = ["keeps_shape", "never_changes_shape"]


def keeps_shape(statement: Loop, name: str, facts: Facts) -> bool:
    """True where whoever leaves an iteration has ``name`` bound to an array of one dtype and one shape for all.

    Any of its values then serves to make zeros for any other. A length that is learnt in the loop is another one in
    each iteration, so only those count that are known before it.
    """
    inside = [s for s in every_statement(statement.body) if s in facts.after]
    ends: list[Statement] = [s for s in breaks_of(statement.body) if s in facts.after]
    last = [s for s in statement.body if s in facts.after][-1:]
    ends += [s for s in last if facts.after[s].reached]
    if not all(name in facts.after[s].bound for s in ends):
        return False
    known = symbols(facts.before[statement])
    found = [facts.after[s].facts[name] for s in inside if name in facts.after[s].facts]
    return bool(found) and all(_alike(found[0], fact) and _fixed(fact, known) for fact in found)


def never_changes_shape(name: str, facts: Facts) -> bool:
    """True where ``name`` holds arrays of one shape only, from the first statement to the last."""
    known = symbols(Env(facts.entry))
    every = (env.facts[name] for env in (*facts.before.values(), *facts.after.values()) if name in env.facts)
    found = list({id(fact): fact for fact in every}.values())
    return bool(found) and all(_alike(found[0], fact) and _fixed(fact, known) for fact in found)


def _alike(a: Fact, b: Fact) -> bool:
    """Two arrays of one dtype and of lengths that are proven to be equal."""
    arrays = isinstance(a, Num) and isinstance(b, Num) and a.box == b.box == "array" and a.dtype == b.dtype
    if not arrays or a.shape is None or b.shape is None:  # type: ignore[union-attr]
        return False
    if a.dtype is None or b.dtype is None:  # type: ignore[union-attr]  # asked so: NumPy takes None for float64
        return False
    return len(a.shape) == len(b.shape) and all(map(Dim.equals, a.shape, b.shape))  # type: ignore[union-attr]


def _fixed(fact: Fact, known: frozenset[str]) -> bool:
    lengths = (fact.shape or ()) if isinstance(fact, Num) else ()
    return all(n.symbol is None or n.symbol.name in known for n in lengths)
