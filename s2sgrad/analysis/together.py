"""Branches that are taken together: whether a variable has a value where later ones with the same test take a side.

>>> import gast
>>> from s2sgrad.analysis.lower import lower
>>> text = '''
... def f(x, stop):
...     if stop:
...         a = x
...     b = x
...     if not stop:
...         b = 2
...     else:
...         b = a
...     {}
... '''
>>> for line in ("return b", "return a", "stop = b"):
...     block = lower(gast.parse(text.format(line)).body[0])
...     later = block.statements[2]
...     print([presence(block, "a", later, side, {"stop"}) for side in (later.body, later.orelse)])
['absent', 'bound']
['', '']
['absent', 'bound']
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gast

from s2sgrad.analysis.facts import Num, is_scalar, unprimed
from s2sgrad.analysis.ir import Assign, Block, If, NameTarget, Statement, assigned_names, children, every_statement
from s2sgrad.analysis.settled import settled_names
from s2sgrad.quote import names_in, nodes_in, unquote

if TYPE_CHECKING:
    from s2sgrad.analysis.found import Facts

__all__ = ["presence", "presence_where"]

_STEADY = (
    gast.Name, gast.Constant, gast.UnaryOp, gast.BinOp, gast.BoolOp, gast.Compare, gast.Subscript, gast.Slice,
    gast.Tuple, gast.operator, gast.unaryop, gast.boolop, gast.cmpop, gast.expr_context,
)  # fmt: skip


def presence_where(block: Block, facts: Facts, name: str, statement: Statement, side: Block | None = None) -> str:
    """:func:`presence`, as far as the facts of a function tell what it leaves unchanged."""
    env = facts.before[statement]
    if name in env.bound:
        return "bound"
    written = unprimed(frozenset().union(*facts.writes.values()))
    unchanged = [n for n, fact in env.facts.items() if isinstance(fact, Num) and not unprimed(fact.roots) & written]
    numbers = [g.path[0] for g in facts.guards if len(g.path) == 1 and is_scalar(g.fact)]
    return presence(block, name, statement, side, [*unchanged, *numbers], facts.entry)


def presence(
    block: Block,
    name: str,
    statement: Statement,
    side: Block | None,
    unchanged: Collection[str],
    parameters: Collection[str] = (),
) -> str:
    """``"bound"`` or ``"absent"``: what ``name`` is at a statement, for a branch where it takes ``side``.

    ``""`` where neither is sure. ``block`` is the body of the function. ``unchanged`` are variables whose values
    nothing in it changes in place, ``parameters`` those that have one before it.
    """
    if any(name in getattr(s, "unbinds", ()) for s in every_statement(block)):
        return ""
    search = _Search(block, name, statement, side, frozenset(unchanged), frozenset(parameters))
    return search.among(block.statements)


@dataclass
class _Search:
    block: Block
    name: str
    statement: Statement
    side: Block | None
    unchanged: frozenset[str]
    parameters: frozenset[str]

    def among(self, statements: Sequence[Statement]) -> str:
        """The answer if all of ``statements`` run, up to the one that is asked about or holds it."""
        here = next((i for i, s in enumerate(statements) if s is self.statement or _is_below(s, self.statement)), None)
        if here is None:
            return ""
        if any(map(self._binds, statements[:here])):
            return "bound"
        places = [s for s in statements if self.name in names_in(s.node)]
        branches = [s for s in places if isinstance(s, If)]
        sides = [self._side(s) for s in branches]
        asked = {None if side is None else (_test(s)[0], _test(s)[1] == (side is s.body))
                 for s, side in zip(branches, sides, strict=True)}  # fmt: skip
        alike = len(places) == len(branches) and len(asked) == 1 and None not in asked
        if not alike or not self._is_steady(statements, branches):
            return ""
        if not any(s is self.statement for s in branches):
            return self.among([inner for side in sides if side is not None for inner in side])
        if self.side is None or sides[branches.index(self.statement)] is not self.side:  # type: ignore[arg-type]
            return "absent" if self.side is not None else ""
        earlier = [inner for s, side in zip(branches, sides, strict=True)
                   if side is not None and statements.index(s) < here for inner in side]  # fmt: skip
        return "bound" if any(map(self._binds, earlier)) else ""

    def _binds(self, statement: Statement) -> bool:
        targets = statement.targets if isinstance(statement, Assign) else []
        return any(isinstance(t, NameTarget) and t.name == self.name for t in targets)

    def _side(self, branch: If) -> Block | None:
        """The only side that names the variable; None where the test, or both sides, or neither do."""
        found = [side for side in (branch.body, branch.orelse) if any(self.name in names_in(s.node) for s in side)]
        return found[0] if len(found) == 1 and self.name not in names_in(branch.test.node) else None

    def _is_steady(self, statements: Sequence[Statement], branches: list[If]) -> bool:
        """True where the test gives the same answer at each of the branches."""
        test = branches[0].test.node
        asked = set(names_in(test))
        if not asked <= self.unchanged or not all(isinstance(n, _STEADY) for n in nodes_in(test)):
            return False
        if statements is self.block.statements:
            first, last = (statements.index(s) for s in (branches[0], branches[-1]))
            changed = set().union(*map(assigned_names, statements[first:last]))
        else:
            bound_once = settled_names(self.block) - self.parameters
            changed = set().union(*map(assigned_names, self.block.statements)) - bound_once
        return not asked & changed


def _test(branch: If) -> tuple[str, bool]:
    """The text of a test without ``not`` in front, and whether the branch takes its body where that holds."""
    tree, holds = branch.test.node, True
    while isinstance(tree, gast.UnaryOp) and isinstance(tree.op, gast.Not):
        tree, holds = tree.operand, not holds
    return unquote(tree), holds


def _is_below(statement: Statement, inner: Statement) -> bool:
    return any(inner is s for block in children(statement) for s in every_statement(block))
