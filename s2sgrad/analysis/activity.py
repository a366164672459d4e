"""Which places carry a derivative where: varied (they depend on an input) and useful (the result depends on them).

An adjoint may be other than zero at a point exactly where its place is both; everywhere else it need not exist.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Opaque, Record, Seq, Static, is_active_kind, may_be_complex
from s2sgrad.analysis.infer import SliceFact
from s2sgrad.analysis.interpret import Facts
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
    Loop,
    NameTarget,
    Op,
    Return,
    Statement,
    StoreTarget,
    While,
    every_statement,
    own_ops,
)
from s2sgrad.analysis.iterated import item_path, source_of
from s2sgrad.analysis.places import leaves, parts_of, place_of, slots
from s2sgrad.errors import Refusal
from s2sgrad.request import Path
from s2sgrad.rules.registry import NONDIFFERENTIABLE

__all__ = ["Activity", "analyse", "operands_of"]

Places = frozenset[Path]
WHOLE: Places = frozenset([()])


@dataclass
class Activity:
    """Active places before and after each statement, the operations that carry a derivative, and masked places."""

    before: dict[Statement, Places] = field(default_factory=dict)
    after: dict[Statement, Places] = field(default_factory=dict)
    varied: set[Op] = field(default_factory=set)
    varied_before: dict[Statement, Places] = field(default_factory=dict)
    masked: dict[Statement, Places] = field(default_factory=dict)
    read: Places = frozenset()

    def is_read(self, place: Path) -> bool:
        """True where the result depends on what a place, or a part of it, holds at entry."""
        return any(place[: len(p)] == p or p[: len(place)] == place for p in self.read)

    def __str__(self) -> str:
        """One line per statement: its first line of text is the reader's to add."""
        return "\n".join(" ".join(sorted(".".join(map(str, p)) for p in places)) for places in self.before.values())


def analyse(block: Block, facts: Facts, inputs: Places, sources: frozenset[str], result: Places) -> Activity:
    """Find what is active: ``inputs`` vary at entry, each assignment to a name in ``sources`` starts varying too.

    ``result`` holds the paths of the returned value that are differentiated (the empty path: all of it). Raises Refusal
    where a derivative would pass through a value of which nothing is known.
    """
    forward = _Varied(facts, sources)
    forward.block(block, inputs)
    useful = _Backward(facts, lambda s: result if isinstance(s, Return) else frozenset())
    read = useful.block(block, frozenset())
    lost = min(forward.ops & (useful.unknown | useful.rounded.keys()), key=lambda op: op.number, default=None)
    if lost is not None:
        raise _unknown(lost) if lost in useful.unknown else _rounded(useful.rounded[lost])
    masked = _Backward(facts, lambda s: frozenset(), lambda op: _selects(op, facts), _is_mask, useful.one_sided)
    masked.block(block, frozenset())
    activity = Activity(varied=forward.ops, varied_before=forward.before, masked=masked.after, read=read)
    for statement in every_statement(block):
        if statement in forward.before:
            activity.before[statement] = forward.before[statement] & useful.before[statement]
            activity.after[statement] = forward.after[statement] & useful.after[statement]
    return activity


def _unknown(op: Op) -> Refusal:
    instead = "let it hold an array on every path, or a number, or a list of as many items"
    return Refusal("what this holds is not known, and the result depends on it", instead, op.node)


def _rounded(target: StoreTarget) -> Refusal:
    reason = f"`{target.name}` may hold whole numbers here, which round what is stored"
    return Refusal(reason, "give the array a `dtype`, or make it of floats on every path", target.base.node)


def operands_of(op: Op, facts: Facts) -> tuple[Op, ...]:
    """The operands of an operation through which a derivative may pass."""
    bound = facts.calls.get(op)
    if bound is None:
        return () if _is_class_constant(op, facts) else _with_keywords(op.args, op.keywords)
    if _nondifferentiable(bound.function) and not _turns(bound.function, bound.args, facts):
        return ()
    if bound.function is operator.getitem:
        return bound.args[:1] if not isinstance(facts.of[bound.args[0]], Static) else _written_out(bound.args[1])
    return _with_keywords(bound.args, bound.keywords)


