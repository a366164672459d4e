"""Facts of calls: of NumPy's functions and methods, of the user's own functions, and of functions that nobody knows."""

from __future__ import annotations

import collections
import dataclasses
import functools
import inspect
import itertools
import math
import operator
import types
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis import infer as table
from s2sgrad.analysis import unsupported
from s2sgrad.analysis.arguments import bind_facts, facts_by_parameter
from s2sgrad.analysis.array_forms import complex_form
from s2sgrad.analysis.arrays import is_varying_list
from s2sgrad.analysis.behaviour import READING, TEXTS, check_behaviour
from s2sgrad.analysis.construct import construction, is_made_by_init, is_made_up
from s2sgrad.analysis.copied import COPYING, copy_form, is_dict, named_tuple_form
from s2sgrad.analysis.environment import Env, map_fact
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
    holds_local,
    is_active_kind,
    join,
    may_be_complex,
    may_be_none,
    python,
    roots_of,
)
from s2sgrad.analysis.forms import form_of, vectorized
from s2sgrad.analysis.found import Bound, Facts
from s2sgrad.analysis.infer.lazily import member_of
from s2sgrad.analysis.infer.operators import INPLACE
from s2sgrad.analysis.infer.randoms import DRAWS
from s2sgrad.analysis.initialiser import initialiser
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.literals import in_doubt, in_either_case, may_be_number, may_round, of_known_kind, with_numbers
from s2sgrad.analysis.local import LOST, LocalFunction
from s2sgrad.analysis.lookup import held_by_class, is_written
from s2sgrad.analysis.lower import LIST_METHODS
from s2sgrad.analysis.overlap import check_apart, is_unguarded
from s2sgrad.analysis.pieces import STRETCHED
from s2sgrad.analysis.remembered import of_operator
from s2sgrad.analysis.returned import as_seen
from s2sgrad.analysis.ruled import Ruled, result_by_rule
from s2sgrad.analysis.sparse import READ as SPARSE_READ
from s2sgrad.analysis.sparse import REFUSAL as SPARSE_REFUSAL
from s2sgrad.analysis.sparse import is_sparse
from s2sgrad.analysis.stores import loop_of_at, store_of
from s2sgrad.analysis.texts import spelled
from s2sgrad.analysis.tuples import gives_a_tuple
from s2sgrad.custom import Custom, custom_of
from s2sgrad.errors import ArgumentError, InPlace, Refusal, S2SGradError
from s2sgrad.nested import (
    WORDS,
    check_along,
    check_matrix,
    check_mode,
    derivative_again,
    derivative_of_local,
    derived,
    is_deriving,
    nested,
)
from s2sgrad.normalize.expand import inlining, respelling
from s2sgrad.normalize.forms import as_array, form
from s2sgrad.normalize.gradient_blocks import KEEPING
from s2sgrad.normalize.iterations import CHAINED, EQUIVALENTS, ITERATIONS, VALUES, iteration
from s2sgrad.normalize.outputs import output_position
from s2sgrad.normalize.overloads import method_of_operator, spelled_as
from s2sgrad.normalize.parts import dotted
from s2sgrad.normalize.rounds import changed_in_place, copying, rounds_of
from s2sgrad.normalize.scopes import local_reads, outer_names
from s2sgrad.normalize.spread import is_view, view_of
from s2sgrad.normalize.wanted import Rewriting, Wanted, rewriting_at, slots_of
from s2sgrad.normalize.writing import overwriting
from s2sgrad.printed import object_of
from s2sgrad.quote import nodes_in, quote, unquote
from s2sgrad.recompute import checkpoint, checkpointed, is_recomputed
from s2sgrad.rules.registry import NONDIFFERENTIABLE, is_constant
from s2sgrad.wrapper import Derivative

__all__ = ["PARTS", "QUIET", "Calls", "Dynamic"]


_CHANGES = (np.copyto, np.fill_diagonal, np.put, np.putmask, np.place, np.random.shuffle, np.put_along_axis)
_CHANGING = frozenset(map(id, _CHANGES))
_OF_TWO = (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.matmul)
_ARITHMETIC = frozenset([*_OF_TWO, operator.neg])
_ELEMENTWISE = _ARITHMETIC - {operator.matmul}
Dynamic = Callable[[types.FunctionType, "tuple[Fact, ...]", "dict[str, Fact]", Op], "tuple[Fact, Any]"]


PARTS = {np.real, np.imag, np.abs, abs, operator.abs, np.conj, np.angle, np.linalg.norm}
"""What is taken of complex numbers: all of these but the conjugate are real. SciPy's norm joins them when it is met."""


_IDENTITY = (gast.Is, gast.IsNot)
_NOWHERE = gast.Pass()
"""Where an operation stands that is not part of the user's program."""
_SHOWING = frozenset(("debug", "info", "warning", "error", "critical", "exception", "log", "write"))


QUIET = (print, repr, str, format, isinstance, id, type, hasattr, callable)
"""Builtins that change nothing that they are given."""


_IN_PLACE = frozenset(map(id, INPLACE))
_LOOKING = (isinstance, id, type, hasattr, callable, operator.is_, operator.is_not, operator.getitem)
"""What calls no method of the object it is given, or one that is followed."""


def _leaves_alone(op: Op, function: Any) -> bool:
    """True for a call that is known to change none of its arguments."""
    if function is not None:
        raised = isinstance(function, type) and issubclass(function, BaseException)
        return raised or function in QUIET or bool(table.is_pure(function)) or is_constant(function)
    return op.args[0].form in ("attribute", "global") and op.args[0].node.attr in _SHOWING if _named(op) else False


def _named(op: Op) -> bool:
    return hasattr(op.args[0].node, "attr")


def _owner(roots: frozenset[str]) -> str:
    return ", ".join(sorted(r for r in roots if ":" not in r)) or "a local array"


def effect_of(function: Any, operands: list[Fact], keywords: list[str]) -> str:
    """Whether a call's result is ``fresh`` memory, a ``view`` of its operands', or ``maybe`` either."""
    if function is operator.getitem:
        return str(table.getitem_effect(operands[1]))
    if table.makes_new(function, operands, keywords):
        return "fresh"
    return str(table.memory_effect(function, keywords))


def _is_iteration(function: Any) -> bool:
    """True for a function that is written as what it runs over."""
    return id(function) in _ITERATIONS or bool(function == CHAINED)


_ITERATIONS = frozenset(map(id, ITERATIONS))


def _is_function(op: Op, facts: Facts) -> bool:
    return isinstance(facts.of[op], FunctionFact) or op.payload == "Lambda"


def _picks_any(operands: list[Fact]) -> bool:
    """True for an item of a list by an index that is not known."""
    sequence, index = operands
    followed = isinstance(sequence, Seq) and sequence.items is not None and is_active_kind(sequence)
    return followed and isinstance(index, Num) and index.value is None and index.origin is None


def _is_read_anywhere(operands: list[Fact]) -> bool:
    """True for an item of a dict at a key that is not known."""
    record, key = operands
    known = isinstance(key, Static) or (isinstance(key, Num) and key.value is not None)
    return isinstance(record, Record) and record.kind == "dict" and not known


def _asks_for_none(callee: Any) -> bool:
    """True for a helper in whose text, or that of its own helpers, None occurs."""
    if isinstance(callee, S2SGradError):
        return False
    text = any(isinstance(n, gast.Constant) and n.value is None for n in nodes_in(callee.tree))
    return text or any(map(_asks_for_none, callee.facts.callees.values()))


def _tells_objects_apart(callee: Any) -> bool:
    """True for a helper in whose text ``a is b`` asks whether two values are one object."""
    if not hasattr(callee, "tree"):
        return False
    asked = [n for n in nodes_in(callee.tree) if isinstance(n, gast.Compare) and isinstance(n.ops[0], _IDENTITY)]
    return any(not isinstance(part, gast.Constant) for n in asked for part in n.comparators)


