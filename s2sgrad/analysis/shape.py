"""What a pattern of ``match`` asks of the shape of a value, answered by the facts.

>>> from s2sgrad.analysis.facts import Dim, python
>>> pair = Seq("tuple", (python(int), python(int)), python(int), Dim.of(2))
>>> Shape("sequence", 2).fits(pair), Shape("sequence", 3, True).fits(pair), Shape("mapping", ("a",)).fits(pair)
(True, False, False)
"""

from __future__ import annotations

from dataclasses import dataclass

from s2sgrad.analysis.facts import Fact, FunctionFact, Num, RangeFact, Record, Seq, Static

__all__ = ["MATCHES", "Shape"]

MATCHES = "python_matches"
"""The name of the test in rewritten text, which is never printed."""


@dataclass(frozen=True)
class Shape:
    """A ``sequence`` of ``wanted`` items, or of that many and ``more``; a ``mapping`` with the ``wanted`` keys."""

    kind: str
    wanted: int | tuple[str, ...]
    more: bool = False

    def fits(self, fact: Fact | None) -> bool | None:
        """Whether a value with this fact has the shape; None where that is not known."""
        if isinstance(fact, (Num, Static, FunctionFact)):
            return False
        if self.kind == "mapping":
            return self._is_mapping(fact)
        if isinstance(fact, Record):
            return self._counts(len(fact.slots)) if fact.kind == "namedtuple" else False
        if isinstance(fact, RangeFact):
            return None if fact.length.constant is None else self._counts(fact.length.constant)
        if isinstance(fact, Seq) and fact.kind in ("list", "tuple"):
            n = len(fact.items) if fact.items is not None else fact.length.constant
            return None if n is None else self._counts(n)
        return None

    def _counts(self, n: int) -> bool:
        assert isinstance(self.wanted, int)
        return n >= self.wanted if self.more else n == self.wanted

    def _is_mapping(self, fact: Fact | None) -> bool | None:
        if isinstance(fact, Record) and fact.kind == "dict" and isinstance(self.wanted, tuple):
            return all(any(k == key and type(k) is type(key) for k, _ in fact.slots) for key in self.wanted)
        return False if isinstance(fact, (Seq, Record, RangeFact)) else None