def _written_out(index: Op) -> tuple[Op, ...]:
    """What an index is made of, which is all that ``np.mgrid`` and its like are given."""
    if index.form in ("slice", "tuple"):
        return tuple(part for arg in index.args for part in _written_out(arg))
    return (index,)


def _has_kept_bounds(op: Op, facts: Facts) -> bool:
    """True where the bounds of a grid are floats in a slice that was made elsewhere: whether they vary is not known."""
    bound = facts.calls.get(op)
    if bound is None or bound.function is not operator.getitem or not isinstance(facts.of[bound.args[0]], Static):
        return False
    kept = [fact for a in operands_of(op, facts) for fact in _held(facts.of.get(a)) if isinstance(fact, SliceFact)]
    bounds = [bound for cut in kept for bound in (cut.start, cut.stop, cut.step)]
    return any(is_active_kind(bound) and getattr(bound, "value", None) is None for bound in bounds)


def _held(fact: Fact | None) -> tuple[Fact | None, ...]:
    return (fact, *(fact.items or (fact.element,))) if isinstance(fact, Seq) else (fact,)


def _with_keywords(args: tuple[Op, ...], keywords: tuple[tuple[str, Op], ...]) -> tuple[Op, ...]:
    return (*args, *(v for _, v in keywords)) if keywords else args


def _is_class_constant(op: Op, facts: Facts) -> bool:
    """True for a number that all objects of a class share: no part of the object that it is read from."""
    base = facts.of[op.args[0]] if op.form == "attribute" else None
    return isinstance(base, Record) and base.slot(op.payload) is None and isinstance(facts.of[op], Num)


def _turns(function: object, args: tuple[Op, ...], facts: Facts) -> bool:
    """True for the sign of a complex number, ``z / abs(z)``, which is no step function."""
    return function is np.sign and any(may_be_complex(facts.of[a]) for a in args)


def _nondifferentiable(function: object) -> bool:
    try:
        return function in NONDIFFERENTIABLE
    except TypeError:
        return False


def _selects(op: Op, facts: Facts) -> bool:
    """True for an operation whose adjoint may be an exact zero because the element was not chosen."""
    bound = facts.calls.get(op)
    if bound is None:
        return False
    if bound.function is operator.getitem:
        return _is_mask(facts.of[bound.args[1]])
    return _is_choice(bound.function)


def _is_choice(function: object) -> bool:
    try:
        return function in _CHOICES
    except TypeError:
        return False


def _is_mask(index: Fact) -> bool:
    return isinstance(index, Num) and index.kind == "b" and index.box == "array"


_BY_MASK = np.compress, np.ndarray.compress, np.extract
_BY_ORDER = np.sort, np.partition, np.median, np.quantile, np.percentile, np.nanmedian, np.nanquantile, np.nanpercentile
_CHOICES = frozenset([np.where, np.clip, np.maximum, np.minimum, np.fmax, np.fmin, *_BY_MASK, *_BY_ORDER])


def is_one(op: Op, facts: Facts) -> bool:
    """True for a display whose items are not followed one by one: it has a single adjoint."""
    fact = facts.of[op]
    return isinstance(fact, Seq) and fact.items is None


def below(places: Places, prefix: Path) -> Places:
    """The paths of ``places`` below ``prefix``, relative to it."""
    n = len(prefix)
    if n == 1:
        return _by_name(places).get(prefix[0], _NO_PLACES)
    return frozenset({p[n:] for p in places if p[:n] == prefix})


_NO_PLACES: Places = frozenset()


@functools.lru_cache(maxsize=256)
def _by_name(places: Places) -> dict[Any, Places]:
    """Of each name, the paths below it: they are asked for at each read."""
    found: dict[Any, set[Path]] = {}
    for place in places:
        if place:
            found.setdefault(place[0], set()).add(place[1:])
    return {name: frozenset(paths) for name, paths in found.items()}


def without(places: Places, name: str) -> Places:
    """The places of all other variables."""
    below_it = _by_name(places).get(name)
    return places if below_it is None else places - {(name, *path) for path in below_it}


