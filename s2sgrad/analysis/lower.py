"""Lower a checked tree to the intermediate form: one primitive operation per step, in Python's evaluation order.

>>> import gast
>>> from s2sgrad.analysis.lower import lower
>>> tree = gast.parse("def f(x, n):\\n    y = x[n] * 2\\n    return y").body[0]
>>> lower(tree).statements[0].value
mul(getitem(x, n), 2)
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any, TypeVar

import gast

from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Break,
    Effect,
    Enter,
    For,
    GradientBlock,
    Guarded,
    If,
    Leave,
    NameTarget,
    Op,
    Return,
    Statement,
    StoreTarget,
    While,
)
from s2sgrad.errors import InPlace, Refusal
from s2sgrad.normalize.attempts import is_attempt
from s2sgrad.normalize.scopes import outer_reads
from s2sgrad.normalize.spread import first_star, is_view
from s2sgrad.normalize.wanted import Rewriting, Wanted, rewriting_at, slots_of
from s2sgrad.quote import nodes_in, nodes_of, quote

__all__ = ["Lowering", "local_names", "lower"]

T = TypeVar("T", bound=Any)

BINARY: dict[type, Callable[..., Any]] = {
    gast.Add: operator.add,
    gast.Sub: operator.sub,
    gast.Mult: operator.mul,
    gast.Div: operator.truediv,
    gast.FloorDiv: operator.floordiv,
    gast.Mod: operator.mod,
    gast.Pow: operator.pow,
    gast.MatMult: operator.matmul,
    gast.LShift: operator.lshift,
    gast.RShift: operator.rshift,
    gast.BitAnd: operator.and_,
    gast.BitOr: operator.or_,
    gast.BitXor: operator.xor,
}
UNARY: dict[type, Callable[..., Any]] = {
    gast.USub: operator.neg,
    gast.UAdd: operator.pos,
    gast.Not: operator.not_,
    gast.Invert: operator.invert,
}
COMPARE: dict[type, Callable[..., Any]] = {
    gast.Lt: operator.lt,
    gast.LtE: operator.le,
    gast.Gt: operator.gt,
    gast.GtE: operator.ge,
    gast.Eq: operator.eq,
    gast.NotEq: operator.ne,
    gast.Is: operator.is_,
    gast.IsNot: operator.is_not,
}

_AT: dict[str, Callable[..., Any]] = {"add": operator.add, "subtract": operator.sub}


LIST_METHODS: dict[str, Callable[..., Any]] = {"append": list.append, "extend": list.extend, "insert": list.insert}
"""Methods by which a statement changes a list; to the analyses each gives the list as it is afterwards."""


def _last_of_each(targets: list[T]) -> list[T]:
    """The targets without those that a later one of the same statement binds again: ``_, _, x = f()``."""
    names = [t.name if isinstance(t, NameTarget) else None for t in targets]
    kept: list[T] = []
    for i, target in enumerate(targets):
        if names[i] is None or names[i] not in names[i + 1 :]:
            kept.append(target)
        elif any(isinstance(t, StoreTarget) for t in targets):
            reason = f"`{names[i]}` is assigned twice in one statement, which stores into something too"
            raise Refusal(reason, "write a statement for each", target.value.node)
    return kept


def _changed_list(node: gast.expr) -> gast.Name | None:
    """The name of the list that an expression changes, if that is all it does."""
    if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Attribute) or node.keywords:
        return None
    plain = node.func.attr in LIST_METHODS and not any(isinstance(a, gast.Starred) for a in node.args)
    return node.func.value if plain and isinstance(node.func.value, gast.Name) else None


def _popped_list(node: gast.expr) -> tuple[gast.Name, int] | None:
    """The name of the list from which an expression takes an item off, and the place of that item."""
    if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Attribute) or node.keywords:
        return None
    if node.func.attr != "pop" or not isinstance(node.func.value, gast.Name) or len(node.args) > 1:
        return None
    if not node.args:
        return node.func.value, -1
    first = isinstance(node.args[0], gast.Constant) and type(node.args[0].value) is int and node.args[0].value == 0
    return (node.func.value, 0) if first else None


def local_names(function: gast.FunctionDef) -> set[str]:
    """Parameters and every name that the function's own scope binds."""
    names = {a.id for a in _parameters(function.args)}
    return names.union(*map(_stored, function.body))


@functools.lru_cache(maxsize=1024)
def _stored(statement: gast.stmt) -> frozenset[str]:
    """The names that a statement, which is not changed any more, binds."""
    return frozenset(n.id for n in nodes_of(statement) if n.__class__ is gast.Name and n.ctx.__class__ is gast.Store)


