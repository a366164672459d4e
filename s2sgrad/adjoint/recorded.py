"""Which loops must note what they run over, because the backward pass could not find it again.

The targets of such a loop are saved as any other value that an iteration computes.
"""

from __future__ import annotations

from s2sgrad.adjoint.header import changed_in, header_names
from s2sgrad.adjoint.iterate import counts_up, is_repeatable
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Block, For, every_statement
from s2sgrad.normalize.wanted import Wanted, rewriting_at

__all__ = ["want_records"]


def want_records(block: Block, facts: Facts) -> None:
    """Raise Wanted for the first loop whose targets must be noted and are not."""
    for statement in every_statement(block):
        if isinstance(statement, For) and statement in facts.before and _is_lost(statement, facts):
            raise Wanted(rewriting_at("record", statement.node))


def _is_lost(statement: For, facts: Facts) -> bool:
    return bool(statement.targets) and (_changes(statement, facts) or not is_repeatable(statement, facts))


def _changes(statement: For, facts: Facts) -> bool:
    """True where the body changes a target, or what the loop runs over."""
    targets = {t.name for t in statement.targets}
    changed = changed_in(statement, facts)
    header = frozenset() if counts_up(statement) else header_names(statement, facts)
    return bool(targets & changed or header & (changed | targets))
