"""Hold the records in a list, some of which are changed, as one list for each of their slots.

>>> from s2sgrad.quote import unquote
>>> import types
>>> module = types.FunctionType(compile("0", "", "eval"), {"Cell": types.SimpleNamespace})
>>> text = '''
... cells = [Cell(w=x), Cell(w=2 * x)]
... for c in cells:
...     c.w *= 3
... return cells[0].w
... '''
>>> body, _, spellings = held_in_columns(statements(text), "cells", {"cells", "x", "c"}, Namespace(module, {}))
>>> print("".join(map(unquote, body)), end="")
cells_w = [x, 2 * x]
for c_at in range(len(cells_w)):
    cells_w[c_at] *= 3
return cells_w[0]
>>> spellings
{'cells_w[c_at]': 'c.w', 'cells_w[0]': 'cells[0].w'}
"""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.analysis.construct import Construction, Default, is_made_by_init, is_managed
from s2sgrad.errors import Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.expand import as_spelled, inlining, respelling
from s2sgrad.normalize.item_names import is_bound, list_behind, named, pairs_of, stepped
from s2sgrad.normalize.items import items_apart
from s2sgrad.normalize.leaving import blocks_of
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.makers import Makers, evaluated
from s2sgrad.normalize.one_name import loops_apart
from s2sgrad.normalize.parts import moved, shallow
from s2sgrad.normalize.singly import singly
from s2sgrad.normalize.wanted import Wanted, rewriting_at, slots_of
from s2sgrad.objects import class_attribute
from s2sgrad.quote import COMPREHENSIONS, clone, nodes_in, quote, statements, unquote

__all__ = ["held_in_columns"]

_RUN_OVER = ("enumerate", "zip", "reversed")
_INSTEAD = "keep a list for each attribute, or make new objects instead of changing those in the list"


def held_in_columns(
    body: list[gast.stmt], name: str, taken: set[str], namespace: Namespace, slots: Collection[str] = ()
) -> tuple[list[gast.stmt], dict[tuple[str, ...], Any], dict[str, str]]:
    """``body`` with each slot of the records in the list ``name`` in a list of its own, the classes that were relied
    on, and what each new expression stands for. ``slots`` are variables that hold the slots of other records.

    Raises Refusal where somebody else may hold the list or a record in it, and where what the list holds is not known,
    Wanted for the text of what makes or changes a record.
    """
    for item in sorted({t.id for t, _ in pairs_of([n for s in body for n in nodes_in(s)]) if isinstance(t, gast.Name)}):
        body = singly(body, item)
    body, apart = _apart_from_others(body, name, taken)
    local = {named(n) for s in body for n in nodes_in(s) if is_bound(n)}
    holder = _Columns(name, taken, Makers(namespace, local), frozenset(slots))
    try:
        holder.find(body)
        return holder.block(body), holder.making.classes, holder.spellings | apart
    except Wanted as wanted:
        raise as_spelled(wanted, apart) from None
    except _SeveralKinds as several:
        body, items = items_apart(body, name, taken, several.refusal)
        return body, {}, items | apart


