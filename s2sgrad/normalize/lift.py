"""Write what an expression binds or chooses as statements above it, each at its turn in Python's order of evaluation.

``:=`` becomes an assignment, a conditional expression the branch that it is (so that only the side that is taken is
differentiated), ``a or b`` a branch on ``a``. Parts that are evaluated earlier and could notice get a name first.

>>> from s2sgrad.normalize.lift import lifted
>>> from s2sgrad.quote import statements, unquote
>>> body = statements("y = a * (b if x > 0 else c)\\nz = y + (y := 3.0)")
>>> print("".join(unquote(s) for s in lifted(body, {"a", "b", "c", "x", "y"}, Namespace(lifted))), end="")
if x > 0:
    choice = b
else:
    choice = c
y = a * choice
first = y
y = 3.0
z = first + y
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.augmented import read_first
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.order import OWN_SCOPE, is_inert, lazy_parts, shallow, strict_parts, with_parts
from s2sgrad.quote import clone, kinds_of, nodes_in, quote, statements

__all__ = ["lifted"]

Names = frozenset[str]

_CHOOSING = (gast.Assign, gast.AugAssign, gast.AnnAssign, gast.Return)
_HELD: dict[type, str] = {
    **dict.fromkeys((*_CHOOSING, gast.Expr), "value"),
    gast.If: "test",
    gast.Assert: "test",
    gast.For: "iter",
    gast.Raise: "exc",
}
_NEEDED = frozenset([gast.NamedExpr, gast.IfExp, gast.BoolOp, *OWN_SCOPE])
"""What may have to become a statement, or may not hold what would."""


def lifted(
    body: list[gast.stmt], taken: set[str], namespace: Namespace, rebound: Collection[str] = ()
) -> list[gast.stmt]:
    """``body`` with bindings and choices inside expressions as statements; ``taken`` grows by the names it makes.

    A call may give a new value to the variables that functions inside have ``rebound``.
    """
    return [new for statement in body for new in _statement(statement, taken, namespace, frozenset(rebound))]


def _statement(statement: Any, taken: set[str], namespace: Namespace, rebound: Names) -> list[gast.stmt]:
    new = _with_blocks(statement, taken, namespace, rebound)
    if isinstance(statement, gast.While):
        return [_asked_inside(new, taken, namespace, rebound)]
    key = _HELD.get(type(statement))
    tree = getattr(statement, key) if key else None
    lifter = _Lifter(taken, namespace, isinstance(statement, _CHOOSING) or _appends(statement), rebound)
    if key is None or tree is None or _NEEDED.isdisjoint(kinds_of(tree)) or not lifter.needs(tree):
        return [new]
    if isinstance(statement, gast.AugAssign) and _changes_target(statement, lifter):
        return lifted(read_first(statement, taken, rebound | _bound(tree)), taken, namespace, rebound)
    if isinstance(statement, _CHOOSING) and isinstance(tree, (gast.IfExp, gast.BoolOp)) and _writes_no_item(statement):
        return _branched(statement, tree, lifter)
    value = lifter.lift(tree)
    new = new if new is not statement else shallow(statement)
    setattr(new, key, value)
    return [*(_at(s, statement) for s in lifter.above), new]


def _asked_inside(statement: Any, taken: set[str], namespace: Namespace, rebound: Names) -> Any:
    """``while (x := f(x)) > 0`` as a loop that binds and asks at the head of its body."""
    lifter = _Lifter(taken, namespace, False, rebound)
    if not lifter.needs(statement.test):
        return statement
    if statement.orelse:
        raise Refusal("`:=` in the test of a loop with `else`", "bind it in the body", statement.test)
    test = lifter.lift(statement.test)
    leaves = statements("if not {t}:\n    break", t=test)
    new = shallow(statement)
    new.test = placed(quote("True"), statement.test)
    new.body = [*(_at(s, statement) for s in (*lifter.above, *leaves)), *statement.body]
    return new


def _appends(statement: Any) -> bool:
    """True for ``xs.append(...)``, into which a derivative may pass."""
    call = statement.value if isinstance(statement, gast.Expr) else None
    return isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute) and call.func.attr == "append"


def _with_blocks(statement: Any, taken: set[str], namespace: Namespace, rebound: Names) -> Any:
    """The statement with the blocks below it lifted; itself where it has none."""
    new = statement
    for key in ("body", "orelse", "finalbody"):
        block = getattr(statement, key, None)
        if isinstance(block, list) and isinstance(statement, gast.stmt) and block:
            new = shallow(statement) if new is statement else new
            setattr(new, key, lifted(block, taken, namespace, rebound))
    if getattr(statement, "handlers", None):
        new.handlers = [_with_blocks_of_handler(h, taken, namespace, rebound) for h in statement.handlers]
    return new


def _with_blocks_of_handler(handler: Any, taken: set[str], namespace: Namespace, rebound: Names) -> Any:
    new = shallow(handler)
    new.body = lifted(handler.body, taken, namespace, rebound)
    return new


def _writes_no_item(statement: Any) -> bool:
    """True where evaluating the targets after the choice cannot be told from evaluating them before."""
    return not isinstance(statement, gast.AugAssign) or isinstance(statement.target, gast.Name)


def _changes_target(statement: gast.AugAssign, lifter: _Lifter) -> bool:
    """True where what ``e`` binds or calls may change ``x[i]`` in ``x[i] += e``, which is read first."""
    names = {n.id for n in nodes_in(statement.target) if isinstance(n, gast.Name)}
    quiet = lifter.inert(statement.value)
    part = not isinstance(statement.target, gast.Name)
    return bool(names & lifter.changed([statement.value])) or (part and not quiet)


def _bound(tree: gast.AST) -> set[str]:
    return {n.target.id for n in nodes_in(tree) if isinstance(n, gast.NamedExpr)}


def _branched(statement: Any, tree: Any, lifter: _Lifter) -> list[gast.stmt]:
    """The statement itself on both sides of a branch."""
    test, then, other = lifter.sides(tree)
    branch = statements("if {t}:\n    pass\nelse:\n    pass", t=test)[0]
    branch = placed(branch, statement)
    blocks = []
    for value in (then, other):
        side = shallow(statement)
        side.value = value
        blocks.append(_statement(side, lifter.taken, lifter.namespace, lifter.rebound))
    branch.body, branch.orelse = blocks
    return [*(_at(s, statement) for s in lifter.above), branch]


@dataclass
class _Lifter:
    """Collects in ``above`` what one statement's expression binds or chooses; ``choices``: are those moved at all."""

    taken: set[str]
    namespace: Namespace
    choices: bool
    rebound: Names = frozenset()
    above: list[gast.stmt] = field(default_factory=list)

    def needs(self, tree: Any) -> bool:
        """True where something in ``tree`` must become a statement."""
        if isinstance(tree, gast.NamedExpr):
            return True
        if isinstance(tree, OWN_SCOPE):
            self._check_scope(tree)
            return False
        choice = isinstance(tree, gast.IfExp) or (isinstance(tree, gast.BoolOp) and not _is_truth(tree))
        if choice and self.choices:
            return True
        return any(map(self.needs, strict_parts(tree))) or any(_bound(part) for part in lazy_parts(tree))

    def _check_scope(self, tree: Any) -> None:
        for node in nodes_in(tree):
            if isinstance(node, gast.NamedExpr) and not isinstance(tree, gast.Lambda):
                raise Refusal("`:=` in a comprehension is not differentiated yet", "write it as a loop", node)

    def inert(self, tree: Any) -> bool:
        """True where nothing that runs in ``tree`` has an effect but the names it binds."""
        calls = [n for n in nodes_in(tree) if isinstance(n, (gast.Call, gast.Await, gast.Yield, gast.YieldFrom))]
        return all(is_inert(_without_operands(c), self.namespace) for c in calls)

    def lift(self, tree: Any) -> Any:
        """What stands for ``tree`` once all statements in ``above`` have run."""
        if not self.needs(tree):
            return tree
        if isinstance(tree, gast.NamedExpr):
            value = self.lift(tree.value)
            self.above += statements(f"{tree.target.id} = {{e}}", e=value)
            return quote(tree.target.id)
        if isinstance(tree, (gast.IfExp, gast.BoolOp)):
            return self._chosen(tree)
        if _is_last_of_bound(tree):
            *bound, last = tree.value.elts
            for part in bound:
                self.lift(part)
            return self.lift(last)
        if isinstance(tree, gast.Compare) and any(_bound(c) for c in tree.comparators[1:]):
            return self.lift(self._pairwise(tree))
        return self._in_order(tree)

    def _in_order(self, tree: Any) -> Any:
        parts = strict_parts(tree)
        last = max(i for i, part in enumerate(parts) if self.needs(part))
        table: dict[int, Any] = {}
        for i, part in enumerate(parts[: last + 1]):
            new = self.lift(part)
            moved = [p for p in parts[i + 1 : last + 1] if self.needs(p)]
            table[id(part)] = self._kept(new, moved) if moved else new
        return with_parts(tree, table)

    def _kept(self, part: Any, moved: list[Any]) -> Any:
        """``part``, under a name of its own where what is evaluated after it could change it or be told apart."""
        if isinstance(part, (gast.Starred, gast.keyword, gast.Slice, gast.Attribute)):
            inner = {id(p): self._kept(p, moved) for p in strict_parts(part)}
            return with_parts(part, inner)
        rebound = self.changed(moved) & {n.id for n in nodes_in(part) if isinstance(n, gast.Name)}
        if isinstance(part, gast.Constant) or (isinstance(part, gast.Name) and not rebound):
            return part
        if not rebound and is_inert(part, self.namespace) and all(map(self.inert, moved)):
            return part
        return self._named("first", part)

    def changed(self, moved: list[Any]) -> set[str]:
        """The variables that may have another value once the expressions in ``moved`` have run."""
        bound = set().union(*map(_bound, moved))
        return bound if all(map(self.inert, moved)) else bound | self.rebound

    def _named(self, wanted: str, tree: Any) -> gast.expr:
        name = self._new(wanted)
        self.above += statements(f"{name} = {{e}}", e=tree)
        return quote(name)

    def _new(self, wanted: str) -> str:
        return fresh(wanted, self.taken)

    def sides(self, tree: Any) -> tuple[Any, Any, Any]:
        """The test of a choice, and its value where that holds and where it does not."""
        if isinstance(tree, gast.IfExp):
            return self.lift(tree.test), tree.body, tree.orelse
        first = self.lift(tree.values[0])
        first = first if _is_place(first) else self._named("choice", first)
        rest = tree.values[1]
        if len(tree.values) > 2:
            rest = shallow(tree)
            rest.values = tree.values[1:]
        value = clone(first)
        return (first, value, rest) if isinstance(tree.op, gast.Or) else (first, rest, value)

    def _chosen(self, tree: Any) -> gast.expr:
        name = self._new("choice")
        assign = statements(f"{name} = {{e}}", e=quote("placeholder"))[0]
        assign.value = tree
        inner = _Lifter(self.taken, self.namespace, True, self.rebound)
        self.above += _branched(assign, tree, inner)
        return quote(name)

    def _pairwise(self, tree: gast.Compare) -> Any:
        """``a < b < c`` as ``a < b and b < c``, the operands in the middle named."""
        left: Any = self.lift(tree.left)
        pairs = []
        middle = tree.comparators[:-1]
        for i, (op, right) in enumerate(zip(tree.ops, tree.comparators, strict=True)):
            if i < len(middle):
                bound = quote("(placeholder := 0)")
                bound.target, bound.value = quote(self._new("middle")), right
                right = bound
            pair = shallow(tree)
            pair.left, pair.ops, pair.comparators = left, [op], [right]
            pairs.append(pair)
            left = quote(right.target.id) if isinstance(right, gast.NamedExpr) and i < len(middle) else right
        both = quote("a and b")
        both.values = pairs
        return both


