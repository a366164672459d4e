"""Delete what nobody reads: pure assignments to names that no later line needs, and loops left empty.

A variable that only feeds itself (``loss += ...`` when the gradient alone is asked for) is not needed either.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("a = x * 2\\nb = 0.0\\nfor i in range(3):\\n    b += a\\nc = a + 1\\nreturn c")
>>> print("".join(unquote(s) for s in drop_dead(body, lambda call: True)), end="")
a = x * 2
c = a + 1
return c
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import gast

from s2sgrad.normalize.leaving import exits_of
from s2sgrad.printer import Blank, Comment
from s2sgrad.quote import calls_of, names_in, names_of, negated, nodes_in, with_names
from s2sgrad.tidy.verbatim import Remark

__all__ = ["drop_dead"]

_ITERATORS = ("iter", "zip", "enumerate", "reversed", "map", "filter")
Pure = Callable[[gast.Call], bool]
Seen = frozenset[int]


@dataclass
class _Way:
    """What judges calls, which statements stay, and what is read behind each of the loops around and in its next round.

    A loop over one of the ``iterators`` uses it up.
    """

    pure: Pure
    seen: Seen
    iterators: frozenset[str] = frozenset()
    exits: list[frozenset[str]] = field(default_factory=list)
    rounds: list[frozenset[str]] = field(default_factory=list)


def drop_dead(body: list[gast.stmt], pure: Pure, visible: frozenset[str] = frozenset()) -> list[gast.stmt]:
    """``body`` without the statements whose only effect is a value that nobody reads; ``pure`` judges calls.

    Whoever called sees what is written into the arrays that ``visible`` names may hold.
    """
    every = list(_every(body))
    seen = [id(s) for s in every if _writes_into(s, visible)] if visible else []
    kept, _ = _block(body, _outer_lists(every), _Way(pure, frozenset(seen), _iterators(every)))
    return kept


def _iterators(every: list[Any]) -> frozenset[str]:
    """The variables that may hold an iterator that is made here: what was taken from it is gone."""
    found: set[str] = set()
    assigned = [s for s in every if isinstance(s, gast.Assign)]
    while True:
        made = [s for s in assigned if _makes_iterator(s.value) or names_of(s.value) & found]
        again = found.union(*(_named_targets(s) for s in made))
        if again == found:
            return frozenset(found)
        found = again


def _makes_iterator(tree: Any) -> bool:
    return isinstance(tree, gast.GeneratorExp) or (
        not names_of(tree).isdisjoint(_ITERATORS)
        and any(isinstance(n, gast.Call) and getattr(n.func, "id", "") in _ITERATORS for n in nodes_in(tree))
    )


def _outer_lists(every: list[Any]) -> frozenset[str]:
    """The lists that are made elsewhere and made longer here: somebody may read them later."""
    longer = {name for s in every if (name := _appended(s)) is not None}
    if not longer:
        return frozenset()
    return frozenset(longer.difference(*map(_named_targets, every)))


def _named_targets(statement: Any) -> Iterable[str]:
    """The names that an assignment or a loop binds."""
    if isinstance(statement, (Comment, Blank)):
        return ()
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return _stored([t for t in targets if t is not None])[0]


def _every(body: list[Any]) -> Iterator[Any]:
    for statement in body:
        yield statement
        if hasattr(statement, "body"):
            for value in statement.__dict__.values():
                if isinstance(value, list) and value and isinstance(value[0], gast.stmt):
                    yield from _every(value)


def _writes_into(statement: Any, visible: frozenset[str]) -> bool:
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    changed = isinstance(statement, gast.AugAssign)
    bases = [names_in(t)[:1] for t in targets if t is not None and (changed or isinstance(t, gast.Subscript))]
    return isinstance(statement, (gast.Assign, gast.AugAssign)) and any(n in visible for b in bases for n in b)


def _block(body: list[gast.stmt], live: frozenset[str], way: _Way) -> tuple[list[gast.stmt], frozenset[str]]:
    out: list[gast.stmt] = []
    dropped = False
    for statement in reversed(body):
        if dropped and isinstance(statement, Remark):
            continue
        new, live = _statement(statement, live, way)
        dropped = new is None
        out += reversed(new.body) if _guards_nothing(new) else [] if new is None else [new]
    return _without_idle_comments(out[::-1]), live


def _guards_nothing(statement: Any) -> TypeGuard[gast.Try]:
    """True for a ``try`` that has nothing left but its body."""
    return isinstance(statement, gast.Try) and not statement.handlers and not statement.finalbody


def _statement(statement: Any, live: frozenset[str], way: _Way) -> tuple[gast.stmt | None, frozenset[str]]:
    if isinstance(statement, (Comment, Blank)):
        return statement, live
    if isinstance(statement, (gast.Assign, gast.AugAssign, gast.AnnAssign)) and statement.value is not None:
        return _assignment(statement, live, way)
    if isinstance(statement, gast.If):
        return _if(statement, live, way)
    if isinstance(statement, (gast.For, gast.While)):
        return _loop(statement, live, way)
    if isinstance(statement, (gast.With, gast.Try)):
        return _around(statement, live, way)
    if isinstance(statement, gast.Break):
        return statement, way.exits[-1]
    if isinstance(statement, gast.Continue):
        return statement, live | way.rounds[-1]  # what stands at the end of the body is not run on this path
    stack = _appended(statement)
    if stack is not None and stack not in live and _is_pure(statement.value.args[0], way.pure):
        return None, live
    if isinstance(statement, gast.Pass) or (isinstance(statement, gast.Expr) and _is_constant(statement.value)):
        return None, live
    return statement, with_names(live, names_of(statement))


def _appended(statement: Any) -> str | None:
    """The list to which ``statement`` appends, if that is all it does."""
    if isinstance(statement, gast.Expr) and isinstance(statement.value, gast.Call):
        call = statement.value
        if (
            isinstance(call.func, gast.Attribute)
            and call.func.attr == "append"
            and isinstance(call.func.value, gast.Name)
        ):
            return str(call.func.value.id)
    return None


def _assignment(statement: Any, live: frozenset[str], way: _Way) -> tuple[gast.stmt | None, frozenset[str]]:
    targets = statement.targets if isinstance(statement, gast.Assign) else [statement.target]
    copies = isinstance(statement, gast.Assign) and isinstance(statement.value, gast.Name)
    if copies and all(_same_name(t, statement.value) for t in targets):
        return None, live
    stored, plain = _stored(targets)
    if id(statement) in way.seen:
        return statement, with_names(live, names_of(statement))
    if plain and not stored & live and _is_pure(statement.value, way.pure) and not _pops(statement.value):
        return None, live
    if not plain and not _bases(targets) & live and _local_store(targets) and _is_pure(statement.value, way.pure):
        return None, live
    reads = names_of(statement.value)
    if plain and isinstance(statement, (gast.Assign, gast.AnnAssign)):
        return statement, with_names(live - stored, reads)
    return statement, functools.reduce(with_names, map(names_of, targets), with_names(live, reads))


def _stored(targets: list[Any]) -> tuple[frozenset[str], bool]:
    """The names that are bound, and whether that is all that happens."""
    if len(targets) == 1 and targets[0].__class__ is gast.Name:
        return frozenset([targets[0].id]), True  # most
    parts = [n for t in targets for n in nodes_in(t)]
    stored = frozenset(n.id for n in parts if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store))
    return stored, all(isinstance(n, (gast.Name, gast.Tuple, gast.List)) for n in parts)


def _same_name(target: Any, value: gast.Name) -> bool:
    return isinstance(target, gast.Name) and target.id == value.id


def _bases(targets: list[Any]) -> set[str]:
    return {n for t in targets for n in names_in(t)[:1]}


def _local_store(targets: list[Any]) -> bool:
    """A store whose array is named: the caller passes only names whose memory is the function's own."""
    return all(isinstance(t, gast.Subscript) and isinstance(t.value, gast.Name) for t in targets)


