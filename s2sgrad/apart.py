"""An argument that a function writes must share its memory with no other: looked at before each call.

>>> import numpy as np
>>> x = np.zeros(3)
>>> check_apart(check_apart, {"x": x, "out": x[1:]}, frozenset(["out"]))
Traceback (most recent call last):
    ...
s2sgrad.errors.ArgumentError: check_apart: it writes `out`, which may share its memory with `x`
Instead: pass a copy: `out.copy()`
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from s2sgrad.errors import ArgumentError

__all__ = ["check_apart", "pairs_apart"]


def pairs_apart(values: Mapping[str, Any], written: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The pairs of arguments that must be apart: each one that is written, with every other."""
    for one in sorted(written):
        for other in values:
            if other != one and not (other in written and other < one):
                yield one, other


def check_apart(function: types.FunctionType, values: Mapping[str, Any], written: frozenset[str]) -> None:
    """Raise ArgumentError, with both names, where an argument that is written may share memory with another."""
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    for one, other in pairs_apart(arrays, written):
        if np.may_share_memory(arrays[one], arrays[other]):
            raise ArgumentError(
                f"{function.__name__}: it writes `{one}`, which may share its memory with `{other}`",
                f"pass a copy: `{one}.copy()`",
            )
