"""Put the lines of one statement in order: named subexpressions, the statement itself, and its tangent lines.

A tangent line stands behind the statement, unless it reads what the statement overwrites: then it stands in front.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.adjoint.accumulate import place_expression
from s2sgrad.adjoint.context import PRE, written_names
from s2sgrad.analysis.facts import Num, roots_of
from s2sgrad.analysis.ir import Assign, Op, Statement, own_ops
from s2sgrad.quote import clone, names_in, nodes_in, quote, replaced, statements, substitute
from s2sgrad.tangent.calls import HelperCall
from s2sgrad.tangent.lenders import note_call
from s2sgrad.tangent.step import Step

__all__ = ["arranged", "with_hoists"]


@dataclass
class Hoists:
    """Lines that name subexpressions, in the order of evaluation, and what stands for these in the statement."""

    lines: list[gast.stmt] = field(default_factory=list)
    table: dict[int, gast.expr] = field(default_factory=dict)
    whole: bool = False


def with_hoists(step: Step) -> Hoists:
    """The named subexpressions of a statement; ``whole`` where one of the lines is the statement itself."""
    context, statement = step.context, step.statement
    found = Hoists()
    for op in sorted(own_ops(statement), key=lambda o: o.number):
        name = context.hoisted.get(op)
        if name is None or isinstance(op.node, gast.stmt):
            continue
        value = replaced(op.node, found.table)
        call = context.pair_names.get(op)
        if isinstance(call, HelperCall):
            found.whole = found.whole or _is_all(statement, op)
            found.lines += _call_lines(step, op, call, value, name)
        else:
            found.lines += statements(f"{name} = {{e}}", e=value)
        found.table[id(op.node)] = quote(name)
    return found


def _is_all(statement: Statement, op: Op) -> bool:
    """True where a statement binds what a call returns, and nothing else: no place found by what it overwrites."""
    if not isinstance(statement, Assign) or not isinstance(statement.node, gast.Assign) or statement.value is not op:
        return False
    places = [t.slice for t in statement.node.targets if isinstance(t, gast.Subscript)]
    return not any(written_names(statement).intersection(names_in(place)) for place in places)


def _call_lines(step: Step, op: Op, call: HelperCall, value: Any, name: str) -> list[gast.stmt]:
    # What gives the object of a method may be named already: it is called once.
    owner = value.func.value if isinstance(value.func, gast.Attribute) else call.bound
    value.func = quote(call.function)
    value.args = [*([clone(owner)] if call.bound is not None else []), *value.args]
    given = [substitute(tree, _unmarked(tree)) for _, tree in call.arguments]
    if call.plain and not value.keywords and not any(isinstance(a, gast.Starred) for a in value.args):
        value.args = [*value.args, *given]
    else:
        value.keywords = [*value.keywords, *(_keyword(n, t) for (n, _), t in zip(call.arguments, given, strict=True))]
    note_call(step.context, call.lent, (tree for _, tree in call.arguments))
    dots = ", ".join(call.targets)
    dots = f"({dots})" if len(call.targets) > 1 else dots
    if _is_all(step.statement, op):
        (line,) = statements(f"target, {dots} = {{e}}", e=value)
        line.targets[0].elts[0] = step.statement.node.targets[0]
        lines = [line]
        lines += [_again(t, step.statement.node.targets[0]) for t in step.statement.node.targets[1:]]
    else:
        lines = statements(f"{name}, {dots} = {{e}}", e=value)
    copied = [s for n in call.copied for s in statements(f"{n} = {_copy(step, n)}", np=step.numpy)]
    return [*lines, *copied]


def _again(target: gast.expr, first: gast.expr) -> gast.stmt:
    (line,) = statements("target = {x}", x=first)
    line.targets = [target]
    return line


def _copy(step: Step, name: str) -> str:
    fact = step.context.adjoint_facts.get(name)
    return f"{name}.copy()" if isinstance(fact, Num) and fact.box == "array" else f"{{np}}.copy({name})[()]"


def _keyword(name: str, value: gast.expr) -> Any:
    call: Any = quote(f"f({name}={{v}})", v=value)
    return call.keywords[0]


def _unmarked(tree: gast.AST) -> dict[str, gast.AST]:
    return {n: quote(n[: -len(PRE)]) for n in names_in(tree) if n.endswith(PRE)}


def arranged(step: Step, lines: list[gast.stmt], own: list[gast.stmt], hoists: Hoists) -> list[gast.stmt]:
    """All lines: ``lines`` are the tangents' (without placeholders), ``own`` the statement's."""
    pending = list(lines)
    first = _above(step, hoists.lines, pending)
    own = [] if hoists.whole else own
    new = written_names(step.statement) if isinstance(step.statement, Assign) else frozenset()
    reads_new = any(new & _read(line) for line in pending)
    if reads_new or hoists.whole:
        shared = frozenset(_read_changed(step, pending) - new)
        other = {n: place_expression((n,), {}, shared) for n in shared}
        pending = [substitute(line, other) for line in pending] if other else pending
        early = _early(step, pending, new.union(*map(_bound, hoists.lines)) if hoists.whole else new)
        first += [substitute(line, _unmarked(line)) for line in early]
        pending = [line for line in pending if line not in early]
    old = {n for line in pending for n in names_in(line) if n.endswith(PRE)}
    if old and (reads_new or hoists.whole):
        kept, table = _kept(step, sorted(old))
        start = [*kept, *first] if hoists.whole else [*first, *kept]
        return [*start, *own, *(substitute(line, table) for line in pending)]
    if old or (not reads_new and not hoists.whole and _reads_changed(step, pending)):
        return [*first, *(substitute(line, _unmarked(line)) for line in pending), *own]
    return [*first, *own, *pending]


def _early(step: Step, pending: list[gast.stmt], new: frozenset[str]) -> list[gast.stmt]:
    """The lines for unnamed values that read what the statement overwrites, with all that they need."""
    variables = step.context.place_of_name.keys()
    found: list[gast.stmt] = []

    def take(line: gast.stmt) -> bool:
        if line in found:
            return True
        if _bound(line) & variables or new & _read(line):
            return False
        needed = [o for o in pending if o is not line and (_bound(o) - variables) & _read(line)]
        if not all(map(take, needed)):
            return False
        found.append(line)
        return True

    for line in pending:
        if any(n.endswith(PRE) for n in names_in(line)):
            take(line)
    return [line for line in pending if line in found]


def _reads_changed(step: Step, lines: list[gast.stmt]) -> bool:
    """True where a line reads the memory that the statement changes."""
    return bool(_read_changed(step, lines))


def _read_changed(step: Step, lines: list[gast.stmt]) -> set[str]:
    """The names by which lines read the memory that the statement changes."""
    context, statement = step.context, step.statement
    written = {r.rstrip("'") for r in context.facts.writes.get(statement, ())}
    names = {n for line in lines for n in names_in(line) if not context.is_tangent(n) and not n.endswith(PRE)}
    known = ((n, context.fact_of_name(n, statement)) for n in names) if written else ()
    return {n for n, fact in known if fact is not None and written & {r.rstrip("'") for r in roots_of(fact)}}


def _read(line: Any) -> set[str]:
    return {n.id for n in nodes_in(line) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load)}


def _bound(line: Any) -> set[str]:
    targets = line.targets if isinstance(line, gast.Assign) else []
    return {n.id for t in targets for n in nodes_in(t) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store)}


def _above(step: Step, hoists: list[gast.stmt], pending: list[gast.stmt]) -> list[gast.stmt]:
    """The hoisted lines, each behind those of ``pending`` that it reads, which are taken out of there."""
    out: list[gast.stmt] = []
    variables = step.context.place_of_name.keys()

    def put(line: gast.stmt) -> None:
        wanted = _read(line)
        for other in list(pending):
            if other in pending and (_bound(other) - variables) & wanted and other is not line:
                pending.remove(other)
                put(other)
        out.append(substitute(line, _unmarked(line)))

    for line in hoists:
        put(line)
    return out


def _kept(step: Step, marked: list[str]) -> tuple[list[gast.stmt], dict[str, gast.AST]]:
    """Lines that keep what names held before the statement, and what reads it from there."""
    lines: list[gast.stmt] = []
    table: dict[str, gast.AST] = {}
    written = step.context.facts.writes.get(step.statement)
    for mark in marked:
        name = mark[: -len(PRE)]
        old = step.context.scope.new(f"old_{name}")
        fact = step.context.facts.before[step.statement].facts.get(name)
        fact = step.context.fact_of_name(name, step.statement) if fact is None else fact
        copied = bool(written) and isinstance(fact, Num) and fact.box not in ("py", "np")
        lines += statements(f"{old} = {{np}}.copy({name})[()]" if copied else f"{old} = {name}", np=step.numpy)
        table[mark] = quote(old)
    return lines, table
