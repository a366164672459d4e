"""Infer the facts of every operation of a function from the facts of its arguments.

An abstract run of the program: each operation is given the fact that holds of every value it can take, loops are
run until nothing changes, branches are joined. Nothing of the user's is executed.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from s2sgrad.analysis import infer as table
from s2sgrad.analysis.environment import Env, back_edge, symbols
from s2sgrad.analysis.facts import (
    Dim,
    Fact,
    FunctionFact,
    Num,
    Opaque,
    Record,
    Seq,
    Static,
    Symbol,
    join,
    python,
    roots_of,
)
from s2sgrad.analysis.ir import Assign, Block, Effect, For, If, NameTarget, Op, Return, Statement, StoreTarget
from s2sgrad.errors import Refusal, S2SGradError
from s2sgrad.request import GlobalGuard

__all__ = ["Bound", "Facts", "Interpreter"]

Dynamic = Callable[[types.FunctionType, "tuple[Fact, ...]", "dict[str, Fact]", Op], "tuple[Fact, Any]"]
MAX_ROUNDS = 8


@dataclass(frozen=True)
class Bound:
    """What a call calls: the function, and its operands with a method's own object put first."""

    function: Any
    args: tuple[Op, ...]
    keywords: tuple[tuple[str, Op], ...] = ()


@dataclass
class Facts:
    """All that the abstract run found out about one function."""

    of: dict[Op, Fact] = field(default_factory=dict)
    calls: dict[Op, Bound] = field(default_factory=dict)
    before: dict[Statement, Env] = field(default_factory=dict)
    after: dict[Statement, Env] = field(default_factory=dict)
    writes: dict[Statement, frozenset[str]] = field(default_factory=dict)
    decided: dict[If, bool] = field(default_factory=dict)
    callees: dict[Op, Any] = field(default_factory=dict)
    result: Fact = field(default_factory=Opaque)
    guards: list[GlobalGuard] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    entry: dict[str, Fact] = field(default_factory=dict)

    def before_entry(self) -> dict[str, Fact]:
        """The facts of the arguments, by parameter name."""
        return self.entry


