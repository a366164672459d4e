"""Write a name for a part of an array as that part: after ``v = x[1:]``, ``v[0] = 2.0`` is ``x[1:][0] = 2.0``.

Only where the name stands for the same memory all the while: the array and the index keep their names, and no other
value of the name arrives at a place where it is read. Everywhere else the text stays as it is.

>>> from s2sgrad.normalize.wanted import rewriting_at
>>> from s2sgrad.quote import statements, unquote
>>> body = statements("v = x[1:]\\nv[0] = 2.0\\nv += y\\nfor row in A:\\n    row[0] = v[1]\\n")
>>> places = {rewriting_at("view v", body[0].targets[0]), rewriting_at("rows row", body[3])}
>>> print("".join(map(unquote, parts_for_views(body, places, {"A", "x", "y"}))), end="")
x[1:][0] = 2.0
x[1:] += y
for i in range(len(A)):
    A[i][0] = x[1:][1]
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.normalize.reach import binds, reaches_elsewhere, rebinds
from s2sgrad.normalize.wanted import Rewriting, rewriting_at
from s2sgrad.quote import clone, names_in, nodes_in, quote

__all__ = ["parts_for_views"]

_LATE = (gast.Lambda, gast.FunctionDef, gast.GeneratorExp, gast.ListComp, gast.SetComp, gast.DictComp)


def parts_for_views(body: list[gast.stmt], places: Collection[Rewriting], taken: set[str]) -> list[gast.stmt]:
    """``body`` with the views that are bound at ``places`` written as parts of their arrays; ``taken`` grows."""
    rewriting = _Pass(frozenset(places), taken)
    for place in sorted(places, key=lambda r: (r.place, r.kind)):
        # A body that is written in place of several calls, or on two sides of a branch, stands there twice.
        if place.kind.startswith(("view ", "rows ")) and _bindings(body, place) == 1:
            rewriting.whole = body
            body = rewriting.block(body, place)
    return body


def _bindings(body: list[gast.stmt], place: Rewriting) -> int:
    """How many statements bind the name of a rewriting at its place."""
    nodes = [n for s in body for n in nodes_in(s)]
    named = [n for n in nodes if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store) and hasattr(n, "lineno")]
    loops = [n for n in nodes if isinstance(n, gast.For) and place == _rows_place(n)]
    return len(loops) + sum(rewriting_at(f"view {n.id}", n) == place for n in named)


class _Pass:
    def __init__(self, places: frozenset[Rewriting], taken: set[str]) -> None:
        self.places, self.taken = places, taken
        self.whole: list[gast.stmt] = []

    def block(self, body: list[gast.stmt], place: Rewriting) -> list[gast.stmt]:
        for i, statement in enumerate(body):
            if isinstance(statement, gast.For) and place == _rows_place(statement):
                return [*body[:i], self._rows(statement), *body[i + 1 :]]
            found = _binding(statement, place)
            if found is not None:
                return self._view(body, i, *found)
        return [self._inside(statement, place) for statement in body]

    def _inside(self, statement: Any, place: Rewriting) -> Any:
        new = statement
        for key, value in statement.__dict__.items():
            if isinstance(value, list) and value and isinstance(value[0], gast.stmt):
                changed = self.block(value, place)
                if any(a is not b for a, b in zip(changed, value, strict=False)) or len(changed) != len(value):
                    new = _shallow(new)
                    new.__dict__[key] = changed
        return new

    # ---- names bound by an assignment ----

    def _view(self, body: list[gast.stmt], i: int, name: str, part: gast.expr) -> list[gast.stmt]:
        end = next((k for k in range(i + 1, len(body)) if rebinds(body[k], name)), len(body))
        last = [s for s in body[end : end + 1] if name in names_in(getattr(s, "value", s))]
        # Behind its last use nothing that the name stands for has to keep its meaning.
        uses = [k for k in range(i + 1, end) if last or name in names_in(body[k])]
        region = body[i + 1 : uses[-1] + 1] if uses else []
        others = [n for n in binds(body[i]) if n != name]
        fixed = set(names_in(part)) - {name}
        if set(others) & fixed or name in names_in(part):
            return body
        if not self._holds(region, last, {name, names_in(part)[0]}, fixed):
            return body
        if reaches_elsewhere(self.whole, body, i, end, name):
            return body
        changed = [_with_part(s, name, part) for s in region]
        changed += [_value_with_part(s, name, part) for s in last]
        return [*body[:i], *_without(body[i], name), *changed, *body[i + 1 + len(changed) :]]

    def _holds(self, region: list[gast.stmt], last: list[gast.stmt], arrays: set[str], fixed: set[str]) -> bool:
        """True where nothing in a region gives another meaning to the two names of the array, or to the index."""
        for statement in region:
            if (arrays | fixed).intersection(binds(statement, arrays)):
                return False
        return not any(_is_late(s, arrays | fixed) for s in [*region, *last])

    # ---- rows of a loop ----

    def _rows(self, loop: gast.For) -> gast.For:
        sequences, counter, targets = _walked(loop)
        parts: dict[str, gast.expr] = {}
        index = counter or self._index()
        for target, sequence in zip(targets, sequences, strict=True):
            parts[target] = quote(f"{{x}}[{index}]", x=sequence)
        names = {n for sequence in sequences for n in names_in(sequence)}
        arrays = {names_in(s)[0] for s in sequences} | parts.keys()
        bound = [n for s in loop.body for n in binds(s, arrays)]
        moved = any(n in names or n in parts or n == counter for n in bound)
        late = any(_is_late(s, set(parts)) for s in loop.body)
        behind = any(n in parts for s in loop.orelse for n in names_in(s))  # `else` reads the last row
        if moved or late or behind or any(reaches_elsewhere(self.whole, [loop], 0, 1, n, inside=True) for n in parts):
            return loop
        self.taken.add(index)
        new = _shallow(loop)
        lengths = [quote("len({x})", x=s) for s in sequences]
        shortest = lengths[0] if len(lengths) == 1 else quote("min()")
        if len(lengths) > 1:
            shortest.args = lengths
        new.target = quote(index)
        new.target.ctx = gast.Store()
        new.iter = quote("range({n})", n=shortest)
        _place_all(new.target, loop.target)
        _place_all(new.iter, loop.iter)
        new.body = loop.body
        for name, part in parts.items():
            new.body = [_with_part(s, name, _placed(part, loop.target)) for s in new.body]
        return new

    def _index(self) -> str:
        return next(n for n in ("i", "k", "j", *(f"i{m}" for m in range(2, 99))) if n not in self.taken)


def _rows_place(loop: gast.For) -> Rewriting | None:
    return rewriting_at(f"rows {' '.join(names_in(loop.target))}", loop) if hasattr(loop, "lineno") else None


def _walked(loop: gast.For) -> tuple[list[gast.expr], str | None, list[str]]:
    """The arrays that a loop walks in step, the counter that ``enumerate`` gives, and the names of the rows."""
    call, target = loop.iter, loop.target
    function = getattr(getattr(call, "func", None), "id", "")
    if function == "enumerate":
        return [call.args[0]], target.elts[0].id, [target.elts[1].id]
    if function == "zip":
        return list(call.args), None, [t.id for t in target.elts]
    return [call], None, [target.id]


def _binding(statement: Any, place: Rewriting) -> tuple[str, gast.expr] | None:
    """The name bound at ``place``, and the part that it is bound to."""
    if not isinstance(statement, gast.Assign) or len(statement.targets) != 1:
        return None
    target, value = statement.targets[0], statement.value
    pairs = [(target, value)]
    if isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple) and len(target.elts) == len(value.elts):
        pairs = list(zip(target.elts, value.elts, strict=True))
    for t, part in pairs:
        if isinstance(t, gast.Name) and hasattr(t, "lineno") and rewriting_at(f"view {t.id}", t) == place:
            bound = [n for n in nodes_in(target) if isinstance(n, gast.Name) and n.id == t.id]
            return (t.id, part) if len(bound) == 1 else None  # of `v, v = x, x[1:]`, the last value is what stays
    return None


def _without(statement: Any, name: str) -> list[gast.stmt]:
    """The assignment without one of its names."""
    target, value = statement.targets[0], statement.value
    if isinstance(target, gast.Name):
        return []
    kept = [(t, v) for t, v in zip(target.elts, value.elts, strict=True) if getattr(t, "id", "") != name]
    new = _shallow(statement)
    if len(kept) == 1:
        new.targets, new.value = [kept[0][0]], kept[0][1]
        return [new]
    new.targets, new.value = [_shallow(target)], _shallow(value)
    new.targets[0].elts, new.value.elts = [t for t, _ in kept], [v for _, v in kept]
    return [new]


def _with_part(statement: Any, name: str, part: gast.expr) -> Any:
    """A statement in which ``name`` is written as ``part``."""
    if isinstance(statement, gast.AugAssign) and isinstance(statement.target, gast.Name):
        new = _shallow(statement)
        new.value = _filled(statement.value, name, part)
        if statement.target.id == name:
            whole = isinstance(part, (gast.Name, gast.Subscript))
            target = _placed(part if whole else quote("{x}[...]", x=part), statement.target)
            target.ctx = gast.Store()
            new.target = target
        return new
    return _filled(statement, name, part)


def _value_with_part(statement: Any, name: str, part: gast.expr) -> Any:
    """The assignment that ends the life of ``name``: its value may still read it."""
    new = _shallow(statement)
    new.value = _filled(statement.value, name, part)
    new.targets = [_filled(t, name, part, stored=False) for t in statement.targets]
    return new


def _filled(tree: Any, name: str, part: gast.expr, stored: bool = True) -> Any:
    if isinstance(tree, gast.Name):
        return _placed(part, tree) if tree.id == name and isinstance(tree.ctx, gast.Load) else tree
    if isinstance(tree, gast.AugAssign):
        return _with_part_inside(tree, name, part)
    if not isinstance(tree, gast.AST) or not any(isinstance(n, gast.Name) and n.id == name for n in nodes_in(tree)):
        return tree
    new = _shallow(tree)
    for key, value in tree.__dict__.items():
        if isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
            new.__dict__[key] = _filled(value, name, part)
        elif isinstance(value, list):
            new.__dict__[key] = [_filled(v, name, part) if isinstance(v, gast.AST) else v for v in value]
    return new


def _with_part_inside(tree: Any, name: str, part: gast.expr) -> Any:
    if isinstance(tree.target, gast.Name):
        return _with_part(tree, name, part)
    new = _shallow(tree)
    new.target, new.value = _filled(tree.target, name, part), _filled(tree.value, name, part)
    return new


def _is_late(statement: gast.stmt, names: set[str]) -> bool:
    """True where a name is read by what runs later, or where a name of its own hides it."""
    late = [n for n in nodes_in(statement) if isinstance(n, _LATE)]
    return any(isinstance(m, gast.Name) and m.id in names for n in late for m in nodes_in(n))


def _placed(tree: gast.expr, place: Any) -> Any:
    """A copy of ``tree`` at the position of ``place``."""
    return _place_all(clone(tree), place)


def _place_all(tree: Any, place: Any) -> Any:
    for node in nodes_in(tree):
        if "lineno" in getattr(node, "_attributes", ()):
            gast.copy_location(node, place)
    return tree


def _shallow(node: Any) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
