"""What the header of a loop reads when the loop is run backwards, and whether the loop itself changes that."""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.adjoint.iterate import counts_up
from s2sgrad.analysis.facts import roots_of, unprimed
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.invariant import never_changes_shape
from s2sgrad.analysis.ir import For, assigned_names, every_statement
from s2sgrad.quote import names_in, nodes_in

__all__ = ["changed_in", "count_is_lost", "header_names"]


def header_names(statement: For, facts: Facts) -> frozenset[str]:
    """The names whose value decides what a loop runs over, without arrays whose length is asked for and stays."""
    tree = statement.node.iter
    measured = {n for n in names_in(tree) if _occurrences(tree, n) == _measured(tree, n)}
    return frozenset(n for n in names_in(tree) if n not in measured or not never_changes_shape(n, facts))


def _occurrences(tree: Any, name: str) -> int:
    return sum(isinstance(n, gast.Name) and n.id == name for n in nodes_in(tree))


def _measured(tree: Any, name: str) -> int:
    """How often ``name`` stands in ``len(name)`` or ``name.shape``."""
    lengths = [n.args[0] for n in nodes_in(tree) if isinstance(n, gast.Call) and _is(n.func, "len") and n.args]
    shapes = [n.value for n in nodes_in(tree) if isinstance(n, gast.Attribute) and n.attr in ("shape", "size", "ndim")]
    return sum(_is(n, name) for n in (*lengths, *shapes))


def _is(node: Any, name: str) -> bool:
    return isinstance(node, gast.Name) and node.id == name


def changed_in(statement: For, facts: Facts) -> frozenset[str]:
    """The names that the body of a loop assigns, or whose memory it changes."""
    inside = [s for s in every_statement(statement.body) if s in facts.before]
    written = unprimed(frozenset().union(*(facts.writes.get(s, frozenset()) for s in inside)))
    known = facts.before[statement].facts
    found = {n for s in inside for n in assigned_names(s)}
    return frozenset(found | {n for n, fact in known.items() if written & unprimed(roots_of(fact))})


def count_is_lost(statement: For, facts: Facts) -> bool:
    """True where the number of iterations cannot be asked for again once a loop over ``range(n)`` is over."""
    names = header_names(statement, facts) if counts_up(statement) else frozenset[str]()
    targets = {t.name for t in statement.targets}
    return bool(names) and bool(names & (changed_in(statement, facts) | targets))