class _SeveralKinds(Exception):
    """The records in a list have no one layout."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def _apart_from_others(body: list[gast.stmt], name: str, taken: set[str]) -> tuple[list[gast.stmt], dict[str, str]]:
    """``body`` with loops over other things than the list having targets of their own, and how the user spells them."""
    spellings: dict[str, str] = {}
    pairs = pairs_of([n for s in body for n in nodes_in(s)])
    for item in sorted({named(target) for target, source in pairs if source == name}):
        if list_behind(body, item) != name:
            body, _, spelled = loops_apart(body, item, taken)
            spellings |= spelled
    return body, spellings


@dataclass
class _Columns:
    """Rewrites one list; ``items`` are the variables that stand for one of its records, with their index."""

    name: str
    taken: set[str]
    making: Makers
    slots: frozenset[str] = frozenset()
    items: dict[str, str] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    mentions: Counter[str] = field(default_factory=Counter)
    counted: set[str] = field(default_factory=set)
    keys: tuple[Any, ...] = ()
    kind: str = ""
    cls: Any = None
    maker: Any = None
    columns: dict[Any, str] = field(default_factory=dict)
    stored: set[Any] = field(default_factory=set)
    spellings: dict[str, str] = field(default_factory=dict)
    grows: bool = False
    statement: Any = None
    body: list[gast.stmt] = field(default_factory=list)

    # ---- what is in the list, and by which names it goes ----

    def find(self, body: list[gast.stmt]) -> None:
        """Note what makes the records, and the variables that stand for one."""
        self.body, nodes = body, [n for s in body for n in nodes_in(s)]
        self.mentions.update(map(named, nodes))
        for word in (*_RUN_OVER, "len", "range"):
            if word in self.making.local or self.making.namespace.where(word) != "builtin":
                raise self._refusal(f"is changed, where `{word}` is not Python's own", self._binding(nodes))
        self._find_names(nodes)
        self._check_scopes(body)
        self.grows = any(map(self._is_growth, nodes))
        for node in nodes:
            # An exception in the middle would leave some of the lists longer than others.
            if isinstance(node, gast.Try) and node.handlers and any(map(self._is_growth, nodes_in(node))):
                raise self._refusal("is changed, and grows inside a `try` with handlers", node)
        self._check_handed_over(body)
        made = [self._made(tree) for tree in self._makers(nodes)]
        if not made:
            raise self._refusal("is changed, and what its items are is not known", self._binding(nodes))
        (first, self.cls), self.kind = made[0], made[0][0].kind
        self.keys = tuple(key for key, _ in first.held)
        if not self.keys:
            raise self._refusal("holds objects that come to have attributes only later", self._binding(nodes))
        self.columns = {key: fresh(self._column(i, key), self.taken) for i, key in enumerate(self.keys)}
        self.items = {item: self._index_name(item, nodes) for item in sorted(self.items)}
        parts = [n for n in nodes if isinstance(n, (gast.Attribute, gast.Subscript)) and is_bound(n)]
        self.stored = {self._key(n) for n in parts if self._index(n.value) is not None}

    def _column(self, i: int, key: Any) -> str:
        wanted = f"{self.name}_{key}"
        return wanted if wanted.isidentifier() else f"{self.name}_{i}"

    def _index_name(self, item: str, nodes: list[Any]) -> str:
        """The variable that counts the rounds of the only loop in which ``item`` occurs, or a new one."""
        loops = [n for n in nodes if isinstance(n, gast.For)]
        counters = [named(n.target.elts[0]) for n in loops if self._numbers(n) and named(n.target.elts[1]) == item]
        counters += [
            named(n.target)
            for n in loops if _counts(n) and not self.grows
            for s in n.body for a in nodes_in(s)
            if isinstance(a, gast.Assign) and named(a.targets[0]) == item and isinstance(a.value, gast.Subscript)
            if named(a.value.slice) == named(n.target)
        ]  # fmt: skip
        bound = [named(n) for n in nodes if is_bound(n)]
        if len(counters) == 1 and counters[0] and bound.count(counters[0]) == 1 and bound.count(item) == 1:
            return counters[0]
        return fresh(f"{item}_at", self.taken)

    def _numbers(self, loop: Any) -> bool:
        """True for a loop over ``enumerate(xs)`` of the whole list, which counts from 0."""
        call = loop.iter
        numbers = isinstance(call, gast.Call) and named(call.func) == "enumerate" and not call.keywords
        whole = numbers and len(call.args) == 1 and named(call.args[0]) in self.lists
        return bool(whole and len(getattr(loop.target, "elts", ())) == 2)

    def _find_names(self, nodes: list[Any]) -> None:
        """All names for the list and for its items, each of which must stand for nothing else."""
        self.lists, before = {self.name}, -1
        pairs = list(pairs_of(nodes))
        while before != len(self.lists) + len(self.items):
            before = len(self.lists) + len(self.items)
            for node in nodes:
                if isinstance(node, gast.Assign) and len(node.targets) == 1 and named(node.value) in self.lists:
                    self.lists |= {named(node.targets[0])} - {""}
            for target, source in pairs:
                if (source in self.lists or source in self.items) and named(target) not in ("", *self.lists):
                    self.items[named(target)] = ""
        bound = [n for n in nodes if is_bound(n) and isinstance(n, gast.Name)]
        for name in sorted(self.lists):
            binding = [n for n in bound if named(n) == name]
            if len(binding) > 1:
                raise self._refusal("is bound more than once", binding[1])
        taken = {named(t) for n in nodes if isinstance(n, gast.Assign) for t in n.targets}
        self.counted = self.items.keys() - taken
        ours = {id(t) for t, source in pairs if source in self.lists or source in self.items}
        for node in bound:
            if named(node) in self.items and id(node) not in ours:
                raise self._refusal(f"is changed through `{node.id}`, which stands for something else, too", node)

    def _check_scopes(self, body: list[gast.stmt]) -> None:
        """An item is read only behind the statement that takes it: it may be one of an older list elsewhere."""
        seen: set[int] = set()
        self._mark(body, frozenset(), seen)
        for node in (n for s in body for n in nodes_in(s)):
            if isinstance(node, gast.Name) and node.id in self._others() and id(node) not in seen:
                raise self._refusal(f"is changed through `{node.id}`, which may have no value here", node)
            late = isinstance(node, (gast.Lambda, gast.FunctionDef, gast.Global, gast.Nonlocal))
            if late and any(named(n) in self.lists or named(n) in self.items for n in nodes_in(node)):
                raise self._refusal("is changed, and read by a function inside", node)

    def _others(self) -> set[str]:
        """All names of items, and those of the list besides its first."""
        return self.items.keys() | (self.lists - {self.name})

    def _mark(self, body: list[gast.stmt], known: frozenset[str], seen: set[int]) -> None:
        for statement in body:
            inside = known
            if isinstance(statement, gast.For):
                inside = known | ({named(t) for t, _ in stepped(statement.target, statement.iter)} & self._others())
            blocks = blocks_of(statement)
            if blocks:
                own = {id(n) for n in nodes_in(statement)} - {id(n) for b in blocks for s in b for n in nodes_in(s)}
                self._note([n for n in nodes_in(statement) if id(n) in own], inside, seen)
                for block in blocks:
                    self._mark(block, inside, seen)
                continue
            if isinstance(statement, gast.Assign) and known and named(statement.targets[0]) == self.name:
                raise self._refusal("is made anew while a name for it, or for one of its items, may be read", statement)
            if isinstance(statement, gast.Assign) and named(statement.targets[0]) in self._others():
                known = known | {named(statement.targets[0])}
            self._note(list(nodes_in(statement)), known, seen)

    def _note(self, nodes: list[Any], known: frozenset[str], seen: set[int]) -> None:
        for node in nodes:
            if named(node) in known:
                seen.add(id(node))
            if isinstance(node, COMPREHENSIONS):
                own = {named(t) for g in node.generators for t, _ in stepped(g.target, g.iter)} & {*self.items}
                seen |= {id(n) for n in nodes_in(node) if named(n) in own}

    def _check_handed_over(self, body: list[gast.stmt]) -> None:
        """A record that had a name of its own before it came into the list is read by that name no more.

        All that its slots are read for stands in the block of the statement that puts it there, between its making and
        that statement.
        """
        for i, statement in enumerate(body):
            for block in blocks_of(statement):
                self._check_handed_over(block)
            for tree in self._makers([statement, *([statement.value] if isinstance(statement, gast.Expr) else ())]):
                held = evaluated(tree) if isinstance(tree, (gast.Call, gast.Dict)) else []
                names = {named(value) for value in held} & self.slots
                if any(not self._is_handed_over(name, body[: i + 1]) for name in names):
                    instead = f"make it in the list, and read it there: `{self.name}[0]`"
                    raise self._refusal("is changed, and holds an object that has another name, too", tree, instead)

    def _is_handed_over(self, name: str, before: list[gast.stmt]) -> bool:
        inside = [n for s in before for n in nodes_in(s) if named(n) == name]
        first = next(s for s in before if any(named(n) == name for n in nodes_in(s)))
        made = isinstance(first, gast.Assign) and [named(t) for t in first.targets] == [name]
        once = sum(named(n) == name for n in nodes_in(before[-1])) == 1
        return made and once and len(inside) == self.mentions[name] and first is not before[-1]

    def _binding(self, nodes: list[Any]) -> Any:
        return next(n for n in nodes if is_bound(n) and named(n) == self.name)

    def _makers(self, nodes: list[Any]) -> Iterator[Any]:
        """The expressions that make the records."""
        for node in nodes:
            if isinstance(node, gast.Assign) and any(named(t) == self.name for t in node.targets):
                if isinstance(node.value, gast.ListComp):
                    raise Wanted(rewriting_at("comprehension", node.value))
                if not isinstance(node.value, gast.List) or len(node.targets) > 1:
                    raise self._refusal("is changed, and what its items are is not known", node)
                yield from node.value.elts
            if self._is_growth(node):
                yield node.args[0]

    def _is_growth(self, node: Any) -> bool:
        method = node.func if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) else None
        appends = method is not None and named(method.value) in self.lists and method.attr == "append"
        return appends and len(node.args) == 1 and not node.keywords

    def _made(self, tree: Any) -> tuple[Construction, Any]:
        made = self.making.construction(tree, anew=True)
        if isinstance(tree, gast.Call) and (made is None or any(not _is_plain(value) for _, value in made[0].held)):
            self.making.ask_for_text(tree)
        if made is None and isinstance(tree, gast.Name) and tree.id in self.making.local:
            raise Wanted(slots_of(tree))
        if made is None:
            raise self._refusal("is changed, and holds an object that somebody else may hold", tree)
        first = self.maker is None
        if not first and (made[1] is not self.cls or {k for k, _ in made[0].held} != {*self.keys}):
            raise _SeveralKinds(self._refusal("is changed, and holds records of several kinds", tree))
        plain = made[1] in (dict, types.SimpleNamespace)
        if not plain and made[1].__setattr__ is not object.__setattr__:
            raise self._refusal("is changed, though the class of its items does not let it", tree)
        if first:
            helper = isinstance(tree, gast.Call) and named(tree.func) == "object_of"
            self.maker = tree.args[0] if helper else getattr(tree, "func", tree)
            self.cls, self.keys = made[1], tuple(k for k, _ in made[0].held)
        return made

    # ---- statements ----

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The statements anew."""
        return [new for s in body for new in (self._statement(s) if self._concerns(s) else [s])]

    def _concerns(self, tree: gast.AST) -> bool:
        return any(named(n) in self.lists or named(n) in self.items for n in nodes_in(tree))

    def _statement(self, statement: Any) -> list[gast.stmt]:
        self.statement = statement
        if isinstance(statement, gast.For):
            return [self._loop(statement)]
        target = statement.targets[0] if isinstance(statement, gast.Assign) and len(statement.targets) == 1 else None
        if named(target) == self.name:
            return self._display(statement)
        if named(target) in self.lists:
            return []
        if named(target) in self.items:
            name, index = self.items[named(target)], self._kept_index(statement.value)
            same = named(index) == name
            return [] if same else [placed(s, statement) for s in statements(f"{name} = {{i}}", i=index)]
        if isinstance(statement, gast.Expr) and self._is_growth(statement.value):
            return self._grown(statement)
        new = shallow(statement)
        for key, value in statement.__dict__.items():
            if isinstance(value, list) and value and isinstance(value[0], gast.stmt):
                new.__dict__[key] = self.block(value)
            elif isinstance(value, list):
                new.__dict__[key] = [self._part(v) for v in value]
            elif isinstance(value, gast.AST):
                new.__dict__[key] = self._part(value)
        return [new]

    def _kept_index(self, tree: Any) -> Any:
        """The index of an item as an integer that stays the same when the list grows, or what told it is changed."""
        found = self._index(tree)
        if found is None:
            raise self._refusal("is changed through a variable which stands for something else, too", tree)
        index = self.expression(found)
        told = index.value if isinstance(index, gast.Constant) else None
        if isinstance(index, gast.UnaryOp) and isinstance(index.operand, gast.Constant):
            told = None if self.grows else index.operand.value
        kept = (type(told) is int and (told >= 0 or not self.grows)) or named(index) in self.items.values()
        return index if kept else quote(f"range(len({self._counted()}))[{{i}}]", i=index)

    def _part(self, tree: Any) -> Any:
        if isinstance(tree, gast.ExceptHandler):
            new = shallow(tree)
            new.body = self.block(tree.body)
            return new
        return self.expression(tree) if isinstance(tree, gast.AST) else tree

    def _display(self, statement: Any) -> list[gast.stmt]:
        """The list as one for each slot; item by item where it would tell in which order the items are made."""
        made = [self._made(tree)[0] for tree in statement.value.elts]
        values = [value for m in made for _, value in m.held if not isinstance(value, Default)]
        if sum(any(isinstance(n, (gast.Call, gast.NamedExpr)) for n in nodes_in(value)) for value in values) > 1:
            new = [s for column in self.columns.values() for s in statements(f"{column} = []")]
            new += [s for tree in statement.value.elts for s in self._appended(tree)]
            return [placed(s, statement) for s in new]
        rows = [dict(m.held) for m in made]
        new = []
        for key, column in self.columns.items():
            display = quote("[]")
            display.elts = [self._value(row[key], statement) for row in rows]
            new += statements(f"{column} = {{d}}", d=display)
        return [placed(s, statement) for s in new]

    def _value(self, value: Any, place: Any) -> Any:
        if not isinstance(value, Default):
            return self.expression(value)
        if not _is_plain(value):
            raise self._refusal("is changed, and its items have a default that cannot be written down", place)
        return quote(repr(value.value))

    def _grown(self, statement: Any) -> list[gast.stmt]:
        return [placed(s, statement) for s in self._appended(statement.value.args[0])]

    def _appended(self, tree: Any) -> list[gast.stmt]:
        """Each value at the end of its list, in the order in which the call that makes the record evaluates them."""
        held = dict(self._made(tree)[0].held)
        if any(self._concerns(v) for v in held.values() if not isinstance(v, Default)):
            raise self._refusal("is changed, and grows by what is read of it: give that a name first", tree)
        arguments = [*tree.keywords] if named(getattr(tree, "func", None)) == "object_of" else evaluated(tree)
        order = {id(getattr(v, "value", v) if isinstance(v, gast.keyword) else v): i for i, v in enumerate(arguments)}
        pairs = sorted(held.items(), key=lambda pair: order.get(id(pair[1]), -1))
        return [s for key, v in pairs for s in statements(f"{self.columns[key]}.append({{v}})", v=self._value(v, tree))]

    def _loop(self, statement: gast.For) -> gast.stmt:
        new = shallow(statement)
        new.target, new.iter = self._over(statement.target, statement.iter)
        ours = any(named(t) in self.items for t, _ in stepped(statement.target, statement.iter))
        if ours and any(self._is_growth(n) for s in statement.body for n in nodes_in(s)):
            raise self._refusal("grows in a loop that runs over it", statement.iter)
        new.body, new.orelse = self.block(statement.body), self.block(statement.orelse)
        return new

    def _over(self, target: Any, tree: Any) -> tuple[Any, Any]:
        """The target and the iterable of a loop, with indices for records."""
        called = getattr(tree.func, "id", "") if isinstance(tree, gast.Call) else ""
        if named(target) in self.items:
            return self._counter(target), self._indices(tree)
        pair: Any = getattr(target, "elts", ())
        numbers = called == "enumerate" and len(tree.args) == 1 and named(tree.args[0]) in self.lists
        if numbers and named(pair[1]) in self.items and named(pair[0]) == self.items[named(pair[1])]:
            return pair[0], self._indices(tree.args[0])
        if called in _RUN_OVER and self._concerns(tree) and any(named(n) in self.items for n in nodes_in(target)):
            new, over = shallow(target), shallow(tree)
            over.args = list(tree.args)
            if called == "reversed":
                new, over.args[0] = self._over(target, tree.args[0])
                return new, over
            new.elts = list(target.elts)
            pairs = [(1, 0)] if called == "enumerate" else [(i, i) for i in range(len(tree.args))]
            for i, j in pairs:
                new.elts[i], over.args[j] = self._over(target.elts[i], tree.args[j])
            return new, over
        return target, self.expression(tree)

    def _counted(self) -> str:
        """The list whose length tells how many records there are: one in which nothing is replaced, if there is one."""
        kept = [column for key, column in self.columns.items() if key not in self.stored]
        return (kept or list(self.columns.values()))[0]

    def _counter(self, item: gast.Name) -> gast.expr:
        new = placed(quote(self.items[item.id]), item)
        new.ctx = gast.Store()
        return new

    def _indices(self, tree: Any) -> Any:
        """The indices of a list of records, of a part of it, or of its reverse."""
        if named(tree) in self.lists:
            return moved(quote(f"range(len({self._counted()}))"), tree)
        new = shallow(tree)
        if isinstance(tree, gast.Subscript) and isinstance(tree.slice, gast.Slice):
            new.value, new.slice = self._indices(tree.value), self.expression(tree.slice)
            return new
        if isinstance(tree, gast.Call) and getattr(tree.func, "id", "") == "reversed" and len(tree.args) == 1:
            new.args = [self._indices(tree.args[0])]
            return new
        raise self._refusal("is changed, and run over in a way that is not known here", tree)

    # ---- expressions ----

    def _index(self, tree: Any) -> Any:
        """The index of the record that an expression reads, None where it reads none."""
        if named(tree) in self.items:
            return quote(self.items[named(tree)] or "at")
        if isinstance(tree, gast.Subscript) and named(tree.value) in self.lists:
            if isinstance(tree.slice, (gast.Slice, gast.Tuple)):
                return None
            return clone(tree.slice)
        return None

    def _key(self, tree: Any) -> Any:
        """Which slot of a record is read or stored."""
        if isinstance(tree, gast.Attribute):
            return tree.attr
        key = getattr(tree.slice, "value", None)
        return key if isinstance(tree.slice, gast.Constant) and self.kind == "dict" else None

    def expression(self, tree: Any) -> Any:
        """The expression with slots read of their lists."""
        if not self._concerns(tree):
            return tree
        base = tree.value if isinstance(tree, (gast.Attribute, gast.Subscript)) else None
        index = self._index(base)
        if index is not None:
            return self._slot(tree, index)
        if isinstance(tree, (gast.ListComp, gast.GeneratorExp)):
            return self._comprehension(tree)
        if isinstance(tree, gast.Call):
            self._ask_for_call(tree)
            if named(tree.func) == "len" and len(tree.args) == 1 and named(tree.args[0]) in self.lists:
                return moved(quote(f"len({self._counted()})"), tree)
        if isinstance(tree, gast.Compare) and isinstance(tree.ops[0], (gast.Is, gast.IsNot)):
            return self._compared(tree)
        if named(tree) in self.lists or named(tree) in self.items or self._index(tree) is not None:
            raise self._given_away(tree)
        return self._anew(tree)

    def _given_away(self, tree: Any) -> Exception:
        """The wish to have the slots of the record that holds the list in variables, or the reason to refuse."""
        refusal = self._refusal("is changed, and given away as a whole here", tree)
        target = getattr(self.statement, "targets", [None])[0]
        made = self.making.construction(getattr(self.statement, "value", None)) if named(target) else None
        held = made is not None and any(value is tree for _, value in made[0].held)
        return Wanted(slots_of(target), refusal) if held and named(tree) in self.lists else refusal

    def _comprehension(self, tree: Any) -> Any:
        """A comprehension over indices; as a loop, where what is wanted inside needs statements."""
        try:
            return self._anew(tree)
        except Wanted:
            raise Wanted(rewriting_at("comprehension", tree)) from None

    def _anew(self, tree: Any) -> Any:
        new = shallow(tree)
        if isinstance(tree, gast.comprehension):
            new.target, new.iter = self._over(tree.target, tree.iter)
            new.ifs = [self.expression(test) for test in tree.ifs]
            return new
        for key, value in tree.__dict__.items():
            if isinstance(value, list):
                new.__dict__[key] = [self.expression(v) if isinstance(v, gast.AST) else v for v in value]
            elif isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
                new.__dict__[key] = self.expression(value)
        return new

    def _slot(self, tree: Any, index: Any) -> Any:
        key = self._key(tree)
        if isinstance(tree.ctx, gast.Del):
            raise self._refusal("is changed, and a slot of an item is deleted", tree)
        if key not in self.columns or (self.kind == "dict") is isinstance(tree, gast.Attribute):
            return self._of_class(tree, key)
        if isinstance(tree, gast.Attribute) and is_managed(self.cls, key):
            raise self._refusal(f"is changed, and its items have a property `{key}`", tree)
        new = moved(quote(f"{self.columns[key]}[{{i}}]", i=self.expression(index)), tree)
        self.spellings.setdefault(unquote(new).strip(), unquote(tree).strip())
        new.ctx = tree.ctx
        return new

    def _of_class(self, tree: Any, key: Any) -> Any:
        """What an object has of its class: the text of a getter, or a constant."""
        found = class_attribute(self.cls, key) if isinstance(tree, gast.Attribute) and self.kind != "dict" else None
        if isinstance(tree.ctx, gast.Load) and isinstance(found, property) and found.fget is not None:
            raise Wanted(inlining(tree, found.fget, "getter"))
        if type(found) in (bool, int, float, str) and key not in self.stored:
            return moved(quote(f"{{c}}.{key}", c=clone(self.maker)), tree)
        raise self._refusal(f"is changed, and its items have no `{key}` from the start", tree)

    def _ask_for_call(self, call: gast.Call) -> None:
        """Ask for the text of a method of a record, or of a function that a record or the list is given to."""
        function: Any = call.func
        if isinstance(function, gast.Attribute) and self._index(function.value) is not None:
            method = class_attribute(self.cls, function.attr) if self.kind != "dict" else None
            bound = not isinstance(method, staticmethod)
            method = getattr(method, "__func__", method) if isinstance(method, staticmethod) else method
            if isinstance(method, types.FunctionType) and function.attr not in self.columns:
                raise Wanted(inlining(call, method, bound))
        if self._index(function) is not None and isinstance(class_attribute(self.cls, "__call__"), types.FunctionType):
            raise Wanted(respelling(call, f"{unquote(function).strip()}.__call__"))
        given = [*call.args, *(k.value for k in call.keywords)]
        if any(named(a) in self.lists or self._index(a) is not None for a in given):
            resolved = self.making.resolved(function)
            if isinstance(resolved, types.FunctionType):
                raise Wanted(inlining(call, resolved))
            method = self._method_of_another(function)
            if isinstance(method, types.FunctionType):
                raise Wanted(inlining(call, method, True))

    def _method_of_another(self, function: Any) -> Any:
        """The method that ``x.m`` is of an object in another list, all of whose items are made here by one class."""
        base = named(function.value) if isinstance(function, gast.Attribute) else ""
        source = list_behind(self.body, base) if base else None
        made = [self.making.construction(tree) for tree in _made_for(source, self.body)] if source else []
        if not made or None in made or not _is_only_read(source, self.body):
            return None
        classes = {found[1] for found in made if found is not None}
        shadowed = any(key == function.attr for found in made if found is not None for key, _ in found[0].held)
        cls = classes.pop()
        return class_attribute(cls, function.attr) if not classes and not shadowed and is_made_by_init(cls) else None

    def _compared(self, tree: gast.Compare) -> Any:
        """``a is b`` for two records: whether their indices are the same, which both count from the front."""
        sides = [tree.left, *tree.comparators]
        if len(sides) != 2 or any(named(side) not in self.counted for side in sides):
            raise self._refusal("is changed, and its items are compared in a way that is not known here", tree)
        new = shallow(tree)
        left, right = (moved(self._index(side), side) for side in sides)
        new.left, new.comparators = left, [right]
        new.ops = [gast.Eq() if isinstance(tree.ops[0], gast.Is) else gast.NotEq()]
        return new

    def _refusal(self, what: str, node: Any, instead: str = _INSTEAD) -> Refusal:
        return Refusal(f"the list `{self.name}` {what}", instead, node)