class Interpreter:
    """Runs one function on facts. ``analyse_call`` gives the result of a call of a user's function."""

    def __init__(self, home: Any, namespace: Any, arguments: Mapping[str, Fact], analyse_call: Dynamic) -> None:
        self.home = home
        self.namespace = namespace
        self.analyse_call = analyse_call
        self.facts = Facts(entry=dict(arguments))
        self.entry = Env(dict(arguments), frozenset(arguments))
        self.permanent = symbols(self.entry)
        self.prefix = f"{getattr(home, '__name__', 'f')}:"
        self.loops = 0
        self.results: list[Fact] = []

    def run(self, block: Block) -> Facts:
        """Infer everything; Raises Refusal where no sound fact can be given, NeedValue to have an integer by value."""
        self._block(block, self.entry.copy())
        for result in self.results:
            self.facts.result = result if isinstance(self.facts.result, Opaque) else join(self.facts.result, result)
        return self.facts

    # ---- statements ----

    def _block(self, block: Block, env: Env) -> Env:
        for statement in block:
            self.facts.before[statement] = env.copy()
            env = getattr(self, "_run_" + type(statement).__name__)(statement, env)
            self.facts.after[statement] = env.copy()
        return env

    def _run_Assign(self, statement: Assign, env: Env) -> Env:
        self.evaluate(statement.value, env)
        if statement.augmented and isinstance(statement.targets[0], NameTarget):
            return self._augmented(statement, statement.targets[0], env)
        written: frozenset[str] = frozenset()
        # All values are known before any name is bound: `a, b = b, a` exchanges.
        values = [self.evaluate(target.value, env) for target in statement.targets]
        for target, fact in zip(statement.targets, values, strict=True):
            if isinstance(target, NameTarget):
                env.bind(target.name, fact)
            else:
                written |= self._store(target, env)
        self._check_exchange(statement, written)
        self.facts.writes[statement] = written
        return env

    def _check_exchange(self, statement: Assign, written: frozenset[str]) -> None:
        """``a[0], a[1] = a[1], a[0]``: the second store finds what the first has changed."""
        values = [self.facts.of[t.value] for t in statement.targets]
        shared = [v for v in values if isinstance(v, Num) and v.box in ("array", "any") and v.roots & written]
        if len(statement.targets) > 1 and shared:
            raise Refusal(
                "these stores run one after the other, and a later one reads what an earlier one has changed",
                "copy the right-hand sides first: `b = a[0].copy()`",
                statement.node,
            )

    def _augmented(self, statement: Assign, target: NameTarget, env: Env) -> Env:
        old, new = env.facts.get(target.name, Opaque()), self.facts.of[statement.value]
        if isinstance(old, Seq | Record | Opaque) and roots_of(old):
            raise Refusal(f"`{target.name}` is changed in place here", "build a new list", statement.node)
        if isinstance(old, Num) and old.box == "array":
            self.facts.writes[statement] = old.roots
            env.bind(target.name, old)
        elif isinstance(old, Num) and old.box == "any" and isinstance(new, Num):
            self.facts.writes[statement] = old.roots
            env.bind(target.name, replace(new, box="any", roots=old.roots | new.roots))
        else:
            env.bind(target.name, new)
        return env

    def _store(self, target: StoreTarget, env: Env) -> frozenset[str]:
        base = self.evaluate(target.base, env)
        self.evaluate(target.index, env)
        if not isinstance(base, Num) or target.base.form != "read":
            raise Refusal(
                "this store is not differentiated yet: its target is not an array held by a local variable",
                "write to an array by its own name, as in `x[i, j] = ...`",
                target.base.node,
            )
        return base.roots

    def _run_Return(self, statement: Return, env: Env) -> Env:
        self.results.append(self.evaluate(statement.value, env))
        return env

    def _run_Effect(self, statement: Effect, env: Env) -> Env:
        for value in statement.values:
            self.evaluate(value, env)
        return env

    def _run_If(self, statement: If, env: Env) -> Env:
        test = self.evaluate(statement.test, env)
        known = test.value if isinstance(test, Num | Static) else None
        if isinstance(known, bool) or (isinstance(test, Static) and known is None):
            self.facts.decided[statement] = bool(known)
            return self._block(statement.body if known else statement.orelse, env)
        self.facts.decided.pop(statement, None)
        then, other = self._block(statement.body, env.copy()), self._block(statement.orelse, env.copy())
        if _leaves(statement.body):
            return other
        return then if _leaves(statement.orelse) else then.meet(other, f"if{statement.test.number}")

    def _run_For(self, statement: For, env: Env) -> Env:
        self.evaluate(statement.iterable, env)
        site = f"for{statement.item.number}"
        head = env
        for _ in range(MAX_ROUNDS):
            end = self._block(statement.body, self._bind_item(statement, head.copy()))
            again = env.meet(back_edge(env, end, self.permanent), site)
            if again.facts == head.facts and again.bound == head.bound:
                return head
            head = again
        raise Refusal("the shapes in this loop do not settle", "give each variable one rank", statement.node)

    def _bind_item(self, statement: For, env: Env) -> Env:
        iterable = self.facts.of[statement.iterable]
        self.facts.of[statement.item] = table.iterate(iterable, self._fresh(statement.item))
        for target in statement.targets:
            env.bind(target.name, self.evaluate(target.value, env))
        return env

    # ---- operations ----

    def _fresh(self, op: Op) -> Callable[..., Dim]:
        counter = iter(range(1000))
        return lambda hint="", not_one=False: Dim(Symbol(f"{self.prefix}{op.number}.{next(counter)}", not_one))

    def evaluate(self, op: Op, env: Env) -> Fact:
        """The fact of ``op`` where the names hold what ``env`` says; recorded in ``facts.of``."""
        if op.form == "opaque" and op.payload == "item":
            return self.facts.of[op]
        for arg in op.args:
            self.evaluate(arg, env)
        for _, arg in op.keywords:
            self.evaluate(arg, env)
        fact: Fact = getattr(self, "_op_" + op.form)(op, env)
        self.facts.of[op] = fact
        return fact

    def _op_read(self, op: Op, env: Env) -> Fact:
        fact = env.facts.get(op.payload)
        if fact is None:
            raise Refusal(f"`{op.payload}` has no value here", f"assign `{op.payload}` first", op.node)
        return fact

    def _op_const(self, op: Op, env: Env) -> Fact:
        value = op.payload
        return python(type(value), value) if type(value) in (bool, int, float, complex) else Static(value)

    def _op_global(self, op: Op, env: Env) -> Fact:
        from s2sgrad.signature import describe

        path: tuple[str, ...] = op.payload
        try:
            value = self.namespace.lookup(path[0])
        except LookupError:
            raise Refusal(f"`{path[0]}` is not defined", "define it before the first call", op.node) from None
        used = 1
        while used < len(path) and isinstance(value, types.ModuleType):
            value = _attribute(value, path[used], op)
            used += 1
        fact = _function_or_module(value)
        if fact is None:
            name = "global " + ".".join(path[:used])
            fact = describe(value, name, frozenset([name]))
        self._guard(path[:used], fact)
        for slot in path[used:]:
            fact = self._slot(fact, slot, op)
        return fact

    def _guard(self, path: tuple[str, ...], fact: Fact) -> None:
        if self.home is not None:
            guard = GlobalGuard(self.home, path, fact)
            if guard not in self.facts.guards:
                self.facts.guards.append(guard)

    def _slot(self, fact: Fact, name: str, op: Op) -> Fact:
        if isinstance(fact, Record):
            self.facts.attributes.add(name)
            found = fact.slot(name)
            if found is not None:
                return found
            return _class_attribute(fact, name, op)
        if isinstance(fact, Static) and isinstance(fact.value, type | types.ModuleType):
            return _function_or_module(_attribute(fact.value, name, op)) or Opaque()
        return Opaque(roots_of(fact))

    def _op_attribute(self, op: Op, env: Env) -> Fact:
        base = self.facts.of[op.args[0]]
        if isinstance(base, Num):
            if op.payload == "dtype":
                return Static(base.dtype) if base.dtype is not None else Opaque()
            function = table.ATTRIBUTES.get(op.payload)
            return Opaque(base.roots) if function is None else self._known(op, Bound(function, op.args))
        return self._slot(base, op.payload, op)

    def _op_tuple(self, op: Op, env: Env) -> Fact:
        items = tuple(self.facts.of[a] for a in op.args)
        element: Fact = items[0] if items else Opaque()
        for item in items[1:]:
            element = join(element, item)
        return Seq(op.form, items, element, Dim.of(len(items)))

    _op_list = _op_tuple

    def _op_dict(self, op: Op, env: Env) -> Fact:
        return Record("dict", dict, tuple(zip(op.payload, (self.facts.of[a] for a in op.args), strict=True)))

    def _op_slice(self, op: Op, env: Env) -> table.SliceFact:
        return table.SliceFact(*(self.facts.of[a] for a in op.args))

    def _op_item(self, op: Op, env: Env) -> Fact:
        i, n = op.payload
        base = self.facts.of[op.args[0]]
        fact: Fact = table.unpack(base, n, self._fresh(op))[i]
        if isinstance(base, Num) and isinstance(fact, Num) and fact.box != "np":
            return replace(fact, roots=base.roots)
        return fact

    def _op_opaque(self, op: Op, env: Env) -> Fact:
        operands = [self.facts.of[a] for a in op.args]
        scalars = all(isinstance(f, Num) and f.rank == 0 for f in operands)
        if op.payload in ("Compare", "BoolOp") and scalars:
            return python(bool) if op.payload == "Compare" else Opaque()
        return Opaque(frozenset().union(*(roots_of(self.facts.of[a]) for a in op.args)))

    def _op_call(self, op: Op, env: Env) -> Fact:
        if op.payload is not None:
            return self._known(op, Bound(op.payload, op.args, op.keywords))
        callee, args = op.args[0], op.args[1:]
        if callee.form == "attribute":
            base = self.facts.of[callee.args[0]]
            if isinstance(base, Num):
                return self._method(op, callee, base, args)
            if isinstance(base, Seq) or (isinstance(base, Record) and base.kind == "dict"):
                return self._container_method(op, callee, base)
        target = self.facts.of[callee]
        if isinstance(target, FunctionFact):
            return self._call(op, target, callee, args)
        return self._unknown(op, args)

    def _method(self, op: Op, callee: Op, base: Num, args: tuple[Op, ...]) -> Fact:
        name = callee.payload
        if name in table.MUTATORS:
            raise Refusal(f"`.{name}()` changes an array in place", "assign the new value to a slice", op.node)
        function = table.METHODS.get(name)
        if function is None:
            return Opaque(base.roots)
        if name in ("reshape", "transpose") and (len(args) > 1 or (args and self._is_integer(args[0]))):
            args = (_packed(args, self.facts),)
        return self._known(op, Bound(function, (callee.args[0], *args), op.keywords))

    def _is_integer(self, op: Op) -> bool:
        fact = self.facts.of[op]
        return isinstance(fact, Num) and fact.kind in "iu"

    def _container_method(self, op: Op, callee: Op, base: Fact) -> Fact:
        if callee.payload in ("keys", "values", "items", "get", "index", "count", "copy"):
            return Opaque(roots_of(base))
        raise Refusal(
            f"`.{callee.payload}()` on a list or dict is not differentiated yet",
            "create an array of the full size and assign to its items",
            op.node,
        )

    def _call(self, op: Op, target: FunctionFact, callee: Op, args: tuple[Op, ...]) -> Fact:
        function = target.function
        if target.bound is not None and callee.form == "attribute":
            args = (callee.args[0], *args)
        if isinstance(function, types.FunctionType) and not _from_numpy(function):
            operands = tuple(self.facts.of[a] for a in args)
            keywords = {k: self.facts.of[v] for k, v in op.keywords}
            self.facts.calls[op] = Bound(function, args, op.keywords)
            fact, callee = self.analyse_call(function, operands, keywords, op)
            if isinstance(callee, S2SGradError) and any(map(roots_of, (*operands, *keywords.values()))):
                raise callee if callee.lineno is not None else Refusal(callee.reason, callee.instead, op.node)
            self.facts.callees[op] = callee
            return fact
        return self._known(op, Bound(function, args, op.keywords))

    def _unknown(self, op: Op, args: tuple[Op, ...], function: Any = None) -> Fact:
        operands = [*args, *(v for _, v in op.keywords)]
        roots = frozenset().union(*(roots_of(self.facts.of[a]) for a in operands))
        if roots and not _leaves_alone(op, function):
            raise Refusal(
                f"this call may change the array it is given ({_owner(roots)}), and what it does is not known",
                "pass a copy, or use functions that are known",
                op.node,
            )
        return Opaque(roots)

    def _known(self, op: Op, bound: Bound) -> Fact:
        self.facts.calls[op] = bound
        if any(name == "out" for name, _ in bound.keywords):
            raise Refusal("`out=` is not differentiated yet", "assign the result instead", op.node)
        operands = [self.facts.of[a] for a in bound.args]
        keywords = {k: self.facts.of[v] for k, v in bound.keywords}
        fact = _decided(bound.function, operands)
        if fact is None:
            fact = table.infer(bound.function, operands, keywords, self._fresh(op))
        if isinstance(fact, Num) and fact.box in ("array", "any"):
            return replace(fact, roots=self._roots(op, bound, operands))
        if isinstance(fact, Opaque):
            return self._unknown(op, bound.args, bound.function)
        return fact

    def _roots(self, op: Op, bound: Bound, operands: list[Fact]) -> frozenset[str]:
        own = frozenset([f"{self.prefix}{op.number}"])
        effect = effect_of(bound.function, operands, [name for name, _ in bound.keywords])
        if effect == "fresh":
            return own
        shared = frozenset().union(*map(roots_of, operands))
        return shared if effect == "view" and shared else shared | own