class _Varied:
    """Forward: which places depend on an input."""

    def __init__(self, facts: Facts, sources: frozenset[str]) -> None:
        self.facts, self.sources = facts, sources
        self.before: dict[Statement, Places] = {}
        self.after: dict[Statement, Places] = {}
        self.ops: set[Op] = set()
        self.exits: list[Places] = []
        self.asked: Places = frozenset()
        self.known: dict[Op, Places] = {}

    def block(self, block: Block, varied: Places) -> Places:
        for statement in block:
            if statement not in self.facts.before:
                continue
            self.before[statement] = varied
            varied = getattr(self, "_" + type(statement).__name__)(statement, varied)
            self.after[statement] = varied
            if not self.facts.after[statement].reached:
                return frozenset()
        return varied

    def _mark(self, statement: Statement, varied: Places) -> None:
        for op in own_ops(statement):
            if self._leaves(op, varied):
                self.ops.add(op)

    def _leaves(self, op: Op, varied: Places) -> Places:
        """The paths below the value of ``op`` that vary: asked for each operation and for all that it is a part of."""
        if varied is not self.asked:
            self.asked, self.known = varied, {}
        known = self.known.get(op)
        if known is None:
            known = self.known[op] = self._varied_leaves(op, varied)
        return known

    def _varied_leaves(self, op: Op, varied: Places) -> Places:
        if op.form == "item" and op not in self.facts.of:
            return frozenset()  # of a loop of which no round is ever run
        place = place_of(op, self.facts)
        if place is not None:
            return below(varied, place)
        parts = parts_of(op, self.facts)
        if parts is not None:
            found = frozenset((k, *p) for k, a in parts for p in self._leaves(a, varied))
            return frozenset([()]) if found and is_one(op, self.facts) else found
        if op.form in ("const", "global", "slice"):
            return frozenset()
        fact = self.facts.of.get(op)
        if fact is None:
            return frozenset()  # no round of the loop is ever run
        if not is_active_kind(fact) and not isinstance(fact, Opaque):
            return frozenset()
        operands = operands_of(op, self.facts)
        if any(self._leaves(a, varied) for a in operands) or (varied and _has_kept_bounds(op, self.facts)):
            return frozenset(leaves(fact)) or frozenset([()])
        return frozenset()

    def _Assign(self, statement: Assign, varied: Places) -> Places:
        self._mark(statement, varied)
        new = varied
        for target in statement.targets:
            paths = self._leaves(target.value, varied)
            if isinstance(target, NameTarget):
                if target.name in self.sources:
                    paths = frozenset(leaves(self.facts.of[target.value]))
                kept = without(new, target.name)
                new = kept | {(target.name, *p) for p in paths}
                if self.facts.writes.get(statement):
                    new |= below_name(varied, target.name)
            elif paths and isinstance(target, StoreTarget):
                base = place_of(target.root, self.facts)
                if base is not None and _may_carry(self._stored_to(statement, target)):
                    new |= {base}
        return new

    def _stored_to(self, statement: Assign, target: StoreTarget) -> Fact:
        """An array, or a list with what it holds behind the statement: until then it may have held nothing."""
        base = self.facts.of[target.base]
        return self.facts.after[statement].facts[target.name] if isinstance(base, Seq) else base

    def _Return(self, statement: Return, varied: Places) -> Places:
        self._mark(statement, varied)
        return varied

    def _Break(self, statement: Break, varied: Places) -> Places:
        self.exits[-1] |= varied
        return varied

    def _Effect(self, statement: Effect, varied: Places) -> Places:
        return frozenset(p for p in varied if p[0] not in statement.unbinds)

    _GradientBlock = _Effect

    def _Enter(self, statement: Enter, varied: Places) -> Places:
        for target in statement.targets:
            kept = without(varied, target.name)
            varied = kept | {(target.name, *p) for p in self._leaves(target.value, varied)}
        return varied

    def _Leave(self, statement: Leave, varied: Places) -> Places:
        return varied

    def _Guarded(self, statement: Guarded, varied: Places) -> Places:
        caught = varied
        end = self.block(statement.body, varied)
        for inner in every_statement(statement.body):
            caught |= self.after.get(inner, frozenset())
        end = self.block(statement.orelse, end).union(*(self.block(h, caught) for h in statement.handlers))
        return self.block(statement.finalbody, end)

    def _If(self, statement: If, varied: Places) -> Places:
        decided = self.facts.decided.get(statement)
        if decided is not None:
            return self.block(statement.body if decided else statement.orelse, varied)
        return self.block(statement.body, varied) | self.block(statement.orelse, varied)

    def _For(self, statement: For, varied: Places) -> Places:
        return self._loop(statement, varied)

    def _While(self, statement: While, varied: Places) -> Places:
        return self._loop(statement, varied)

    def _loop(self, statement: Loop, varied: Places) -> Places:
        while True:
            self._mark(statement, varied)
            self.exits.append(frozenset())
            end = self.block(statement.body, self._entered(statement, varied))
            left = self.exits.pop()
            again = varied | end
            if again == varied:
                endless = isinstance(statement, While) and self.facts.decided.get(statement)
                return left if endless else varied | left
            varied = again

    def _entered(self, statement: Loop, varied: Places) -> Places:
        """What varies in the body once the targets are bound."""
        if isinstance(statement, For):
            before = varied
            if self._leaves(statement.iterable, varied) or statement.iterable in self.ops:
                self.ops.add(statement.item)
            for target in statement.targets:
                paths = self._target_leaves(statement, target, before)
                varied = without(varied, target.name) | {(target.name, *p) for p in paths}
        return varied

    def _target_leaves(self, statement: For, target: NameTarget, varied: Places) -> Places:
        if statement.item not in self.ops:
            return frozenset()
        path = item_path(target.value, statement.item)
        source = source_of(statement.iterable, path, self.facts) if path is not None else statement.iterable
        if source is None or not self._leaves(source, varied):
            return frozenset()
        return frozenset(leaves(self.facts.of[target.value]))