def _made_for(name: str, body: list[gast.stmt]) -> Iterator[Any]:
    """The expressions for the items of a list."""
    for node in (n for s in body for n in nodes_in(s)):
        if isinstance(node, gast.Assign) and any(named(t) == name for t in node.targets):
            yield from [node.value.elt] if isinstance(node.value, gast.ListComp) else getattr(node.value, "elts", [])
        method = node.func if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) else None
        if method is not None and method.attr == "append" and named(method.value) == name:
            yield from node.args


def _is_only_read(name: str | None, body: list[gast.stmt]) -> bool:
    """True for a list that is made once, appended to, run over and read at indices, and in no other way used."""
    nodes = [n for s in body for n in nodes_in(s)]
    plain = sum(named(t) == name for n in nodes if isinstance(n, gast.Assign) for t in n.targets)
    for node in nodes:
        if isinstance(node, gast.Attribute) and node.attr == "append":
            plain += named(node.value) == name
        if isinstance(node, gast.Subscript) and isinstance(node.ctx, gast.Load):
            plain += named(node.value) == name
        if isinstance(node, (gast.For, gast.comprehension)):
            plain += sum(named(tree) == name for _, tree in stepped(node.target, node.iter))
        if isinstance(node, gast.Call) and named(node.func) == "len":
            plain += sum(named(a) == name for a in node.args)
    return plain == sum(named(n) == name for n in nodes)


def _is_plain(value: Any) -> bool:
    """True for what stands in a slot as text: not for a default that is an object."""
    return not isinstance(value, Default) or isinstance(value.value, bool | int | float | str | None)


def _counts(loop: Any) -> bool:
    """True for a loop over a range: its variable is a plain integer."""
    return isinstance(loop.iter, gast.Call) and named(loop.iter.func) == "range" and isinstance(loop.target, gast.Name)
