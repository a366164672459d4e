"""Generated functions written by hand, for the tests of the checked build."""

from __future__ import annotations

import gast

from s2sgrad.analysis.facts import Dim, Symbol, array, numpy_scalar
from s2sgrad.printer import to_text
from s2sgrad.quote import statements
from s2sgrad.request import Unit
from s2sgrad.tidy.checked import Half, Known, add_checks

__all__ = ["unit"]

N, M = Dim(Symbol("x.0", not_one=True)), Dim(Symbol("y.0", not_one=True))
FACTS = {
    "dx": array(float, (N,)),
    "dy": array(float, (M,)),
    "dinner": array(float, (N.minus(2),)),
    "dthree": array(float, (Dim.of(3),)),
    "ds": numpy_scalar(float),
    "dtable": array(float, None),
    "mask": array(bool, (N,)),
}
KNOWN = Known(
    FACTS,
    frozenset(["dx", "dy", "ds"]),
    frozenset(["h_stack"]),
    frozenset(["x", "y", "h", "buf", "i", "c"]),
    frozenset(["x.0", "y.0"]),
)


def unit(name: str, parameters: tuple[str, ...], body: str, half: Half) -> Unit:
    """Hand-written statements with checks in them; every test counts as asked in the same line of the user's file."""
    lines = statements(body)
    for branch in [n for s in lines for n in gast.walk(s) if isinstance(n, gast.If)]:
        branch.lineno = 2
    lines = add_checks(lines, KNOWN, half)
    definition = statements(f"def {name}({', '.join(parameters)}):\n    pass")[0]
    definition.body = lines
    return Unit(name, to_text(definition), None)
