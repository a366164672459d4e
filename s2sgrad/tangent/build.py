"""Build the functions of one request for forward mode: the entry, and a tangent function for each helper it calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from s2sgrad.adjoint.analysed import Analysed, known_or_analysed
from s2sgrad.adjoint.build import printed_helpers
from s2sgrad.adjoint.written import check_written, writable_arguments
from s2sgrad.analysis.returned import canonical
from s2sgrad.analysis.ruled import Ruled
from s2sgrad.errors import S2SGradError
from s2sgrad.names import helper
from s2sgrad.normalize.made import unused
from s2sgrad.printed import OF_RULES
from s2sgrad.request import Generated, GlobalGuard, Path, Request, Unit
from s2sgrad.tangent.ruled import write_ruled
from s2sgrad.tangent.writer import Helper, TangentWriter

__all__ = ["TangentBuilder"]


def _renamed(text: str, name: str) -> str:
    return re.sub(rf"\b{name}\b", "f", text)


@dataclass
class TangentBuilder:
    """Makes the units of one request; ``made`` remembers helpers already generated for the same facts."""

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
    made: list[tuple[Any, Helper]] = field(default_factory=list)
    numpy: str = "np"

    def generate(self) -> Generated:
        """All units, helpers first."""
        request = self.request
        known = known_or_analysed(request, writable_arguments(request), lifts=False)
        root: Analysed = known.found
        self.numpy = root.alias
        try:
            check_written(root)
            entry = TangentWriter(self, root).entry()  # type: ignore[arg-type]
        except S2SGradError as error:
            raise error.at(root.source) from None
        guards, attributes, written = tuple(self.guards), frozenset(self.attributes), frozenset(root.facts.written)
        result = root.facts.result
        helpers = self.helpers & {"object_of", "copy_generator", *OF_RULES}
        units = (*printed_helpers(helpers, self.units, root.alias), *self.units)
        return Generated(units, entry, root.alias, guards, attributes, self.maybe_complex, result, written, known)

    def helper(self, callee: Analysed | Ruled, inputs: list[Path]) -> Helper:
        """The tangent function of a helper called with these facts, in which the leaves ``inputs`` vary."""
        key = (callee.function, canonical(callee.facts.entry), tuple(inputs))
        for known, found in self.made:
            if known == key:
                return found
        if isinstance(callee, Ruled):
            name = self.name(f"jvp_{callee.custom.name}")
            dots = {path: unused(f"{path[0]}_dot", callee.custom.parameters) for path in inputs}
            plain = all(p.default is p.empty for p in callee.signature.parameters.values())
            found = Helper(name, dots, [()], plain)
            write_ruled(self, callee, dots, name)
            self.made.append((key, found))
            return found
        writer = TangentWriter(self, callee)  # type: ignore[arg-type]
        made = writer.described(inputs, self.name(f"jvp_{helper(callee.function, callee.source.name)[0]}"))
        # Known before it is written: a function that calls itself calls the one that is being written.
        self.made.append((key, made))
        if not made.results:
            return made
        try:
            writer.write_helper(inputs, made)
        except S2SGradError as error:
            raise error.at(callee.source) from None
        self._merge(made)
        return made

    def _merge(self, made: Helper) -> None:
        """Drop the function just written where it is another one under another name."""
        *others, last = self.units
        for unit in others if not any(made.name in unit.source for unit in others) else []:
            if unit.home is last.home and _renamed(last.source, made.name) == _renamed(unit.source, unit.name):
                self.units, made.name = others, unit.name
                return

    def name(self, wanted: str) -> str:
        """A function name that nothing else has."""
        taken = {u.name for u in self.units} | self.reserved
        n = ""
        while f"{wanted}{n}" in taken:
            n = str(int(n or 1) + 1)
        self.reserved.add(f"{wanted}{n}")
        return f"{wanted}{n}"
