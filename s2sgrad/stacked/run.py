"""The rows or columns of a Jacobian, many of them in one call of a function for a stack of seeds.

How many go together is bounded by memory: every adjoint is held once for each of them.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from s2sgrad.pullback import Container, Number, Outline
from s2sgrad.specialise import Specialisation
from s2sgrad.stacked.build import Stacked, stacked
from s2sgrad.stacked.facts import Ranked, fact_of

__all__ = ["Stacks", "with_own_generators"]

MOST_NUMBERS = 2**22
"""In the largest array of a stack: 32 MB of float64."""


class Stacks:
    """The functions for stacks that were made of those of one derivative, by what is known of their arguments.

    ``text`` is that of the latest call, empty where it went one by one.
    """

    def __init__(self) -> None:
        self.text = ""
        self._made: dict[Any, Stacked | None] = {}

    def rows(
        self, spec: Specialisation, saved: Any, y: Outline, x: Outline, most: int | None
    ) -> tuple[Any, str] | None:
        """All rows of a Jacobian and the text that gave them; None where the pullback has no form for a stack."""
        leaves = _leaves(x)
        if not isinstance(y, Number) or not y.shape or leaves is None:
            return None
        made = self._function(spec, 1, (fact_of(saved), Ranked(len(y.shape), True)))
        if made is None:
            return None
        largest = max([y.size, *(leaf.size for leaf in leaves), *_sizes(saved)])

        def block(units: Any) -> Any:
            found = made.function(saved, units.reshape(len(units), *y.shape).astype(y.dtype))
            parts = (found,) if isinstance(x, Number) else found
            return np.concatenate([_flat(p, leaf, len(units)) for p, leaf in zip(parts, leaves, strict=True)], axis=1)

        return _in_blocks(block, y.size, _count(largest, most)), made.source

    def columns(
        self, spec: Specialisation, args: list[Any], y: Outline, x: Outline, most: int | None
    ) -> tuple[Any, str] | None:
        """All columns of a Jacobian, one a row, and the text; None where forward mode has no form for a stack."""
        leaves = _leaves(x)
        if not isinstance(y, Number) or leaves is None or spec.generated.complex_check:
            return None
        facts = (*map(fact_of, args), *(Ranked(len(leaf.shape), True) for leaf in leaves))
        made = self._function(spec, 0, facts)
        if made is None:
            return None
        largest = max([y.size, *(leaf.size for leaf in leaves), *_sizes(args)])
        code = made.function.__code__
        keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]

        def block(units: Any) -> Any:
            tangents = _tangents(units, leaves)
            named = dict(zip(keywords, tangents, strict=False))
            _, along = made.function(*with_own_generators(args), *([] if keywords else tangents), **named)
            return _flat(along, y, len(units))

        return _in_blocks(block, sum(leaf.size for leaf in leaves), _count(largest, most)), made.source

    def _function(self, spec: Specialisation, half: int, facts: tuple[Ranked, ...]) -> Stacked | None:
        key = spec.functions[half], facts
        if key not in self._made:
            self._made[key] = stacked(spec.generated, spec.generated.entry[half], facts)
        return self._made[key]


def with_own_generators(values: Iterable[Any]) -> tuple[Any, ...]:
    """The values with copies of generators of random numbers: all columns are of one draw, and the user's stay."""
    kinds = (np.random.Generator, np.random.RandomState)
    return tuple(copy.deepcopy(v) if isinstance(v, kinds) else v for v in values)


def _leaves(x: Outline) -> list[Number] | None:
    """The arrays of one argument, or of a tuple of them; None for other structures."""
    if isinstance(x, Number):
        return [x]
    parts = list(x.parts.values()) if isinstance(x, Container) and x.kind is tuple else []
    plain = [part for part in parts if isinstance(part, Number)]
    return plain if parts and len(plain) == len(parts) else None


def _sizes(value: Any) -> list[int]:
    """The sizes of the arrays in what a function is given."""
    if isinstance(value, tuple | list):
        return [size for part in value for size in _sizes(part)]
    return [value.size] if isinstance(value, np.ndarray) else []


def _count(largest: int, most: int | None) -> int:
    fits = max(1, MOST_NUMBERS // max(1, largest))
    return fits if most is None else min(fits, most)


def _in_blocks(block: Callable[[Any], Any], count: int, most: int) -> Any:
    """What ``block`` gives for the unit vectors, no more than ``most`` of them at a time."""
    return np.concatenate([block(np.eye(min(most, count - k), count, k)) for k in range(0, count, most)])


def _tangents(units: Any, leaves: list[Number]) -> list[Any]:
    ends = np.cumsum([leaf.size for leaf in leaves])[:-1]
    parts = np.split(units, ends, axis=1)
    return [p.reshape(len(units), *leaf.shape).astype(leaf.dtype) for p, leaf in zip(parts, leaves, strict=True)]


def _flat(part: Any, like: Number, count: int) -> Any:
    """One row of numbers for each seed; what does not hang on the seeds is the same for all."""
    shape = (count, *like.shape)
    return np.broadcast_to(part, shape).reshape(count, math.prod(like.shape))
