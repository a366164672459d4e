"""Write out what a star or a loop over a dict stands for, where the items or keys are known one by one.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("a, *b = xs\\nfor k, W in params.items():\\n    s += (W ** 2).sum()")
>>> wanted = {Rewriting("spread", (1, 3), 3), Rewriting("unroll", (2, 4), ("items", ("W1", "W2")))}
>>> print("".join(map(unquote, spread(body, wanted))), end="")
a, b = xs[0], [xs[1], xs[2]]
k = "W1"
W = params["W1"]
s += (W ** 2).sum()
k = "W2"
W = params["W2"]
s += (W ** 2).sum()
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.continuing import without_continue
from s2sgrad.normalize.copies import copied
from s2sgrad.normalize.leaving import at, exits_of
from s2sgrad.normalize.made import fresh
from s2sgrad.normalize.order import shallow
from s2sgrad.normalize.parts import moved, noun
from s2sgrad.normalize.wanted import Rewriting, place_of_loop
from s2sgrad.quote import clone, nodes_in, quote, statements, substitute

__all__ = ["SOME", "dict_of", "first_star", "is_view", "rounds_of", "spread", "view_of"]

SOME = -1
"""The number of items of what is unpacked by slices: how many there are is not known."""

_PARTS = (gast.Attribute, gast.Subscript)


def first_star(tree: Any) -> Any:
    """The first part of a display, a call or an unpacking that stands for several items; None where there is none."""
    if isinstance(tree, gast.Dict):
        return next((v for k, v in zip(tree.keys, tree.values, strict=True) if k is None), None)
    items = [*getattr(tree, "elts", ()), *getattr(tree, "args", ())]
    stars = [i for i in items if isinstance(i, gast.Starred)]
    stars += [k.value for k in getattr(tree, "keywords", ()) if k.arg is None]
    return stars[0] if stars else None


def is_view(tree: Any) -> bool:
    """True for ``d.items()``, ``d.keys()`` and ``d.values()``."""
    method = isinstance(tree, gast.Call) and isinstance(tree.func, gast.Attribute) and not tree.args
    return method and tree.func.attr in ("items", "keys", "values")


def view_of(tree: Any) -> str:
    """Which view of a dict an expression gives; that of its keys where it is the dict.

    >>> view_of(quote("d.items()")), view_of(quote("d"))
    ('items', 'keys')
    """
    return str(tree.func.attr) if is_view(tree) else "keys"


def spread(
    body: list[gast.stmt],
    rewritings: Collection[Rewriting],
    taken: set[str] | None = None,
    rebound: Collection[str] = (),
) -> list[gast.stmt]:
    """``body`` with the stars and loops that were asked for written out; ``taken`` grows by the names it makes.

    Functions inside may give another value to the variables in ``rebound``.
    """
    table = {(r.kind, r.place): r.detail for r in rewritings if r.kind in ("spread", "unroll", "get")}
    return _Spreader(table, set() if taken is None else taken, rebound).block(body) if table else body


class _Spreader:
    """Looks for the places in ``table``: a number of items, keys, or whether a dict has a key."""

    def __init__(
        self, table: dict[tuple[str, tuple[int, int]], Any], taken: set[str], rebound: Collection[str]
    ) -> None:
        self.table, self.taken, self.rebound = table, taken, rebound

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The statements anew."""
        return [new for statement in body for new in self._statement(statement)]

    def _asked(self, kind: str, node: Any) -> Any:
        return self.table.get((kind, (getattr(node, "lineno", -1), getattr(node, "col_offset", -1))))

    def _statement(self, statement: Any) -> list[gast.stmt]:
        loop = self.table.get(("unroll", place_of_loop(statement))) if isinstance(statement, gast.For) else None
        if loop is not None:
            statement = shallow(statement)
            above = self._base_named(statement)
            return self.block([*above, *rounds_of(statement, *loop)])
        new = self.tree(statement)
        if isinstance(new, gast.Assign) and len(new.targets) == 1:
            star = next((e for e in getattr(new.targets[0], "elts", ()) if isinstance(e, gast.Starred)), None)
            count = self._asked("spread", star) if star is not None else None
            computed = isinstance(new.value, gast.Call) or (count == SOME and not isinstance(new.value, gast.Name))
            if count is not None and computed:
                name = fresh(noun(new.value), self.taken)
                (line,) = statements(f"{name} = {{e}}", e=new.value)
                new = shallow(new)
                new.value = gast.copy_location(quote(name), line.value)
                return [_at(line, statement), _unpacked(new, count)]
            if count is not None:
                return [_unpacked(new, count)]
        return [new]

    def _base_named(self, loop: gast.For) -> list[gast.stmt]:
        """Another name for the dict where the body may give its place another value; the loop then reads that name."""
        base = _base(loop.iter)
        if _is_place(base) and not self._may_change(base, loop):
            return []
        name = fresh("held", self.taken)
        (line,) = statements(f"{name} = {{e}}", e=clone(base))
        loop.iter = gast.copy_location(quote(name), base)  # which view of it is known apart
        return [_at(line, loop)]

    def _may_change(self, base: Any, loop: gast.For) -> bool:
        """True where the body may bind the variable anew, or the attribute or item of it that holds the dict."""
        nodes = [n for s in loop.body for n in nodes_in(s)]
        stored = {n.id for n in (*nodes_in(loop.target), *nodes) if _is_stored(n)} | set(self.rebound)
        names = {n.id for n in nodes_in(base) if isinstance(n, gast.Name)}
        return bool(names & stored) or (not isinstance(base, gast.Name) and any(_reaches(n, names) for n in nodes))

    def tree(self, tree: Any) -> Any:
        """The tree with everything in it written out; itself where there is nothing."""
        new = tree
        for key, value in tree.__dict__.items():
            changed = value
            if isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
                changed = self.tree(value)
            elif isinstance(value, list) and value and isinstance(value[0], gast.stmt):
                changed = self.block(value)
                changed = value if all(a is b for a, b in zip(changed, value, strict=False)) else changed
            elif isinstance(value, list):
                items = [self.tree(v) if isinstance(v, gast.AST) else v for v in value]
                changed = items if any(a is not b for a, b in zip(items, value, strict=True)) else value
            if changed is not value:
                new = shallow(tree) if new is tree else new
                new.__dict__[key] = changed
        return self._written_out(new)

    def _written_out(self, tree: Any) -> Any:
        if isinstance(tree, gast.DictComp) and (found := self._asked("unroll", tree)) is not None:
            return dict_of(tree, *found)
        if isinstance(tree, gast.Call) and tree.args and (known := self._asked("get", tree.args[0])) is not None:
            return _item(tree.func.value, tree.args[0].value) if known else _default(tree)
        holds = isinstance(tree, (gast.Tuple, gast.List, gast.Call, gast.Dict))
        if not holds or isinstance(getattr(tree, "ctx", None), gast.Store):
            return tree
        star = first_star(tree)
        named = isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name) and bool(tree.args)
        if named and (isinstance(tree.args[0], (gast.Name, gast.Tuple, gast.List)) or is_view(tree.args[0])):
            tree = self._summed(tree)
        found = self._asked("spread", star) if star is not None else None
        return tree if found is None else self._written_out(_without_star(tree, star, found))

    def _summed(self, call: Any) -> Any:
        """``sum(xs)`` or ``list(xs)`` of items that are known one by one, each of which has an adjoint of its own.

        ``xs`` may be ``d.values()``.
        """
        found = self._asked("spread", call.args[0])
        if found is None:
            return call
        listed = call.func.id == "list"
        items = moved(quote("[]" if listed else "()"), call)
        if is_view(call.args[0]):
            items.elts = [_item(call.args[0].func.value, key) for key in found]
        else:
            items.elts = _items(call.args[0], found)
        if listed or call.func.id == "tuple":
            return items
        new = shallow(call)
        new.args = [items, *call.args[1:]]
        return new