_SHOWING = frozenset(("debug", "info", "warning", "error", "critical", "exception", "log", "write"))


def _leaves_alone(op: Op, function: Any) -> bool:
    """True for a call that is known to change none of its arguments."""
    if function is not None:
        return function in (print, repr, str, format, isinstance, id, type, hasattr, callable) or bool(
            table.is_pure(function)
        )
    return op.args[0].form in ("attribute", "global") and op.args[0].node.attr in _SHOWING if _named(op) else False


def _named(op: Op) -> bool:
    return hasattr(op.args[0].node, "attr")


def _owner(roots: frozenset[str]) -> str:
    return ", ".join(sorted(r for r in roots if ":" not in r)) or "a local array"


def effect_of(function: Any, operands: list[Fact], keywords: list[str]) -> str:
    """Whether a call's result is ``fresh`` memory, a ``view`` of its operands', or ``maybe`` either."""
    import operator

    if function is operator.getitem:
        return str(table.getitem_effect(operands[1]))
    return str(table.memory_effect(function, keywords))


def _leaves(block: Block) -> bool:
    return bool(block.statements) and isinstance(block.statements[-1], Return)


def _attribute(value: Any, name: str, op: Op) -> Any:
    try:
        return getattr(value, name)
    except AttributeError:
        raise Refusal(f"`{getattr(value, '__name__', value)}` has no attribute `{name}`", "", op.node) from None


