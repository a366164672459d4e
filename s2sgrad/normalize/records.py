"""Hold the slots of a record that is changed (a dict, an object) in variables of their own.

>>> from s2sgrad.quote import unquote
>>> body = gast.parse("state = {'m': 0.0}\\nstate['m'] += g\\nstate['n'] = state['m'] * 2\\nreturn state").body
>>> body, _, names = held_in_variables(body, "state", {"state", "g"}, Namespace(print_nothing))
>>> print("".join(map(unquote, body)), end="")
state_m = 0.0
state_m += g
state_n = state_m * 2
return {"m": state_m, "n": state_n}
>>> names["state_m"]
'state["m"]'
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.analysis.construct import Construction, Default, is_managed
from s2sgrad.analysis.texts import spelled
from s2sgrad.errors import InPlace, Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.by_keys import COPIES, keeps_items, takes_apart
from s2sgrad.normalize.expand import inlining, respelling
from s2sgrad.normalize.leaving import open_block
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.makers import Makers, evaluated
from s2sgrad.normalize.order import shallow
from s2sgrad.normalize.singly import singly
from s2sgrad.normalize.spread import dict_of, is_view, rounds_of, view_of
from s2sgrad.normalize.unroll import is_left
from s2sgrad.normalize.wanted import Premise, Wanted
from s2sgrad.objects import class_attribute as held_by
from s2sgrad.printed import object_of
from s2sgrad.quote import clone, nodes_in, parts_of, quote, statements

__all__ = ["held_in_variables", "names_at", "with_slots"]

Layout = tuple[Any, ...] | None
Relied = Collection[Premise]
_LOOKING = ("print", "len", "repr", "str", "isinstance", "list", "sorted")
_EAGER = ("sum", "max", "min", "list", "tuple", "any", "all", "sorted")
_INSTEAD = "make a new record with the new values, or keep them in variables"


def print_nothing() -> None:
    """Stands for a user's function in the example above."""


def names_at(body: list[gast.stmt], place: tuple[int, int]) -> set[str]:
    """The variables whose name stands at a place of the user's file; several where a body was written out twice."""
    nodes = (n for s in body for n in nodes_in(s))
    return {str(n.id) for n in nodes if isinstance(n, gast.Name) and _place(n) == place}


def _place(node: Any) -> tuple[int, int]:
    return getattr(node, "lineno", -1), getattr(node, "col_offset", -1)


def held_in_variables(
    body: list[gast.stmt],
    name: str,
    taken: set[str],
    namespace: Namespace,
    given: bool = False,
    relied: Relied = frozenset(),
) -> tuple[list[gast.stmt], dict[tuple[str, ...], Any], dict[str, str]]:
    """``body`` with each slot of the record ``name`` a variable, the classes that were relied on, and what each
    variable stands for. A parameter, which is ``given`` a record, stands for it until it is bound to another one.

    Raises Refusal where somebody else may hold the record, and where it has other keys than were ``relied`` on.
    """
    holder = _Holder(name, taken, namespace, {p.place: p for p in relied if p.name == name and p.items})
    body = singly(body, name)
    before = holder.until_made(body) if given else 0
    if given and isinstance(holder.first.value, gast.DictComp):
        return body, {}, {}  # it is written out first: which keys there are is not known here
    holder.find_makers(body[before:])
    new, _ = holder.block(body[before:], None)
    new = [*body[:before], *new]
    slots = {
        v: f"{name}[{_quoted(key)}]" if holder.kind == "dict" else f"{name}.{key}"
        for key, v in holder.variables.items()
    }
    return new, holder.making.classes, slots


def with_slots(relied: Relied, name: str, slots: Mapping[str, str]) -> frozenset[Premise]:
    """What is ``relied`` on, of a record ``name`` also as of the variables that hold its ``slots``."""
    held = {text: variable for variable, text in slots.items()}
    found = set(relied)
    for premise in relied:
        for key, structure in slots_relied_on(premise) if premise.name == name else ():
            variable = held.get(f"{name}[{_quoted(key)}]") or held.get(f"{name}.{key}")
            if variable is not None and structure is not None:
                found.add(dataclasses.replace(premise, name=variable, structure=structure))
    return frozenset(found)


def _quoted(key: Any) -> str:
    return f'"{key}"' if isinstance(key, str) else repr(key)