def _parameters(arguments: gast.arguments) -> list[gast.Name]:
    starred = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]


def _raises(body: list[gast.stmt]) -> bool:
    """True for a block of which every path ends by raising."""
    last = body[-1]
    if isinstance(last, gast.If):
        return bool(last.orelse) and _raises(last.body) and _raises(last.orelse)
    return isinstance(last, gast.Raise)


def _check_exits(body: list[gast.stmt]) -> None:
    """Refuse to leave a block in the middle where an exception may be under way."""
    for node in (n for s in body for n in nodes_in(s)):
        if isinstance(node, (gast.Return, gast.Break, gast.Continue)):
            raise Refusal("this leaves a `try` in the middle, which is not differentiated", "leave behind it", node)


def _check_no_else(loop: Any) -> None:
    """Refuse what would get lost: the ``else`` of a loop is written behind it before anything is lowered."""
    if loop.orelse:
        raise Refusal("the `else` of a loop is not differentiated here", "write it behind the loop", loop)


def lower(function: gast.FunctionDef) -> Block:
    """The body of ``function`` in the intermediate form. Raises Refusal for a construct that has no such form."""
    return Lowering(local_names(function)).block(function.body)


class Lowering:
    """Lowers statements and expressions in one scope, numbering operations as it goes."""

    def __init__(
        self,
        local: set[str],
        rewritings: frozenset[Rewriting] = frozenset(),
        made: set[str] | None = None,
        is_value: Callable[[tuple[str, ...]], bool] = lambda path: False,
        notes: Callable[[str, str], bool] = lambda base, attribute: False,
    ) -> None:
        self.local, self.rewritings, self.is_value = local, rewritings, is_value
        self.made: set[str] = made or set()
        self.notes = notes
        self.count = 0

    def block(self, body: list[gast.stmt]) -> Block:
        """Lower statements in order."""
        return Block([statement for node in body for statement in self._statements(node)])

    def _statements(self, node: gast.stmt) -> list[Statement]:
        if isinstance(node, gast.With):
            return self._with(node)
        if isinstance(node, gast.Try) and all(_raises(handler.body) for handler in node.handlers):
            return self._tried(node)
        return [self.statement(node)]

    def _with(self, node: gast.With) -> list[Statement]:
        entered = Enter(node, "body")
        for item in node.items:
            value = self.expression(item.context_expr)
            entered.values.append(value)
            if item.optional_vars is not None:
                if not isinstance(item.optional_vars, gast.Name):
                    raise Refusal("this target of `with` is not differentiated", "use a name", item.optional_vars)
                result = self.op("opaque", item.optional_vars, "manager", (value,))
                entered.targets.append(NameTarget(item.optional_vars.id, result))
        return [entered, *self.block(node.body), Leave(node, "body")]

    def _tried(self, node: gast.Try) -> list[Statement]:
        """``try`` with handlers that all raise: what runs to its end ran the body, then ``else``, then ``finally``."""
        _check_exits(node.finalbody)
        read = [n for h in node.handlers for n in nodes_in(h) if self._is_read(n)]
        found: list[Statement] = []
        for key in ("body", "orelse", "finalbody"):
            inner = getattr(node, key)
            if inner or key == "body":
                values = list(map(self._read, read)) if key == "body" else []
                found += [Enter(node, key, values), *self.block(inner), Leave(node, key)]
        return found

    def _Try(self, node: gast.Try) -> Guarded:
        caught = [self.block(handler.body) for handler in node.handlers]
        body, orelse, final = self.block(node.body), self.block(node.orelse), self.block(node.finalbody)
        _check_exits([node])
        return Guarded(node, body, caught, orelse, final, [self._read(n) for n in nodes_in(node) if self._is_read(n)])

    def _is_read(self, node: gast.AST) -> bool:
        return isinstance(node, gast.Name) and isinstance(node.ctx, gast.Load) and node.id in self.local

    def statement(self, node: gast.stmt) -> Statement:
        """Lower one statement."""
        method = getattr(self, "_" + type(node).__name__, None)
        if method is None:
            raise Refusal(f"`{type(node).__name__.lower()}` statements are not differentiated yet", "", node)
        result: Statement = method(node)
        return result

    def _Assign(self, node: gast.Assign) -> Assign | Effect:
        if len(node.targets) == 1 and self._is_noted(node.targets[0]):
            return self._noted(node, node.targets[0])
        popped = _popped_list(node.value)
        if popped is not None and popped[0].id in self.local and isinstance(node.targets[0], gast.Name):
            return self._popped(node, *popped)
        value = self.expression(node.value)
        return Assign(node, _last_of_each([t for target in node.targets for t in self._targets(target, value)]), value)

    _Round = _Assign

    def _popped(self, node: gast.Assign, name: gast.Name, place: int) -> Assign:
        """``v = xs.pop()``: the item, and the list without it."""
        base, index = self._read(name), self.op("const", node.value, place)
        item = self.op("call", node.value, operator.getitem, (base, index))
        rest = self.op("call", node.value, list.pop, (base, index))
        targets = _last_of_each([t for target in node.targets for t in self._targets(target, item)])
        return Assign(node, [*targets, NameTarget(name.id, rest)], item)

    def _AnnAssign(self, node: gast.AnnAssign) -> Statement:
        if node.value is None:
            return Effect(node, [])
        value = self.expression(node.value)
        return Assign(node, self._targets(node.target, value), value)

    def _is_noted(self, target: Any) -> bool:
        """True for an attribute of a local object, of a name that nothing reads."""
        base = target
        while isinstance(base, gast.Attribute):
            base = base.value
        stored = isinstance(target, gast.Attribute) and isinstance(base, gast.Name) and base.id in self.local
        return stored and self.notes(base.id, target.attr)

    def _noted(self, node: Any, target: Any) -> Effect:
        return Effect(node, [self.expression(node.value), self.expression(target.value)], noted=target.attr)

    def _AugAssign(self, node: gast.AugAssign) -> Assign | Effect:
        if self._is_noted(node.target):
            return self._noted(node, node.target)
        function = BINARY[type(node.op)]
        if isinstance(node.target, gast.Name):
            value = self.op("call", node, function, (self._read(node.target), self.expression(node.value)))
            return Assign(node, [NameTarget(node.target.id, value)], value, augmented=True)
        if isinstance(node.target, gast.Subscript):
            base, index = self.expression(node.target.value), self.expression(node.target.slice)
            if rewriting_at("whole", node) in self.rewritings:
                base = self.op("call", node.target, operator.getitem, (base, index))
                index = self.op("const", gast.copy_location(quote("..."), node), ...)
            element = self.op("call", node.target, operator.getitem, (base, index))
            value = self.op("call", node, function, (element, self.expression(node.value)))
            return Assign(node, [StoreTarget(base, index, value)], value, augmented=True)
        raise self._as_variables(node.target)

    def _targets(self, target: gast.expr, value: Op) -> list[Any]:
        if isinstance(target, gast.Name):
            return [NameTarget(target.id, value)]
        if isinstance(target, gast.Subscript):
            return [StoreTarget(self.expression(target.value), self.expression(target.slice), value)]
        if isinstance(target, (gast.Tuple, gast.List)):
            return self._unpack(target, value)
        raise self._as_variables(target)

    def _as_variables(self, target: Any) -> Exception:
        """The wish to have the attributes of a local object as variables, or the reason why they cannot be."""
        base = getattr(target, "value", None)
        while isinstance(base, (gast.Attribute, gast.Subscript)):
            base = base.value
        if isinstance(target, gast.Attribute) and isinstance(base, gast.Name) and base.id in self.made:
            return Wanted(slots_of(base))
        given = isinstance(base, gast.Name) and base.id in self.local
        kind = InPlace if given and isinstance(target, gast.Attribute) else Refusal
        return kind("assignment to this target is not differentiated yet", "assign to a local variable", target)

    def _unpack(self, target: gast.Tuple, value: Op) -> list[Any]:
        star = next((i for i, e in enumerate(target.elts) if isinstance(e, gast.Starred)), None)
        if star is not None:
            return self._unpack_star(target, value, star)
        n = len(target.elts)
        display = value.form in ("tuple", "list") and len(value.args) == n
        parts = value.args if display else tuple(self.op("item", target, (i, n), (value,)) for i in range(n))
        return [t for e, part in zip(target.elts, parts, strict=True) for t in self._targets(e, part)]

    def _unpack_star(self, target: gast.Tuple, value: Op, star: int) -> list[Any]:
        """``a, *b = x, y, z`` item by item; the items of any other value must be known to be unpacked so."""
        behind = len(target.elts) - star - 1
        plain = [e.value if isinstance(e, gast.Starred) else e for e in target.elts]
        if value.form in ("tuple", "list") and len(value.args) >= len(plain) - 1:
            end = len(value.args) - behind
            rest = self.op("list", value.node, None, value.args[star:end])
            parts = [*value.args[:star], rest, *value.args[end:]]
        else:
            parts = [self.op("opaque", target, "spread", (value,)) for _ in plain]
        return [t for e, part in zip(plain, parts, strict=True) for t in self._targets(e, part)]

    def _Return(self, node: gast.Return) -> Return:
        if node.value is None:
            raise Refusal("the function returns None", "return the value to differentiate", node)
        return Return(node, self.expression(node.value))

    def _Expr(self, node: gast.Expr) -> Statement:
        call: Any = node.value
        if isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute) and call.func.attr == "at":
            function = _AT.get(getattr(call.func.value, "attr", ""))
            if function is not None and len(call.args) == 3 and not call.keywords:
                return self._at(node, call, function)
        popped = _popped_list(call)
        if popped is not None and popped[0].id in self.local:
            xs, place = self._read(popped[0]), self.op("const", call, popped[1])
            value = self.op("call", call, list.pop, (xs, place))
            return Assign(node, [NameTarget(popped[0].id, value)], value, augmented=True)
        name = _changed_list(call)
        if name is None or name.id not in self.local:
            return Effect(node, [self.expression(call)])
        operands = (self._read(name), *map(self.expression, call.args))
        value = self.op("call", call, LIST_METHODS[call.func.attr], operands)
        return Assign(node, [NameTarget(name.id, value)], value, augmented=True)

    def _at(self, node: gast.Expr, call: gast.Call, function: Callable[..., Any]) -> Assign:
        """``np.add.at(x, index, e)``: as ``x[index] += e``, but repeated entries count every time."""
        ufunc = self.expression(call.func.value)
        base, index, added = map(self.expression, call.args)
        read = gast.copy_location(quote("{x}[{i}]", x=call.args[0], i=call.args[1]), call)
        element = self.op("call", read, operator.getitem, (base, index))
        value = self.op("call", node, function, (element, added))
        target = StoreTarget(base, index, value, accumulates=True)
        return Assign(node, [target], value, augmented=True, ufunc=ufunc)

    def _GradientBlock(self, node: Any) -> GradientBlock:
        inner = Lowering(self.local | node.own, self.rewritings, self.made, self.is_value, self.notes)
        inner.count = self.count
        block = inner.block(node.body)
        self.count = inner.count
        return GradientBlock(node, [], (), "", node.name, node.target, node.own, node.body, block)

    def _Pass(self, node: gast.Pass) -> Effect:
        return Effect(node, [])

    def _Delete(self, node: gast.Delete) -> Effect:
        for target in node.targets:
            if not isinstance(target, gast.Name):
                base = getattr(target, "value", None)
                if isinstance(base, gast.Name) and base.id in self.made:
                    raise Wanted(slots_of(base))
                raise Refusal("deleting an item or an attribute is not differentiated", "build a new container", node)
        return Effect(node, [], tuple(t.id for t in node.targets))

    def _Global(self, node: gast.Global) -> Effect:
        return Effect(node, [])

    _Nonlocal = _Global

    def _Continue(self, node: gast.Continue) -> Effect:
        return Effect(node, [])

    def _Break(self, node: gast.Break) -> Break:
        return Break(node)

    def _Assert(self, node: gast.Assert) -> Effect:
        return Effect(node, [self.expression(e) for e in (node.test, node.msg) if e is not None])

    def _Raise(self, node: gast.Raise) -> Effect:
        return Effect(node, [self.expression(e) for e in (node.exc, node.cause) if e is not None])

    def _If(self, node: gast.If) -> If:
        return If(node, self.expression(node.test), self.block(node.body), self.block(node.orelse))

    _Guard = _If

    def _While(self, node: gast.While) -> While:
        _check_no_else(node)
        return While(node, self.expression(node.test), self.block(node.body))

    def _For(self, node: gast.For) -> For:
        _check_no_else(node)
        iterable = self.expression(node.iter)
        item = self.op("opaque", node.target, "item", (iterable,))
        targets = _last_of_each(self._targets(node.target, item))
        if not all(isinstance(t, NameTarget) for t in targets):
            raise Refusal("a loop target must be a name or names", "assign inside the body", node.target)
        if rewriting_at("record", node) in self.rewritings:
            return For(node, item, [], iterable, Block([Assign(node, targets, item), *self.block(node.body)]))
        return For(node, item, targets, iterable, self.block(node.body))

    def op(
        self,
        form: str,
        node: gast.AST,
        payload: Any = None,
        args: tuple[Op, ...] = (),
        keywords: tuple[tuple[str, Op], ...] = (),
    ) -> Op:
        """A new operation with the next number."""
        self.count += 1
        return Op(form, node, payload, args, keywords, self.count)

    def expression(self, node: gast.expr) -> Op:
        """Lower one expression; forms without an operation of their own become opaque."""
        method = getattr(self, "_" + type(node).__name__, None)
        result: Op = method(node) if method is not None else self._opaque(node)
        return result

    def _opaque(self, node: gast.expr) -> Op:
        reads = [n for n in outer_reads(node) if n.id in self.local]
        if any(isinstance(n, (gast.NamedExpr, gast.Yield, gast.YieldFrom, gast.Await)) for n in nodes_in(node)):
            raise Refusal("`:=`, `yield` and `await` are not differentiated yet", "assign in a statement", node)
        return self.op("opaque", node, type(node).__name__, tuple(self._read(n) for n in reads))

    def _read(self, node: gast.Name) -> Op:
        return self.op("read", node, node.id)

    def _Name(self, node: gast.Name) -> Op:
        return self._read(node) if node.id in self.local else self.op("global", node, (node.id,))

    def _Constant(self, node: gast.Constant) -> Op:
        return self.op("const", node, node.value)

    def _Attribute(self, node: gast.Attribute) -> Op:
        base = self.expression(node.value)
        if base.form == "global" and not self.is_value(base.payload):
            return self.op("global", node, (*base.payload, node.attr))
        return self.op("attribute", node, node.attr, (base,))

    def _BinOp(self, node: gast.BinOp) -> Op:
        left = self.expression(node.left)
        return self.op("call", node, BINARY[type(node.op)], (left, self.expression(node.right)))

    def _UnaryOp(self, node: gast.UnaryOp) -> Op:
        operand = self.expression(node.operand)
        if isinstance(node.op, gast.USub) and operand.form == "const" and type(operand.payload) in (int, float):
            return self.op("const", node, -operand.payload)
        return self.op("call", node, UNARY[type(node.op)], (operand,))

    def _Compare(self, node: gast.Compare) -> Op:
        function = COMPARE.get(type(node.ops[0])) if len(node.ops) == 1 else None
        if function is None:
            return self._opaque(node)
        left = self.expression(node.left)
        return self.op("call", node, function, (left, self.expression(node.comparators[0])))

    def _Subscript(self, node: gast.Subscript) -> Op:
        base = self.expression(node.value)
        return self.op("call", node, operator.getitem, (base, self.expression(node.slice)))

    def _Slice(self, node: gast.Slice) -> Op:
        parts = [node.lower, node.upper, node.step]
        none = self.op("const", node, None)
        return self.op("slice", node, None, tuple(none if p is None else self.expression(p) for p in parts))

    def _Tuple(self, node: gast.Tuple) -> Op:
        return self._display("tuple", node)

    def _List(self, node: gast.List) -> Op:
        return self._display("list", node)

    def _display(self, form: str, node: Any) -> Op:
        if first_star(node) is not None:
            return self._spread(node)
        return self.op(form, node, None, tuple(map(self.expression, node.elts)))

    def _Dict(self, node: gast.Dict) -> Op:
        keys = tuple(k.value if isinstance(k, gast.Constant) else None for k in node.keys)
        if None in node.keys:
            return self._spread(node)
        if None in keys:
            return self._opaque(node)
        return self.op("dict", node, keys, tuple(map(self.expression, node.values)))

    def _spread(self, node: Any) -> Op:
        """What stands for several items, how many only the facts tell: first the value that is spread out."""
        star = first_star(node)
        opaque = self._opaque(node)
        opaque.payload = "spread"
        opaque.args = (self.expression(getattr(star, "value", star)), *opaque.args)
        return opaque

    def _DictComp(self, node: gast.DictComp) -> Op:
        if len(node.generators) != 1:
            return self._opaque(node)
        opaque = self._opaque(node)
        opaque.payload = "view"
        iterable = node.generators[0].iter
        base = iterable.func.value if is_view(iterable) else iterable
        opaque.args = (self.expression(base), *opaque.args)
        return opaque

    def _Call(self, node: gast.Call) -> Op:
        if first_star(node) is not None:
            return self._spread(node)
        if is_attempt(node):
            return self.op("opaque", node, "attempt")
        callee = self.expression(node.func)
        args = tuple(map(self.expression, node.args))
        keywords = tuple((k.arg, self.expression(k.value)) for k in node.keywords)
        return self.op("call", node, None, (callee, *args), keywords)
