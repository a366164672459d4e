"""Stores and calls in which NumPy may read what it has written already: what they give is not what their text says.

NumPy copies first where two parts of an array overlap, but not everywhere: not where the elements of a line are given
to another line with steps of its own, not behind a mask, before version 2.0 not behind an array of indices either, and
not in ``concatenate``, ``fill_diagonal`` or ``flat``.

>>> import gast
>>> from s2sgrad.analysis.facts import Dim, array
>>> from s2sgrad.analysis.interpret import Interpreter
>>> from s2sgrad.analysis.lower import lower
>>> text = "def f(y):\\n    y[1:] = y[:-1]\\n    y[::2] = y[:3]\\n    y[:] = y[::-1]\\n    return y"
>>> block = lower(gast.parse(text).body[0])
>>> facts = Interpreter(None, None, {"y": array(float, (Dim.of(5),), frozenset("y"))}, None).run(block)
>>> [may_read_written(s, facts) for s in block.statements[:3]]
[False, True, False]
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis import infer as table
from s2sgrad.analysis.facts import Num, Seq, Static, as_slice, roots_of
from s2sgrad.analysis.found import Facts
from s2sgrad.analysis.ir import Assign, Op, Statement, StoreTarget
from s2sgrad.analysis.parts import view_bindings
from s2sgrad.errors import Refusal
from s2sgrad.normalize.wanted import Rewriting, Wanted
from s2sgrad.quote import unquote

__all__ = ["check_apart", "check_overlap", "is_unguarded", "may_read_written"]

_UNGUARDED = (np.concatenate, np.stack, np.choose, np.ptp, np.max, np.min, np.nanmax, np.nanmin, np.fix)
"""Functions with ``out`` that write it while they read; the extremes do so before NumPy 2.1, as other reductions do."""

Line = tuple[str, tuple[str, ...], int, int | str]
"""A row of elements of an array: its name, its index in front and behind the axis walked, that axis, and the step.

