"""Lengths that a text is made for: which arguments have them, and the line that asks whether they do.

>>> from s2sgrad.analysis.facts import Symbol, array
>>> W, b = array(float, (Dim(Symbol("W.0", True)), Dim.of(7))), array(float, (Dim.of(12),))
>>> sorted(lengths_in([W, b])), tells_lengths([W]), tells_lengths([array(float, (Dim.of(1),))])
(['W.0'], True, False)
>>> assertions({"W": W, "b": b})
'assert W.shape[1] == 7 and b.shape == (12,)'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Record, Seq
from s2sgrad.analysis.infer.table import length
from s2sgrad.request import Generated

if TYPE_CHECKING:
    from s2sgrad.adjoint.analysed import Analysed

__all__ = ["ask_lengths", "assertions", "lengths_in", "tells_lengths", "trusts_vectors"]

WIDTH = 75
"""That of a line, less the indentation."""


def lengths_in(facts: Iterable[Fact]) -> frozenset[str]:
    """The names of the lengths of all arrays in arguments with these facts."""
    return frozenset(dim.symbol.name for dim in _dims(facts) if dim.symbol is not None and not dim.anonymous)


def ask_lengths(facts: Iterable[Fact]) -> None:
    """Raise NeedValue for a length of an array in arguments with these facts that can be put into the key."""
    for dim in _dims(facts):
        length(dim)


def tells_lengths(facts: Iterable[Fact]) -> bool:
    """True where a length is known that is not always: 0 and 1 are."""
    return any(map(_is_told, _dims(facts)))


def trusts_vectors(generated: Generated) -> int:
    """How many products a text takes to be of vectors in space, as their lengths are not known."""
    return 0 if generated.known is None else _trusts_vectors(generated.known.found)


def _trusts_vectors(found: Analysed) -> int:
    from s2sgrad.adjoint.analysed import Analysed

    in_space = getattr(np.linalg, "cross", None)
    written = [found.source.text(op.node) for op, call in found.facts.calls.items() if call.function is in_space]
    callees = [callee for callee in found.facts.callees.values() if isinstance(callee, Analysed)]
    return sum(".linalg." not in text.split("(")[0] for text in written) + sum(map(_trusts_vectors, callees))


def assertions(arguments: Mapping[str, Fact]) -> str:
    """The lines that ask whether arguments have the lengths that these facts tell, as few as fit the page."""
    arrays = [found for name, fact in arguments.items() for found in _arrays(fact, name)]
    lines: list[str] = []
    for test in (test for path, array in arrays for test in _tests(path, array.shape or ())):
        longer = f"{lines[-1]} and {test}" if lines else ""
        if lines and len(longer) <= WIDTH:
            lines[-1] = longer
        else:
            lines.append(f"assert {test}")
    return "\n".join(lines)


def _tests(path: str, shape: tuple[Dim, ...]) -> list[str]:
    if shape and all(dim.symbol is None for dim in shape) and any(map(_is_told, shape)):
        return [f"{path}.shape == {tuple(dim.offset for dim in shape)}"]
    return [f"{path}.shape[{axis}] == {dim.offset}" for axis, dim in enumerate(shape) if _is_told(dim)]


def _is_told(dim: Dim) -> bool:
    return dim.symbol is None and dim.offset > 1


def _dims(facts: Iterable[Fact]) -> Iterator[Dim]:
    return (dim for fact in facts for _, array in _arrays(fact, "") for dim in array.shape or ())


def _arrays(fact: Fact, path: str) -> Iterator[tuple[str, Num]]:
    """Every array in an argument that is known by itself, with the expression that reads it."""
    if isinstance(fact, Num) and fact.box == "array":
        yield path, fact
    elif isinstance(fact, Seq):
        for i, item in enumerate(fact.items or ()):
            yield from _arrays(item, f"{path}[{i}]")
    elif isinstance(fact, Record):
        for key, slot in fact.slots:
            yield from _arrays(slot, f"{path}[{key!r}]" if fact.kind == "dict" else f"{path}.{key}")