def _function_or_module(value: Any) -> Fact | None:
    primal = getattr(value, "primal", None) if type(value).__module__.startswith("s2sgrad") else None
    if isinstance(primal, types.FunctionType):
        return FunctionFact(primal)
    if isinstance(value, types.ModuleType) or (isinstance(value, type) and not issubclass(value, np.generic)):
        return FunctionFact(value) if isinstance(value, type) else Static(value)
    if callable(value) and isinstance(
        value, types.FunctionType | types.BuiltinFunctionType | np.ufunc | type | types.MethodDescriptorType
    ):
        return FunctionFact(value)
    return FunctionFact(value) if _from_numpy(value) and callable(value) else None


def _from_numpy(value: Any) -> bool:
    return str(getattr(value, "__module__", "") or "").split(".")[0] == "numpy"


def _class_attribute(record: Record, name: str, op: Op) -> Fact:
    found = getattr(record.cls, name, None) if record.kind != "dict" else None
    if isinstance(found, types.FunctionType):
        raw = next((vars(c)[name] for c in record.cls.__mro__ if name in vars(c)), None)
        return FunctionFact(found) if isinstance(raw, staticmethod) else FunctionFact(found, record)
    if isinstance(found, bool | int | float | str):
        return python(type(found), found) if not isinstance(found, str) else Static(found)
    return Opaque()


def _packed(args: tuple[Op, ...], facts: Facts) -> Op:
    from s2sgrad.quote import clone, quote

    node = quote("()")
    node.elts = [clone(a.node) for a in args]
    packed = Op("tuple", node, None, args, number=args[0].number)
    facts.of[packed] = Seq("tuple", tuple(facts.of[a] for a in args), facts.of[args[0]], Dim.of(len(args)))
    return packed


def _decided(function: Any, operands: list[Fact]) -> Fact | None:
    """The result of an identity test or a comparison whose operands are known exactly."""
    import operator

    if function in (operator.is_, operator.is_not) and len(operands) == 2:
        a, b = operands
        if isinstance(a, Static) and isinstance(b, Static):
            return python(bool, (a.value is b.value) == (function is operator.is_))
        known = isinstance(b, Static) and b.value is None and isinstance(a, Num | Seq | Record | FunctionFact)
        return python(bool, function is operator.is_not) if known else python(bool)
    if function in (operator.eq, operator.ne) and all(isinstance(o, Static) for o in operands):
        a, b = operands
        return python(bool, bool(function(a.value, b.value)))  # type: ignore[union-attr]
    return None