def _unknown_slots(fact: Fact) -> Iterator[Path]:
    """The paths below a value at which there may be anything."""
    for key, slot in slots(fact) or ():
        if isinstance(slot, Opaque):
            yield (key,)
        else:
            yield from ((key, *path) for path in _unknown_slots(slot))


def _may_carry(fact: Fact) -> bool:
    """True for what may hold a derivative, and for what may hold anything, so that it is refused where it is read."""
    return is_active_kind(fact) or any(isinstance(held, Opaque) for held in _held(fact))


def below_name(places: Places, name: str) -> Places:
    """The places of one variable."""
    return frozenset(p for p in places if p[0] == name)


class _Backward:
    """Backward: which places reach the result, or (for masks) an operation that selects."""

    def __init__(
        self,
        facts: Facts,
        seed: Callable[[Statement], Places],
        starts: Callable[[Op], bool] | None = None,
        stores: Callable[[Fact], bool] = lambda index: False,
        chosen: Mapping[If, Places] = MappingProxyType({}),
    ) -> None:
        self.facts, self.seed, self.starts, self.stores, self.chosen = facts, seed, starts, stores, chosen
        self.one_sided: dict[If, Places] = {}
        self.unknown: set[Op] = set()
        self.rounded: dict[Op, StoreTarget] = {}
        self.before: dict[Statement, Places] = {}
        self.after: dict[Statement, Places] = {}
        self.exits: list[Places] = []
        self.starting: dict[Op, bool] = {}
        self.known: dict[tuple[Op, Places], Places] = {}

    def block(self, block: Block, live: Places) -> Places:
        for statement in reversed(block.statements):
            if statement not in self.facts.before:
                continue
            if isinstance(statement, Break):
                live = self.exits[-1]
            elif not self.facts.after[statement].reached:
                live = frozenset()
            self.after[statement] = self.after.get(statement, frozenset()) | live
            live = getattr(self, "_" + type(statement).__name__)(statement, live)
            self.before[statement] = self.before.get(statement, frozenset()) | live
        return live

    def _reads(self, op: Op, paths: Places) -> Places:
        """The places that ``op`` reads for those paths of its value that matter: the body of a loop asks again."""
        if not paths and not self._starts_in(op):
            return frozenset()
        known = self.known.get((op, paths))
        if known is None:
            known = self.known[op, paths] = self._found_reads(op, paths)
        return known

    def _found_reads(self, op: Op, paths: Places) -> Places:
        if paths and isinstance(self.facts.of.get(op), Opaque):
            self.unknown.add(op)
        place = place_of(op, self.facts)
        if place is not None:
            return frozenset((*place, *p) for p in paths)
        parts = parts_of(op, self.facts)
        if parts is not None and is_one(op, self.facts):
            return frozenset().union(*(self._reads(a, self._all(a) if paths else frozenset()) for _, a in parts))
        if parts is not None:
            return frozenset().union(*(self._reads(a, below(paths, (k,))) for k, a in parts))
        matters = bool(paths) or (self.starts is not None and self.starts(op))
        found: Places = frozenset()
        for arg in operands_of(op, self.facts):
            found |= self._reads(arg, self._all(arg) if matters else frozenset())
        return found

    def _starts_in(self, op: Op) -> bool:
        """True where something begins at an operation or below it."""
        if self.starts is None:
            return False
        known = self.starting.get(op)
        if known is None:
            known = self.starting[op] = any(map(self.starts, op.walk()))
        return known

    def _all(self, op: Op) -> Places:
        fact = self.facts.of[op]
        return WHOLE if isinstance(fact, Num) else frozenset([*leaves(fact), *_unknown_slots(fact)]) or WHOLE

    def _Assign(self, statement: Assign, live: Places) -> Places:
        found: Places = frozenset()
        kept = live
        for target in statement.targets:
            if isinstance(target, NameTarget):
                found |= self._reads(target.value, below(live, (target.name,)))
                kept = without(kept, target.name)
            else:
                base = place_of(target.root, self.facts)
                useful = base is not None and base in live
                if base is not None and self.stores(self.facts.of[target.index]):
                    found |= {base}
                held = self.facts.of[target.base]
                if useful and isinstance(held, Num) and held.kind == "?" and held.maybe_whole:
                    self.rounded[target.value] = target
                found |= self._reads(target.value, self._all(target.value) if useful else frozenset())
        return kept | found

    def _Return(self, statement: Return, live: Places) -> Places:
        paths = frozenset(leaves(self.facts.of[statement.value]))
        wanted = frozenset(p for p in paths if any(p[: len(s)] == s for s in self.seed(statement)))
        return self._reads(statement.value, wanted)

    def _Effect(self, statement: Effect, live: Places) -> Places:
        return frozenset(p for p in live if p[0] not in statement.unbinds)

    def _GradientBlock(self, statement: GradientBlock, live: Places) -> Places:
        # It may give a gradient where there was none, and may set it to zero.
        return live | {(statement.name,)} if self.starts is None or statement.changes else live

    def _Enter(self, statement: Enter, live: Places) -> Places:
        return live

    def _Leave(self, statement: Leave, live: Places) -> Places:
        return live

    def _Guarded(self, statement: Guarded, live: Places) -> Places:
        return live

    _Break = _Leave

    def _If(self, statement: If, live: Places) -> Places:
        decided = self.facts.decided.get(statement)
        if decided is not None:
            return self.block(statement.body if decided else statement.orelse, live)
        body, orelse = self.block(statement.body, live), self.block(statement.orelse, live)
        if not (self._raises(statement.body) or self._raises(statement.orelse)):
            self.one_sided[statement] = body ^ orelse
        return body | orelse | self.chosen.get(statement, frozenset())

    def _raises(self, block: Block) -> bool:
        """True for a side that is left by an exception alone: no derivative is asked for then."""
        inner = [s for s in every_statement(block) if s in self.facts.before]
        ends = [s for s in block if s in self.facts.after and not self.facts.after[s].reached]
        return bool(ends) and not any(isinstance(s, (Return, Break)) for s in inner)

    def _While(self, statement: While, live: Places) -> Places:
        around = frozenset() if self.facts.decided.get(statement) else live
        self.exits.append(live)
        while True:
            again = around | self.block(statement.body, around)
            if again == around:
                self.exits.pop()
                return around
            around = again

    def _For(self, statement: For, live: Places) -> Places:
        self.exits.append(live)
        while True:
            head = self.block(statement.body, live)
            for target in statement.targets:
                wanted = below(head, (target.name,))
                head = without(head, target.name)
                if wanted:
                    head |= self._sequence(statement)
            again = live | head
            if again == live:
                self.exits.pop()
                return live
            live = again

    def _sequence(self, statement: For) -> Places:
        return self._reads(statement.iterable, self._all(statement.iterable))
