"""Give a sum a name where two lines in a row of adjoint lines would add up the same numbers.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("ds = (dy * x).sum() * t\\ndx = dy * s\\ndt = 2 * (dy * x).sum()\\nreturn ds, dx, dt")
>>> print("".join(unquote(s) for s in summed_once(body, {"ds", "dx", "dt"}, lambda wanted: wanted)), end="")
sum_prod = (dy * x).sum()
ds = sum_prod * t
dx = dy * s
dt = 2 * sum_prod
return ds, dx, dt
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.normalize.leaving import with_blocks
from s2sgrad.normalize.parts import NOT_ONCE
from s2sgrad.printer import Blank, Comment
from s2sgrad.quote import calls_of, names_of, nodes_in, nodes_of, parts_of, quote, replaced, statements, structure
from s2sgrad.tidy.apart import is_backward, makes_own

__all__ = ["summed_once"]

_PLAIN = (
    *(gast.BinOp, gast.UnaryOp, gast.Constant, gast.Name, gast.Subscript, gast.Slice, gast.Tuple),
    *(gast.operator, gast.unaryop, gast.expr_context),
)
_COMPOUND = (gast.If, gast.For, gast.While, gast.With, gast.Try)
_NOUNS = {gast.Mult: "prod", gast.Div: "ratio", gast.Add: "total", gast.Sub: "diff", gast.Pow: "power"}


def summed_once(body: list[gast.stmt], adjoints: Collection[str], new: Callable[[str], str]) -> list[gast.stmt]:
    """``body`` with sums of all elements that lines about ``adjoints`` repeat under a ``new`` name.

    In-place changes of ``adjoints`` are proven to change no other name (``owned.py``); of what other lines change
    nothing is known.
    """
    return _Block(adjoints, new).of(body) if _repeats(body) else body


@dataclass
class _Sum:
    """A sum that was seen: the line that it stands in, and its name once it has one."""

    tree: gast.expr
    line: gast.stmt
    name: str = ""

    def names(self) -> frozenset[str]:
        """The names that must not change until it is read again."""
        return names_of(self.tree) | ({self.name} if self.name else frozenset())


@dataclass
class _Block:
    """The lines of one block so far, and the sums in them whose operands have not changed since."""

    adjoints: Collection[str]
    new: Callable[[str], str]
    out: list[gast.stmt] = field(default_factory=list)
    known: dict[Any, _Sum] = field(default_factory=dict)

    def of(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The lines with repeated sums named."""
        for statement in body:
            if isinstance(statement, _COMPOUND):
                self.known.clear()
                self.out.append(with_blocks(statement, lambda inner: summed_once(inner, self.adjoints, self.new)))
            else:
                self._line(statement)
        return self.out

    def _line(self, statement: Any) -> None:
        is_adjoint = _root(statement) in self.adjoints
        again = [n for n in _sums(statement.value) if structure(n) in self.known] if is_adjoint and self.known else []
        for key in dict.fromkeys(map(structure, again)):
            statement = _with_name(statement, key, self._named(key))
        self.out.append(statement)
        found = list(_sums(statement.value)) if is_adjoint else []
        if not found and not self.known:
            return
        changed = _changed(statement, is_adjoint)
        self._forget(changed)
        for tree in found:
            if changed is not None and not changed & names_of(tree):
                name = statement.targets[0].id if _is_only(statement, tree) else ""
                self.known.setdefault(structure(tree), _Sum(tree, statement, name))

    def _named(self, key: Any) -> str:
        found = self.known[key]
        if not found.name:
            found.name = self.new("sum_" + _noun(found.tree.func.value))
            place = next(k for k, line in enumerate(self.out) if line is found.line)
            first = _with_name(found.line, key, found.name)
            self.out[place : place + 1] = [*statements(f"{found.name} = {{e}}", e=found.tree), first]
            for other in self.known.values():
                other.line = first if other.line is found.line and other is not found else other.line
            found.line = first
        return found.name

    def _forget(self, changed: frozenset[str] | None) -> None:
        """Drop the sums of which a name in ``changed`` is a part; None stands for any name."""
        if changed is None:
            self.known.clear()
        elif changed:
            self.known = {key: found for key, found in self.known.items() if not changed & found.names()}


def _with_name(statement: Any, key: Any, name: str) -> Any:
    """The statement with a name for each sum of this structure."""
    return replaced(statement, {id(n): quote(name) for n in _sums(statement.value) if structure(n) == key})


def _sums(tree: Any) -> Iterator[gast.expr]:
    """The sums in an expression that are computed whenever it is, once."""
    if isinstance(tree, NOT_ONCE):
        return
    if _is_sum(tree):
        yield tree
    for part in parts_of(tree):
        yield from _sums(part)


def _is_only(statement: Any, tree: gast.expr) -> bool:
    """True for a line that does nothing but give a sum a name."""
    named = isinstance(statement, gast.Assign) and isinstance(statement.targets[0], gast.Name)
    return named and len(statement.targets) == 1 and statement.value is tree


def _repeats(body: list[gast.stmt]) -> bool:
    """True where two sums look alike, which is seldom."""
    calls = (n for statement in body for n in nodes_of(statement) if n.__class__ is gast.Call)
    seen = [structure(call) for call in calls if _is_sum(call)]
    return len(set(seen)) < len(seen)


def _is_sum(tree: Any) -> bool:
    """True for ``e.sum()`` of arithmetic on names and parts of names: a number, which shares no memory."""
    called = isinstance(tree, gast.Call) and isinstance(tree.func, gast.Attribute) and tree.func.attr == "sum"
    return (
        called and not tree.args and not tree.keywords and all(isinstance(n, _PLAIN) for n in nodes_in(tree.func.value))
    )


def _root(statement: Any) -> str:
    """The name that an assignment is about, if it is one."""
    target = statement.targets[0] if isinstance(statement, gast.Assign) else getattr(statement, "target", None)
    while isinstance(target, gast.Subscript):
        target = target.value
    return getattr(target, "id", "")


def _changed(statement: Any, is_adjoint: bool) -> frozenset[str] | None:
    """The names that hold something else behind a statement; None where that may be any."""
    if isinstance(statement, (Comment, Blank)):
        return frozenset()
    if not isinstance(statement, (gast.Assign, gast.AugAssign)) or not all(map(_changes_nothing, _calls(statement))):
        return None
    targets = statement.targets if isinstance(statement, gast.Assign) else [statement.target]
    if is_adjoint and len(targets) == 1:
        return frozenset([_root(statement)])
    bound = isinstance(statement, gast.Assign) and all(isinstance(t, (gast.Name, gast.Tuple)) for t in targets)
    return frozenset().union(*map(names_of, targets)) if bound else None


def _calls(statement: gast.stmt) -> list[gast.Call]:
    return list(calls_of(statement))


def _changes_nothing(call: gast.Call) -> bool:
    """True for a call that surely changes no array: of a backward function, or of NumPy's that gives its own array."""
    if isinstance(call.func, gast.Name):
        return is_backward(call) or call.func.id in ("len", "float", "range", "zip", "reversed")
    own = isinstance(call.func, gast.Attribute) and (call.func.attr in ("pop", "sum") or makes_own(call))
    return own and not any(k.arg == "out" for k in call.keywords)


def _noun(tree: Any) -> str:
    while isinstance(tree, gast.Subscript):
        tree = tree.value
    if isinstance(tree, gast.Name):
        return str(tree.id)
    return _NOUNS.get(type(tree.op), "arg") if isinstance(tree, gast.BinOp) else "arg"