def _default(call: Any) -> Any:
    """What ``d.get(key, default)`` gives where ``d`` has no such key."""
    return call.args[1] if len(call.args) == 2 else moved(quote("None"), call)


def _is_place(tree: Any) -> bool:
    """True for an expression that may be written several times."""
    return all(isinstance(n, (gast.Name, gast.Constant, *_PARTS)) for n in nodes_in(tree))


def _reaches(node: Any, names: set[str]) -> bool:
    """True for a call or a store to which one of the variables is given, in whole or in part."""
    if isinstance(node, gast.Call):
        given = [*node.args, *(k.value for k in node.keywords), getattr(node.func, "value", node.func)]
    elif isinstance(node, _PARTS) and not isinstance(node.ctx, gast.Load):
        given = [node.value]
    else:
        return False
    return any(isinstance(n, gast.Name) and n.id in names for part in given for n in nodes_in(part))


def _place(tree: Any) -> Any:
    """The expression itself, if it may be written several times."""
    if not _is_place(tree):
        raise Refusal("what is spread out here is not a variable", "give it a name first", tree)
    return tree


def _items(tree: Any, count: int) -> list[Any]:
    if isinstance(tree, (gast.Tuple, gast.List)) and len(tree.elts) == count and first_star(tree) is None:
        return list(tree.elts)
    return [_item(tree, i) for i in range(count)]


