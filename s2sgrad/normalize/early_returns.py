"""Return behind a loop what is returned from within it: the loop keeps the result and is left.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("for x in xs:\\n    if x < 0:\\n        return -x\\nreturn x")
>>> print("".join(unquote(s) for s in returns_behind_loops(body, set())[0]), end="")
returned = False
for x in xs:
    if x < 0:
        result = -x
        returned = True
        break
if returned:
    return result
return x

Where the same is returned behind the loop, it is enough to leave it.

>>> body = statements("while True:\\n    x = g(x)\\n    if x < 0:\\n        return x\\nreturn x")
>>> print("".join(unquote(s) for s in returns_behind_loops(body, set())[0]), end="")
while True:
    x = g(x)
    if x < 0:
        break
return x
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.errors import InPlace
from s2sgrad.normalize.leaving import at, exits_of, is_endless, open_block, shallow, with_blocks
from s2sgrad.normalize.made import fresh
from s2sgrad.normalize.returns import nest_returns
from s2sgrad.quote import nodes_in, quote, statements

__all__ = ["returns_behind_loops", "taken_apart"]

Loop = gast.For | gast.While


def returns_behind_loops(body: list[gast.stmt], taken: set[str]) -> tuple[list[gast.stmt], frozenset[str]]:
    """``body`` without a return inside a loop, and the names of the results; ``taken`` names grow.

    A result has no value on a path that does not return from within the loop.
    """
    rewriter = _Rewriter(taken)
    return rewriter.block(body), frozenset(rewriter.results)


def taken_apart(body: list[gast.stmt], result: str, taken: set[str]) -> tuple[list[gast.stmt], list[str]]:
    """``body`` with a result that is always a tuple of so many in variables of their own, and the names of these.

    >>> from s2sgrad.quote import unquote
    >>> text = "for x in xs:\\n    result = (x, 1)\\nreturn result"
    >>> print("".join(map(unquote, taken_apart(statements(text), "result", set())[0])), end="")
    for x in xs:
        result_0, result_1 = x, 1
    return result_0, result_1
    """
    nodes = [n for s in body for n in nodes_in(s)]
    bound = [n.value for n in nodes if isinstance(n, gast.Assign) and getattr(n.targets[0], "id", "") == result]
    counts = {len(value.elts) if isinstance(value, gast.Tuple) else 0 for value in bound}
    plain = not any(isinstance(e, gast.Starred) for value in bound for e in getattr(value, "elts", ()))
    if len(counts) != 1 or 0 in counts or not plain:
        return body, [result]
    names = [fresh(f"{result}_{i}", taken) for i in range(counts.pop())]
    return [_apart(s, result, names) for s in body], names


def _apart(statement: Any, result: str, names: list[str]) -> Any:
    if isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try)):
        return with_blocks(statement, lambda inner: [_apart(s, result, names) for s in inner])
    display = ", ".join(names) + "," * (len(names) == 1)
    if isinstance(statement, gast.Assign) and getattr(statement.targets[0], "id", "") == result:
        new = shallow(statement)
        new.targets = at(statements(f"{display} = 0")[0], statement).targets
        return new
    if isinstance(statement, gast.Return) and getattr(statement.value, "id", "") == result:
        return at(statements(f"return {display}")[0], statement)
    return statement


@dataclass
class _Rewriter:
    taken: set[str]
    results: list[str] = field(default_factory=list)

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """Statements that no loop is around."""
        out: list[gast.stmt] = []
        for i, statement in enumerate(body):
            if isinstance(statement, gast.If):
                out.append(with_blocks(statement, self.block))
            elif isinstance(statement, (gast.With, gast.Try)) and _returns(statement):
                out += self._around(statement)
            elif isinstance(statement, Loop) and _returns(statement):
                out += self._loop(statement, body[i + 1 :])
            else:
                out.append(statement)
        return out

    def _around(self, statement: Any) -> list[gast.stmt]:
        """A ``with`` or ``try``; where it returns on some paths only, it keeps the result, which is returned behind."""
        key = open_block(statement)
        if key is None:
            return [statement]
        new, body = shallow(statement), self.block(getattr(statement, key))
        setattr(new, key, body)
        if _all_return(body):
            return [new]
        result, flag = fresh("result", self.taken), fresh("returned", self.taken)
        self.results.append(result)
        # What ends a path that goes on is copied where two paths do: it is known by its name.
        end = fresh("going_on", self.taken)
        nested = nest_returns([*body, at(statements(f"return {end}")[0], body[-1])], self.taken)
        setattr(new, key, _noted(nested, result, flag, end))
        behind = at(statements(f"if {flag}:\n    return {result}")[0], _returns(statement)[0])
        return [at(statements(f"{flag} = False")[0], statement), new, behind]

    def _loop(self, loop: Any, rest: list[gast.stmt]) -> list[gast.stmt]:
        found = _returns(loop)
        if _repeated(loop, rest):
            return [_leaving(loop, None, None)]
        result = fresh("result", self.taken)
        self.results.append(result)
        if not _needs_flag(loop):
            return [_leaving(loop, result, None), at(statements(f"return {result}")[0], found[0])]
        flag = fresh("returned", self.taken)
        behind = at(statements(f"if {flag}:\n    return {result}")[0], found[0])
        return [at(statements(f"{flag} = False")[0], loop), _leaving(loop, result, flag), behind]


def _repeated(loop: Any, rest: list[gast.stmt]) -> bool:
    """True where all returns in the loop return the variable that is returned right behind it."""
    behind = rest[0] if rest else None
    if not isinstance(behind, gast.Return) or not isinstance(behind.value, gast.Name):
        return False
    own = all(isinstance(r.value, gast.Name) and r.value.id == behind.value.id for r in _returns(loop))
    return own and not any(isinstance(n, Loop) and n is not loop and _returns(n) for n in nodes_in(loop))


def _needs_flag(loop: Any) -> bool:
    """True where a loop with returns in it can also be left in another way."""
    loops = [n for n in nodes_in(loop) if isinstance(n, Loop) and _returns(n)]
    return any(not is_endless(n) or any(isinstance(e, gast.Break) for e in exits_of(n.body)) for n in loops)


def _returns(tree: Any) -> list[Any]:
    return [n for n in nodes_in(tree) if isinstance(n, gast.Return)]


def _all_return(body: list[gast.stmt]) -> bool:
    try:
        nest_returns(body, set())
    except InPlace:
        return False
    return True


def _noted(body: list[gast.stmt], result: str, flag: str, end: str) -> list[gast.stmt]:
    """Statements with the result bound in place of each return but those of ``end``, where nothing is returned."""
    out: list[gast.stmt] = []
    for statement in body:
        if isinstance(statement, gast.Return) and getattr(statement.value, "id", "") == end:
            out.append(at(gast.Pass(), statement))
        elif isinstance(statement, gast.Return):
            out += [at(s, statement) for s in statements(f"{result} = {{e}}\n{flag} = True", e=_value(statement))]
        else:
            out.append(with_blocks(statement, lambda inner: _noted(inner, result, flag, end)))
    return out


def _value(statement: gast.Return) -> gast.expr:
    return quote("None") if statement.value is None else statement.value


def _leaving(statement: Any, result: str | None, flag: str | None) -> Any:
    """A compound statement in which returns leave the loop; a loop around it is left next."""
    return with_blocks(statement, lambda body: [s for part in body for s in _replaced(part, result, flag)])


def _replaced(statement: Any, result: str | None, flag: str | None) -> list[gast.stmt]:
    if isinstance(statement, gast.Return):
        kept = [f"{result} = {{e}}"] if result else []
        lines = "\n".join([*kept, *([f"{flag} = True"] if flag else []), "break"])
        return [at(s, statement) for s in statements(lines, e=_value(statement))]
    inside = isinstance(statement, gast.If) or open_block(statement) is not None
    if not (inside or isinstance(statement, Loop)) or not _returns(statement):
        return [statement]
    new = _leaving(statement, result, flag)
    if inside:
        return [new]
    behind = statements(f"if {flag}:\n    break" if flag else "break")[0]
    return [new, at(behind, _returns(statement)[0])]
