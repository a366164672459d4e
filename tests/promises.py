"""What is asserted of gradients: their numbers, bits, types, structure and memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from s2sgrad.errors import Refusal
from tests import trees

__all__ = ["like_the_arguments", "names_its_place", "no_sharing", "same_bits", "same_numbers"]


def names_its_place(error: Refusal) -> None:
    """Assert that a refusal shows file, line and caret."""
    text = str(error)
    assert re.match(r".+:\d+: \S", text), f"the refusal does not begin with file:line:\n{text}"
    assert re.search(r"^\s*\^+\s*$", text, re.MULTILINE), f"the refusal has no caret:\n{text}"


def _pairs(ours: Any, theirs: Any, what: str) -> Iterator[tuple[Any, Any, str]]:
    """Leaves side by side; the structures must agree, up to a plain object's class."""
    left, right = trees.children(ours), trees.children(theirs)
    if left is None or right is None:
        assert left is right is None, f"{what}: {ours!r} where {theirs!r} is wanted"
        yield ours, theirs, what
        return
    assert list(left) == list(right), f"{what}: {list(left)} where {list(right)} is wanted"
    for key in left:
        yield from _pairs(left[key], right[key], f"{what}, {key}")


def same_numbers(ours: Any, theirs: Any, tol: float, what: str) -> None:
    """Assert that the leaves agree within a tolerance, relative to the largest."""
    for got, wanted, where in _pairs(ours, theirs, what):
        if isinstance(wanted, (np.ndarray, float, complex, int, np.number)) and not isinstance(wanted, bool):
            assert np.shape(got) == np.shape(wanted), f"{where}: shape {np.shape(got)} instead of {np.shape(wanted)}"
            close = np.abs(np.asarray(got) - wanted) <= tol * max(1.0, np.max(np.abs(wanted), initial=0.0))
            assert np.all(close), f"{where}:\n{got!r}\nwhere\n{wanted!r}\nis wanted"


def same_bits(ours: Any, theirs: Any, what: str) -> None:
    """Assert that the leaves agree to the last bit."""
    for got, wanted, where in _pairs(ours, theirs, what):
        if isinstance(wanted, (np.ndarray, np.generic, float, int, complex)):
            same = np.asarray(got).tobytes() == np.asarray(wanted).tobytes() and np.shape(got) == np.shape(wanted)
            assert same, f"{where} differs:\n{got!r}\nwhere\n{wanted!r}\nis wanted"


def like_the_arguments(gradient: Any, arguments: Any) -> None:
    """Assert that every gradient has the type, dtype and shape of its argument."""
    _same_containers(gradient, arguments)
    for got, argument, where in _pairs(gradient, arguments, "gradient"):
        if not trees.is_float(argument):
            continue
        assert np.shape(got) == np.shape(argument), f"{where}: shape {np.shape(got)}, not {np.shape(argument)}"
        assert np.result_type(got) == np.result_type(argument), f"{where}: {got!r} for {argument!r}"
        if isinstance(argument, (float, complex)):
            assert isinstance(got, (float, complex)), f"{where}: a {type(got).__name__} for a Python number"
        if isinstance(got, np.ndarray):
            assert got.flags.writeable, f"{where}: the gradient is read-only"


def _same_containers(gradient: Any, argument: Any) -> None:
    parts = trees.children(argument)
    if parts is None:
        return
    if isinstance(argument, (list, tuple, dict)):
        assert type(gradient) is type(argument), f"a {type(gradient).__name__} for a {type(argument).__name__}"
    for key, part in parts.items():
        _same_containers((trees.children(gradient) or {})[key], part)


def no_sharing(gradient: Any, others: Iterable[np.ndarray]) -> None:
    """Assert that no gradient shares memory with another or with any of ``others``."""
    found = list(trees.arrays(gradient))
    for i, array in enumerate(found):
        assert not any(np.shares_memory(array, other) for other in others), "a gradient shares memory with an input"
        assert not any(np.shares_memory(array, other) for other in found[:i]), "two gradients share memory"