def _pops(value: gast.expr) -> bool:
    return any(isinstance(n, gast.Attribute) and n.attr == "pop" for n in nodes_in(value))


def _is_pure(value: gast.expr, pure: Pure) -> bool:
    return all(map(pure, calls_of(value)))


def _if(statement: gast.If, live: frozenset[str], way: _Way) -> tuple[gast.stmt | None, frozenset[str]]:
    body, then = _block(statement.body, live, way)
    orelse, other = _block(statement.orelse, live, way)
    idle = [s for s in body if not isinstance(s, gast.Continue)]
    if not _has_code(idle) and not _has_code(orelse) and _is_pure(statement.test, way.pure):
        return None, live
    new = _shallow(statement)
    if not _has_code(body) and not _has_code(orelse):
        body = [*body, gast.Pass()]  # the test itself may do something
    elif not _has_code(body):
        new.test, body, orelse = negated(statement.test), orelse, []
    new.body, new.orelse = body, orelse if _has_code(orelse) else []
    return new, then | other | names_of(statement.test)


def _around(statement: Any, live: frozenset[str], way: _Way) -> tuple[gast.stmt | None, frozenset[str]]:
    """A ``with`` or ``try``; what may run in the middle of the body, a handler, is read all the time."""
    new = _shallow(statement)
    handlers = getattr(statement, "handlers", [])
    caught = frozenset(n for h in handlers for n in names_in(h))
    goes_on = any(not _ends(h.body) for h in handlers)
    if goes_on and any(exits_of([statement])):
        live = live.union(way.exits[-1], way.rounds[-1])  # these blocks stay as they are, and may leave or go on
    for key in ("finalbody", "orelse", "body"):
        block = getattr(statement, key, [])
        if goes_on:
            live |= {n for s in block for n in names_in(s)}
        else:
            block, live = _block(block, live | caught, way)
            block = block if _has_code(block) or key != "body" else [*block, gast.Pass()]
            setattr(new, key, block if _has_code(block) or key == "body" else [])
    if isinstance(statement, gast.Try) and not any(map(_has_code, (new.body, new.orelse, new.finalbody))):
        return None, live
    items = getattr(statement, "items", [])
    if items and not _has_code(new.body) and all(map(_is_setting, items)):
        return None, live
    return new, live | caught | {n for i in items for n in names_in(i)}