def _item(tree: Any, key: Any) -> gast.expr:
    """An item of what ``tree`` gives, at its place in the user's text."""
    return moved(quote(f"{{x}}[{key!r}]", x=clone(_place(tree))), tree)


def _without_star(tree: Any, star: Any, found: Any) -> Any:
    new = shallow(tree)
    if isinstance(tree, gast.Dict):
        place = next(i for i, v in enumerate(tree.values) if v is star)
        entries = list(zip(tree.keys, tree.values, strict=True))
        read = list(zip(star.keys, star.values, strict=True)) if _is_display(star, found) else []
        read = read or [(quote(repr(k)), _item(star, k)) for k in found]
        return _once(new, [*entries[:place], *read, *entries[place + 1 :]])
    if isinstance(star, gast.Starred):
        key = "args" if isinstance(tree, gast.Call) else "elts"
        parts = getattr(tree, key)
        place = parts.index(star)
        setattr(new, key, [*parts[:place], *_items(star.value, found), *parts[place + 1 :]])
        return new
    given: list[Any] = []
    for keyword in tree.keywords:
        if keyword.value is not star:
            given.append(keyword)
            continue
        for k in found:
            named = shallow(keyword)
            named.arg, named.value = k, _item(star, k)
            given.append(named)
    new.keywords = given
    return new


def _is_display(tree: Any, keys: Any) -> bool:
    """True for a dict that is written out with these keys."""
    return isinstance(tree, gast.Dict) and [getattr(k, "value", None) for k in tree.keys] == list(keys)


def _once(new: Any, entries: list[tuple[Any, Any]]) -> Any:
    """A dict display in which a later entry takes the place of an earlier one with the same key."""
    held: dict[Any, tuple[Any, Any]] = {}
    for key, value in entries:
        known = key.value if isinstance(key, gast.Constant) else object()
        if known in held and not _is_read(held[known][1]):
            raise Refusal("a key occurs twice here", "leave the first one out", value)
        held[known] = (held[known][0] if known in held else key, value)
    new.keys, new.values = [k for k, _ in held.values()], [v for _, v in held.values()]
    return new


def _is_read(tree: Any) -> bool:
    return all(isinstance(n, (gast.Name, gast.Attribute, gast.Subscript, gast.Constant)) for n in nodes_in(tree))


def _unpacked(statement: gast.Assign, count: int) -> gast.stmt:
    """``a, *b, c = xs`` item by item, or by slices; all read before any name is bound."""
    (target,) = statement.targets
    place = next(i for i, e in enumerate(target.elts) if isinstance(e, gast.Starred))
    behind = len(target.elts) - place - 1
    values = quote("()")
    if SOME != count < place + behind:
        raise Refusal("there are fewer items than names here, which is an error", "give it as many", statement)
    if count == SOME:
        values.elts = [at(part, statement) for part in _by_slices(statement.value, place, behind)]
    else:
        items = _items(statement.value, count)
        middle = quote("[]")
        middle.elts = items[place : count - behind]
        values.elts = [*items[:place], middle, *items[count - behind :]]
    new, plain = shallow(statement), shallow(target)
    plain.elts = [e.value if isinstance(e, gast.Starred) else e for e in target.elts]
    new.targets, new.value = [plain], values
    return new


