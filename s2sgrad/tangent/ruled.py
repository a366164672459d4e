"""Write the tangent function of a call that is differentiated by a user's rule."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from s2sgrad.adjoint.ruled import header_of, refuse_structures
from s2sgrad.analysis.facts import is_scalar
from s2sgrad.analysis.ruled import Ruled
from s2sgrad.errors import Refusal
from s2sgrad.normalize.made import unused
from s2sgrad.request import Path, Unit

if TYPE_CHECKING:
    from s2sgrad.tangent.build import TangentBuilder

__all__ = ["write_ruled"]


def write_ruled(builder: TangentBuilder, callee: Ruled, tangents: dict[Path, str], name: str) -> None:
    """Write the function ``name``: the value, and its tangent by the rule, along the parameters ``tangents``."""
    refuse_structures(callee, list(tangents), [()])
    custom, numpy = callee.custom, builder.numpy
    rule = custom.elementwise or custom.tangent
    if rule is None:
        raise Refusal(f"`{custom.name}` has a rule for reverse mode only", "register one with @tangent", callee.node)
    along = {path[0]: dot for path, dot in tangents.items()}
    taken = {*custom.parameters, *along.values(), numpy}
    called, ruled, y = unused(custom.name, taken), unused(rule.__name__, taken), unused("y", taken)
    header, passed, more = header_of(custom, callee.node)
    held = ", ".join([y, *custom.parameters])
    if custom.elementwise is not None:
        dot = _elementwise(callee, ruled, held, along, f"{numpy}.zeros_like({y})")
    else:
        dot = f"{ruled}({held}, {_given(callee, rule, along, numpy)})"
    separate = ", " if not more or header.count("*") else ", *, "
    text = (
        f"def {name}({header}{separate}{', '.join(along.values())}):\n"
        f'    """Value of {custom.name}, and its derivative along {", ".join(along.values())}, by {rule.__name__}."""\n'
        f"    {y} = {called}({passed})\n"
        f"    {y}_dot = {dot}\n"
        f"    if {numpy}.shape({y}_dot) != {numpy}.shape({y}):\n"
        f'        raise ValueError("{ruled} gives a tangent of another shape")\n'
        f"    return {y}, {y}_dot\n"
    )
    builder.units.append(Unit(name, text, None, ((called, custom.function), (ruled, rule))))


def _elementwise(callee: Ruled, rule: str, held: str, along: dict[str, str], zeros: str) -> str:
    """The sum of what the rule gives for each argument that varies."""
    operands = [n for n, p in callee.signature.parameters.items() if p.default is p.empty]
    if len(operands) == 1:
        return f"{rule}({along[operands[0]]}, {held})"
    terms = [f"{rule}({dot}, {held})[{operands.index(name)}]" for name, dot in along.items()]
    return f"{' + '.join(terms)} + {zeros}"


def _given(callee: Ruled, rule: object, along: dict[str, str], numpy: str) -> str:
    """The tangents as the rule takes them: zeros for what does not vary."""
    parameters = inspect.signature(rule).parameters.values()  # type: ignore[arg-type]
    wanted = [p.name[1:] for p in parameters if p.kind is p.KEYWORD_ONLY and p.name.startswith("d")]
    lost = next((name for name in along if name not in wanted), None)
    if lost is not None:
        reason = f"the result of `{callee.custom.name}` depends on `{lost}`, and its rule takes no `d{lost}`"
        raise Refusal(reason, f"pass a constant `{lost}`", callee.node)

    def value(name: str) -> str:
        if name in along:
            return along[name]
        return "0.0" if is_scalar(callee.facts.entry[name]) else f"{numpy}.zeros_like({name})"

    return ", ".join(f"d{name}={value(name)}" for name in wanted)
