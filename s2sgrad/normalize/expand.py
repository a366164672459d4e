"""Write the body of a function in place of its call, where the call cannot stay one.

A nested function reads the variables around it, and a helper that is given one cannot be differentiated apart from it:
its statements come to stand above the statement of the call, parameters bound to arguments, names that would collide
renamed, each ``return`` an assignment. What Python evaluates before the call stays before it.
"""

from __future__ import annotations

import itertools
import re
import types
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import FunctionFact, Static
from s2sgrad.analysis.local import LocalFunction
from s2sgrad.check import check
from s2sgrad.errors import Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.augmented import read_first
from s2sgrad.normalize.binding import bind_arguments
from s2sgrad.normalize.callee import Callee, callee_of, is_calm, keeps_lambdas, makes_partial
from s2sgrad.normalize.copies import copied, relocated
from s2sgrad.normalize.early_returns import returns_behind_loops, taken_apart
from s2sgrad.normalize.forms import formed
from s2sgrad.normalize.iterations import CHAINED, EQUIVALENTS, plain_iterations
from s2sgrad.normalize.leaving import at
from s2sgrad.normalize.loop_else import else_behind_loops
from s2sgrad.normalize.made import fresh
from s2sgrad.normalize.making import blank_of, first_parameter, is_kept, returned_name, updated_names, wanted_name
from s2sgrad.normalize.nested import Taking, assignment, take_nested
from s2sgrad.normalize.parts import (
    LAZY,
    applied,
    children,
    dotted,
    instead,
    local_functions,
    moved,
    name_of,
    noun,
    own,
    read,
    respelled,
    shallow,
    slots,
    spot,
    with_returns,
    with_value,
    without_text,
)
from s2sgrad.normalize.returns import nest_returns, paths_apart
from s2sgrad.normalize.scopes import bound_names, free_names, local_reads, outer_names, renamed
from s2sgrad.normalize.wanted import Rewriting, Wanted
from s2sgrad.parse import Source
from s2sgrad.quote import nodes_in, occurrences, quote, statements, unquote
from s2sgrad.request import GlobalGuard

__all__ = ["Expanded", "as_spelled", "expand", "inlining", "respelling"]

Prepare = Callable[[list[gast.stmt], set[str], bool, Collection[str]], list[gast.stmt]]
MOST_STATEMENTS = 2000
DEEPEST = 16
MOST_OF_ITSELF = 8
_HEADERS = ("iter", "test", "subject", "value", "items", "exc", "cause")


def inlining(node: Any, function: Any, bound: bool | str | tuple[str, str] = False) -> Rewriting:
    """The rewriting that puts a function's body in place of its call, or of the attribute whose getter it is.

    ``bound``: the object before the dot is its first argument; for a class method a pair that tells how its class is
    spelled, if it is not what stands before the dot. ``"made"``: it is the ``__init__`` of the class that is called.
    """
    return Rewriting("inline", (node.lineno, node.col_offset), (_text(node), function, bound))


def respelling(node: gast.Call, callee: str) -> Rewriting:
    """The rewriting that calls a function by another expression."""
    return Rewriting("callee", (node.lineno, node.col_offset), (_text(node), callee))


def as_spelled(wanted: Wanted, spellings: Mapping[str, str]) -> Wanted:
    """The same wish in the words of the text before records came to be held in variables."""
    kind, place, detail = wanted.rewriting.kind, wanted.rewriting.place, wanted.rewriting.detail
    if kind not in ("inline", "callee") or not spellings:
        return wanted
    names = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, sorted(spellings, key=len, reverse=True))) + r")(?!\w)")

    def spelled(text: str) -> str:
        new = names.sub(lambda found: spellings[found[0]], text)
        return text if new == text else spelled(new)

    text, other, *more = detail
    other = spelled(other) if kind == "callee" else other
    new = Wanted(Rewriting(kind, place, (spelled(text), other, *more)))
    new.premises = wanted.premises
    return new


def _text(node: Any) -> str:
    called = node.func if isinstance(node, gast.Call) else node
    local = isinstance(called, gast.Constant) and isinstance(called.value, LocalFunction)
    return repr(called.value.key) if local else unquote(called)


