"""Calls of functions that a user gave a rule to: what is known of their results, without their text or by it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Fact, Num, roots_of
from s2sgrad.analysis.found import Facts
from s2sgrad.analysis.infer import infer
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.custom import Custom

__all__ = ["Ruled", "result_by_rule"]


@dataclass(eq=False)
class Ruled:
    """A function with a rule by the user, called with these facts at ``node``, as the analysed helpers are."""

    custom: Custom
    facts: Facts
    node: Any

    tree = gast.Pass()

    @property
    def function(self) -> Any:
        """The function itself."""
        return self.custom.function

    @property
    def signature(self) -> inspect.Signature:
        """Its parameters."""
        return self.custom.signature


def result_by_rule(custom: Custom, entry: dict[str, Fact], by_text: Callable[[], Fact | None], fresh: Fresh) -> Fact:
    """The fact of the result: as its rule says, or by the text of the function, or nothing but that it is a number."""
    operands = [fact for fact in entry.values() if isinstance(fact, Num)]
    if custom.like is not None and isinstance(found := entry[custom.like], Num):
        return Num(found.dtype, found.box, found.shape)
    if custom.elementwise is not None and operands:
        fact: Fact = infer(np.tanh, operands[:1], {}, fresh)
        for operand in operands[1:]:
            fact = infer(np.arctan2, [fact, operand], {}, fresh)
        return fact
    known = by_text()
    if isinstance(known, Num):
        return known
    roots = frozenset[str]().union(*map(roots_of, entry.values()))
    return Num(None, "any", None, roots=roots, maybe_whole=False)  # what has a derivative is of floats
