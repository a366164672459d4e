"""Build the generated functions of one request: the entry, and a forward and backward pair for each helper it calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from s2sgrad.adjoint.analysed import Analysed, known_or_analysed
from s2sgrad.adjoint.pair import Pair
from s2sgrad.adjoint.ruled import ruled_pair
from s2sgrad.adjoint.snapshots import NEXT_SNAPSHOT
from s2sgrad.adjoint.writer import Writer
from s2sgrad.adjoint.written import check_written, writable_arguments
from s2sgrad.analysis.returned import canonical
from s2sgrad.analysis.ruled import Ruled
from s2sgrad.errors import Refusal, S2SGradError
from s2sgrad.names import helper
from s2sgrad.printed import (
    COFACTORS,
    COFACTORS_ALONG,
    COPY_GENERATOR,
    INVERSE_OR_NAN,
    NAN_IF_CLOSE,
    OBJECT_OF,
    OF_RULES,
    PINV_OF_RANK,
    POWER_ALONG,
    SUM_TO,
    VALUE_SLOPES,
)
from s2sgrad.request import Generated, GlobalGuard, Path, Request, Unit
from s2sgrad.tidy.guarded import CHECK_FINITE, CHECK_NAN

__all__ = ["Builder", "printed_helpers"]

HELPERS = {
    "sum_to": SUM_TO,
    "object_of": OBJECT_OF,
    "next_snapshot": NEXT_SNAPSHOT,
    "copy_generator": COPY_GENERATOR,
    "cofactors": COFACTORS,
    "cofactors_along": COFACTORS_ALONG,
    "inverse_or_nan": INVERSE_OR_NAN,
    "pinv_of_rank": PINV_OF_RANK,
    "power_along": POWER_ALONG,
    "nan_if_close": NAN_IF_CLOSE,
    "value_slopes": VALUE_SLOPES,
    "check_finite": CHECK_FINITE,
    "check_nan": CHECK_NAN,
}
"""What generated code may call besides NumPy and itself."""


def printed_helpers(helpers: set[str], units: Sequence[Unit], numpy: str) -> list[Unit]:
    """Those of the helpers that the units call, to be printed above them."""
    used = (h for h in HELPERS if h in helpers and (h == "sum_to" or any(f"{h}(" in unit.source for unit in units)))
    return [Unit(h, HELPERS[h].lstrip("\n").replace("np.", f"{numpy}."), None) for h in used]


@dataclass
class Builder:
    """Makes the units of one request; ``pairs`` remembers helpers already generated for the same facts."""

    request: Request
    units: list[Unit] = field(default_factory=list)
    helpers: set[str] = field(default_factory=set)
    guards: list[GlobalGuard] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    noted: set[str] = field(default_factory=set)
    maybe_complex: bool = False
    has_complex: bool = False
    reserved: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    pairs: list[tuple[Any, Pair, list[Path], list[Path]]] = field(default_factory=list)
    numpy: str = "np"

    def generate(self) -> Generated:
        """All units, helpers first."""
        request = self.request
        known = known_or_analysed(request, writable_arguments(request))
        root: Analysed = known.found
        self.numpy = root.alias
        try:
            check_written(root)
            entry = Writer(self, root).entry()
            self._check_names(root)
        except S2SGradError as error:
            raise error.at(root.source) from None
        alias = root.alias
        units = (*printed_helpers(self.helpers, self.units, alias), *self.units)
        guards, attributes, written = tuple(self.guards), frozenset(self.attributes), frozenset(root.facts.written)
        result = root.facts.result
        return Generated(units, entry, alias, guards, attributes, self.maybe_complex, result, written, known)

    def _check_names(self, root: Analysed) -> None:
        """A printed helper must not take the place of a function of the user's."""
        for name in sorted({"next_snapshot", "copy_generator", *OF_RULES} & self.helpers & self.names):
            reason = f"the gradient needs a function `{name}`, and that is another thing here"
            raise Refusal(reason, "rename yours", root.tree)

    def pair_names(self, name: str) -> Pair:
        """Two function names that nothing else has."""
        taken = {u.name for u in self.units} | self.reserved
        n = ""
        while {f"forward_{name}{n}", f"backward_{name}{n}"} & taken:
            n = str(int(n or 1) + 1)
        names = Pair(f"forward_{name}{n}", f"backward_{name}{n}")
        self.reserved |= {names.forward, names.backward}
        return names

    def pair(
        self, callee: Analysed | Ruled, inputs: list[Path], results: list[Path], apart: bool = False
    ) -> tuple[Pair, list[Path]]:
        """The pair for a helper called with these facts, and the leaves whose cotangents it gives.

        ``apart``: the caller changes the result, so what is saved may not share its memory.

        A pair that was written for another call serves, though it may give more than is asked for. Leaves on which
        the results do not depend are left out.
        """
        key = (callee.function, canonical(callee.facts.entry), tuple(results), apart)
        for known, found, asked, given in self.pairs:
            if known == key and set(inputs) <= set(asked):
                return found, given
        if isinstance(callee, Ruled):
            names, given = ruled_pair(self, callee, inputs, results, apart)
            self.pairs.append((key, names, inputs, given))
            return names, given
        writer = Writer(self, callee)
        activity = writer.activity(inputs, results)
        given = [path for path in inputs if activity.is_read(path)] or inputs
        # Known before it is written: a function that calls itself calls the pair that is being written.
        names = self.pair_names(helper(callee.function, callee.source.name)[0])
        self.pairs.append((key, names, inputs, given))
        try:
            writer.helper(activity, given, results, names, apart)
        except S2SGradError as error:
            raise error.at(callee.source) from None
        return names, given