@dataclass
class Expanded:
    """What expanding leaves: the statements, and what they rely on.

    ``builtins`` occurred in them before; ``results`` hold what bodies that were written out return from within a loop.
    """

    body: list[gast.stmt] = field(default_factory=list)
    guards: list[GlobalGuard] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    builtins: set[str] = field(default_factory=set)
    results: set[str] = field(default_factory=set)


def expand(
    tree: gast.FunctionDef,
    source: Source,
    namespace: Namespace,
    rewritings: frozenset[Rewriting],
    prepare: Prepare,
) -> Expanded:
    """The body of ``tree`` with nested functions taken out and the wanted calls written out.

    ``prepare`` makes the other rewritings in the body, and in each that is written out; it is told which variables
    nested functions rebind.
    """
    everything = set(occurrences(tree))
    expander = _Expander(source, namespace, prepare, everything)
    expander.want(rewritings)
    body = expander.plain(tree.body, everything, namespace)
    body = take_nested(body, Taking(everything, keeps_lambdas(namespace), makes_partial(namespace)))
    if any(new is not old for new, old in zip(body, tree.body, strict=False)):
        expander.taken = _names(_with_body(tree, body))
    expander.rebound = _rebound(body)
    body = prepare(body, expander.taken, False, expander.rebound)
    if not expander.wanted:
        return replace(expander.out, body=body)
    expander.rebound |= _rebound(body)
    expander.updated |= updated_names(body)
    expander.local = bound_names(_with_body(tree, body))
    expander.stored = bound_names(_with_body(tree, body, bare=True))
    expander.out.body = expander.block(body)
    return expander.out


def _numpy_of(namespace: Namespace) -> str:
    """How a module spells NumPy."""
    spelled = [name for name, value in namespace.function.__globals__.items() if value is np]
    return min(spelled, key=lambda name: (name != "np", name), default="np")


def _names(tree: gast.FunctionDef) -> set[str]:
    """The names that a function uses, with those that its nested functions take from it."""
    return set(occurrences(tree)).union(*(local_reads(f) for f in local_functions(tree)))


def _with_body(tree: gast.FunctionDef, body: list[gast.stmt], bare: bool = False) -> gast.FunctionDef:
    new = shallow(tree)
    new.body = body
    if bare:
        new.args = gast.parse("def f():\n    pass").body[0].args
    return new


def _rebound(body: list[gast.stmt]) -> set[str]:
    return set().union(*map(outer_names, body))


def _asked_inside(loop: gast.While) -> gast.While:
    """The same loop with its test at the beginning of each round, where what it calls can be written out."""
    if loop.orelse:
        raise Refusal("what this test calls would have to run each time", "use `while True` and `break`", loop)
    new = shallow(loop)
    new.test = moved(quote("True"), loop.test)
    (leaving,) = statements("if not {t}:\n    break", t=loop.test)
    for node in (leaving, leaving.test, *leaving.body):
        gast.copy_location(node, loop.test)
    new.body = [leaving, *loop.body]
    return new


