"""Arrays that a checkpointed loop changes in place: its rounds work on copies, so that no other name may see them."""

from __future__ import annotations

from s2sgrad.analysis.facts import roots_of
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Block, Statement, every_statement
from s2sgrad.errors import Refusal
from s2sgrad.normalize.rounds import Round

__all__ = ["check_copies"]


def check_copies(block: Block, facts: Facts) -> None:
    """Raise Refusal where what a round changes in place is the caller's, or has another name as well."""
    for statement in every_statement(block):
        if isinstance(statement.node, Round) and statement in facts.before:
            for name in statement.node.copied:
                _check(name, statement, facts)


def _check(name: str, statement: Statement, facts: Facts) -> None:
    known = facts.before[statement].facts
    own = frozenset(r.rstrip("'") for r in roots_of(known[name]))
    if any(":" not in root for root in own):
        reason = f"`{name}` is changed in place in this checkpointed loop, and belongs to the caller or to the module"
        raise Refusal(reason, f"start with `{name} = {name}.copy()`", statement.node)
    for other, fact in known.items():
        if other != name and own & {r.rstrip("'") for r in roots_of(fact)}:
            reason = f"`{name}` is changed in place in this checkpointed loop, and `{other}` may be the same array"
            raise Refusal(reason, f"make a copy above the loop: `{name} = {name}.copy()`", statement.node)
