"""What is known of an argument, in words.

>>> from s2sgrad.analysis.facts import python
>>> in_words(python(float))
'a float'
"""

from __future__ import annotations

from s2sgrad.analysis.facts import Fact, Num, Record, Seq, Static
from s2sgrad.save import told

__all__ = ["in_words"]

_PYTHON = {"b": "a bool", "i": "an integer", "u": "an integer", "f": "a float", "c": "a complex number"}


def in_words(fact: Fact) -> str:
    """A fact, in words that do not change from run to run."""
    if isinstance(fact, Num):
        return _number(fact)
    if isinstance(fact, Seq):
        if fact.items is not None:
            return f"a {fact.kind} of {len(fact.items)} items"
        return f"a {fact.kind} of {_plural(in_words(fact.element))}"
    if isinstance(fact, Record):
        name = "dict" if fact.kind == "dict" else fact.cls.__name__
        return f"a {name} with {', '.join(str(key) for key, _ in fact.slots)}"
    return told(fact) if isinstance(fact, Static) else f"a {told(fact)}"


def _number(fact: Num) -> str:
    if fact.value is not None:
        return repr(fact.value)
    if fact.box == "py":
        return _PYTHON.get(fact.kind, "a number")
    dtype = f"{fact.dtype} " if fact.dtype is not None else ""
    if fact.box == "np" or fact.shape is None:
        return f"a {dtype}number" if fact.box == "np" else f"a {dtype}array of any number of axes"
    return f"a {dtype}array of {fact.rank} {'axis' if fact.rank == 1 else 'axes'}"


def _plural(words: str) -> str:
    """``a float array of 2 axes`` as there are several of."""
    noun, of, rest = words.removeprefix("an ").removeprefix("a ").partition(" of ")
    return f"{noun}s{of}{rest}"
