"""Write a ``try`` that goes on after an exception as a branch on whether its body comes to its end, and back.

What the body computes has a value only where nothing was raised, so that a gradient follows one side or the other.

>>> from s2sgrad.quote import statements, unquote
>>> text = "try:\\n    L = np.linalg.cholesky(K)\\nexcept np.linalg.LinAlgError:\\n    L = np.linalg.cholesky(K + eps)"
>>> tree = gast.parse(text)
>>> (branch,) = as_attempts(tree.body, {Rewriting("attempt", (1, 0))}, tree, set())
>>> print(unquote(branch), end="")
if s2sgrad_attempt("L", np.linalg.LinAlgError):
    L = np.linalg.cholesky(K)
else:
    L = np.linalg.cholesky(K + eps)
>>> lines = as_try(branch, statements("taken = True"), statements("taken = False"), branch.body)
>>> print("".join(map(unquote, lines)), end="")
try:
    L = np.linalg.cholesky(K)
except np.linalg.LinAlgError:
    taken = False
    L = np.linalg.cholesky(K + eps)
else:
    taken = True
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.carried import live_at_start
from s2sgrad.normalize.copies import AnyCopy
from s2sgrad.normalize.leaving import at, ends, exits_of, open_block, shallow, with_blocks
from s2sgrad.normalize.made import fresh
from s2sgrad.normalize.wanted import Rewriting
from s2sgrad.printer import Blank, Comment
from s2sgrad.quote import clone, nodes_in, quote, statements, substitute, unquote

__all__ = ["as_attempts", "as_try", "branches_in", "is_attempt", "tried_names"]

_ATTEMPT = "s2sgrad_attempt"


def is_attempt(test: Any) -> bool:
    """True for the test of a branch that stands for a ``try``."""
    return isinstance(test, gast.Call) and getattr(test.func, "id", "") == _ATTEMPT


def tried_names(test: Any) -> set[str]:
    """The names that the last statement of the body of a ``try`` binds."""
    return set(test.args[0].value.split())


def _tries_plainly(statement: gast.Try, tree: Any) -> bool:
    """True for a ``try`` whose body binds plain names, of which nothing but the last is read outside of it.

    An exception then leaves every variable that the rest of ``tree`` reads as it was. One handler goes on, and does not
    look at what was raised.
    """
    if len(statement.handlers) != 1:
        return False
    (handler,) = statement.handlers
    if handler.name is not None and handler.name.id in _names(handler.body):
        return False
    *above, last = _tried(statement)
    if not all(isinstance(s, gast.Assign) and _targets(s) for s in above):
        return False
    plain = isinstance(last, gast.Assign) and bool(_targets(last))
    returns = isinstance(last, gast.Return) and last.value is not None
    return (plain or returns) and _own_alone(above, last, statement, tree)


def _tried(statement: gast.Try) -> list[Any]:
    """The body without the ``break`` or ``continue`` at its end."""
    ends_there = isinstance(statement.body[-1], (gast.Break, gast.Continue)) and len(statement.body) > 1
    return list(statement.body[:-1] if ends_there else statement.body)


def _own_alone(above: list[Any], last: Any, statement: gast.Try, tree: Any) -> bool:
    """True where what all but the last statement bind is read behind it alone, and only where nothing was raised."""
    seen = set[str]()
    own = set[str]().union(*(_targets(s) for s in above))
    for one in (*above, last):
        if (_names([one.value]) & own) - seen:
            return False
        seen |= _targets(one) if isinstance(one, gast.Assign) else set()
    return not own & _read_after_failure(statement, tree) if own else True


def _read_after_failure(statement: gast.Try, tree: Any) -> set[str]:
    """The names that may be read once an exception was raised, or by a function inside at any time."""
    behind = _behind(statement, tree) if ends(statement.handlers[0].body) else []
    inside = {id(n) for s in (*statement.body, *statement.orelse, *behind) for n in nodes_in(s)}
    place = next((i for i, s in enumerate(tree.body) if any(n is statement for n in nodes_in(s))), None)
    if place is None:
        return _names([tree])
    around = {n.id for n in nodes_in(tree.body[place]) if isinstance(n, gast.Name) and id(n) not in inside}
    functions = [n for n in nodes_in(tree) if n is not tree and isinstance(n, (gast.FunctionDef, gast.Lambda))]
    later = tree.body[place + 1 :] if tree.body[place] is not statement or not behind else []
    return around | _names(functions) | live_at_start(later, frozenset())


def _behind(statement: gast.Try, tree: Any) -> list[gast.stmt]:
    """The statements that follow in the same block: where the handler leaves it, they run after success alone."""
    blocks = [v for n in nodes_in(tree) for v in n.__dict__.values() if isinstance(v, list)]
    block = next((b for b in blocks if any(s is statement for s in b)), [])
    return block[next((i for i, s in enumerate(block) if s is statement), 0) + 1 :]


def _names(trees: list[Any]) -> set[str]:
    return {n.id for tree in trees for n in nodes_in(tree) if isinstance(n, gast.Name)}


def _targets(statement: Any) -> set[str]:
    """The names that an assignment binds all at once; none where it stores something else, or names in names."""
    (target, *more) = statement.targets
    parts = target.elts if isinstance(target, (gast.Tuple, gast.List)) else [target]
    plain = not more and all(isinstance(part, gast.Name) for part in parts)
    return {part.id for part in parts} if plain else set()


def branches_in(before: gast.Module) -> Callable[[gast.Try], bool]:
    """What tells of a ``try`` of the function's own text, as it was ``before``, whether it may be written as a branch.

    It is asked once for each place: an analysis asks in each round of each loop around it, and for each copy.
    """

    @functools.cache
    def at(line: int, column: int) -> bool:
        place = line, AnyCopy(column)
        own = (n for n in nodes_in(before) if isinstance(n, gast.Try) and (n.lineno, n.col_offset) == place)
        return any(_tries_plainly(n, before) for n in own)

    return lambda statement: at(statement.lineno, int(statement.col_offset))


def as_attempts(
    body: list[gast.stmt], rewritings: Collection[Rewriting], tree: Any, taken: set[str]
) -> list[gast.stmt]:
    """``body`` with a ``try`` as a branch where that was asked for, or where it leaves a loop or the function.

    ``tree`` is all that may read what it binds; ``taken`` names grow.
    """
    return _block(body, {r.place for r in rewritings if r.kind == "attempt"}, tree, taken)


def _block(
    body: list[gast.stmt], places: Collection[tuple[int, int]], tree: Any, taken: set[str]
) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for statement in body:
        new: Any = statement
        wanted = isinstance(statement, gast.Try) and _is_wanted(statement, places, tree)
        stays = isinstance(statement, gast.Try) and open_block(statement) is None and not wanted
        # What runs as it stands is written as it stands, with all that is in it.
        if isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try)) and not stays:
            new = with_blocks(statement, lambda inner: _block(inner, places, tree, taken))
        out.append(_attempt(new, tree, taken) if wanted else new)
    return out


def _attempt(statement: gast.Try, tree: Any, taken: set[str]) -> gast.stmt:
    """The branch, inside of a ``try`` with nothing but the ``finally`` where there is one."""
    if not statement.finalbody:
        return _branch(statement, tree, taken)
    inner, outer = shallow(statement), shallow(statement)
    inner.finalbody, outer.handlers, outer.orelse = [], [], []
    outer.body = [_branch(inner, tree, taken)]
    return outer


def _is_wanted(statement: gast.Try, places: Collection[tuple[int, int]], tree: Any) -> bool:
    """True where that was asked for, or it leaves what is around it; its handlers do not just raise."""
    asked = (statement.lineno, statement.col_offset) in places or _leaves(statement)
    return asked and open_block(statement) is None and _tries_plainly(statement, tree)


def _leaves(statement: gast.Try) -> bool:
    """True where a body or a handler leaves what is around it."""
    blocks = [*statement.body, *(s for h in statement.handlers for s in h.body), *statement.orelse]
    return any(isinstance(n, gast.Return) for s in blocks for n in nodes_in(s)) or any(exits_of(blocks))


def _branch(statement: gast.Try, tree: Any, taken: set[str]) -> gast.stmt:
    tried, (handler,) = _tried(statement), statement.handlers
    last: Any = tried[-1]
    rest = [*statement.body[len(tried) :], *statement.orelse]
    if isinstance(last, gast.Return) or _is_bound_elsewhere(last, statement, tree):
        value = fresh("value", taken)
        behind = clone(last)
        behind.value = quote(value)
        (line,) = statements(f"{value} = {{e}}", e=last.value)
        tried, rest = [*tried[:-1], at(line, last)], [at(behind, last), *rest]
    words = " ".join(sorted(_targets(tried[-1])))
    (branch,) = statements(f"if {_ATTEMPT}({words!r}):\n    pass\nelse:\n    pass")
    branch.test.args += [] if handler.type is None else [handler.type]
    branch.body, branch.orelse = [*tried, *rest], handler.body
    for node in (branch, *nodes_in(branch.test)):
        gast.copy_location(node, statement)
    return branch


def _is_bound_elsewhere(last: Any, statement: gast.Try, tree: Any) -> bool:
    """True where a name may hold another value before the ``try``, which the gradient may have to keep."""
    inside = {id(n) for n in nodes_in(statement)}
    around = [n for n in nodes_in(tree) if isinstance(n, gast.Name) and id(n) not in inside]
    return bool(_targets(last) & {n.id for n in around if not isinstance(n.ctx, gast.Load)})


def as_try(branch: Any, succeeded: list[gast.stmt], failed: list[gast.stmt], written: list[Any]) -> list[gast.stmt]:
    """The ``try`` that a branch stands for, with what was written into the branch; these lines note how it went.

    The body keeps what the user wrote there (``written``) and names for its parts, which raise what it raises; all else
    comes behind it. Raises Refusal where that is not the same.
    """
    names, (_, *kinds) = tried_names(branch.test), branch.test.args
    place = next((i for i, s in enumerate(branch.body) if isinstance(s, gast.Assign) and names <= _targets(s)), -1)
    body, behind = _own_and_added(branch.body[: place + 1], written)
    if not body or body[-1] is not branch.body[place]:
        raise _refusal(branch)
    new = statements("try:\n    pass\nexcept:\n    pass\nelse:\n    pass")[0]
    (handler,) = new.handlers
    handler.type = kinds[0] if kinds else None
    rest = [*succeeded, *behind, *branch.body[place + 1 :]]
    caught = [*failed, *branch.orelse]
    new.body, handler.body = body, [s for s in caught if not isinstance(s, gast.Pass)] or statements("pass")
    leaves = ends(branch.orelse)
    new.orelse = [] if leaves else rest
    return [gast.copy_location(new, branch), *(rest if leaves else [])]


def _own_and_added(body: list[Any], written: list[Any]) -> tuple[list[Any], list[Any]]:
    """The lines that compute what the user wrote or a part of it, and the others, which can come behind them.

    Raises Refusal where they cannot: where a line of the user's reads or binds what another line changes, and where it
    is not known what that changes.
    """
    known = {unquote(n) for s in written for n in nodes_in(s) if isinstance(n, gast.expr)}
    theirs = set[str]().union(*(_targets(s) for s in written if isinstance(s, gast.Assign)))
    parts: dict[str, gast.expr] = {}
    own: list[Any] = []
    added: list[Any] = []
    changed = set[str]()
    for line in body:
        value = substitute(line.value, parts) if isinstance(line, gast.Assign) and _targets(line) else None
        if value is not None and unquote(value) in known:
            own.append(line)
            parts |= {n: value for n in _targets(line) - theirs if isinstance(line.targets[0], gast.Name)}
            if _names(added) & _targets(line) or changed & _names([line.value]):
                raise _refusal(line)
        elif isinstance(line, (Comment, Blank)):
            own.append(line)
        else:
            added.append(line)
            changed |= _changed(line)
    return own, added


def _changed(line: Any) -> set[str]:
    """The names that a line binds, or changes in place: the others that it reads are as they were."""
    if isinstance(line, (gast.Assign, gast.AugAssign)):
        return _names(line.targets if isinstance(line, gast.Assign) else [line.target])
    call = line.value if isinstance(line, gast.Expr) else None
    if isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute) and call.func.attr == "append":
        return _names([call.func.value])
    raise _refusal(line)


def _refusal(node: Any) -> Refusal:
    return Refusal(
        "the gradient keeps or computes something inside this `try`, which an exception may cut short",
        "compute less inside of it",
        node,
    )