A step that is not known is the text that it is written as.
"""


def is_unguarded(function: Any) -> bool:
    """True for a function that may read what it has written already into the array for its result."""
    reduces = isinstance(function, table.UfuncMethod) and function.name == "reduce"
    return reduces or any(function is known for known in _UNGUARDED)


def check_apart(name: str, written: Op, read: Iterable[Op], facts: Facts, node: gast.AST) -> None:
    """Raise Refusal where a call, or a store, that is not guarded may be given the memory that it writes."""
    shared = roots_of(facts.of[written])
    if any(roots_of(facts.of[op]) & shared for op in read):
        raise _refusal(f"`{name}` writes an array from which it may still read", node)


def check_overlap(statement: Assign, facts: Facts, tried: Collection[Rewriting]) -> None:
    """Raise Refusal for a store in which NumPy may read what it has written already.

    Names that stand for a part of the array are asked to be written as that part first, if that was not ``tried``.
    """
    if may_read_written(statement, facts):
        (target,) = statement.targets
        names = dict.fromkeys(str(op.payload) for op in target.value.walk() if op.form == "read")
        for rewriting in view_bindings((target.name, *names), facts):
            if rewriting not in tried:
                raise Wanted(rewriting)
        raise _refusal("NumPy may read here what this store has changed already", statement.node)


def _refusal(reason: str, node: gast.AST) -> Refusal:
    return Refusal(reason, "give it a copy of what is read, as in `y[1:].copy()`", node)


def may_read_written(statement: Statement, facts: Facts) -> bool:
    """True where a store is given a view of the array it writes, and NumPy is not known to read all of it first."""
    stores = [t for t in getattr(statement, "targets", ()) if isinstance(t, StoreTarget)]
    if not isinstance(statement, Assign) or len(stores) != 1 or len(statement.targets) != 1:
        return False
    (target,) = stores
    base, value = facts.of[target.base], facts.of[target.value]
    if not isinstance(base, Num) or not isinstance(value, Num) or value.rank == 0 or value.box in ("py", "np"):
        return False
    if not roots_of(base) & roots_of(value) or not _is_shared(statement, target.value, facts):
        return False
    if table.getitem_effect(facts.of[target.index]) != "view":
        return True
    rank = _rank(base, target.index, facts)
    return (rank is None or rank == 1) and not _in_step(target, facts)


def _is_shared(statement: Assign, value: Op, facts: Facts) -> bool:
    """True where a name that is read for the value may hold memory that the statement writes."""
    names = [str(op.payload) for op in value.walk() if op.form == "read"]
    return not names or any(facts.shares(statement, name) for name in names)


def _in_step(target: StoreTarget, facts: Facts) -> bool:
    """True where both sides are lines of one array with the same step, or with opposite ones."""
    to, source = _part(target.base, target.index, facts), _line(target.value, facts)
    if to is None or source is None or to[0] != source[0]:
        return False
    if to[2] == source[2]:
        known = isinstance(to[3], int) and isinstance(source[3], int)
        return to[3] == source[3] or (known and (to[3] > 0) != (source[3] > 0))  # type: ignore[operator]
    # A row and the column of the same number meet in one element, which both have at the same place.
    mirrored = len(to[1]) == 2 and to[1] == source[1][::-1] and to[3] == source[3]
    return mirrored and "(" not in "".join(to[1])  # what is called may give another number the second time


def _line(op: Op, facts: Facts) -> Line | None:
    """The line that an expression is, None where it is none or not seen to be one."""
    fact, bound = facts.of.get(op), facts.calls.get(op)
    if op.form == "read" and isinstance(fact, Num):
        return (str(op.payload), (":",), 0, 1) if fact.rank == 1 else None
    if bound is None or len(bound.args) == 0 or bound.keywords:
        return None
    if bound.function is operator.getitem:
        return _part(bound.args[0], bound.args[1], facts)
    inner = _line(bound.args[0], facts) if bound.function is np.flip and len(bound.args) == 1 else None
    return (*inner[:3], -inner[3]) if inner is not None and isinstance(inner[3], int) else None


def _part(base: Op, index: Op, facts: Facts) -> Line | None:
    """The line that is a part of an array."""
    if _is_whole(index, facts):
        return _line(base, facts)
    fact, entries = facts.of.get(base), list(index.args if index.form == "tuple" else (index,))
    if not isinstance(fact, Num) or fact.rank is None or len(entries) > fact.rank:
        return None
    if base.form != "read":
        return _row(base, entries, facts) or _stepped(_line(base, facts), entries, facts)
    slices = [i for i, e in enumerate(entries) if as_slice(facts.of[e]) is not None]
    missing = fact.rank - len(entries)
    if not all(i in slices or _is_number(e, facts) for i, e in enumerate(entries)) or len(slices) + missing != 1:
        return None
    step = _step(entries[slices[0]], facts) if slices else 1
    texts = (*("".join(unquote(e.node).split()) for e in entries), *[":"] * missing)
    return None if step is None else (str(base.payload), texts, slices[0] if slices else len(entries), step)


def _row(base: Op, entries: list[Op], facts: Facts) -> Line | None:
    """A row of some rows of a matrix, ``B[1:][0]``."""
    bound, fact = facts.calls.get(base), facts.of.get(base)
    if bound is None or bound.function is not operator.getitem or bound.args[0].form != "read":
        return None
    rows = isinstance(fact, Num) and fact.rank == 2 and as_slice(facts.of[bound.args[1]]) is not None
    single = len(entries) == 1 and _is_number(entries[0], facts)
    return (str(bound.args[0].payload), ("?", ":"), 1, 1) if rows and single else None


def _stepped(line: Line | None, entries: list[Op], facts: Facts) -> Line | None:
    """A part of a line."""
    step = _step(entries[0], facts) if line is not None and len(entries) == 1 else None
    if line is None or not isinstance(step, int) or not isinstance(line[3], int):
        return None
    # What is left of the line is not told by the texts of its index.
    return (line[0], ("?", *line[1]), line[2], line[3] * step)


def _step(index: Op, facts: Facts) -> int | str | None:
    """The step of a slice that is written with one, as a number or as a text that gives the same number each time."""
    found = as_slice(facts.of[index])
    if found is None:
        return None
    if found.step == Static(None):
        return 1
    known = found.step.value if isinstance(found.step, Num) else None
    if isinstance(known, (int, np.integer)) and known:
        return int(known)
    written = getattr(index.node, "step", None)
    text = "".join(unquote(written).split()) if isinstance(index.node, gast.Slice) and written is not None else "("
    return None if {"(", ".", "["} & set(text) else text


def _is_number(index: Op, facts: Facts) -> bool:
    fact = facts.of[index]
    return isinstance(fact, Num) and fact.rank == 0 and fact.kind in "iu" and fact.box in ("py", "np")


def _is_whole(index: Op, facts: Facts) -> bool:
    return facts.of[index] == Static(...)


def _rank(base: Num, index: Op, facts: Facts) -> int | None:
    """The number of axes of a part of an array."""
    fact = facts.of[index]
    if base.rank is None or (isinstance(fact, Seq) and index.form != "tuple"):
        return None
    entries = index.args if index.form == "tuple" else (index,)
    added = sum(facts.of[e] == Static(None) for e in entries)
    return base.rank + added - sum(_is_number(e, facts) for e in entries)