def _by_slices(xs: Any, place: int, behind: int) -> list[Any]:
    """The items in front, a list of those between, and the items behind, which are never among those in front."""
    between = f"{place or ''}:{-behind or ''}"
    front = [quote(f"{{x}}[{i}]", x=clone(xs)) for i in range(place)]
    rest = f"{{x}}[{place}:]" if place else "{x}"
    back = [quote(f"{rest}[{i - behind}]", x=clone(xs)) for i in range(behind)]
    return [*front, quote(f"list({{x}}[{between}])", x=clone(xs)), *back]


def _bindings(target: Any, base: Any, view: str, key: Any, node: Any) -> list[tuple[Any, Any]]:
    """The targets of one round of a loop over a dict's view, and what they are bound to."""
    if view == "items":
        if not isinstance(target, gast.Tuple) or len(target.elts) != 2:
            raise Refusal("the target of this loop is not a pair", "write `for key, value in ...`", node)
        return [(target.elts[0], quote(repr(key))), (target.elts[1], _item(base, key))]
    return [(target, _item(base, key) if view == "values" else quote(repr(key)))]


def _is_stored(node: gast.AST) -> bool:
    return isinstance(node, gast.Name) and not isinstance(node.ctx, gast.Load)


def _base(tree: Any) -> Any:
    return tree.func.value if isinstance(tree, gast.Call) else tree


def rounds_of(
    statement: gast.For, view: str, keys: tuple[Any, ...], numbered: tuple[Any, int] | None = None
) -> list[gast.stmt]:
    """The body of a loop over a view of a dict with these keys, once for each.

    Rounds that are ``numbered`` bind another target to their number, counted from a start.
    """
    reason, hint = "this leaves a loop over a dict in the middle", "loop over a list of the keys"
    returns = (n for s in statement.body for n in nodes_in(s) if isinstance(n, gast.Return))
    for left in (*(e for e in exits_of(statement.body) if isinstance(e, gast.Break)), *returns):
        raise Refusal(reason, hint, left)
    statement = shallow(statement)
    statement.body = without_continue(statement.body, reason, hint)
    nodes = [n for s in statement.body for n in nodes_in(s)]
    rebound = {n.id for n in nodes if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
    late = any(isinstance(n, (gast.Lambda, gast.FunctionDef)) for n in nodes)
    out: list[gast.stmt] = []
    for n, key in enumerate(keys):
        table: dict[str, Any] = {}
        number = [(numbered[0], quote(repr(numbered[1] + n)))] if numbered is not None else []
        for target, value in [*number, *_bindings(statement.target, _base(statement.iter), view, key, statement)]:
            bound = statements("placeholder = {e}", e=value)[0]
            bound.targets = [clone(target)]
            out.append(_at(bound, statement))
            if isinstance(target, gast.Name) and target.id not in rebound and isinstance(value, gast.Constant):
                table[target.id] = value
        out += [copied(substitute(s, {} if late else table), "round", key) for s in statement.body]
    return [*out, *statement.orelse]


def dict_of(tree: gast.DictComp, view: str, keys: tuple[Any, ...]) -> Any:
    """The display that a comprehension over a view of a dict with these keys stands for."""
    (generator,) = tree.generators
    if generator.ifs:
        raise Refusal("a dict with a condition is not differentiated yet", "write it as a loop", tree)
    display = quote("{}")
    display.keys, display.values = [], []
    for key in keys:
        pairs = _bindings(generator.target, _base(generator.iter), view, key, tree)
        if not all(isinstance(t, gast.Name) for t, _ in pairs):
            raise Refusal("the targets of this must be names", "write it as a loop", tree)
        table = {t.id: value for t, value in pairs}
        display.keys.append(substitute(tree.key, table))
        display.values.append(substitute(tree.value, table))
    return _at(display, tree)


def _at(tree: Any, place: Any) -> Any:
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(tree, key, getattr(place, key, None))
    return tree