@dataclass
class _Holder:
    """Rewrites one variable; ``layout`` is the keys in order at a point of the program, None where not known."""

    name: str
    taken: set[str]
    namespace: Namespace
    relied: dict[tuple[int, int], Premise] = field(default_factory=dict)
    makers: dict[int, tuple[Construction, Any]] = field(default_factory=dict)
    variables: dict[Any, str] = field(default_factory=dict)
    order: dict[int, int] = field(default_factory=dict)
    stores: list[int] = field(default_factory=list)
    loops: list[tuple[int, int, int | None]] = field(default_factory=list)
    local: set[str] = field(default_factory=set)
    kind: str = ""
    cls: Any = None
    maker: Any = None
    class_text: Any = None
    blank: bool = False
    keys: set[Any] = field(default_factory=set)
    start: int = 0
    returned: bool = False
    first: Any = None
    making: Makers = field(init=False)

    def __post_init__(self) -> None:
        self.making = Makers(self.namespace, self.local)

    # ---- what makes the record, and what changes it ----

    def until_made(self, body: list[gast.stmt]) -> int:
        """How many statements stand before the one that gives a parameter another record; Raises Refusal for none."""
        for i, statement in enumerate(body):
            binds = isinstance(statement, gast.Assign) and any(map(self._is_it, statement.targets))
            inside = [n for n in nodes_in(statement) if self._is_it(n) and not isinstance(n.ctx, gast.Load)]
            if binds and len(inside) == 1:
                self.first = statement
                return i
            if inside:
                reason = f"`{self.name}`, which the caller gave, is changed, and another one in a branch or a loop only"
                raise Refusal(reason, f"copy it before: `{self.name} = dict({self.name})`", inside[0])
            changed = next(filter(self._is_change, nodes_in(statement)), None)
            if changed is not None:
                reason = f"this changes memory of `{self.name}`, which belongs to the caller"
                raise InPlace(reason, f"work on a copy: `{self.name} = dict({self.name})`", changed)
        raise self._refusal("belongs to the caller, and is changed", body[0])

    def find_makers(self, body: list[gast.stmt]) -> None:
        """Look at every statement that binds the name, and note where the record is changed."""
        nodes = [n for s in body for n in nodes_in(s)]
        self.local |= {n.id for n in nodes if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
        eager = {id(n.args[0]) for n in nodes if isinstance(n, gast.Call) and self._uses_up(n)}
        for node in nodes:
            late = isinstance(node, (gast.Lambda, gast.FunctionDef, gast.GeneratorExp)) and id(node) not in eager
            if late and self._occurs(node):
                raise self._refusal("is read by a function inside and changed", node)
            if isinstance(node, gast.Try) and self._may_be_cut_off(node):
                raise self._refusal("is changed, and read in a `try` with handlers", node)
            if isinstance(node, gast.Assign) and any(self._is_it(t) for t in node.targets):
                self._note_maker(node)
        self._number(gast.Module(body, []))
        known = {id(t) for s in body for n in nodes_in(s) if isinstance(n, gast.Assign) for t in n.targets}
        for node in (n for s in body for n in nodes_in(s)):
            if self._is_it(node) and isinstance(node.ctx, gast.Store) and id(node) not in known:
                raise self._refusal("is changed, and bound in another way than by an assignment", node)

    def _number(self, node: Any) -> None:
        """Number the statements below a node in the order of the text, and note which of them change the record.

        Lines do not tell: the text of a method that is written out stands elsewhere in the file.
        """
        for part in parts_of(node):
            if isinstance(part, gast.stmt):
                self.order[id(part)] = len(self.order)
            if self._is_change(part):
                self.stores.append(len(self.order) - 1)
                self.keys.add(getattr(part, "attr", None))
            first = len(self.order) - 1
            self._number(part)
            if isinstance(part, (gast.For, gast.While)):
                own = [self.order[id(s)] for s in part.body if id(s) in self.makers]
                self.loops.append((first, len(self.order) - 1, own[0] if len(self.makers) == 1 and own else None))

    def _uses_up(self, call: gast.Call) -> bool:
        """True for a builtin that runs over its argument at once."""
        name = getattr(call.func, "id", "")
        return bool(call.args) and name in _EAGER and name not in self.local and self.namespace.where(name) == "builtin"

    def _may_be_cut_off(self, node: gast.Try) -> bool:
        """True where a handler goes on, or reads the record as it was in the middle of the body."""
        return self._occurs(node) and (open_block(node) is None or any(map(self._occurs, node.handlers)))

    def _note_maker(self, statement: gast.Assign) -> None:
        if self._is_made_of_itself(statement) and statement is not self.first:
            self.makers[id(statement)] = (Construction("dict", ()), dict)
            return
        made = self.making.construction(statement.value) if len(statement.targets) == 1 else None
        if made is None and isinstance(statement.value, gast.Call):
            self.making.ask_for_text(statement.value)
        if made is None or (self.kind and (made[0].kind, made[1]) != (self.kind, self.cls)):
            raise self._refusal("is changed here, and may be held by somebody else", statement)
        plain = made[1] in (dict, types.SimpleNamespace)
        if not plain and made[1].__setattr__ is not object.__setattr__:
            raise self._refusal("is changed, though its class does not let it", statement)
        self.kind, self.cls = made[0].kind, made[1]
        self.makers[id(statement)] = made
        self.maker = getattr(statement.value, "func", None)
        self.blank = isinstance(statement.value, gast.Call) and self.making.resolved(self.maker) is object.__new__
        self.class_text = statement.value.args[0] if self.blank else self.maker

    def _is_made_of_itself(self, statement: gast.Assign) -> bool:
        """True for ``d = {k: f(v) for k, v in d.items()}``, and a loop over ``d`` itself."""
        tree: Any = statement.value
        comprehension = isinstance(tree, gast.DictComp) and len(tree.generators) == 1 and self.kind in ("", "dict")
        return comprehension and self._is_view(tree.generators[0].iter)

    def _changes_each(self, loop: Any) -> bool:
        """True for ``for k in d: d[k] = ...`` and its like, where ``d[k]`` is read, and for numbered items."""
        if isinstance(loop, gast.For) and self._is_numbered(loop):
            return True
        own = isinstance(loop, gast.For) and self._is_view(self._uncopied(loop))
        return own and any(self._is_change(n) or self._is_at_a_key(n) for s in loop.body for n in nodes_in(s))

    def _is_numbered(self, loop: Any) -> bool:
        """True for a loop over ``enumerate(d.items())`` and its like that runs to its end."""
        call = loop.iter
        numbers = isinstance(call, gast.Call) and getattr(call.func, "id", "") == "enumerate" and not call.keywords
        builtin = "enumerate" not in self.local and self.namespace.where("enumerate") == "builtin"
        if not numbers or not builtin or not 1 <= len(call.args) <= 2 or not takes_apart(loop.target, call):
            return False
        start = call.args[1].value if isinstance(call.args[-1], gast.Constant) else None
        return self._is_view(call.args[0]) and not is_left(loop) and (len(call.args) == 1 or type(start) is int)

    def _is_at_a_key(self, node: Any) -> bool:
        return isinstance(node, gast.Subscript) and self._is_it(node.value) and isinstance(node.slice, gast.Name)

    def _uncopied(self, loop: Any) -> Any:
        """What a loop runs over, without ``list``, ``tuple`` and ``sorted`` where its rounds read the same."""
        tree = loop.iter
        copied = isinstance(tree, gast.Call) and self._uses_up(tree) and len(tree.args) == 1 and not tree.keywords
        if not copied or tree.func.id not in COPIES:
            return tree
        inner = tree.args[0]
        view = view_of(inner)
        return inner if view == "keys" or (view == "items" and keeps_items(loop, inner.func.value)) else tree

    def _rounds(self, loop: Any, layout: tuple[Any, ...]) -> list[gast.stmt]:
        """A loop over the record, written out."""
        new = shallow(loop)
        if self._is_numbered(loop):
            (counter, new.target), (new.iter, *start) = loop.target.elts, loop.iter.args
            return rounds_of(new, view_of(new.iter), layout, (counter, start[0].value if start else 0))
        new.iter = self._uncopied(loop)
        if new.iter is loop.iter or loop.iter.func.id != "sorted":
            return rounds_of(new, view_of(new.iter), layout)
        if not all(type(key) is str for key in layout):
            raise self._refusal("is gone through in an order that is not known", loop.iter)
        return rounds_of(new, view_of(new.iter), tuple(sorted(layout)))

    def _is_view(self, tree: Any) -> bool:
        return self._is_it(tree.func.value if is_view(tree) else tree)

    def _is_change(self, node: Any) -> bool:
        if isinstance(node, (gast.Subscript, gast.Attribute)):
            return self._is_it(node.value) and not isinstance(node.ctx, gast.Load)
        method = isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) and self._is_it(node.func.value)
        return method and self.kind == "dict" and node.func.attr in ("update", "pop", "setdefault", "clear", "popitem")

    # ---- the walk ----

    def block(self, body: list[gast.stmt], layout: Layout) -> tuple[list[gast.stmt], Layout]:
        """The statements anew, and the layout behind them."""
        out: list[gast.stmt] = []
        for statement in body:
            new, layout = self._statement(statement, layout)
            out += new
        return out, layout

    def _statement(self, statement: Any, layout: Layout) -> tuple[list[gast.stmt], Layout]:
        self._check_keys(statement, layout)
        if not self._occurs(statement):
            return [statement], layout
        self.start, self.returned = self.order.get(id(statement), self.start), isinstance(statement, gast.Return)
        if isinstance(statement, gast.If):
            return self._if(statement, layout)
        if isinstance(statement, (gast.For, gast.While)):
            return self._loop(statement, layout)
        if isinstance(statement, (gast.With, gast.Try)):
            return self._around(statement, layout)
        if id(statement) in self.makers:
            return self._made(statement, layout)
        if isinstance(statement, gast.Expr) and self._is_change(statement.value):
            return self._updated(statement, layout)
        return self._simple(statement, layout)

    def _check_keys(self, statement: Any, layout: Layout) -> None:
        """What was written out in the first round of a loop must hold in all of them."""
        premise = self.relied.get(_place(statement))
        if premise is None or self.kind != "dict" or layout == tuple(key for key, _ in slots_relied_on(premise)):
            return
        reason = f"which keys `{self.name}` has changes from one round of the loop to the next, or is not known"
        raise Refusal(reason, "give it all its keys before the loop", statement)

    def _if(self, statement: Any, layout: Layout) -> tuple[list[gast.stmt], Layout]:
        new = shallow(statement)
        new.test = self.expression(statement.test, layout)
        new.body, then = self.block(statement.body, layout)
        new.orelse, other = self.block(statement.orelse, layout)
        return [new], _joined(then, other, statement)

    def _loop(self, statement: Any, layout: Layout) -> tuple[list[gast.stmt], Layout]:
        if self.kind == "dict" and layout is not None and self._changes_each(statement):
            return self.block(self._rounds(statement, layout), layout)
        new = shallow(statement)
        key = "iter" if isinstance(statement, gast.For) else "test"
        _, end = self.block(statement.body, layout)
        head = layout if end == layout else None
        setattr(new, key, self.expression(getattr(statement, key), layout if key == "iter" else head))
        new.body, _ = self.block(statement.body, head)
        new.orelse, end = self.block(statement.orelse, head)
        return [new], end

    def _around(self, statement: Any, layout: Layout) -> tuple[list[gast.stmt], Layout]:
        new = shallow(statement)
        if any(self._occurs(i) for i in getattr(statement, "items", [])):
            raise self._refusal("is changed, and given to a context manager", statement)
        for part in ("body", "orelse", "finalbody"):
            if getattr(statement, part, None):
                inner, layout = self.block(getattr(statement, part), layout)
                setattr(new, part, inner)
        return [new], layout

    def _made(self, statement: gast.Assign, layout: Layout) -> tuple[list[gast.stmt], Layout]:
        tree = statement.value
        if isinstance(tree, gast.DictComp):
            tree = self._display(tree, layout)
            self.makers[id(statement)] = self.making.construction(tree) or self.makers[id(statement)]
        made, _ = self.makers[id(statement)]
        held = [(key, self._value(value, layout, statement)) for key, value in made.held]
        order = {id(v): i for i, v in enumerate(evaluated(tree))}
        held.sort(key=lambda pair: order.get(id(dict(made.held)[pair[0]]), -1))
        names = [self.variable(key) for key, _ in held]
        read = {n.id for _, v in held for n in nodes_in(v) if isinstance(n, gast.Name)}
        if read & set(names) and len(names) > 1:
            pairs = quote("()")
            pairs.elts = [v for _, v in held]
            new = statements(f"{', '.join(names)} = {{e}}", e=pairs)
        else:
            new = [s for n, (_, v) in zip(names, held, strict=True) for s in statements(f"{n} = {{e}}", e=v)]
        return [placed(s, statement) for s in new], tuple(key for key, _ in made.held)

    def _display(self, tree: gast.DictComp, layout: Layout) -> Any:
        """A comprehension over the record's own keys, written out."""
        if layout is None:
            raise self._refusal("is read as a whole where its slots are not known", tree)
        display = dict_of(tree, view_of(tree.generators[0].iter), layout)
        if self.making.construction(display) is None:
            raise self._refusal("is made anew with keys that are not known", tree)
        return display

    def _value(self, value: Any, layout: Layout, statement: Any) -> Any:
        if not isinstance(value, Default):
            return value if statement is self.first else self.expression(value, layout)
        if not isinstance(value.value, bool | int | float | str | None):
            raise self._refusal("is changed, and has a default that cannot be written down", statement)
        return quote(repr(value.value))

    def _updated(self, statement: Any, layout: Layout) -> tuple[list[gast.stmt], Layout]:
        """``d.update(a=1)`` as assignments."""
        call = statement.value
        display = call.args[0] if len(call.args) == 1 and isinstance(call.args[0], gast.Dict) else None
        made = self.making.construction(display) if display is not None else None
        plain = all(k.arg is not None for k in call.keywords) and (not call.args or made is not None)
        if call.func.attr != "update" or not plain:
            raise self._refusal(f"is changed by `{call.func.attr}`", statement)
        pairs = [*(made[0].held if made is not None else ()), *((k.arg, k.value) for k in call.keywords)]
        values = [self.expression(v, layout) for _, v in pairs]
        new: list[gast.stmt] = []
        for (key, _), value in zip(pairs, values, strict=True):
            if len(pairs) > 1 and any(self._occurs(v) for _, v in pairs):
                raise self._refusal("is read in what updates it", statement)
            new += statements(f"{self.variable(key)} = {{e}}", e=value)
            layout = _with(layout, key)
        return [placed(s, statement) for s in new], layout

    def _simple(self, statement: Any, layout: Layout) -> tuple[list[gast.stmt], Layout]:
        shared = not self.blank or layout is None or self._changed_after(statement.value)
        if isinstance(statement, gast.Assign) and self._is_it(statement.value) and shared:
            raise self._refusal("is changed, and gets another name here", statement)
        new = shallow(statement)
        after = layout
        for key, value in statement.__dict__.items():
            if isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
                new.__dict__[key] = self.expression(value, layout)
            elif isinstance(value, list):
                new.__dict__[key] = [self.expression(v, layout) if isinstance(v, gast.AST) else v for v in value]
        for node in nodes_in(statement):
            if isinstance(node, (gast.Subscript, gast.Attribute)) and self._is_change(node):
                gone = isinstance(node.ctx, gast.Del)
                after = _without(after, self._key(node)) if gone else _with(after, self._key(node))
        return [new], after

    # ---- expressions ----

    def expression(self, tree: Any, layout: Layout) -> Any:
        """The expression with slots read from their variables, and the whole record put together where it is read."""
        if not self._occurs(tree):
            return tree
        if isinstance(tree, (gast.Subscript, gast.Attribute)) and self._is_it(tree.value):
            return self._slot(tree, layout)
        if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Attribute) and self._is_it(tree.func.value):
            return self._method(tree, layout)
        if self._is_it(tree):
            return self._whole(tree, layout)
        if isinstance(tree, gast.Call) and self.kind != "dict":
            self._ask_to_call(tree, layout)
        if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name) and tree.func.id in _LOOKING:
            new = shallow(tree)
            new.args = [
                self._whole(a, layout, harmless=True) if self._is_it(a) else self.expression(a, layout)
                for a in tree.args
            ]
            return new
        if isinstance(tree, (gast.Tuple, gast.List, gast.Dict, gast.Set, gast.Starred)):
            items = [n for n in parts_of(tree) if self._is_it(n)]
            if items and self._changed_after(tree):
                raise self._refusal("is changed after it was put into another container", items[0])
        new = shallow(tree)
        for key, value in tree.__dict__.items():
            if isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
                new.__dict__[key] = self.expression(value, layout)
            elif isinstance(value, list):
                new.__dict__[key] = [self.expression(v, layout) if isinstance(v, gast.AST) else v for v in value]
        return new

    def _slot(self, tree: Any, layout: Layout) -> Any:
        key = self._key(tree)
        stored = not isinstance(tree.ctx, gast.Load)
        if not stored and key not in self.variables:
            getter = held_by(self.cls, str(key)) if isinstance(tree, gast.Attribute) else None
            if isinstance(getter, property):
                self._ask_for_text(tree, getter.fget, None, "getter")
            if type(getter) in (bool, int, float, str) and key not in self.keys and self.maker is not None:
                return placed(quote(f"{{c}}.{key}", c=clone(self.class_text)), tree)
            if isinstance(getter, types.FunctionType):
                reason, instead = f"is changed, and its method `{key}` is kept", f"call it: `{self.name}.{key}(...)`"
                raise Refusal(f"`{self.name}` {reason}", instead, tree)
            if isinstance(tree, gast.Attribute) and hasattr(self.cls, str(key)):
                raise self._refusal(f"is changed, and its `{key}` is asked for", tree)
            raise self._refusal(f"has no `{key}` yet", tree)
        if isinstance(tree, gast.Attribute) and is_managed(self.cls, key):
            raise self._refusal(f"has a property `{key}`", tree)
        new = quote(self.variable(key))
        new.ctx = tree.ctx
        return placed(new, tree)

    def _method(self, tree: gast.Call, layout: Layout) -> Any:
        attribute = tree.func.attr
        if self.kind != "dict" and layout is not None and attribute in layout:
            new = shallow(tree)  # a function that the object holds
            new.func = self._slot(tree.func, layout)
            new.args = [self.expression(a, layout) for a in tree.args]
            new.keywords = [self.expression(k, layout) for k in tree.keywords]
            return new
        if self.kind != "dict":
            self._ask_for_text(tree, held_by(self.cls, attribute), layout)
            return self._whole_call(tree, layout)
        if attribute == "get" and layout is not None and tree.args and isinstance(tree.args[0], gast.Constant):
            key = tree.args[0].value
            if key in layout:
                return placed(quote(self.variable(key)), tree)
            return self.expression(tree.args[1], layout) if len(tree.args) > 1 else quote("None")
        if attribute in ("items", "keys", "values", "copy"):
            return self._whole_call(tree, layout, harmless=True)
        raise self._refusal(f"is changed, and `{attribute}` is called", tree)

    def _ask_to_call(self, call: gast.Call, layout: Layout) -> None:
        """Ask for the text of what is called with an object that cannot be put together, or is changed afterwards."""
        if self._is_it(call.func) and isinstance(held_by(self.cls, "__call__"), types.FunctionType):
            raise Wanted(respelling(call, f"{self.name}.__call__"))
        given = [a for a in (*call.args, *(k.value for k in call.keywords)) if self._is_it(a)]
        if given and isinstance(self.making.resolved(call.func), types.FunctionType):
            self._ask_for_text(call, self.making.resolved(call.func), layout, False)

    def _ask_for_text(self, node: Any, function: Any, layout: Layout, bound: bool | str = True) -> None:
        """Ask for the text of a function in place of its call, where the object itself cannot be passed to it."""
        if isinstance(function, staticmethod):
            function, bound = function.__func__, False
        kept = layout is not None and not self._is_plain_object() and self._is_rebuilt(layout)
        whole = kept and not self._changed_after(node)
        if isinstance(function, types.FunctionType) and not whole:
            raise Wanted(inlining(node, function, bound))

    def _whole_call(self, tree: gast.Call, layout: Layout, harmless: bool = False) -> Any:
        new = shallow(tree)
        new.func = shallow(tree.func)
        new.func.value = self._whole(tree.func.value, layout, harmless)
        new.args = [self.expression(a, layout) for a in tree.args]
        new.keywords = [self.expression(k, layout) for k in tree.keywords]
        return new

    def _whole(self, tree: Any, layout: Layout, harmless: bool = False) -> Any:
        if layout is None or not isinstance(tree.ctx, gast.Load):
            raise self._refusal("is read as a whole where its slots are not known", tree)
        if not harmless and self._changed_after(tree):
            raise self._refusal("is changed after it was passed on", tree)
        parts = [(key, self.variable(key)) for key in layout]
        if self.kind == "dict":
            return placed(quote("{" + ", ".join(f"{key!r}: {name}" for key, name in parts) + "}"), tree)
        if not self._is_rebuilt(layout):
            refusal = self._refusal("is changed, and then read as a whole", tree)
            raise InPlace(refusal.reason, refusal.instead, tree) if self.returned else refusal
        if self._is_plain_object():
            return self._anew(tree, parts)
        call = quote("{c}(" + ", ".join(f"{key}={name}" for key, name in parts) + ")", c=self.maker)
        return placed(call, tree)

    def _anew(self, tree: Any, parts: list[tuple[Any, str]]) -> Any:
        """An object of a class whose ``__init__`` is not to run again."""
        if "object_of" in self.taken or self.namespace.found("object_of") is not object_of:
            raise self._refusal("is read as a whole, which takes a helper `object_of`, another thing here", tree)
        pairs = "".join(f", {key}={name}" for key, name in parts)
        return placed(quote(f"object_of({{c}}{pairs})", c=clone(self.class_text)), tree)

    def _is_rebuilt(self, layout: tuple[Any, ...]) -> bool:
        """True where an object with these slots can be made by an expression."""
        if self._is_plain_object():
            return bool(self.cls.__dictoffset__)
        fields = {f.name for f in dataclasses.fields(self.cls)} if dataclasses.is_dataclass(self.cls) else None
        return self.cls is types.SimpleNamespace or fields == {*layout}

    # ---- small questions ----

    def _is_plain_object(self) -> bool:
        """True for an object whose class may do more than keep what it is called with."""
        keeps = dataclasses.is_dataclass(self.cls) or self.cls is types.SimpleNamespace
        return self.blank or (self.kind == "object" and not keeps)

    def variable(self, key: Any) -> str:
        """The variable that holds a slot."""
        if key not in self.variables:
            wanted = f"{self.name}_{key}"
            if not wanted.isidentifier():
                wanted = f"{self.name}_{len(self.variables)}"
            self.variables[key] = fresh(wanted, self.taken)
        return self.variables[key]

    def _key(self, tree: Any) -> Any:
        if isinstance(tree, gast.Attribute):
            if self.kind == "dict":
                raise self._refusal(f"is changed, and its `{tree.attr}` is passed on", tree)
            return tree.attr
        key = tree.slice.value if isinstance(tree.slice, gast.Constant) else spelled(tree.slice, {})
        if not isinstance(key, (str, int)) or isinstance(key, bool) or self.kind != "dict":
            raise self._refusal("is changed at a key that is not known", tree)
        return key

    def _is_it(self, tree: Any) -> bool:
        return isinstance(tree, gast.Name) and tree.id == self.name

    def _occurs(self, tree: Any) -> bool:
        return any(map(self._is_it, nodes_in(tree)))

    def _changed_after(self, tree: Any) -> bool:
        """True where a change of the record may follow the evaluation of ``tree``.

        A loop that makes the record anew in each round changes another one in the next.
        """
        around = [(a, b) for a, b, made in self.loops if a <= self.start <= b and not (made and made <= self.start)]
        own = [range(m, b + 1) for _, b, m in self.loops if m and m <= self.start <= b]
        others = [s for s in self.stores if not any(s in rounds for rounds in own)]
        return any(s >= self.start for s in self.stores) or any(a <= s <= b for a, b in around for s in others)

    def _refusal(self, what: str, node: Any) -> Refusal:
        return Refusal(f"`{self.name}` {what}", _INSTEAD, node)


def slots_relied_on(premise: Premise) -> tuple[tuple[Any, Any], ...]:
    """The keys of a record with the structure of what is held there; see :mod:`s2sgrad.analysis.premises`."""
    known = premise.structure
    record = isinstance(known, tuple) and known[0] in ("dict", "object", "namedtuple")
    return known[2] if record else ()


def _joined(a: Layout, b: Layout, statement: Any) -> Layout:
    ends = [bool(s) and isinstance(s[-1], (gast.Return, gast.Raise)) for s in (statement.body, statement.orelse)]
    if any(ends):
        return b if ends[0] else a
    return a if a == b else None


def _with(layout: Layout, key: Any) -> Layout:
    return layout if layout is None or key in layout else (*layout, key)


def _without(layout: Layout, key: Any) -> Layout:
    return None if layout is None else tuple(k for k in layout if k != key)