def _is_last_of_bound(tree: Any) -> bool:
    """True for ``(a := e, b := f, value)[-1]``, as :mod:`s2sgrad.normalize.forms` binds arguments in their order."""
    if not isinstance(tree, gast.Subscript) or not isinstance(tree.value, gast.Tuple) or not tree.value.elts:
        return False
    last = isinstance(tree.slice, gast.UnaryOp) and isinstance(tree.slice.op, gast.USub)
    last = last and getattr(tree.slice.operand, "value", None) == 1
    return last and all(isinstance(part, gast.NamedExpr) for part in tree.value.elts[:-1])


def _without_operands(call: Any) -> Any:
    """The call alone: its operands are looked at one by one."""
    if not isinstance(call, gast.Call):
        return call
    new = shallow(call)
    new.args, new.keywords = [], []
    return new


def _is_place(tree: Any) -> bool:
    """True for a name, an attribute or an item, which may be read twice."""
    return all(isinstance(n, (gast.Name, gast.Attribute, gast.Subscript, gast.Constant)) for n in nodes_in(tree))


def _is_truth(tree: Any) -> bool:
    """True for an expression whose value is plainly True or False."""
    if isinstance(tree, gast.BoolOp):
        return all(map(_is_truth, tree.values))
    if isinstance(tree, gast.UnaryOp):
        return isinstance(tree.op, gast.Not)
    if isinstance(tree, gast.Constant):
        return isinstance(tree.value, bool)
    called = tree.func.id if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name) else ""
    return isinstance(tree, gast.Compare) or called in ("all", "any", "bool", "isinstance", "hasattr", "callable")


def _at(tree: Any, place: Any) -> Any:
    """The tree with its statements at the position of ``place``: errors and quotes point at the user's own line."""
    for node in nodes_in(tree):
        if isinstance(node, gast.stmt):
            placed(node, place)
    return tree
