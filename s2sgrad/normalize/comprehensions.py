"""Write a comprehension as the loop that it is, above its statement, where a derivative passes through its items.

Names that the comprehension binds for itself get other names where the function uses them too. Nothing is moved across
a call or a lazy boundary that could tell.

>>> from s2sgrad.quote import unquote
>>> body = gast.parse("y = [a * v for v in x if v > 0]\\nreturn sum(v * v for v in y) + y[0]").body
>>> places = {(1, 4): "comprehension", (2, 10): "accumulation"}
>>> print("".join(unquote(s) for s in loops_of_comprehensions(body, places, {"a", "x", "y"}, {"sum"})), end="")
y = []
for v in x:
    if v > 0:
        y.append(a * v)
total = 0
for v in y:
    total = total + v * v
return total + y[0]
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.augmented import read_first
from s2sgrad.normalize.made import fresh
from s2sgrad.normalize.parts import dotted, noun, read, with_value
from s2sgrad.quote import COMPREHENSIONS, clone, names_in, nodes_in, quote, statements, substitute

__all__ = ["loops_of_comprehensions"]

Places = Mapping[tuple[int, int], str]

_LAZY = (gast.IfExp, gast.BoolOp, gast.Lambda, *COMPREHENSIONS)
_EAGER = frozenset(("sum", "list", "tuple", "sorted", "max", "min", "set"))
"""Builtins that use up a generator at once."""


def loops_of_comprehensions(
    body: list[gast.stmt],
    places: Places,
    taken: set[str],
    builtins: set[str],
    pure: Callable[[gast.Call], bool] = lambda call: False,
    rebound: Collection[str] = (),
) -> list[gast.stmt]:
    """``body`` with the comprehensions at these places written as loops; ``taken`` names grow.

    ``builtins`` are the names that mean Python's own functions here; ``pure`` tells which calls only give a value;
    other calls may give a new one to the variables that functions inside have ``rebound``.
    """
    writer = _Loops(places, taken, builtins & _EAGER, pure, frozenset(rebound))
    new = writer.block(body)
    for node in (n for s in new for n in nodes_in(s)):
        if writer.is_wanted(node):
            raise _refusal(node)
    return new


class _Loops:
    def __init__(
        self,
        places: Places,
        taken: set[str],
        eager: set[str],
        pure: Callable[[gast.Call], bool],
        rebound: frozenset[str],
    ) -> None:
        self.places, self.taken, self.eager, self.pure, self.rebound = places, taken, eager, pure, rebound
        self.above: list[gast.stmt] = []
        self.made: set[str] = set()

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        return [new for statement in body for new in self._statement(statement)]

    def _statement(self, statement: Any) -> list[gast.stmt]:
        new = _shallow(statement)
        for key in ("body", "orelse", "finalbody"):
            if isinstance(getattr(new, key, None), list):
                setattr(new, key, self.block(getattr(new, key)))
        header = next((k for k in ("value", "iter", "test") if isinstance(getattr(new, k, None), gast.expr)), None)
        if header is None or isinstance(statement, gast.While):
            return [new]
        if not any(self.is_wanted(n) for n in nodes_in(getattr(new, header))):
            return [new]
        if isinstance(new, gast.AugAssign) and self._changes_target(new):
            return self.block(read_first(new, self.taken, self.rebound))
        self.above = []
        own = _only_target(new)
        value = getattr(new, header)
        done = own is not None and self._direct(value, own)
        if not done:
            setattr(new, header, self._expression(value, []))
        above, self.above = [_at(s, statement) for s in self.above], []
        above = self.block(above)
        return above if done else [*above, new]

    def is_wanted(self, node: gast.AST) -> bool:
        """True for a comprehension that is to become a loop."""
        if not isinstance(node, COMPREHENSIONS):
            return False
        inside = isinstance(node, (gast.ListComp, gast.GeneratorExp)) and any(
            self.is_wanted(n) for n in nodes_in(node) if n is not node
        )
        return _place(node) in self.places or inside

    # ---- expressions ----

    def _direct(self, value: gast.expr, name: str) -> bool:
        """``name = [...]`` and ``name = sum(...)`` need no other name."""
        if name in names_in(value):
            return False
        if isinstance(value, gast.ListComp) and self.is_wanted(value):
            self.above += self._list(value, name)
            return True
        if self._accumulates(value):
            self.above += self._total(value, name)
            return True
        return False

    def _accumulates(self, value: Any) -> bool:
        if not isinstance(value, gast.Call) or not self._calls(value, "sum") or value.keywords:
            return False
        found = len(value.args) == 1 and self.is_wanted(value.args[0])
        return found and self.places.get(_place(value.args[0])) == "accumulation"

    def _calls(self, call: gast.Call, name: str) -> bool:
        return isinstance(call.func, gast.Name) and call.func.id == name and name in self.eager

    def _expression(self, tree: Any, before: list[_Earlier]) -> Any:
        """``tree`` with its comprehensions replaced by names; ``before`` are the expressions evaluated before it."""
        if self._accumulates(tree):
            self._check_order(tree.args[0], before)
            return self._named(self._total, tree, "total")
        if isinstance(tree, gast.ListComp) and self.is_wanted(tree):
            self._check_order(tree, before)
            return self._named(self._list, tree, "items")
        if isinstance(tree, gast.Call) and self._is_eager(tree.func):
            return self._consumed(tree, before)
        if isinstance(tree, _LAZY) or not isinstance(tree, gast.AST):
            if any(map(self.is_wanted, nodes_in(tree) if isinstance(tree, gast.AST) else [])):
                raise _refusal(tree)
            return tree
        return self._children(tree, before)

    def _is_eager(self, function: Any) -> bool:
        """True for a builtin, or a function of ``math``, that uses up a generator at once."""
        of_math = isinstance(function, gast.Attribute) and getattr(function.value, "id", "") == "math"
        return getattr(function, "id", "") in self.eager or (of_math and function.attr in ("fsum", "prod"))

    def _children(self, tree: Any, before: list[_Earlier]) -> Any:
        if not any(map(self.is_wanted, nodes_in(tree))):
            return tree
        new, before = _shallow(tree), list(before)
        for key, value in tree.__dict__.items():
            if isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
                new.__dict__[key] = self._expression(value, before)
                if isinstance(tree, gast.Call) and key == "func" and isinstance(value, gast.Attribute):
                    new.func = _shallow(new.func)
                    before.append(_Earlier(new.func.__dict__, "value"))
                elif isinstance(value, gast.expr):
                    before.append(_Earlier(new.__dict__, key))
            elif isinstance(value, list):
                new.__dict__[key] = items = list(value)
                for i, item in enumerate(value):
                    if isinstance(tree, gast.Call) and isinstance(item, gast.GeneratorExp) and self.is_wanted(item):
                        raise _refused_generator(tree)
                    items[i] = self._expression(item, before)
                    if isinstance(items[i], gast.AST):
                        before.append(_Earlier(items, i))
        return new

    def _consumed(self, call: gast.Call, before: list[_Earlier]) -> Any:
        """A generator that a builtin uses up at once is a list as well."""
        first = call.args[0] if call.args else None
        if isinstance(first, gast.GeneratorExp) and self.is_wanted(first):
            self._check_order(first, before)
            new = _shallow(call)
            items = self._named(self._list, first, "items")
            new.args = [items, *call.args[1:]]
            for i, a in enumerate(call.args[1:], 1):
                new.args[i] = self._expression(a, [*before, _Earlier(new.args, 0)])
            return items if self._calls(call, "list") else new
        return self._children(call, before)

    def _check_order(self, tree: gast.expr, before: list[_Earlier]) -> None:
        """Name what runs before a comprehension where it might tell that the comprehension runs first."""
        parts = [e.expression for e in before]
        if all(map(self._is_pure, parts)) and (self._is_pure(tree) or all(map(self._is_fixed, parts))):
            return
        for earlier in before:
            part = earlier.expression
            if self._is_fixed(part):
                continue
            if not isinstance(part, gast.expr) or isinstance(part, gast.Starred):
                raise _refusal(tree)
            name = self._new(noun(part))
            self.above += _made(f"{name} = {{e}}", part, e=part)
            earlier.replace(read(name, part))

    def _is_pure(self, tree: gast.AST) -> bool:
        calls = [n for n in nodes_in(tree) if isinstance(n, (gast.Call, gast.NamedExpr))]
        return all(isinstance(n, gast.Call) and self.pure(n) for n in calls)

    def _is_fixed(self, tree: gast.expr) -> bool:
        """True for what no call can give another value."""
        if all(n.id in self.made | self.eager for n in nodes_in(tree) if isinstance(n, gast.Name)):
            return True
        return isinstance(tree, gast.Name) and tree.id not in self.rebound

    def _changes_target(self, statement: gast.AugAssign) -> bool:
        """True where a call in the value of ``x[i] += e`` may change what is read first."""
        names = {n.id for n in nodes_in(statement.target) if isinstance(n, gast.Name)}
        part = not isinstance(statement.target, gast.Name)
        return (part or bool(names & self.rebound)) and not self._is_pure(statement.value)

    def _named(self, write: Any, tree: gast.expr, wanted: str) -> gast.expr:
        name = self._new(wanted)
        self.above += write(tree, name)
        return quote(name)

    def _new(self, wanted: str) -> str:
        name = fresh(wanted, self.taken)
        self.made.add(name)
        return name

    # ---- loops ----

    def _list(self, tree: Any, name: str) -> list[gast.stmt]:
        tree = self._renamed(tree)
        return [*_made(f"{name} = []", tree), _nested(tree, self._appended(tree.elt, name))]

    def _appended(self, item: gast.expr, name: str) -> list[gast.stmt]:
        if isinstance(item, gast.IfExp):  # a statement of its own becomes a branch
            own = self._new("item")
            return _made(f"{own} = {{e}}\n{name}.append({own})", item, e=item)
        return _made(f"{name}.append({{e}})", item, e=item)

    def _total(self, call: Any, name: str) -> list[gast.stmt]:
        tree = self._renamed(call.args[0])
        grown = _made(f"{name} = {name} + {{e}}", tree.elt, e=tree.elt)
        return [*_made(f"{name} = 0", tree), _nested(tree, grown)]

    def _renamed(self, tree: Any) -> Any:
        """The comprehension with other names for those of its own that the function uses too."""
        own = [n.id for g in tree.generators for n in nodes_in(g.target) if isinstance(n, gast.Name)]
        inner = [n for n in nodes_in(tree) if isinstance(n, COMPREHENSIONS) and n is not tree]
        bound = {n.id for i in inner for g in i.generators for n in nodes_in(g.target) if isinstance(n, gast.Name)}
        if bound & set(own):
            raise Refusal("two comprehensions, one inside the other, bind the same name", "use two names", tree)
        table = {n: quote(self._new(n)) for n in dict.fromkeys(own) if n in self.taken}
        if not table:
            return tree
        first = tree.generators[0].iter
        new = substitute(tree, table)
        for old, generator in zip(tree.generators, new.generators, strict=True):
            for a, b in zip(nodes_in(old.target), nodes_in(generator.target), strict=True):
                gast.copy_location(b, a)
        new.generators[0].iter = clone(first)
        return new


@dataclass
class _Earlier:
    """An expression that is evaluated before a comprehension, by the place in the tree that holds it."""

    holder: Any
    key: Any

    @property
    def expression(self) -> Any:
        """What stands there; of a keyword, its value."""
        part = self.holder[self.key]
        return part.value if isinstance(part, gast.keyword) else part

    def replace(self, tree: gast.expr) -> None:
        """Put another expression there."""
        part = self.holder[self.key]
        self.holder[self.key] = with_value(part, tree) if isinstance(part, gast.keyword) else tree


def _made(text: str, place: Any, **holes: gast.AST) -> list[gast.stmt]:
    """Statements whose own nodes stand at ``place``; what fills the holes stays where it was."""
    made = statements(text, **{key: quote(f"filled_{key}") for key in holes})
    for node in (n for s in made for n in nodes_in(s)):
        if "lineno" in getattr(node, "_attributes", ()):
            gast.copy_location(node, place)
    return [substitute(s, {f"filled_{key}": tree for key, tree in holes.items()}) for s in made]


def _nested(tree: Any, body: list[gast.stmt]) -> gast.stmt:
    for generator in reversed(tree.generators):
        for test in reversed(generator.ifs):
            branch = _made("if {t}:\n    pass", test, t=test)[0]
            branch.body = body
            body = [branch]
        loop = _made("for {t} in {x}:\n    pass", tree, t=generator.target, x=generator.iter)[0]
        loop.body = body
        body = [loop]
    return body[0]


def _only_target(statement: Any) -> str | None:
    if isinstance(statement, gast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return target.id if isinstance(target, gast.Name) else None
    return None


def _place(node: Any) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _refused_generator(call: Any) -> Refusal:
    name = (dotted(call.func) or ("this call",))[-1]
    return Refusal(f"`{name}` runs over a generator, which is not differentiated", "give it a list: `[...]`", call)


def _refusal(tree: Any) -> Refusal:
    return Refusal(
        "this comprehension is not differentiated where it stands: what runs before it might tell",
        "assign it to a variable in a statement of its own",
        tree,
    )


def _at(tree: Any, place: Any) -> Any:
    """The statements with the position of ``place``; expressions keep those that they have."""
    for node in nodes_in(tree):
        if isinstance(node, gast.stmt):
            for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
                setattr(node, key, getattr(place, key, None))
    return tree


def _shallow(node: Any) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