def _is_array(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.box == "array"


def _makes_list(function: Any, operands: list[Fact]) -> bool:
    """True for a call whose result is a list of its own, though the items may be those of others."""
    if function is operator.getitem:
        return isinstance(operands[1], table.SliceFact)
    return function in (list, sorted, list.copy, operator.add, operator.mul, np.ndarray.tolist)


def _lasting(op: Op, fact: Fact) -> Fact:
    """What is known of an operand in every round of a loop: not the number that a variable holds in the first."""
    varies = isinstance(fact, Num) and fact.value is not None and fact.origin is None
    return replace(fact, value=None) if varies and any(o.form == "read" for o in op.walk()) else fact  # type: ignore[arg-type]


def _unnamed(node: Any, value: Op) -> str:
    """An argument that is not written as a keyword: the hole of its place, or the constant that stands for it."""
    place = next((k for k, arg in enumerate(getattr(node, "args", ())) if arg is value.node), None)
    return unquote(value.node) if place is None else f"{{{place}}}"


def _is_new(node: Any) -> bool:
    """True where the array for the result of a call is made in the call."""
    return any(k.arg == "out" and isinstance(k.value, gast.Call) for k in getattr(node, "keywords", ()))


UNKNOWN = object()


def _literal(fact: Fact) -> Any:
    """The value of an option that is written out in a call, UNKNOWN for any other."""
    if isinstance(fact, Static):
        return fact.value
    if isinstance(fact, Seq) and fact.items is not None:
        items = tuple(map(_literal, fact.items))
        return UNKNOWN if UNKNOWN in items else items
    return fact.value if isinstance(fact, Num) and fact.value is not None else UNKNOWN


def _packed(args: tuple[Op, ...], facts: Facts) -> Op:
    from s2sgrad.quote import clone, quote

    node = quote("()")
    node.elts = [clone(a.node) for a in args]
    packed = Op("tuple", node, None, args, number=args[0].number)
    facts.of[packed] = Seq("tuple", tuple(facts.of[a] for a in args), facts.of[args[0]], Dim.of(len(args)))
    return packed


def _is_packed(bound: Bound, written: Sequence[Any]) -> bool:
    """True for ``x.reshape(2, 3)`` and the like: what is one argument is ``written`` as several."""
    last = bound.args[-1] if len(bound.args) == 2 else None
    return last is not None and last.form == "tuple" and all(last.node is not node for node in written)


def _has_memory(fact: Num, function: Any) -> bool:
    """True for a result of ``function`` that is an array, or may be one: a scalar has no memory."""
    return fact.box == "array" or (fact.box == "any" and not (fact.shape == () and table.gives_scalars(function)))


def _decided(function: Any, operands: list[Fact]) -> Fact | None:
    """The result of an identity test or a comparison whose operands are known exactly."""
    if function in (operator.is_, operator.is_not) and len(operands) == 2:
        a, b = operands
        if isinstance(a, Static) and isinstance(b, Static):
            return python(bool, (a.value is b.value) == (function is operator.is_))
        known = isinstance(b, Static) and b.value is None and isinstance(a, (Num, Seq, Record, FunctionFact))
        known = known and not may_be_none(a)
        return python(bool, function is operator.is_not) if known else python(bool)
    if function in (operator.eq, operator.ne) and all(isinstance(o, Static) for o in operands):
        a, b = operands
        return python(bool, bool(function(a.value, b.value)))  # type: ignore[union-attr]
    return None


def _can_change(fact: Fact) -> bool:
    """True for what a function that is given it may change: memory, or a container, be it one of numbers."""
    if isinstance(fact, Record):
        return fact.kind != "namedtuple" or any(_can_change(slot) for _, slot in fact.slots)
    if isinstance(fact, Seq):
        return fact.kind != "tuple" or any(map(_can_change, (fact.element, *(fact.items or ()))))
    return bool(roots_of(fact))


def _view(name: str, record: Record) -> Seq:
    """What ``keys``, ``values`` or ``items`` of a dict with constant keys runs over."""
    found: list[Fact] = []
    for key, value in record.slots:
        word: Fact = Static(key) if not isinstance(key, int) else python(type(key), key)
        pair = Seq("tuple", (word, value), join(word, value), Dim.of(2))
        found.append({"keys": word, "values": value, "items": pair}[name])
    element = functools.reduce(join, found) if found else Opaque()
    return Seq("view", tuple(found), element, Dim.of(len(found)), roots_of(record))


_FULL_SIZE = "create an array of the full size and assign to its items"
_INSTEAD_OF = {
    "reverse": "bind it anew: `xs = xs[::-1]`",
    "sort": "bind it anew: `xs = sorted(xs)`",
    "clear": "bind it anew: `xs = []`",
    "setdefault": "make the dict with all its keys: `d = {'a': 0.0, 'b': 0.0}`",
}
"""Ways out of methods that change a list or a dict."""


class Calls:
    """The part of the interpreter that runs calls."""

    facts: Facts
    home: Any
    inside: int
    outer: frozenset[str] | None
    namespace: Any
    assigned: frozenset[str]
    entry: Env
    growing: frozenset[str]
    row_by_row: Any
    _follow_as_one: Callable[[str, Any], None]
    _ask_for_rounds: Callable[[Op], None]
    prefix: str
    analyse_call: Dynamic
    inferred: dict[Op, tuple[Any, Fact]]

    def _fresh(self, op: Op) -> Callable[..., Dim]:
        counter = iter(range(1000))
        return lambda hint="", not_one=False, some=False: Dim(
            Symbol(f"{self.prefix}{op.number}.{next(counter)}", not_one, some)
        )

    def _op_call(self, op: Op, env: Env) -> Fact:
        if op.payload in _ARITHMETIC and isinstance(op.node, (gast.BinOp, gast.UnaryOp)):
            fact = self._arithmetic(op)
            if fact is not None:
                return fact
        if op.payload is not None:
            self._check_identity(op)
            self._ask_for_method(op)
            if op.payload in (operator.add, operator.mod) and isinstance(self.facts.of[op.args[0]], Static):
                text = spelled(op.node, env.facts)
                if text is not None:
                    return Static(text)
            return self._known(op, Bound(op.payload, op.args, op.keywords))
        callee, args = op.args[0], op.args[1:]
        if callee.form == "attribute":
            base = self.facts.of[callee.args[0]]
            if isinstance(base, Num):
                return self._method(op, callee, base, args)
            if isinstance(base, Seq) or (isinstance(base, Record) and base.kind == "dict"):
                return self._container_method(op, callee, base)
        sampler = self._sampler(callee)
        if sampler is not None:
            return self._known(op, Bound(sampler, args, op.keywords))
        target = self.facts.of[callee]
        if isinstance(target, FunctionFact) and target.function is str and len(args) == 1:
            text = spelled(op.node, env.facts)
            if text is not None:
                return Static(text)
        if isinstance(target, Static) and isinstance(target.value, type):
            target = FunctionFact(target.value)  # a class in a dict or a list
        if isinstance(target, FunctionFact):
            return self._call(op, target, callee, args)
        if isinstance(target, Record) and isinstance(held_by_class(target, "__call__"), types.FunctionType):
            raise Wanted(respelling(op.node, f"{unquote(callee.node)}.__call__"))
        return self._unknown(op, args)

    def _arithmetic(self, op: Op) -> Fact | None:
        """The fact of arithmetic on numbers and arrays, as most calls are: there is nothing else to ask about it.

        None where an operand, or the result, is anything else.
        """
        operands = [self.facts.of[a] for a in op.args]
        if {*map(type, operands)} != {Num}:
            return None
        self.facts.calls[op] = Bound(op.payload, op.args, op.keywords)
        fact = self._inferred(op, op.payload, operands, {})
        return fact if isinstance(fact, Num) else None

    def _check_identity(self, op: Op) -> None:
        """Objects may be put together anew where they are read: whether two of them are one is not known."""
        asked = op.payload in (operator.is_, operator.is_not) and self.home is not None
        if asked and all(isinstance(self.facts.of[a], Record) for a in op.args):
            reason = "whether two objects are the same one is not followed"
            refusal = Refusal(reason, "compare something that tells them apart, such as a name or a number", op.node)
            first = op.args[0]
            # Two items of one list are told apart by their indices.
            named = first.form == "read" and self._is_made(first.payload)
            raise Wanted(slots_of(first.node, "items"), refusal) if named else refusal

    def _ask_for_method(self, op: Op) -> None:
        """Ask for an operator between objects of the user's as a call of their method."""
        found = method_of_operator(op.payload, [self.facts.of[a] for a in op.args]) if op.args else None
        if found is not None and self.home is not None and isinstance(op.node, (gast.BinOp, gast.UnaryOp)):
            raise Wanted(spelled_as(op.node, *found))
        joins = op.payload is operator.or_ and self.home is not None and isinstance(op.node, gast.BinOp)
        if joins and all(is_dict(self.facts.of[a]) for a in op.args):
            raise Wanted(form(op.node, "{**{0}, **{1}}", None))

    def _sampler(self, callee: Op) -> Any:
        """The function of ``np.random`` that draws as a method of a generator does; None for any other callee."""
        kind: Any = None
        if callee.form == "attribute":
            base, name = self.facts.of[callee.args[0]], callee.payload
            if isinstance(base, FunctionFact):
                return member_of(base.function, name)
            kind = base.cls if isinstance(base, Record) else None
        elif callee.form == "global" and len(callee.payload) > 1:
            *path, name = callee.payload
            kind = type(self._at(path))
        return table.GENERATORS[kind].get(name) if kind in table.GENERATORS else None

    def _at(self, path: list[str]) -> Any:
        """The value of a dotted name of the module."""
        value = self.namespace.lookup(path[0])
        for name in path[1:]:
            value = getattr(value, name, None)
        return value

    def _method(self, op: Op, callee: Op, base: Num, args: tuple[Op, ...]) -> Fact:
        name = callee.payload
        if name in table.MUTATORS and name not in unsupported.METHODS:
            if name == "resize" and callee.args[0].form != "read":
                raise Refusal("`resize` changes an array in place", "write `x = np.resize(x, shape)`", op.node)
            raise self._as_store(op, name, (callee.args[0], *args))
        if name in unsupported.METHODS:
            raise Refusal(f"`.{name}` is about the bytes of an array, not its numbers", "call it elsewhere", op.node)
        function = table.METHODS.get(name)
        if function is None:
            return Opaque(base.roots)
        if name in ("reshape", "transpose") and (len(args) > 1 or (args and self._is_integer(args[0]))):
            args = (_packed(args, self.facts),)
        return self._known(op, Bound(function, (callee.args[0], *args), op.keywords))

    def _as_store(self, op: Op, name: str, args: tuple[Op, ...]) -> Exception:
        """The wish to have a call that changes an array as a store, or the reason why it cannot be one."""
        facts = [self.facts.of[a] for a in args]
        if name in ("fill_diagonal", "place"):
            check_apart(name, args[0], args[1:], self.facts, op.node)
        text = store_of(name, facts)
        if text is None:
            return Refusal(f"`{name}` changes an array in place", "assign the new value to a slice", op.node)
        return Wanted(rewriting_at("store", op.node, text or None))

    def _as_loop(self, op: Op, bound: Bound) -> Exception:
        """The wish to have ``ufunc.at`` as a loop, or the reason why it cannot be one."""
        text = loop_of_at(bound.function.ufunc.__name__, [self.facts.of[a] for a in bound.args])
        if text is None or bound.keywords:
            reason = f"`{bound.function.__name__}` changes an array in place"
            return Refusal(reason, "write the loop over its indices, a row of integers", op.node)
        return Wanted(rewriting_at("store", op.node, text))

    def _is_integer(self, op: Op) -> bool:
        fact = self.facts.of[op]
        return isinstance(fact, Num) and fact.kind in "iu"

    def _ask_for_variables(self, op: Op) -> None:
        """Ask to have the slots of a local record as variables, where it is one that ``op`` is a part of."""
        while op.form in ("attribute", "item") or (op.form == "call" and op.payload is operator.getitem):
            op = op.args[0]
        if op.form == "read" and isinstance(self.facts.of[op], Record) and self._is_made(op.payload):
            raise Wanted(slots_of(op.node))

    def _is_made(self, name: str) -> bool:
        """True for a variable of the function's own, and for a parameter that is bound to another value."""
        return name not in self.facts.entry or name in self.assigned

    def _container_method(self, op: Op, callee: Op, base: Fact) -> Fact:
        operands = (*op.args[1:], *(v for _, v in op.keywords))
        if self.home is not None and any(is_active_kind(self.facts.of[a]) for a in operands):
            self._check_kept(op)
        if callee.payload == "update":
            held = self.facts.of[operands[0]] if len(operands) == len(op.args[1:]) == 1 else None
            if is_dict(held) and operands[0].form != "dict" and self.home is not None:
                raise Wanted(form(op.node, "{f}({**{0}})", None))
            self._ask_for_variables(callee.args[0])
        if isinstance(base, Record) and callee.payload == "get":
            self._ask_for_slot(op, base)
        if isinstance(base, Record) and callee.payload in ("keys", "values", "items"):
            return _view(callee.payload, base)
        if isinstance(base, Seq) and callee.payload == "copy":
            return self._known(op, Bound(list.copy, (callee.args[0],)))
        if isinstance(base, Record) and callee.payload == "copy" and self.home is not None and not operands:
            raise Wanted(form(op.node, "{**{x}}", None))
        if isinstance(base, Seq) and base.kind == "list" and callee.payload == "pop" and self.home is None:
            return table.instantiate(base.element, self._fresh(op))
        if isinstance(base, Seq) and base.kind == "list" and callee.payload == "pop" and len(op.args) == 1:
            raise Wanted(rewriting_at("pop", op.node))
        if callee.payload in ("keys", "values", "items", "get", "index", "count", "copy"):
            return Opaque(roots_of(base))
        if isinstance(base, Seq) and callee.payload in LIST_METHODS:
            self._ask_for_variables(callee.args[0])
            if (owner := self._given_record(callee.args[0])) is not None:
                reason = f"this changes a list in `{owner}`, which belongs to the caller"
                raise InPlace(reason, "make a new list: `xs = xs + [...]`", op.node)
        reason = f"`.{callee.payload}()` on a list or dict is not differentiated yet"
        raise Refusal(reason, _INSTEAD_OF.get(callee.payload, _FULL_SIZE), op.node)

    def _given_record(self, op: Op) -> str | None:
        """The argument, an object or a dict, of which ``op`` reads a part; None where it is a part of no such."""
        while op.form == "attribute" or (op.form == "call" and op.payload is operator.getitem):
            op = op.args[0]
        given = op.form == "read" and isinstance(self.facts.of[op], Record) and op.payload in self.facts.entry
        return str(op.payload) if given else None

    def _ask_for_slot(self, op: Op, base: Record) -> None:
        """``d.get(key, default)`` where it is known whether the dict has the key."""
        key = op.args[1] if len(op.args) > 1 and not op.keywords else None
        path = dotted(op.args[0].node.value)
        if self.home is not None and key is not None and key.form == "const" and path and len(op.args) < 4:
            has = base.slot(key.payload) is not None
            raise Wanted(Rewriting("get", (key.node.lineno, key.node.col_offset), has))

    def _call(self, op: Op, target: FunctionFact, callee: Op, args: tuple[Op, ...]) -> Fact:
        function = target.function
        self._check_module(op, function)
        if is_deriving(function) and args:
            return FunctionFact(self._deriving(op, function, args))
        if isinstance(function, Derivative):
            function = self._derivative(op, function, args)
        if self.home is not None:
            check_matrix(function, any(is_active_kind(self.facts.of[a]) for a in args), op.node)
        if (custom := custom_of(function)) is not None:
            return self._by_rule(op, custom, (callee.args[0], *args) if target.bound is not None else args)
        if function is checkpoint:
            return self._marked(op, args)
        if function is checkpointed:
            reason = "a checkpointed loop cannot stand here, or is written in another way"
            loop = "for i in checkpointed(range(n), snapshots=k):"
            raise Refusal(reason, f"write `{loop}` in a function of its own", op.node)
        if is_recomputed(function):
            self._check_given(op, function, args)
        if isinstance(function, np.vectorize) and self.home is not None:
            self._ask_for_elements(op, function, args)
        self._ask_for_plain_form(op, function, args)
        self._ask_for_parts(op, function, args)
        self._ask_for_fields(op, target, args)
        self._ask_for_inlining(op, target, callee, args)
        if target.bound is not None and callee.form == "attribute":
            args = (callee.args[0], *args)
        elif target.bound is not None and is_written(function):
            reason = f"which object the method `{function.__name__}` belongs to is not known here"
            raise Refusal(reason, "call it as `object.method(...)`", op.node)
        if is_written(function):
            return self._written(op, function, target.bound is not None, callee, args)
        if isinstance(function, functools._lru_cache_wrapper) and isinstance(function.__wrapped__, types.FunctionType):
            return self._cached(op, function.__wrapped__, args)
        if function is object.__new__ and len(args) == 1 and self.namespace.where("object") == "builtin":
            return self._blank(op, args[0])
        if function is object_of:
            return self._object(op, args[0])
        made = self._made(op, function, args) if isinstance(function, type) else None
        if made is None and any(is_active_kind(self.facts.of[a]) for a in (*args, *(v for _, v in op.keywords))):
            self._check_frozen(op, function)
        if made is None and self.home is not None and is_made_by_init(function):
            if not dotted(op.node.func) and self.namespace.found(function.__qualname__) is function:
                raise Wanted(respelling(op.node, function.__qualname__))
            raise Wanted(inlining(op.node, self._init_of(op, function, args), "made"))
        return self._known(op, Bound(function, args, op.keywords)) if made is None else made

    def _check_frozen(self, op: Op, cls: Any) -> None:
        """A frozen dataclass that does more than keep its arguments sets its attributes by a way around its class."""
        kept = isinstance(cls, type) and dataclasses.is_dataclass(cls)
        if self.home is not None and kept and cls.__setattr__ is not object.__setattr__:
            reason = f"`{cls.__name__}` is frozen, and does more when it is made than to keep its arguments"
            raise Refusal(reason, "compute it in a property, or make the class without `frozen=True`", op.node)

    def _init_of(self, op: Op, cls: Any, args: tuple[Op, ...]) -> types.FunctionType:
        """The function that fills a new object, with the text that ``dataclass`` made up for it."""
        if not is_made_up(cls.__init__):
            return cls.__init__  # type: ignore[no-any-return]
        made = initialiser(cls, len(args), [name for name, _ in op.keywords])
        if made is None:
            reason = f"what a new `{cls.__name__}` holds is not known: a field is made by what has no text here"
            raise Refusal(reason, "give the field a value in `__init__`, written out", op.node)
        return made

    def _written(self, op: Op, function: Any, bound: bool, spelled: Op, args: tuple[Op, ...]) -> Fact:
        """A call of a function of the user's, which is analysed; ``bound`` to an object that ``spelled`` may name."""
        operands = tuple(self.facts.of[a] for a in args)
        keywords = {k: self.facts.of[v] for k, v in op.keywords}
        self.facts.calls[op] = Bound(function, args, op.keywords)
        written_here = inlining(op.node, function, bound and spelled.form == "attribute")
        fact, callee = self.analyse_call(function, operands, keywords, op)
        if function in NONDIFFERENTIABLE:
            return as_seen(fact, (*operands, *keywords.values()), self.prefix, op.number)
        reached = any(map(_can_change, (*operands, *keywords.values())))
        if isinstance(callee, InPlace) and reached:
            if is_recomputed(function):
                raise self._copies_wanted(op, function, callee)
            raise Wanted(written_here)
        if isinstance(callee, S2SGradError) and reached:
            raise callee if callee.lineno is not None else Refusal(callee.reason, callee.instead, op.node)
        if holds_local(fact):
            raise Wanted(inlining(op.node, function, bound))
        if _tells_objects_apart(callee) and any(map(roots_of, operands)):
            raise Wanted(written_here)  # it may be given copies
        if self.facts.holes and _asks_for_none(callee):
            raise Refusal(
                f"`{function.__name__}` asks whether something is None, and a list here starts as one of None",
                "fill the list with zeros, or use `append`",
                op.node,
            )
        self.facts.callees[op] = callee
        return as_seen(fact, (*operands, *keywords.values()), self.prefix, op.number)

    def _marked(self, op: Op, args: tuple[Op, ...]) -> Fact:
        """What ``checkpoint(f)`` gives."""
        given = self.facts.of[args[0]] if len(args) == 1 and not op.keywords else None
        if not isinstance(given, FunctionFact) or not isinstance(given.function, types.FunctionType):
            reason = f"`{unquote(op.node)}`: what is checkpointed is no function of a module's or class's own here"
            raise Refusal(reason, "define it outside, and pass it what it reads as arguments", op.node)
        self.facts.calls[op] = Bound(checkpoint, args)
        return replace(given, function=checkpoint(given.function))

    def _copies_wanted(self, op: Op, function: Any, error: S2SGradError) -> Exception:
        """The wish that a round of a loop works on copies of the arrays that it changes; else why it cannot be run."""
        if not rounds_of(function):
            return error
        bound = inspect.signature(function).bind(*op.args[1:]).arguments
        changed = changed_in_place(function)
        arrays = [n for n, a in bound.items() if n in changed and self._is_own(self.facts.of[a])]
        return Wanted(copying(op.node, arrays)) if arrays else error

    def _is_own(self, fact: Fact) -> bool:
        """True for an array or a list, of which a copy can be made by its method."""
        return (isinstance(fact, Num) and fact.box == "array") or (isinstance(fact, Seq) and fact.kind == "list")

    def _check_given(self, op: Op, function: Any, args: tuple[Op, ...]) -> None:
        """A function that is run again is given values; one that captures variables would have to be kept with them."""
        if any(holds_local(self.facts.of[a]) for a in (*args, *(v for _, v in op.keywords))):
            reason = f"`{function.__name__}` is checkpointed, and is given a function that uses variables around it"
            raise Refusal(reason, "give it the values instead", op.node)

    def _ask_for_elements(self, op: Op, function: np.vectorize, args: tuple[Op, ...]) -> None:
        """A function that NumPy calls for each element is called in a loop."""
        plain = function.otypes is None and not function.excluded and function.signature is None and not op.keywords
        plain = plain and not gives_a_tuple(function.pyfunc)
        text = vectorized([self.facts.of[a] for a in args], "{f}.pyfunc") if plain and dotted(op.node.func) else None
        if text is None:
            reason, instead = unsupported.refusal_of(np.vectorize) or ("", "")
            raise Refusal(reason, instead, op.node)
        raise Wanted(form(op.node, text, None))

    def _by_rule(self, op: Op, custom: Custom, args: tuple[Op, ...]) -> Fact:
        """A call of a function that a user gave a rule to."""
        keywords = {k: self.facts.of[v] for k, v in op.keywords}
        operands = tuple(self.facts.of[a] for a in args)
        self.facts.calls[op] = Bound(custom.function, args, op.keywords)
        entry = facts_by_parameter(custom.signature, custom.name, operands, keywords, op)

        def by_text() -> Fact | None:
            if not isinstance(custom.function, types.FunctionType):
                return None
            fact, callee = self.analyse_call(custom.function, operands, keywords, op)
            return None if isinstance(callee, S2SGradError) else fact

        fact = result_by_rule(custom, entry, by_text, self._fresh(op))
        if isinstance(fact, Num) and fact.box in ("array", "any"):
            fact = fact.in_memory(fact.roots | self._own(op))
        self.facts.callees[op] = Ruled(custom, Facts(entry=entry, result=fact), op.node)
        return as_seen(fact, (*operands, *keywords.values()), self.prefix, op.number)

    def _deriving(self, op: Op, deriving: Any, args: tuple[Op, ...]) -> Any:
        """What ``grad(f)`` in the text gives."""
        given, *others = (self.facts.of[a] for a in args)
        positional = tuple(map(_literal, others))
        options = positional, tuple((k, _literal(self.facts.of[v])) for k, v in op.keywords)
        unknown = not isinstance(given, FunctionFact) or given.bound is not None or given.function is LOST
        if unknown or UNKNOWN in (*positional, *(v for _, v in options[1])):
            reason = f"`{unquote(op.node)}`: which derivative of which function this is, is not known here"
            raise Refusal(reason, "make it outside of this function", op.node)
        function = given.function  # type: ignore[union-attr]
        try:
            if not isinstance(function, LocalFunction):
                return derived(deriving, function, options)
            known = getattr(function.partial.func, "value", None) if function.partial is not None else None
            if isinstance(known, Derivative):
                return derivative_again(deriving, function, known, options)
            if function.single or function.partial is not None or outer_names(function.node):
                raise ArgumentError("it has defaults or variables that it changes", "give it everything as arguments")
            captured = sorted(local_reads(function) & (self.assigned | set(self.entry.facts)))
            return derivative_of_local(deriving, function, captured, self.home, options)
        except ArgumentError as error:
            raise Refusal(f"this derivative cannot be taken here: {error}", "", op.node) from None

    def _derivative(self, op: Op, derivative: Derivative, args: tuple[Op, ...]) -> types.FunctionType:
        """The function generated for a derivative that is called with these arguments."""
        check_mode(derivative, op.node)
        keywords = {k: self.facts.of[v] for k, v in op.keywords}
        along = keywords.pop(WORDS[derivative.plan.mode], None) if derivative.plan.mode in WORDS else None
        entry = bind_facts(derivative.function, tuple(self.facts.of[a] for a in args), keywords, op)
        try:
            made = nested(derivative, entry)
        except ArgumentError as error:
            raise Refusal(error.reason, error.instead, op.node) from None
        except S2SGradError as error:
            raise Refusal(f"the derivative that is called here is refused: {error}", "", op.node) from None
        if derivative.plan.mode in WORDS:
            check_along(derivative, entry, along, op.node)
        self.facts.guards += [g for g in made.guards if g not in self.facts.guards]
        self.facts.attributes |= made.attributes
        return made.function

    def _made(self, op: Op, cls: Any, args: tuple[Op, ...]) -> Fact | None:
        """The record that a call of a class makes, if the class does nothing but keep what it is given."""
        made = construction(cls, args, dict(op.keywords))
        if made is None:
            return None
        parts = tuple((name, self._held(op, name, value)) for name, value in made.held)
        self.facts.parts[op] = parts
        own = frozenset([f"{self.prefix}{op.number}"]) if made.kind != "namedtuple" else frozenset()
        return Record(made.kind, cls, tuple((name, self.facts.of[part]) for name, part in parts), own)

    def _blank(self, op: Op, named: Op) -> Fact:
        """An object that holds nothing yet."""
        cls = self.facts.of[named]
        plain = isinstance(cls, FunctionFact) and is_made_by_init(cls.function)
        return Record("object", cls.function, (), self._own(op)) if plain else Opaque()  # type: ignore[union-attr]

    def _object(self, op: Op, named: Op) -> Fact:
        """An object with the attributes that ``object_of`` is given."""
        cls = self.facts.of[named]
        if not isinstance(cls, FunctionFact):
            return Opaque()
        self.facts.parts[op], self.facts.objects = op.keywords, True
        return Record("object", cls.function, tuple((k, self.facts.of[v]) for k, v in op.keywords), self._own(op))

    def _held(self, op: Op, name: str, value: Any) -> Op:
        """The operation behind a slot; for a default a constant that no text shows."""
        from s2sgrad.signature import describe

        if isinstance(value, Op):
            return value
        known = dict(self.facts.parts.get(op, ()))
        part = known.get(name) or Op("const", op.node, value.value, number=op.number)
        path = f"default {name}"
        self.facts.of[part] = describe(value.value, path, frozenset([path]))
        return part

    def _cached(self, op: Op, function: types.FunctionType, args: tuple[Op, ...]) -> Fact:
        """A function that remembers its results: they are constants, and belong to everybody."""
        keywords = {k: self.facts.of[v] for k, v in op.keywords}
        fact, _ = self.analyse_call(function, tuple(self.facts.of[a] for a in args), keywords, op)
        self.facts.callees[op] = Refusal(
            f"`{function.__name__}` remembers its results, and its argument has a derivative here",
            "call a function that does not remember",
            op.node,
        )
        return map_fact(fact, roots=lambda roots: frozenset([f"results of {function.__name__}"]) if roots else roots)

    def _check_module(self, op: Op, function: Any) -> None:
        """What the standard library computes in fractions, or draws at random, has no derivative."""
        module = getattr(function, "__module__", "")
        if module in ("statistics", "fractions", "decimal", "random") and self.home is not None:
            name = f"{module}.{getattr(function, '__name__', '')}"
            raise Refusal(f"`{name}` is not differentiated", "use NumPy's functions: `np.mean`, `np.var`, ...", op.node)

    def _ask_for_plain_form(self, op: Op, function: Any, args: tuple[Op, ...]) -> None:
        """``map``, ``reduce`` and the like are written as what they run over, and how."""
        if self.home is None or not dotted(op.node.func) or not _is_iteration(function):
            return
        given = [self.facts.of[a] for a in (*args, *(v for _, v in op.keywords))]
        if function in VALUES and not any(map(is_active_kind, given)) and function not in (max, min, sorted):
            return
        if function is math.log and len(args) != 2:
            return
        if function in (np.ndindex, np.ndenumerate) and len(given) == 1 and not self._is_integer(args[0]):
            return  # the lengths are written one by one first
        if function in (max, min, sorted):
            keyed = any(name == "key" and _is_function(v, self.facts) for name, v in op.keywords)
            fact = self.facts.of[args[0]] if args else None
            sorts_array = function is sorted and isinstance(fact, Num) and is_active_kind(fact) and len(args) == 1
            if not keyed and not sorts_array:
                return
        raise Wanted(iteration(op.node, function))

    def _ask_for_parts(self, op: Op, function: Any, args: tuple[Op, ...]) -> None:
        """A copy of a dict, a list or an object is written as the display of what it holds."""
        if self.home is None or function not in COPYING or any(name is None for name, _ in op.keywords):
            return
        operands = [self.facts.of[a] for a in args]
        cls = getattr(operands[0], "cls", None) if operands else None
        spelled = cls.__qualname__ if cls is not None and self.namespace.found(cls.__qualname__) is cls else None
        text = copy_form(function, operands, [name for name, _ in op.keywords], spelled)
        if text is not None:
            raise Wanted(form(op.node, text, function))

    def _ask_for_fields(self, op: Op, target: FunctionFact, args: tuple[Op, ...]) -> None:
        """What ``_replace``, ``_asdict`` and ``_make`` of a named tuple give is written as a display of its fields."""
        owner = target.bound
        made = owner.function if isinstance(owner, FunctionFact) else getattr(owner, "cls", None)
        if self.home is None or made is None or any(name is None for name, _ in op.keywords):
            return
        spelled = made.__qualname__ if self.namespace.found(made.__qualname__) is made else None
        text = named_tuple_form(target.function, made, [name for name, _ in op.keywords], spelled)
        if text is not None and len(args) == text.count("{0}"):
            if not dotted(op.node.func):
                reason = f"`{op.node.func.attr}` is called on what has no name here"
                raise Refusal(reason, "give the named tuple a name first", op.node)
            raise Wanted(form(op.node, text, target.function))

    def _ask_for_inlining(self, op: Op, target: FunctionFact, callee: Op, args: tuple[Op, ...]) -> None:
        """A function that captures, or that is given one that does, is written in place of its call."""
        function = target.function
        if function is LOST:
            raise Refusal(
                "which of several functions is called here is not known, and one of them uses variables around it",
                "call each of them in a branch of its own",
                op.node,
            )
        if isinstance(function, LocalFunction):
            raise Wanted(inlining(op.node, function))
        if isinstance(target.bound, FunctionFact):
            cls = target.bound.function
            spelled = callee.form == "global" and not isinstance(getattr(op.node, "func", None), gast.Name)
            if not spelled and self.namespace.found(cls.__qualname__) is not cls:
                reason = f"this is a method of a class that is not known as `{cls.__qualname__}` here"
                raise Refusal(reason, "import the class under its name", op.node)
            raise Wanted(inlining(op.node, function, ("class", "" if spelled else cls.__qualname__)))
        if target.bound is not None and callee.form != "attribute" and target.spelled:
            raise Wanted(respelling(op.node, target.spelled))
        given = [*args, *(v for _, v in op.keywords)]
        if function in EQUIVALENTS.values():
            raise Wanted(inlining(op.node, function))
        own = is_written(function)
        if own and any(holds_local(self.facts.of[a]) for a in given):
            raise Wanted(inlining(op.node, function, target.bound is not None and callee.form == "attribute"))

    def _unknown(self, op: Op, args: tuple[Op, ...], function: Any = None) -> Fact:
        operands = [*args, *(v for _, v in op.keywords)]
        kept = op.payload is None and function is None and op.args[0].form not in ("attribute", "global")
        called = op.args[:1] if kept else ()  # a method that was kept has an owner
        facts = [self.facts.of[a] for a in (*called, *operands)]
        filled = self._own(op) if any(is_dict(f) and is_active_kind(f) for f in facts) else frozenset()
        roots = filled.union(*map(roots_of, facts))
        named = unsupported.refusal_of(function) or self._method_without_rule(op)
        if named is not None and self.home is not None and any(is_active_kind(self.facts.of[a]) for a in operands):
            raise Refusal(*named, op.node)
        if self.outer is not None and not roots & self.outer:
            return Opaque(roots)  # a block of the backward pass may keep what is its own
        if self.home is not None and any(is_active_kind(self.facts.of[a]) for a in operands):
            self._check_kept(op)
        if roots and self.home is not None and (held := self._unknown_object(op)) is not None:
            reason = (
                f"which object `{unquote(held.node)}` is here is not known, and so what the call does is not either"
            )
            raise Refusal(reason, "call the method of each in a branch of its own", op.node)
        if roots and self.home is not None and not _leaves_alone(op, function):
            reason = f"this call may change the array it is given ({_owner(roots)}), and what it does is not known"
            if isinstance(function, functools.partial):
                reason = "a `functools.partial` that was made outside is not followed"
                raise Refusal(reason, "make it in the function, or pass the arguments where it is called", op.node)
            inside = [o for a in (*called, *operands) for o in a.walk()]
            if any(o.payload == "spread" and isinstance(o.node, gast.List) for o in inside):
                raise Refusal("how many items are spread out here is not known", "make the list with `append`", op.node)
            raise Refusal(*(named or (reason, "pass a copy, or use functions that are known")), op.node)
        return Opaque(roots)

    def _method_without_rule(self, op: Op) -> tuple[str, str] | None:
        """Why a method of SciPy's, such as ``stats.norm.isf``, is refused, or a call of what a call gave."""
        callee = op.args[0] if op.args and op.payload is None else None
        if callee is not None and callee.form == "call" and callee in self.facts.calls:
            made = self.facts.calls[callee]
            plain = len(made.args) == 1 and not made.keywords and not op.keywords
            called = self.facts.of[made.args[0]] if made.args else None
            plain = plain and not gives_a_tuple(getattr(called, "function", None), made.args[0].node)
            text = vectorized([self.facts.of[a] for a in op.args[1:]], "{f_0}") if plain else None
            if made.function is np.vectorize and text is not None:
                raise Wanted(form(op.node, text, None))
            if made.function is np.poly1d and plain and len(op.args) == 2:
                raise Wanted(form(op.node, "{np}.polyval({f_0}, {0})", None))
            return unsupported.refusal_of(made.function)
        base = self.facts.of.get(callee.args[0]) if callee is not None and callee.form == "attribute" else None
        if not isinstance(base, FunctionFact) or unsupported.refusal_of(base.function) is None:
            return None
        return f"`{unquote(callee.node)}` has no derivative rule", "write its formula"  # type: ignore[union-attr]

    def _unknown_object(self, op: Op) -> Op | None:
        """The variable before the dot of a called method, where it may hold one of several objects."""
        callee: Any = op.args[0] if op.form == "call" and op.payload is None and op.args else None
        base = callee.args[0] if callee is not None and callee.form == "attribute" else None
        if base is None or base.form != "read" or callee.payload in _SHOWING:
            return None
        fact = self.facts.of.get(base)
        return base if isinstance(fact, Opaque) and fact.roots else None

    def _ask_to_write_out_sum(self, op: Op, fact: Fact) -> None:
        """The items of a known list have an adjoint each, and are added one by one."""
        if not isinstance(fact, Seq) or fact.items is None or not is_active_kind(fact):
            return
        if op.form == "read" and op.payload not in self.growing:
            raise Wanted(Rewriting("spread", (op.node.lineno, op.node.col_offset), len(fact.items)))

    def _ask_to_write_out_values(self, op: Op, fact: Fact) -> None:
        """``d.values()`` of a dict with known keys, each of whose values has an adjoint of its own."""
        known = isinstance(fact, Seq) and fact.kind == "view" and fact.items is not None and is_active_kind(fact)
        if known and is_view(op.node) and view_of(op.node) == "values":
            record = self.facts.of[op.args[0].args[0]]
            if isinstance(record, Record) and record.kind == "dict":
                place: Any = op.node
                keys = tuple(key for key, _ in record.slots)
                raise Wanted(Rewriting("spread", (place.lineno, place.col_offset), keys))

    def _ask_to_write_out_items(self, op: Op, fact: Fact) -> None:
        """Objects and functions that are known one by one stay so in a list of their own."""
        items = fact.items if isinstance(fact, Seq) and fact.kind in ("list", "tuple") and fact.items else ()
        if op.form in ("read", "tuple", "list") and any(isinstance(i, (Record, FunctionFact)) for i in items):
            raise Wanted(Rewriting("spread", (op.node.lineno, op.node.col_offset), len(items)))

    def _check_kept(self, op: Op) -> None:
        """A list, dict or set of the module must not keep what may carry a derivative: a later call would read it."""
        callee: Any = op.args[0] if op.args else None
        spelled: tuple[str, ...] = callee.payload if callee is not None and callee.form == "global" else ()
        if callee is not None and callee.form == "attribute" and callee.args[0].form == "global":
            spelled = (*callee.args[0].payload, callee.payload)
        if len(spelled) < 2:
            return
        *path, method = spelled
        holder = self._at(path)
        if isinstance(holder, (list, dict, set, collections.deque)) and method in KEEPING:
            raise Refusal(
                f"`{'.'.join(path)}` outlives the call, and would keep a value that may carry a derivative",
                "return the value too (`has_aux=True` of value_and_grad), and keep it outside",
                op.node,
            )

    def _known(self, op: Op, bound: Bound) -> Fact:
        bound = self._without_no_output(self._respelled(op, bound))
        self.facts.calls[op] = bound
        position = output_position(bound.function)
        named = dict(bound.keywords)
        if "where" in named and named.get("out") and _is_new(op.node):
            self._ask_for_form(op, bound)
        output = bound.args[position] if position is not None and len(bound.args) > position else None
        written = output is not None and self.facts.of[output] != Static(None)
        if "out" in named and any(bound.function is draw for draw in DRAWS) and "size" not in named:
            name = bound.function.__name__
            instead = f"write `x[...] = rng.{name}(..., size=x.shape)`"
            raise Refusal(f"`{name}` fills the array it is given", instead, op.node)
        if written or "out" in named:
            out = output if output is not None and written else named["out"]
            if bound.function is np.fft.hfft:
                raise Refusal("NumPy does not fill the `out=` of `hfft`", "write `y[...] = np.fft.hfft(x)`", op.node)
            if is_unguarded(bound.function):
                read = [op for op in (*bound.args, *named.values()) if op is not out]
                check_apart(bound.function.__name__, out, read, self.facts, op.node)
            raise Wanted(rewriting_at("store", op.node))
        if output is not None and position is not None:
            self._ask_for_form(op, bound)  # in terms of the arguments as they were written
            bound = _without_output(bound, position)
            self.facts.calls[op] = bound
        self._check_copies(op, bound)
        self._ask_for_complex(bound)
        if isinstance(bound.function, table.UfuncMethod) and bound.function.name == "at" and self.home is not None:
            raise self._as_loop(op, bound)
        if id(bound.function) in _CHANGING and not bound.args:
            name = bound.function.__name__
            raise Refusal(f"`{name}` is given the array by keyword", f"write `np.{name}(x, ...)`", op.node)
        if id(bound.function) in _CHANGING and isinstance(self.facts.of[bound.args[0]], Num):
            raise self._as_store(op, bound.function.__name__, bound.args)
        operands = [self.facts.of[a] for a in bound.args]
        keywords = {k: self.facts.of[v] for k, v in bound.keywords}
        self._check_objects_given(op, bound.function, operands)
        self._ask_for_form(op, bound)
        key = named.get("key")
        if bound.function is sorted and key is not None and key.payload in ("__getitem__", "get"):
            keywords.pop("key")  # it tells the order, not what is sorted
        if bound.function is operator.getitem and _is_read_anywhere(operands):
            self._ask_for_rounds(bound.args[1])
        if bound.function is operator.getitem and _picks_any(operands) and bound.args[0].form == "read":
            self._follow_as_one(bound.args[0].payload, operands[0])
        if bound.function in (list, tuple) and len(operands) == 1 and self.home is not None:
            self._ask_to_write_out_items(bound.args[0], operands[0])
        if bound.function in (max, min) and len(operands) == 1 and not bound.keywords and self.home is not None:
            self._ask_to_write_out_sum(bound.args[0], operands[0])
        if bound.function is sum and self.home is not None:
            self._ask_to_write_out_sum(bound.args[0], operands[0])
        if bound.function in (sum, max, min, list, tuple) and bound.args and self.home is not None:
            self._ask_to_write_out_values(bound.args[0], operands[0])
        if bound.function in (np.ravel, np.reshape):
            self._note_flat(op, bound, operands)
        fact = self._inferred(op, bound.function, operands, keywords)
        if bound.function in (max, min) and self._is_choice(bound, fact):
            raise Wanted(rewriting_at("selection", op.node))
        described = isinstance(fact, Opaque) and not fact.roots and bound.function in table.TEXTS
        if described or bound.function is np.poly1d or not isinstance(fact, Opaque):
            return fact  # a polynomial is written as its value where it is called
        return self._unknown(op, bound.args, bound.function)

    def _ask_for_complex(self, bound: Bound) -> None:
        """Where a part of what may be complex is taken, ask for what may have made it as complex in any case."""
        fact = self.facts.of[bound.args[0]] if bound.args and bound.function in PARTS else None
        if self.home is None or not may_be_complex(fact or python(float)):
            return
        made = {b.args[0] for b in self.facts.calls.values() if b.function is np.ndarray.astype}
        for op, other in self.facts.calls.items():
            if other.function is np.linalg.eig and not getattr(fact, "maybe_complex", False):
                continue  # it is written with its parts made complex already, or nothing of them is taken here
            passed = {k: self.facts.of[v] for k, v in other.keywords}
            text = complex_form(other.function, [self.facts.of[a] for a in other.args], passed)
            if text is not None and op not in made and isinstance(op.node, gast.Call) and hasattr(op.node, "lineno"):
                raise Wanted(form(op.node, text, other.function))

    def _check_objects_given(self, op: Op, function: Any, operands: list[Fact]) -> None:
        """Refuse objects whose own methods Python calls here, unless they surely change nothing."""
        objects = [fact for fact in operands if fact.__class__ is Record]  # few have any
        if not objects or self.home is None or any(function is known for known in _LOOKING):
            return
        told = any(function is f for f in (str, repr, format, print, operator.mod))
        if any(map(is_sparse, objects)):
            if function is not operator.matmul or len(objects) > 1:
                raise Refusal(*SPARSE_REFUSAL, op.node)
            self.facts.attributes |= SPARSE_READ
            return
        for fact in objects:
            check_behaviour(fact, TEXTS if told else READING, op.node)

    def _check_copies(self, op: Op, bound: Bound) -> None:
        """Refuse what changes an argument: ``nan_to_num(x, copy=False)``, ``overwrite_input=True``, ``iadd(x, y)``."""
        name = getattr(bound.function, "__name__", "")
        in_place = op.payload is None and id(bound.function) in _IN_PLACE
        if in_place and any(_can_change(self.facts.of[a]) for a in bound.args[:1]):
            reason = f"`{name}` changes its first operand in place"
            raise Refusal(reason, "write it with an operator, as `x += y`", op.node)
        placed = overwriting(bound.function)
        if not placed and not bound.keywords:
            return
        given = dict(bound.keywords)
        given |= {key: bound.args[i] for key, i in placed.items() if i < len(bound.args)}
        for key, value in given.items():
            copies = key == "copy" and key in placed
            fact = self.facts.of[value]
            harmless = isinstance(fact, Num) and fact.value is copies
            if (copies or key.startswith("overwrite")) and not harmless:
                instead = f"write `x = np.{name}(x)`" if copies else f"leave `{key}` out"
                raise Refusal(f"`{name}` changes the array in place here", instead, op.node)

    def _ask_for_form(self, op: Op, bound: Bound) -> None:
        """A call that is written with others."""
        function: Any = bound.function
        if self.home is None or not hasattr(op.node, "lineno"):
            return
        if not isinstance(op.node, (gast.Call, gast.Subscript)):
            self._ask_for_arrays(bound, [self.facts.of[a] for a in bound.args])
            return
        operands = [_lasting(a, self.facts.of[a]) for a in bound.args]
        keywords = {k: _lasting(v, self.facts.of[v]) for k, v in bound.keywords}
        if function is operator.getitem and isinstance(operands[0], Static):
            function, index = operands[0].value, operands[1]
            whole = isinstance(getattr(op.node, "slice", None), gast.Tuple) and isinstance(index, Seq)
            operands = list(index.items or ()) if whole else [index]  # type: ignore[union-attr]
        elif function is operator.getitem or any(isinstance(a, gast.Starred) for a in getattr(op.node, "args", ())):
            return
        else:
            given = zip(bound.args, operands, strict=True)
            operands = [FunctionFact(LOST) if a.payload == "Lambda" else fact for a, fact in given]
        self._ask_for_arrays(bound, operands)
        written = op.node.args if isinstance(op.node, gast.Call) else None
        packed = written is not None and _is_packed(bound, written)
        method = packed or (written is not None and len(written) != len(operands))
        ranked = list(in_doubt(function, {str(i): fact for i, fact in enumerate(operands)}).values())
        text = form_of(function, ranked, in_doubt(function, keywords), method)
        if text is not None and packed:
            text = text.replace("{0}", f"({', '.join(f'{{{k}}}' for k in range(len(op.node.args)))},)")
        library, _, rest = str(getattr(function, "__module__", "")).partition(".")
        if text is not None and "{x}" in text and library == "scipy" and isinstance(op.node.func, gast.Name):
            word, name = rest.split(".")[0], function.__name__
            reason = f"`{name}` is written with other functions of scipy.{word}"
            raise Refusal(reason, f"call it as `{word}.{name}`, after `from scipy import {word}`", op.node)
        if text is not None:
            spelled = {k.arg for k in getattr(op.node, "keywords", ())}
            for name, value in bound.keywords:  # `np.add.reduce(x)` is over an axis that is not written
                if name not in spelled:
                    text = text.replace(f"{{{name}}}", _unnamed(op.node, value))
            raise Wanted(form(op.node, text, function if callable(function) else None))

    def _ask_for_choices(self, bound: Bound) -> None:
        """A list among arrays that are chosen from is broadcast as they are, and is one of them."""
        choices = bound.args[1].args if len(bound.args) > 1 and bound.args[1].form in ("list", "tuple") else ()
        for choice in (*choices, *bound.args[2:], *(value for name, value in bound.keywords if name == "default")):
            made = as_array(choice.node) if is_varying_list(self.facts.of[choice]) else None
            if made is not None:
                raise Wanted(made)

    def _ask_for_arrays(self, bound: Bound, operands: list[Fact]) -> None:
        """A list that is written out beside an array, in arithmetic, as the array that NumPy makes of it."""
        if bound.function in (np.choose, np.select):
            self._ask_for_choices(bound)
        appends = bound.function is np.append
        if {*map(type, operands)} == {Num} and not appends:
            return  # as most are
        beside = any(isinstance(f, Num) and f.box == "array" for f in operands)
        if not beside or not (appends or bound.function in _OF_TWO):
            return
        for operand, fact in zip(bound.args, operands, strict=True):
            made = as_array(operand.node) if is_varying_list(fact) or (appends and operand.form == "list") else None
            if made is not None:
                raise Wanted(made)

    def _note_flat(self, op: Op, bound: Bound, operands: list[Fact]) -> None:
        """Note a call that gives all elements of an array in a row as a view of it."""
        array, *shape = bound.args
        whole = not shape and not bound.keywords
        if bound.function is np.reshape:
            whole = len(shape) == 1 and not bound.keywords and _literal(operands[1]) in (-1, (-1,))
        if whole and array.form == "read" and array.payload in self.row_by_row and _is_array(operands[0]):
            self.facts.flat.add(op)

    def _respelled(self, op: Op, bound: Bound) -> Bound:
        """The call under the name by which rules know the function: ``np.add.reduce(x)`` as ``np.sum(x, axis=0)``."""
        method = table.method_of(bound.function)
        unpacked = table.UNPACKED.get(id(bound.function))
        if unpacked is not None and bound.args and bound.args[0].form == "tuple":
            return Bound(unpacked, (*bound.args[0].args, *bound.args[1:]), bound.keywords)
        if method is None:
            other = table.OTHER_NAMES.get(id(bound.function))
            return bound if other is None else replace(bound, function=other)
        familiar = table.FAMILIAR.get(method)
        if familiar is None or (familiar in (np.max, np.min) and len(bound.args) > 2):
            return replace(bound, function=method)  # the third argument is a dtype, which these have not
        if len(bound.args) > 1 or "axis" in dict(bound.keywords):
            return replace(bound, function=familiar)
        zero = Op("const", quote("0"), 0, number=op.number)
        self.facts.of[zero] = python(int, 0)
        return Bound(familiar, bound.args, (*bound.keywords, ("axis", zero)))

    def applied(self, function: Any, operands: tuple[Fact, ...], number: int) -> Fact:
        """The fact of a function of operands with these facts; ``number`` tells its memory and lengths from others'."""
        op = Op("call", _NOWHERE, function, number=number)
        return self._found(op, function, list(operands), {})

    def _without_no_output(self, bound: Bound) -> Bound:
        """The call without ``out=None``, which is as good as nothing."""
        kept = tuple((k, v) for k, v in bound.keywords if k != "out" or self.facts.of[v] != Static(None))
        return bound if len(kept) == len(bound.keywords) else replace(bound, keywords=kept)

    def _is_choice(self, bound: Bound, fact: Fact) -> bool:
        """True for Python's ``max`` and ``min`` of several numbers, one of which may carry a derivative."""
        listed = len(bound.args) == 1 and bound.args[0].form in ("list", "tuple") and bool(bound.args[0].args)
        if self.home is None or self.inside or bound.keywords or not (listed or len(bound.args) > 1):
            return False
        reads = (o for a in bound.args for o in a.walk() if o.form == "read")
        return is_active_kind(fact) and any(is_active_kind(self.facts.of[o]) for o in reads)

    def _inferred(self, op: Op, function: Any, operands: list[Fact], keywords: dict[str, Fact]) -> Fact:
        """The fact of a call of a known function, found once for equal operands: few change from round to round."""
        key = (function, operands, keywords)
        known = self.inferred.get(op)
        if known is not None and known[0] == key:
            return known[1]
        fact = self._found(op, function, operands, keywords)
        self.inferred[op] = key, fact
        return fact

    def _found(self, op: Op, function: Any, operands: list[Fact], keywords: dict[str, Fact]) -> Fact:
        """The fact of a call of a known function, whatever was found for the same operation before."""
        fact = self._found_of(op, function, operands, keywords)
        cases = list(with_numbers([*operands, *keywords.values()]))
        elementwise = len(cases) == 1 and (isinstance(function, np.ufunc) or function in _ELEMENTWISE)
        for case in cases:
            given = dict(zip(keywords, case[len(operands) :], strict=True))
            fact = in_either_case(fact, self._found_of(op, function, case[: len(operands)], given), elementwise)
        return self._of_floats(op, function, operands, keywords, fact) if may_round(fact) else fact

    def _of_floats(self, op: Op, function: Any, operands: list[Fact], keywords: dict[str, Fact], fact: Fact) -> Fact:
        """What may be of whole numbers, or what is proven not to be: it is of floats even if the operands are whole."""
        given = [*operands, *keywords.values()]
        if any(map(may_be_number, given)):
            return fact  # it is not known which of the two it is
        known = list(map(of_known_kind, given))
        named = dict(zip(keywords, known[len(operands) :], strict=True))
        found = self._found_of(op, function, known[: len(operands)], named)
        floats = isinstance(found, Num) and found.floating
        return replace(fact, maybe_whole=False) if floats and isinstance(fact, Num) else fact

    def _found_of(self, op: Op, function: Any, operands: list[Fact], keywords: dict[str, Fact]) -> Fact:
        """The fact of a call of operands each of which is a number or an array."""
        remembered = None if keywords else of_operator(function, operands)
        if remembered is not None:  # most calls are such
            return remembered.in_memory(self._own(op)) if _has_memory(remembered, function) else remembered
        fact = _decided(function, operands)
        if self.facts.holes and isinstance(fact, Num) and function in (operator.is_, operator.is_not):
            fact = python(bool)  # what seems to be an array may be the None that holds its place
        if fact is None:
            fact = table.infer(function, operands, keywords, self._fresh(op))
        item = function is operator.getitem and isinstance(operands[0], (Seq, Record))
        if isinstance(fact, Num) and not item and _has_memory(fact, function):
            fact = fact.in_memory(self._roots(op, function, table.lenders(fact, operands), list(keywords)))
        if isinstance(fact, (Seq, Record)):
            fact = self._several_inferred(op, function, fact, operands, list(keywords), item)
        return fact

    def _several_inferred(
        self, op: Op, function: Any, fact: Seq | Record, operands: list[Fact], keywords: list[str], item: bool
    ) -> Fact:
        """What is told of a result of several values, or of an ``item`` that is one, with the memory that it has."""
        found: Any = fact
        if not item and _makes_arrays(function):
            found = self._results_in_memory(op, function, fact, operands, keywords)
        if not isinstance(found, Seq):
            return found  # type: ignore[no-any-return]
        if function is np.broadcast_arrays:
            found = map_fact(found, roots=lambda own: own | {STRETCHED} if own else own)
        if function is np.ix_:
            shared = frozenset().union(*map(roots_of, operands))
            found = map_fact(found, roots=lambda own: own | shared)
        if found.kind == "list" and _makes_list(function, operands):
            found = Seq(found.kind, found.items, found.element, found.length, self._own(op))
        return found  # type: ignore[no-any-return]

    def _results_in_memory(
        self, op: Op, function: Any, fact: Seq | Record, operands: list[Fact], keywords: list[str]
    ) -> Fact:
        """Memory for the arrays in a result of several, as far as they have none yet: each may be changed in place."""
        around = self._roots(op, function, operands, keywords)
        own = self._own(op)
        numbers = itertools.count()

        def placed(part: Fact) -> Fact:
            if isinstance(part, Num):
                bare = not part.roots and _has_memory(part, function)
                return part.in_memory(around - own | {f"{n}.{next(numbers)}" for n in own}) if bare else part
            if isinstance(part, Seq):
                items = None if part.items is None else tuple(map(placed, part.items))
                return Seq(part.kind, items, placed(part.element), part.length, part.roots, part.apart)
            if isinstance(part, Record):
                return replace(part, slots=tuple((key, placed(slot)) for key, slot in part.slots))
            return part

        return placed(fact)

    def _own(self, op: Op) -> frozenset[str]:
        """The name of the memory that an operation allocates."""
        return frozenset([f"{self.prefix}{op.number}"])

    def _roots(self, op: Op, function: Any, operands: list[Fact], keywords: list[str]) -> frozenset[str]:
        own = self._own(op)
        effect = effect_of(function, operands, keywords)
        if effect == "fresh":
            return own
        shared = frozenset().union(*map(roots_of, operands))
        return shared if effect == "view" and shared else shared | own


def _without_output(bound: Bound, position: int) -> Bound:
    """``np.sum(x, 1, None, None, True)`` as ``np.sum(x, 1, None, keepdims=True)``: there is no array to write to."""
    behind = bound.args[position + 1 :]
    if behind and not isinstance(inspect.unwrap(bound.function), types.FunctionType):
        return bound  # the names of its parameters are not known
    names = list(inspect.signature(bound.function).parameters)[position + 1 :] if behind else []
    passed = tuple(zip(names, behind, strict=False))
    return replace(bound, args=bound.args[:position], keywords=(*passed, *bound.keywords))


def _makes_arrays(function: Any) -> bool:
    """True for what is NumPy's or SciPy's, and for Python's ``divmod``: a list's own methods give what it holds."""
    module = str(getattr(function, "__module__", None) or "")
    own = getattr(function, "__objclass__", None) is np.ndarray or function in (divmod, operator.getitem)
    return own or isinstance(function, np.ufunc) or module.startswith(("numpy", "scipy"))
