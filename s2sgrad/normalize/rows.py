"""Hold the objects in a growing list as tuples of what they hold: the adjoint of such a list is one of lists.

>>> import types
>>> from s2sgrad.quote import statements, unquote
>>> text = '''
... out.append(Point(a, b))
... for i, p in enumerate(out):
...     s = s + p.x
... return out[-1].y
... '''
>>> point = Layout("Point", (("x", None), ("y", None)))
>>> body = as_rows(statements(text), {"out": point}, set(), lambda tree: None)
>>> print("".join(map(unquote, body)), end="")
out.append((a, b))
for i, (p_x, p_y) in enumerate(out):
    s = s + p_x
return out[-1][1]
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.errors import InPlace, Refusal
from s2sgrad.normalize.expand import inlining
from s2sgrad.normalize.layout import Layout, Slots, tuple_of
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.parts import moved, shallow
from s2sgrad.normalize.wanted import Wanted
from s2sgrad.quote import clone, nodes_in, parts_of, quote, statements

__all__ = ["as_rows"]

Resolve = Callable[[Any], Any]
_SAME = ("list", "tuple", "reversed")


def as_rows(body: list[gast.stmt], layouts: Mapping[str, Layout], taken: set[str], resolve: Resolve) -> list[gast.stmt]:
    """``body`` with the objects in these lists, and in others made of them, held as tuples.

    ``resolve`` gives the function that an expression calls. Raises Refusal where a list is used in a way not known
    here, Wanted for the text of a function that it is given to.
    """
    rows = _Rows(dict(layouts), taken, resolve)
    rows.find_aliases(body)
    return rows.block(body)


@dataclass
class _Rows:
    layouts: dict[str, Layout]
    taken: set[str]
    resolve: Resolve
    loaded: dict[str, int] = field(default_factory=dict)
    returned: bool = False

    def find_aliases(self, body: list[gast.stmt]) -> None:
        """Note the variables that hold lists made of those that are asked for, and how often variables are read."""
        nodes = [n for s in body for n in nodes_in(s)]
        for node in nodes:
            if isinstance(node, gast.Name) and isinstance(node.ctx, gast.Load):
                self.loaded[node.id] = self.loaded.get(node.id, 0) + 1
        before = -1
        while before != len(self.layouts):
            before = len(self.layouts)
            for target, value in (pair for node in nodes for pair in _bindings(node)):
                if isinstance(target, gast.Name) and (found := self.layout(value)) is not None:
                    self.layouts[target.id] = found

    def layout(self, tree: Any) -> Layout | None:
        """What the items of a list are, if ``tree`` gives one of the lists or a part of it."""
        if isinstance(tree, gast.Name):
            return self.layouts.get(tree.id)
        if isinstance(tree, gast.Subscript) and isinstance(tree.slice, gast.Slice):
            return self.layout(tree.value)
        if isinstance(tree, gast.Call) and getattr(tree.func, "id", "") in _SAME and len(tree.args) == 1:
            return self.layout(tree.args[0])
        if isinstance(tree, gast.BinOp) and isinstance(tree.op, gast.Add):
            return self.layout(tree.left) or self.layout(tree.right)
        return None

    # ---- statements ----

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The statements anew."""
        return [new for s in body for new in (self._statement(s) if self._concerns(s) else [s])]

    def _concerns(self, tree: gast.AST) -> bool:
        return any(isinstance(n, gast.Name) and n.id in self.layouts for n in nodes_in(tree))

    def _statement(self, statement: Any) -> list[gast.stmt]:
        self.returned = isinstance(statement, gast.Return)
        if isinstance(statement, gast.For):
            return [self._loop(statement)]
        call = getattr(statement, "value", None) if isinstance(statement, gast.Expr) else None
        method = call.func if isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute) else None
        if method is not None and self.layout(method.value) is not None and method.attr in ("append", "insert"):
            return self._grown(statement, self.layouts[method.value.id])
        if isinstance(statement, gast.Assign) and self._is_pop(statement.value):
            return self._popped(statement)
        self._check_target(statement)
        if any(self._held(target) is not None for target, _ in _bindings(statement)):
            return self._bound(statement)
        new = shallow(statement)
        for key, value in statement.__dict__.items():
            if isinstance(value, list) and value and isinstance(value[0], gast.stmt):
                new.__dict__[key] = self.block(value)
            elif isinstance(value, list):
                new.__dict__[key] = [self.expression(v) if isinstance(v, gast.AST) else v for v in value]
            elif isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
                new.__dict__[key] = self.expression(value)
        return [new]

    def _held(self, target: Any) -> Layout | None:
        return self.layouts.get(target.id) if isinstance(target, gast.Name) else None

    def _check_target(self, statement: Any) -> None:
        for target in getattr(statement, "targets", ()):
            if isinstance(target, gast.Subscript) and self.layout(target.value) is not None:
                raise self._refusal(target)

    def _bound(self, statement: Any) -> list[gast.stmt]:
        """A statement that binds one of the lists, or several at once, or makes one longer."""
        new, lines = shallow(statement), list[gast.stmt]()
        values = [
            self.expression(value) if layout is None else self._made(value, layout, lines, statement)
            for layout, value in ((self._held(target), value) for target, value in _bindings(statement))
        ]
        if lines and len(values) > 1:
            raise self._refusal(statement.value)
        new.value = values[0]
        if _bindings(statement)[0][1] is not statement.value:
            new.value = shallow(statement.value)
            new.value.elts = values
        return [*lines, new]

    def _grown(self, statement: Any, layout: Layout) -> list[gast.stmt]:
        new, lines = shallow(statement), list[gast.stmt]()
        new.value = shallow(statement.value)
        *front, item = statement.value.args
        new.value.args = [*map(self.expression, front), self._packed(item, layout, lines, statement)]
        return [*lines, new]

    def _is_pop(self, call: Any) -> bool:
        """True for ``xs.pop()``, with or without a place."""
        method: Any = getattr(call, "func", None)
        pops = isinstance(method, gast.Attribute) and method.attr == "pop"
        return pops and getattr(method.value, "id", None) in self.layouts

    def _popped(self, statement: Any) -> list[gast.stmt]:
        """The row that is taken off a list goes by a name of its own, and what was wanted is made of it."""
        new, row = shallow(statement), fresh("row", self.taken)
        layout, call = self.layouts[statement.value.func.value.id], shallow(statement.value)
        call.args = list(map(self.expression, call.args))
        lines = [placed(s, statement) for s in statements(f"{row} = {{c}}", c=call)]
        items = [quote(f"{row}[{i}]") for i in range(len(layout.slots))]
        new.value = moved(layout.unpacked(items), statement.value)
        return [*lines, new]

    def _made(self, tree: Any, layout: Layout, lines: list[gast.stmt], statement: Any) -> gast.expr:
        """A list of rows from an expression for a list of objects."""
        if isinstance(tree, gast.List) and not any(isinstance(e, gast.Starred) for e in tree.elts):
            new = shallow(tree)
            new.elts = [self._packed(e, layout, lines, statement) for e in tree.elts]
            return new
        if isinstance(tree, gast.BinOp) and isinstance(tree.op, gast.Add):
            new = shallow(tree)
            new.left = self._made(tree.left, layout, lines, statement)
            new.right = self._made(tree.right, layout, lines, statement)
            return new
        if self.layout(tree) is None:
            raise self._refusal(tree)
        return self._list(tree)

    def _packed(self, item: Any, layout: Layout, lines: list[gast.stmt], statement: Any) -> gast.expr:
        """The row for an object: what a call of its class is given, or what is read of it."""
        if isinstance(item, gast.Call) and self._is_call_of(item, layout):
            return _moved_tuple([self.expression(a) for a in item.args], item)
        value = self.expression(item)
        if not isinstance(value, gast.Name):
            name = fresh("item", self.taken)
            lines += [placed(s, statement) for s in statements(f"{name} = {{e}}", e=value)]
            value = quote(name)
        return moved(layout.packed(value), item)

    def _is_call_of(self, call: Any, layout: Layout) -> bool:
        """True for ``C(a, b)`` whose arguments are the slots in order, none of which is an object itself."""
        flat = all(below is None for _, below in layout.slots) and layout.in_order
        spelled = bool(layout.text) and quote(layout.text)
        same = spelled and type(spelled) is type(call.func) and _dump(spelled) == _dump(call.func)
        starred = any(isinstance(a, gast.Starred) for a in call.args)
        return bool(flat and same and not call.keywords and not starred and len(call.args) == len(layout.slots))

    # ---- loops ----

    def _loop(self, statement: gast.For) -> gast.stmt:
        new = shallow(statement)
        held: list[tuple[str, Layout, list[str]]] = []
        new.target, new.iter = self._stepped(statement.target, statement.iter, held)
        inside, start = statement.body, list[gast.stmt]()
        for name, layout, items in held:
            reads = sum(isinstance(n, gast.Name) and n.id == name for s in inside for n in nodes_in(s))
            if name not in _changed(inside):
                inside = [Slots(name, layout, items).visit(s) for s in inside]
            left = sum(isinstance(n, gast.Name) and n.id == name for s in inside for n in nodes_in(s))
            if left or self.loaded.get(name, 0) > reads:
                made = layout.unpacked([quote(i) for i in items])
                start += [moved(s, statement) for s in statements(f"{name} = {{e}}", e=made)]
        new.body = [*start, *self.block(inside)]
        new.orelse = self.block(statement.orelse)
        return new

    def _stepped(self, target: Any, tree: Any, held: list[Any]) -> tuple[Any, Any]:
        """The target of a loop with rows taken apart, and what it runs over."""
        called = getattr(tree.func, "id", "") if isinstance(tree, gast.Call) else ""
        layout = self.layout(tree)
        if layout is not None:
            return self._taken_apart(target, layout, held, tree), self._list(tree)
        if called in ("enumerate", "zip") and self._concerns(tree):
            parts = [None, target.elts[1]] if called == "enumerate" and _pair(target) else getattr(target, "elts", [])
            columns = list(tree.args) if called == "zip" else [None, tree.args[0]]
            if len(parts) != len(columns):
                raise self._refusal(tree)
            pairs = [(p, c) if p is None or c is None else self._stepped(p, c, held)
                     for p, c in zip(parts, columns, strict=True)]  # fmt: skip
            new, over = shallow(target), shallow(tree)
            new.elts = [p if p is not None else target.elts[i] for i, (p, _) in enumerate(pairs)]
            over.args = [c for _, c in pairs if c is not None] + ([] if called == "zip" else tree.args[1:])
            return new, over
        return target, self.expression(tree)

    def _taken_apart(self, target: Any, layout: Layout, held: list[Any], tree: Any) -> Any:
        if not isinstance(target, gast.Name):
            raise self._refusal(tree)
        items = [fresh(f"{target.id}_{key}" if str(key).isidentifier() else target.id, self.taken)
                 for key, _ in layout.slots]  # fmt: skip
        held.append((target.id, layout, items))
        new = tuple_of([quote(i) for i in items])
        for node in nodes_in(new):
            if isinstance(node, (gast.Name, gast.Tuple)):
                node.ctx = gast.Store()
        return moved(new, target)

    # ---- expressions ----

    def _list(self, tree: Any) -> Any:
        """An expression for a list of rows; only its indices may hold anything else."""
        if isinstance(tree, gast.Name):
            return tree
        new = shallow(tree)
        if isinstance(tree, gast.Subscript):
            new.value, new.slice = self._list(tree.value), self.expression(tree.slice)
        elif isinstance(tree, gast.Call):
            new.args = [self._list(tree.args[0])]
        else:
            raise self._refusal(tree)
        return new

    def expression(self, tree: Any) -> Any:
        """The expression with the objects in it put together, or what is read of them read of the rows."""
        if not self._concerns(tree):
            return tree
        base = tree.value if isinstance(tree, (gast.Attribute, gast.Subscript)) else None
        row = self._row(base)
        if row is not None and row[0].place(tree) is not None:
            place = row[0].place(tree)
            below = row[0].slots[place or 0][1]
            read = moved(quote(f"{{x}}[{place}]", x=row[1]), tree)
            return read if below is None else self._anew(below, read, tree)
        row = self._row(tree)
        if row is not None:
            return self._anew(*row, tree)
        if isinstance(tree, gast.Call) and getattr(tree.func, "id", "") == "len" and self.layout(tree.args[0]):
            return tree
        if self.layout(tree) is not None:
            raise self._refusal(tree)
        if isinstance(tree, (gast.ListComp, gast.GeneratorExp)):
            return self._comprehension(tree)
        if isinstance(tree, gast.Call):
            self._ask_for_text(tree)
        new = shallow(tree)
        for key, value in tree.__dict__.items():
            if isinstance(value, list):
                new.__dict__[key] = [self.expression(v) if isinstance(v, gast.AST) else v for v in value]
            elif isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
                new.__dict__[key] = self.expression(value)
        return new

    def _row(self, tree: Any) -> tuple[Layout, Any] | None:
        """The layout and the row where ``tree`` reads one object of a list."""
        if not isinstance(tree, gast.Subscript) or isinstance(tree.slice, gast.Slice):
            return None
        layout = self.layout(tree.value)
        if layout is None:
            return None
        if not isinstance(tree.ctx, gast.Load):
            raise self._refusal(tree)
        new = shallow(tree)
        new.value, new.slice = self._list(tree.value), self.expression(tree.slice)
        return layout, new

    def _anew(self, layout: Layout, row: Any, tree: Any) -> Any:
        if any(isinstance(n, gast.Call) and getattr(n.func, "id", "") != "len" for n in nodes_in(row)):
            raise self._refusal(tree)
        items = [quote(f"{{x}}[{i}]", x=clone(row)) for i in range(len(layout.slots))]
        return moved(layout.unpacked(items), tree)

    def _comprehension(self, tree: Any) -> Any:
        new = shallow(tree)
        new.generators, held = [], list[tuple[str, Layout, list[str]]]()
        for generator in tree.generators:
            own = shallow(generator)
            own.target, own.iter = self._stepped(generator.target, self._of_slots(generator.iter, held), held)
            new.generators.append(own)
        for own in new.generators:
            own.ifs = [self._item_read(test, held) for test in own.ifs]
        new.elt = self._item_read(tree.elt, held)
        return new

    def _item_read(self, tree: Any, held: list[tuple[str, Layout, list[str]]]) -> Any:
        return self.expression(self._of_slots(tree, held))

    def _of_slots(self, tree: Any, held: list[tuple[str, Layout, list[str]]]) -> Any:
        for name, layout, items in held:
            tree = Slots(name, layout, items, whole=True).visit(tree)
        return tree

    def _ask_for_text(self, call: gast.Call) -> None:
        given = [a for a in (*call.args, *(k.value for k in call.keywords)) if self.layout(a) is not None]
        function = self.resolve(call.func) if given else None
        if isinstance(function, types.FunctionType):
            raise Wanted(inlining(call, function))

    def _refusal(self, tree: Any) -> Refusal:
        kind = InPlace if self.returned else Refusal
        reason = "a list of objects that grows in a loop is used in a way that is not differentiated here"
        return kind(reason, "loop over it, append to it and read single items, or keep a list for each attribute", tree)


def _changed(body: list[gast.stmt]) -> set[str]:
    """The variables to which statements assign, in whole or in part."""
    stored = [n for s in body for n in nodes_in(s) if not isinstance(getattr(n, "ctx", gast.Load()), gast.Load)]
    return {n.id for part in stored for n in nodes_in(part) if isinstance(n, gast.Name)}


def _bindings(statement: Any) -> list[tuple[Any, Any]]:
    """The targets of an assignment and what each is bound to, one by one where a display is taken apart."""
    if isinstance(statement, gast.AugAssign):
        return [(statement.target, statement.value)]
    if not isinstance(statement, gast.Assign):
        return []
    (target, *others), value = statement.targets, statement.value
    both = isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple) and not others
    if both and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _moved_tuple(items: list[gast.expr], place: Any) -> gast.expr:
    """A tuple of expressions that keep their places."""
    new = moved(quote("()"), place)
    new.elts = items
    return new


def _pair(target: Any) -> bool:
    return isinstance(target, (gast.Tuple, gast.List)) and len(target.elts) == 2


def _dump(tree: Any) -> Any:
    return type(tree).__name__, getattr(tree, "id", getattr(tree, "attr", None)), *map(_dump, parts_of(tree))