def _is_setting(item: Any) -> bool:
    """True for a manager of which nothing is seen where nothing runs inside it."""
    function = getattr(item.context_expr, "func", None)
    name = getattr(function, "attr", getattr(function, "id", ""))
    return item.optional_vars is None and name in ("errstate", "printoptions", "nullcontext", "catch_warnings")


def _ends(body: list[Any]) -> bool:
    last = body[-1]
    return isinstance(last, gast.Raise) or (
        isinstance(last, gast.If) and bool(last.orelse) and _ends(last.body) and _ends(last.orelse)
    )


def _is_constant(tree: Any) -> bool:
    return isinstance(tree, gast.Constant) and not str(tree.value).startswith("\0")


def _loop(statement: Any, live: frozenset[str], way: _Way) -> tuple[gast.stmt | None, frozenset[str]]:
    """A loop without dead lines; where it is left by ``break``, what is read behind it is live."""
    header = statement.iter if isinstance(statement, gast.For) else statement.test
    bound = nodes_in(statement.target) if isinstance(statement, gast.For) else []
    targets = {n.id for n in bound if isinstance(n, gast.Name)}
    tested = names_of(header) if isinstance(statement, gast.While) else _walked(header)
    around = live | tested
    way.exits.append(live)
    while True:
        way.rounds.append(around)
        body, head = _block(statement.body, around, way)
        way.rounds.pop()
        again = around | (head - targets)
        if again == around:
            break
        around = again
    way.exits.pop()
    idle = not _has_code(body) and _is_pure(header, way.pure) and not targets & live
    idle = idle and not (names_of(header) & way.iterators)
    if idle and isinstance(statement, gast.For):
        return None, live
    new = _shallow(statement)
    new.body = body if _has_code(body) else [*body, gast.Pass()]
    return new, around | names_of(header)


def _walked(tree: Any) -> frozenset[str]:
    """The variables whose items a loop takes: what a round writes into them is read in later rounds."""
    name = getattr(tree.func, "id", "") if isinstance(tree, gast.Call) else ""
    if name in ("range", "len"):
        return frozenset()
    if name in ("zip", "enumerate", "reversed"):
        return frozenset().union(*map(_walked, tree.args))
    return names_of(tree)


def _has_code(body: list[gast.stmt]) -> bool:
    return any(not isinstance(s, (Comment, Blank, gast.Pass)) for s in body)


def _without_idle_comments(body: list[gast.stmt]) -> list[gast.stmt]:
    """Quotes and blank lines whose lines have gone go too."""
    out: list[gast.stmt] = []
    for i, statement in enumerate(body):
        if not isinstance(statement, (Comment, Blank)):
            out.append(statement)
            continue
        following = body[i + 1] if i + 1 < len(body) else None
        if type(statement) is Comment and (following is None or isinstance(following, (Blank, Comment, gast.Return))):
            continue
        idle = not out or isinstance(out[-1], Blank) or following is None
        if isinstance(statement, Blank) and idle:
            continue
        out.append(statement)
    while out and isinstance(out[-1], Blank):
        out.pop()
    return out


def _shallow(node: Any) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
