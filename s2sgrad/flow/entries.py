"""What is noted while a function runs forward and backward: one entry each time a line gives a value.

>>> Size.of(np.array([3.0, -4.0, 0.0, np.inf]))
Size(norm=5.0, largest=4.0, zeros=0.25, nonfinite=0.25, count=4)
>>> Size.of([1e200, np.array([1e200])]).norm < 1.5e200
True
"""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s2sgrad.objects import attributes, is_object

__all__ = ["Entry", "Notes", "Size"]


@dataclass(frozen=True)
class Size:
    """How large the numbers of a value are.

    ``norm`` (the root of the sum of squares) and ``largest`` (the largest amount) are of the finite numbers, ``zeros``
    and ``nonfinite`` the shares of zeros and of NaN and infinities, ``count`` how many numbers there are.
    """

    norm: float
    largest: float
    zeros: float
    nonfinite: float
    count: int

    @staticmethod
    def of(value: Any) -> Size:
        """The size of a number, an array, or any nesting of these; what is no float does not count."""
        parts = [np.abs(part).ravel().astype(float) for part in _numbers(value)]
        numbers = np.concatenate(parts) if parts else np.zeros(0)
        finite = numbers[np.isfinite(numbers)]
        count, largest = numbers.size, float(finite.max(initial=0.0))
        # Divided first: the square of 1e-200 would be 0, that of 1e200 infinite.
        norm = largest * math.sqrt(float(np.sum((finite / largest) ** 2))) if largest else 0.0
        zeros, lost = int(np.count_nonzero(numbers == 0)), count - finite.size
        return Size(norm, largest, zeros / max(count, 1), lost / max(count, 1), count)


def _numbers(value: Any) -> Iterator[Any]:
    """The floats in a value."""
    if isinstance(value, np.ndarray | np.generic | float | complex):
        if np.asarray(value).dtype.kind in "fc":
            yield np.asarray(value)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, dict):
        yield from _numbers(list(value.values()))
    elif is_object(value):
        yield from _numbers(list((attributes(value) or {}).values()))


@dataclass(eq=False)
class Entry:
    """One run of one line that gives a float: ``name`` holds ``value`` from then on.

    ``line`` is 0 for an argument, ``name`` is ``return`` for the result; ``round`` counts the runs of the line from 1,
    ``number`` all entries from 0. ``gradient`` is the size of the derivative of the result with respect to this value,
    None where the value carries none. ``reads`` are the entries of the variables that the line read, ``readers`` how
    many lines read this one.
    """

    function: str
    filename: str
    line: int
    name: str
    round: int
    value: Size
    reads: tuple[Entry, ...] = field(repr=False)
    gradient: Size | None = None
    readers: int = field(default=0, repr=False)
    number: int = 0

    @property
    def place(self) -> tuple[str, str, int, str]:
        """The line and the variable, whichever run it is."""
        return self.filename, self.function, self.line, self.name

    @property
    def before(self) -> Entry | None:
        """The entry that the gradient goes on to: of those that were read the one with the largest gradient.

        Arguments come last, and only if nothing else read them: what a weight gets from many layers belongs to none.
        """
        carried = [e for e in self.reads if e.gradient is not None]
        inner = [e for e in carried if e.line] or [e for e in carried if e.readers == 1]
        return max(inner, key=lambda e: e.gradient.norm if e.gradient else 0.0, default=None)

    @property
    def factor(self) -> float | None:
        """The size of the local derivative: how many times larger the gradient is in front of the line than behind it.

        None where either is missing, or where the gradient behind the line is zero.
        """
        before = self.before
        if self.gradient is None or before is None or before.gradient is None or self.gradient.norm == 0:
            return None
        return before.gradient.norm / self.gradient.norm


class Notes:
    """What generated code notes of one function of the user's, in the order in which it runs.

    A variable that the user did not write, where a helper is written in place, stands for what it was made of.
    """

    def __init__(self, function: types.FunctionType, order: list[Entry]) -> None:
        self.function, self.order = function, order
        code = function.__code__
        self.own = {*code.co_varnames, *code.co_cellvars, "return"}
        self.values: dict[tuple[int, str], list[Entry]] = {}
        self.adjoints: dict[tuple[int, str], list[Size]] = {}
        self.latest: dict[int, dict[str, tuple[Entry, ...]]] = {}

    def enter(self) -> None:
        """A call begins: nothing is known of its variables."""
        self.latest[id(sys._getframe(1))] = {}

    def value(self, line: int, name: str, value: Any, reads: tuple[str, ...]) -> None:
        """``line`` gave ``name`` a value, and read other variables."""
        held = self.latest[id(sys._getframe(1))]
        read = tuple(dict.fromkeys(entry for n in reads for entry in held.get(n, ())))
        if name not in self.own:
            held[name] = read
            return
        runs, code = self.values.setdefault((line, name), []), self.function.__code__
        entry = Entry(code.co_name, code.co_filename, line, name, 1, Size.of(value), read)
        entry.number = len(self.order)
        for one in read:
            one.readers += 1
        runs.append(entry)
        held[name] = (entry,)
        self.order.append(entry)

    def adjoint(self, line: int, name: str, adjoint: Any) -> None:
        """The complete adjoint of what ``line`` gave ``name``; the last run comes first."""
        self.adjoints.setdefault((line, name), []).append(Size.of(adjoint))

    def joined(self) -> None:
        """Give each entry its gradient. Where not every run has one, none has: which is which is not known."""
        for key, runs in self.values.items():
            found = self.adjoints.get(key, [])
            for entry, size in zip(runs, reversed(found), strict=False) if len(found) == len(runs) else ():
                entry.gradient = size
