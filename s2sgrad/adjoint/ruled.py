"""Write the forward and the backward function of a call that is differentiated by a user's rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2sgrad.adjoint.pair import Pair
from s2sgrad.analysis.facts import Num, holds_complex, is_scalar
from s2sgrad.analysis.ruled import Ruled
from s2sgrad.custom import Custom
from s2sgrad.embed import literal
from s2sgrad.errors import Refusal
from s2sgrad.normalize.made import unused
from s2sgrad.request import Path, Unit

if TYPE_CHECKING:
    from s2sgrad.adjoint.build import Builder

__all__ = ["header_of", "refuse_structures", "ruled_pair"]


def ruled_pair(
    builder: Builder, callee: Ruled, inputs: list[Path], results: list[Path], apart: bool
) -> tuple[Pair, list[Path]]:
    """The pair for a call, and the arguments whose adjoints it gives."""
    custom = callee.custom
    rule = custom.elementwise or custom.adjoint
    if rule is None:
        raise Refusal(f"`{custom.name}` has a rule for forward mode only", "register one with @adjoint", callee.node)
    refuse_structures(callee, inputs, results)
    names = builder.pair_names(custom.name)
    taken = {*custom.parameters, builder.numpy}
    first = custom.forward or custom.function
    called = {"f": unused(getattr(first, "__name__", custom.name), taken), "rule": unused(rule.__name__, taken)}
    values = [(called["f"], first), (called["rule"], rule)]
    y, dy, kept = unused("y", taken), unused("dy", taken), unused("residuals", taken)
    held = [y, *([kept] if custom.forward else []), *custom.parameters]
    header, passed, _ = header_of(custom, callee.node)
    numpy = builder.numpy
    own = [f"{numpy}.array({n})" if apart and n != kept else n for n in held]
    forward = (
        f"def {names.forward}({header}):\n"
        f'    """Value of {custom.name}, and what its rule reads."""\n'
        f"    {y}{', ' + kept if custom.forward else ''} = {called['f']}({passed})\n"
        f"    return {y}, ({', '.join(own)})\n"
    )
    given = [path[0] for path in inputs]
    backward = (
        f"def {names.backward}(saved, {dy}):\n"
        f'    """Pull {dy} back through {custom.name} to {", ".join(given)}, by {rule.__name__}."""\n'
        f"    {', '.join(held)} = saved\n"
        f"{_pulled(builder, callee, called['rule'], [dy, *held], given, custom.elementwise is not None)}"
    )
    builder.units.append(Unit(names.forward, forward, None, tuple(values[:1])))
    builder.units.append(Unit(names.backward, backward, None, tuple(values[1:])))
    return names, inputs


def _pulled(builder: Builder, callee: Ruled, rule: str, held: list[str], given: list[str], elementwise: bool) -> str:
    """The lines that call the rule, and bring what it gives into shape and into memory of its own."""
    operands = [n for n, p in callee.signature.parameters.items() if p.default is p.empty]
    lost = next((name for name in given if name not in operands), None)
    if lost is not None:
        reason = f"the result of `{callee.custom.name}` depends on `{lost}`, for which its rule has no adjoint"
        raise Refusal(reason, f"pass a constant `{lost}`", callee.node)
    taken = {*held, *operands, builder.numpy}
    names = {n: unused(f"d{n}", taken) for n in operands}
    targets = ", ".join(names[n] if n in given else "_" for n in operands)
    lines = f"    {targets} = {rule}({', '.join(held)})\n"
    numpy, returned = builder.numpy, []
    for name in given:
        shape = f"{numpy}.shape({name})"
        if elementwise and len(operands) > 1:
            builder.helpers.add("sum_to")
            returned.append(f"sum_to({numpy}.asarray({names[name]}), {shape})")
            continue
        lines += (
            f"    if {numpy}.shape({names[name]}) != {shape}:\n"
            f'        raise ValueError("{rule} gives {name} an adjoint of another shape")\n'
        )
        scalar = is_scalar(callee.facts.entry[name])
        returned.append(names[name] if scalar else f"{numpy}.array({names[name]})")
    return f"{lines}    return {', '.join(returned)}\n"


def refuse_structures(callee: Ruled, inputs: list[Path], results: list[Path]) -> None:
    """Rules by users are for functions of numbers and arrays that give one."""
    if any(map(holds_complex, callee.facts.entry.values())):
        reason = f"the rule of `{callee.custom.name}` is for real numbers, and this is complex"
        raise Refusal(reason, "give the rule to a function of the real and the imaginary parts", callee.node)
    whole = results == [()] and all(len(path) == 1 for path in inputs)
    if not whole or not isinstance(callee.facts.result, Num):
        reason = f"`{callee.custom.name}` has a rule, and takes or gives a list, a tuple or an object"
        raise Refusal(reason, "give the rule to a function of arrays that returns an array", callee.node)


def header_of(custom: Custom, node: Any) -> tuple[str, str, bool]:
    """The parameters as a header has them, as a call passes them on, and whether some have defaults or no position.

    Raises Refusal for a default that cannot be written down.
    """
    header, passed, more = [], [], False
    for name, parameter in custom.signature.parameters.items():
        only = parameter.kind is parameter.KEYWORD_ONLY
        header += ["*"] if only and "*" not in header else []
        more = more or only or parameter.default is not parameter.empty
        default = "" if parameter.default is parameter.empty else f"={_written(custom, parameter.default, node)}"
        header.append(name + default)
        passed.append(f"{name}={name}" if only else name)
    return ", ".join(header), ", ".join(passed), more


def _written(custom: Custom, value: Any, node: Any) -> str:
    text = literal(value)
    if text is None:
        raise Refusal(f"a default of `{custom.name}` is no number and no string", "pass that argument", node)
    return text