@dataclass
class _Expander:
    """``local`` holds the variables of the function as it grows, ``stored`` those that are assigned in it, ``rebound``
    those that a nested function rebinds, ``taken`` all names."""

    source: Source
    namespace: Namespace
    prepare: Prepare
    taken: set[str]
    local: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    rebound: set[str] = field(default_factory=set)
    wanted: dict[tuple[tuple[int, int], str], Rewriting] = field(default_factory=dict)
    out: Expanded = field(default_factory=Expanded)
    activation: tuple[Any, ...] = ()
    open: list[Any] = field(default_factory=list)
    seen: dict[Any, int] = field(default_factory=dict)
    written: int = 0
    loops: int = 0
    iterations: list[Rewriting] = field(default_factory=list)
    forms: list[Rewriting] = field(default_factory=list)
    results: list[str | None] = field(default_factory=list)
    whole: Any = None
    updated: set[str] = field(default_factory=set)

    def want(self, rewritings: frozenset[Rewriting]) -> None:
        """Note the calls that are to be written out."""
        self.iterations = [r for r in rewritings if r.kind == "iteration"]
        self.forms = [r for r in rewritings if r.kind == "form"]
        for r in sorted((r for r in rewritings if r.kind in ("inline", "callee")), key=lambda r: r.place):
            if self.wanted.setdefault((r.place, r.detail[0]), r) != r:
                reason = f"`{r.detail[0]}` calls now one function, now another here"
                raise Refusal(reason, "write a call for each", spot(r.place))

    def plain(self, body: list[gast.stmt], taken: set[str], namespace: Namespace) -> list[gast.stmt]:
        """The statements with the wanted calls of ``map`` and its like, and of NumPy's, in plain forms."""
        body = self._formed(body, taken, namespace)
        nodes = [n for s in body for n in nodes_in(s)] if self.iterations else []
        calls = {(n.lineno, n.col_offset) for n in nodes if isinstance(n, gast.Call)}
        here = [r for r in self.iterations if r.place in calls and namespace.found(r.detail[0]) == r.detail[1]]
        paths = {tuple(r.detail[0].split(".")): r.detail[1] for r in here}
        for path, value in paths.items():
            if value == CHAINED:
                path, value = path[:-1], itertools.chain
            if namespace.where(path[0]) != "import":
                self.out.guards.append(GlobalGuard(namespace.function, path, FunctionFact(value)))
        return plain_iterations(body, here, taken)

    def _formed(self, body: list[gast.stmt], taken: set[str], namespace: Namespace) -> list[gast.stmt]:
        for path, value in dict.fromkeys((r.detail[0], r.detail[2]) for r in self.forms):
            if value is not None and path and namespace.found(".".join(path)) is value:
                self.out.guards.append(GlobalGuard(namespace.function, path, FunctionFact(value)))
        return formed(body, self.forms, taken, _numpy_of(namespace), namespace) if self.forms else body

    # ---- statements ----

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The statements with every wanted call written out."""
        return [new for statement in body for new in self._statement(statement)]

    def _statement(self, statement: Any) -> list[gast.stmt]:
        if not any(self._found(n) for n in nodes_in(statement)):
            return [statement]
        self._refuse_targets(statement)
        if isinstance(statement, gast.AugAssign) and self._changes_target(statement):
            return self.block(read_first(statement, self.taken, self.rebound))
        lines: list[gast.stmt] = []
        whole = self._whole(statement, lines)
        if whole is not None:
            return [*lines, *whole]
        if isinstance(statement, gast.While) and self._has(statement.test):
            return self._statement(_asked_inside(statement))
        new = shallow(statement)
        for key in _HEADERS:
            value = getattr(statement, key, None)
            if isinstance(value, gast.AST) and self._has(value):
                new.__dict__[key] = self._visit(value, lines, statement)
        self.loops += isinstance(statement, (gast.For, gast.While))
        for key in ("body", "orelse", "finalbody"):
            if isinstance(getattr(statement, key, None), list):
                new.__dict__[key] = self.block(getattr(statement, key))
        self.loops -= isinstance(statement, (gast.For, gast.While))
        for part in [*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]:
            part.body = self.block(part.body)
        return [*lines, new]

    def _changes_target(self, statement: gast.AugAssign) -> bool:
        """True where what is called in the value of ``x[i] += e`` may change what is read first."""
        names = {n.id for n in nodes_in(statement.target) if isinstance(n, gast.Name)}
        part = not isinstance(statement.target, gast.Name)
        return bool(names & self.rebound) or (part and not self._all_calm([statement.value]))

    def _refuse_targets(self, statement: Any) -> None:
        targets = [*getattr(statement, "targets", ()), *getattr(statement, "items", ())]
        for target in [*targets, getattr(statement, "target", None)]:
            if target is not None and self._has(target):
                raise Refusal("this call stands where it cannot be written out", "give its result a name first", target)

    def _whole(self, statement: Any, lines: list[gast.stmt]) -> list[gast.stmt] | None:
        """A statement whose value is a wanted call becomes the body, with its returns as this statement."""
        value = getattr(statement, "value", None)
        called = isinstance(value, (gast.Call, gast.Attribute)) and self._has(value)
        if not isinstance(statement, (gast.Assign, gast.Return, gast.Expr)) or not called:
            return None
        call, found = self._called(self._parts(value, lines, statement))
        if found is None:
            return [with_value(statement, call)]
        self.whole = call
        body = self._body(call, found, lines, statement)
        return with_returns(body, lambda back: [] if is_kept(back, statement) else instead(back, statement))

    # ---- expressions ----

    def _has(self, node: Any) -> bool:
        if isinstance(node, LAZY) or not isinstance(node, gast.AST):
            return False
        return self._found(node) is not None or any(map(self._has, children(node)))

    def _found(self, node: Any) -> Rewriting | None:
        if not isinstance(node, (gast.Call, gast.Attribute)):
            return None
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        if not any(p == place for p, _ in self.wanted):
            return None
        found = self.wanted.get((place, _text(node)))
        getter = isinstance(node, gast.Attribute)
        return found if found is None or getter == (found.detail[-1] == "getter") else None

    def _visit(self, node: Any, lines: list[gast.stmt], statement: Any) -> Any:
        """The expression that is left of ``node`` once ``lines`` have run."""
        if not self._has(node):
            return node
        if isinstance(node, (gast.IfExp, gast.BoolOp)) and any(map(self._has, children(node)[1:])):
            raise Refusal("this call may not run, and cannot be written out here", "call it in an `if`", node)
        call, found = self._called(self._parts(node, lines, statement))
        if found is None:
            return call
        return self._result(self._body(call, found, lines, statement), call, found, lines, statement)

    def _called(self, call: Any) -> tuple[Any, Rewriting | None]:
        """The call as it is spelled in the end: partial applications and objects spelled out."""
        found = self._found(call)
        while found is not None:
            function = found.detail[1]
            if found.kind == "callee":
                call = respelled(call, function)
            elif isinstance(function, LocalFunction) and function.partial is not None:
                call = applied(function.partial, call)
            else:
                return call, found
            found = self._found(call)
        return call, None

    def _parts(self, node: Any, lines: list[gast.stmt], statement: Any) -> Any:
        """``node`` with its parts visited; those that run before a call that is written out are named if they must."""
        new = shallow(node)
        held = list(slots(new))
        last = max((i for i, (_, _, part) in enumerate(held) if self._has(part)), default=-1)
        later = [self._has(part) for _, _, part in held]
        for i, (holder, key, part) in enumerate(held):
            value = self._visit(part, lines, statement)
            inside = any(later[i + 1 :]) or (i >= last and self._found(node) is not None)
            if inside and key == "func":
                value = self._called_on(value, held[i + 1 :], node, lines, statement)
            elif inside:
                value = self._kept(value, held[i + 1 :], node, lines, statement)
            holder[key] = value
        return new

    def _kept(self, value: Any, later: list[Any], node: Any, lines: list[gast.stmt], statement: Any) -> Any:
        """A part that runs before calls that are written out, under a name of its own if those may change it."""
        if isinstance(value, gast.keyword):
            return with_value(value, self._kept(value.value, later, node, lines, statement))
        if isinstance(value, gast.Starred) and not self._all_calm(part for _, _, part in later):
            raise Refusal("what is called behind this may change it", "write the arguments out", value)
        if isinstance(value, gast.Starred) or self._may_move(value, later, node):
            return value
        return self._named(value, lines, statement)

    def _called_on(self, value: Any, later: list[Any], node: Any, lines: list[gast.stmt], statement: Any) -> Any:
        """What is called, the object before its dot named where that must be."""
        if not isinstance(value, gast.Attribute) or dotted(value):
            return value
        return with_value(value, self._kept(value.value, later, node, lines, statement))

    def _may_move(self, value: Any, later: list[Any], node: Any) -> bool:
        """True where a value may be evaluated behind the calls that are written out."""
        if isinstance(value, (gast.Constant, gast.Lambda, gast.GeneratorExp, gast.FunctionDef)):
            return True
        names = {n.id for n in nodes_in(value) if isinstance(n, gast.Name)}
        if names & self.rebound:
            return False
        if isinstance(value, gast.Name) or self._is_outside(value):
            return True
        if self._found(node) is not None and not any(self._has(part) for _, _, part in later):
            return True  # arguments are bound by the call itself, in their order
        return self._all_calm(part for _, _, part in later) and is_calm(value, self.namespace)

    def _all_calm(self, parts: Iterable[Any]) -> bool:
        """True where the calls in these parts that are written out surely change nothing."""
        calls = [found for part in parts for found in self._all_found(part)]
        return all(r.kind == "inline" and is_calm(r.detail[1], self.namespace) for r in calls)

    def _is_outside(self, value: Any) -> bool:
        """True for an attribute of a module or a class of the user's file."""
        path = dotted(value)
        return bool(path) and path[0] not in self.local

    def _all_found(self, node: Any) -> Iterator[Rewriting]:
        for part in nodes_in(node):
            found = self._found(part)
            if found is not None:
                yield found

    def _named(self, value: Any, lines: list[gast.stmt], statement: Any) -> gast.expr:
        name = self._fresh(noun(value))
        lines.append(assignment(name, value, statement))
        return read(name, value)

    def _fresh(self, wanted: str) -> str:
        name = fresh(wanted, self.taken)
        self.local.add(name)
        return name

    def _result(
        self, body: list[gast.stmt], call: Any, found: Rewriting, lines: list[Any], statement: Any
    ) -> gast.expr:
        """The value of a body that was written out."""
        if isinstance(body[-1], gast.Return) and not any(isinstance(n, gast.Return) for s in body[:-1] for n in own(s)):
            lines += body[:-1]
            return body[-1].value
        name = self._fresh(f"{name_of(found.detail[1])}_result")
        lines += with_returns(body, lambda returned: [assignment(name, returned.value, returned)])
        return read(name, call)

    # ---- the body ----

    def _body(self, call: Any, found: Rewriting, lines: list[gast.stmt], statement: Any) -> list[gast.stmt]:
        """The statements of the function called, in the names of this one, every path ending with a return."""
        _, function, bound = found.detail
        callee = callee_of(function, self.source)
        self._check_growth(callee, function, call)
        key = (found.place, found.detail[0], *self.activation)
        self.seen[key] = self.seen.get(key, 0) + 1
        activation = (*key, self.seen[key])
        taking = Taking(self.taken, keeps_lambdas(callee.namespace or self.namespace),
                        makes_partial(callee.namespace or self.namespace), activation)  # fmt: skip
        whole = callee.tree if callee.same_file else relocated(callee.tree, call, activation)
        whole = copied(whole, activation)
        plain = paths_apart(without_text(whole.body))
        if function not in EQUIVALENTS.values():
            plain = self.plain(plain, self.taken, callee.namespace or self.namespace)
        tree = _with_body(whole, take_nested(plain, taking))
        table = self._arguments(call, tree, callee, found, lines, statement)
        table |= self._result_name(tree, call, statement)
        table |= {n: quote(self._fresh(n)) for n in sorted(bound_names(tree)) if n not in table}
        table |= {n: self._free(n, callee, call) for n in sorted(free_names(tree)) if callee.namespace is not None}
        body = [renamed(s, table) for s in tree.body if not isinstance(s, gast.Nonlocal)]
        self._note_guards(call, function, bound)
        self.results.append(self._wanted_name(call, statement))
        body = self._expanded(tree, body, callee, function, call, activation)
        self.results.pop()
        if bound != "made":
            return body
        me: Any = table[first_parameter(tree)]
        return with_returns(body, lambda returned: [with_value(returned, read(me.id, call))])

    def _expanded(
        self, tree: Any, body: list[gast.stmt], callee: Callee, function: Any, call: Any, activation: tuple[Any, ...]
    ) -> list[gast.stmt]:
        self.rebound |= _rebound(body)
        self.updated |= updated_names(body)
        body = self.prepare(body, self.taken, True, self.rebound)
        check(_with_body(tree, body))
        body = self._left_behind_loops(body)
        if not any(isinstance(n, gast.Return) for s in body for n in own(s)):
            body = [*body, moved(gast.parse("return None").body[0], call)]
        body = nest_returns(body, self.taken)
        self.rebound |= _rebound(body)
        self.written += sum(isinstance(n, gast.stmt) for s in body for n in nodes_in(s))
        kept, self.activation = self.activation, activation
        self.open.append(function)
        try:
            return self.block(body)
        finally:
            self.open.pop()
            self.activation = kept

    def _left_behind_loops(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The body with what it returns from within a loop returned behind it: there it becomes an assignment."""
        loops = [n for s in body for n in own(s) if isinstance(n, (gast.For, gast.While))]
        if not any(isinstance(n, gast.Return) for loop in loops for n in own(loop)):
            return body
        before = set(self.taken)
        body, results = returns_behind_loops(else_behind_loops(body, self.taken), self.taken)
        if self.loops:
            # In the next round of a loop around the call it is another result.
            for result in sorted(results):
                body, names = taken_apart(body, result, self.taken)
                body = [*(at(s, body[0]) for n in names for s in statements(f"{n} = None")), *body]
        else:
            self.out.results |= results
        self.local |= self.taken - before
        return body

    def _check_growth(self, callee: Callee, function: Any, call: Any) -> None:
        again = self.open.count(function)
        if again and (again > MOST_OF_ITSELF or self.written > MOST_STATEMENTS // 4):
            reason = f"`{callee.tree.name}` is nested or given a function, and how often it calls itself is not known"
            raise Refusal(reason, "define it outside, and give it arrays and numbers only", call)
        if len(self.open) >= DEEPEST or self.written > MOST_STATEMENTS:
            raise Refusal("too much is written out in place of calls here", "call fewer nested functions", call)

    def _arguments(
        self, call: Any, tree: Any, callee: Callee, found: Rewriting, lines: list[gast.stmt], statement: Any
    ) -> dict[str, gast.expr]:
        """What stands for each parameter: its argument, or a name that is bound to it first."""
        args, keywords = getattr(call, "args", []), getattr(call, "keywords", [])
        _, function, bound = found.detail
        if bound == "made":
            args = [self._blank(tree, call, lines, statement), *args]
        elif bound:
            named = call if isinstance(call, gast.Attribute) else call.func
            owner = named.value if isinstance(named, gast.Attribute) else named
            spelled = isinstance(bound, tuple) and bound[1]
            args = [moved(quote(spelled), owner) if spelled else owner, *args]
        given = bind_arguments(tree, args, keywords, self._defaults(callee, call), call)
        bare = _with_body(tree, tree.body, bare=True)
        fixed = bound_names(bare) | outer_names(bare)
        inner = set().union(*(local_reads(f) for s in tree.body for f in local_functions(s)))
        table: dict[str, gast.expr] = {}
        for parameter, value in given.items():
            simple = isinstance(value, gast.Constant) or (isinstance(value, gast.Name) and value.id not in self.rebound)
            value = _called_after(parameter, value)
            lasting = isinstance(value, gast.Constant) or (isinstance(value, gast.Name) and value.id not in self.stored)
            if parameter not in fixed and (lasting if parameter in inner else simple):
                table[parameter] = value
            else:
                name = self._fresh(parameter if parameter not in self.taken else f"{name_of(function)}_{parameter}")
                lines.append(assignment(name, value, statement))
                table[parameter] = quote(name)
        return table

    def _result_name(self, tree: Any, call: Any, statement: Any) -> dict[str, gast.expr]:
        """The variable of an object that the body makes and returns goes by the name that the caller gives to it."""
        kept, target = returned_name(tree.body), self._wanted_name(call, statement)
        values = [n.value for s in tree.body for n in own(s) if isinstance(n, gast.Assign) and _only(n.targets) == kept]
        made = [found.detail[-1] for value in values if (found := self._found(value)) is not None]
        return {kept: quote(target)} if kept and target and made == ["made"] and kept in bound_names(tree) else {}

    def _wanted_name(self, call: Any, statement: Any) -> str | None:
        return wanted_name(statement, self.rebound | self.updated) if call is self.whole else None

    def _blank(self, tree: Any, call: Any, lines: list[gast.stmt], statement: Any) -> gast.expr:
        """The object that ``__init__`` is to fill, under the name that it has in the end where that is possible."""
        name = self._wanted_name(call, statement)
        if name is None and isinstance(statement, gast.Return) and call is self.whole:
            name = self.results[-1] if self.results else None
        if name is None:
            name = self._fresh((dotted(call.func) or ("made",))[-1].lower())
        lines.append(assignment(name, blank_of(call, tree), statement))
        return read(name, call)

    def _defaults(self, callee: Callee, call: Any) -> dict[str, gast.expr]:
        """The defaults of a helper, functions among them spelled as this function spells them."""
        found = {}
        for name, value in callee.defaults.items():
            path = dotted(value)
            fixed = not path or path[0].startswith("default_of_")
            if not fixed and callee.namespace is not None:
                held = callee.namespace.resolve(path)
                if not isinstance(held, (types.FunctionType, np.ufunc, type)):
                    # The default is the object that had this name when the helper was defined.
                    self.out.guards.append(GlobalGuard(callee.namespace.function, path, Static(held)))
            found[name] = value if fixed else renamed(value, {path[0]: self._free(path[0], callee, call)})
        return found

    def _free(self, name: str, callee: Callee, call: Any) -> gast.expr:
        """How this function spells a name that the helper takes from its module."""
        spelled, guard = callee.spelling(name, self.namespace, self.local)
        if spelled is None and guard is not None:
            spelled = self._brought(name, callee)
        if spelled is None:
            reason = f"`{callee.tree.name}` is written in place here, where its `{name}` is another one or none"
            raise Refusal(reason, f"import `{name}` under that name in this file", call)
        self.out.guards += [guard] if guard is not None else []
        self.taken |= {name, spelled.partition(".")[0]}
        return quote(spelled)

    def _brought(self, name: str, callee: Callee) -> str:
        """A name of this function's for a function, class or module that only the helper has."""
        assert callee.namespace is not None
        value, here = callee.namespace.lookup(name), self.namespace
        known = next((own for own, held in here.brought.items() if held is value), None)
        if known is not None:
            return known
        free = name not in self.taken and here.where(name) is None
        spelled = name if free else fresh(name, self.taken)
        here.bring(spelled, value)
        return spelled

    def _note_guards(self, call: Any, function: Any, bound: Any) -> None:
        path = dotted(call.func if isinstance(call, gast.Call) else call)
        if isinstance(bound, tuple) and not isinstance(call.func, gast.Attribute):
            return  # the method was read where it got this name, and that read is guarded
        if isinstance(bound, tuple):
            path = (*bound[1].split("."), call.func.attr) if bound[1] else path
            method = self.namespace.resolve(path)
            fact = FunctionFact(method.__func__, FunctionFact(method.__self__))
            if self._may_be_rebound(path[0]):
                self.out.guards.append(GlobalGuard(self.namespace.function, path, fact))
        elif bound == "made" and path and self._may_be_rebound(path[0]):
            cls = self.namespace.resolve(path)
            self.out.guards.append(GlobalGuard(self.namespace.function, path, FunctionFact(cls)))
        elif bound and path:
            self.out.attributes.add(path[-1])
        elif isinstance(function, types.FunctionType) and path and self._may_be_rebound(path[0]):
            self.out.guards.append(GlobalGuard(self.namespace.function, path, FunctionFact(function)))

    def _may_be_rebound(self, name: str) -> bool:
        """True for a name of the module's, or of the function around."""
        return name not in self.local and self.namespace.where(name) != "import"


def _only(targets: list[Any]) -> str | None:
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], gast.Name) else None


def _called_after(parameter: str, value: gast.expr) -> gast.expr:
    """A lambda that is given for a parameter is known by the name of the parameter."""
    if not (isinstance(value, gast.Constant) and isinstance(value.value, LocalFunction) and value.value.name == ""):
        return value
    new = shallow(value)
    new.value = replace(value.value, name=parameter)
    return new
