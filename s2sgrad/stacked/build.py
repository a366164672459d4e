"""The stacked form of a generated function and of the helpers that it calls, compiled where the others live."""

from __future__ import annotations

import types
from dataclasses import dataclass, field, replace

import gast

from s2sgrad.compile import compile_units
from s2sgrad.request import Generated, Unit
from s2sgrad.stacked.facts import NotStacked, Ranked
from s2sgrad.stacked.function import stacked_text

__all__ = ["Stacked", "stacked"]


_BUILTINS = {f.__name__: f for f in (abs, enumerate, float, int, len, range, reversed, zip)}


@dataclass(frozen=True)
class Stacked:
    """The function for a stack, what is known of its result, and the text of all that runs."""

    function: types.FunctionType
    result: Ranked
    source: str


def stacked(generated: Generated, name: str, facts: tuple[Ranked, ...]) -> Stacked | None:
    """The function ``name`` for parameters of which ``facts`` are known; None where its text has no such form."""
    builder = _Builder(generated)
    try:
        entry, result = builder.helper(name, list(facts))
    except NotStacked:
        return None
    everything = replace(generated, units=(*generated.units, *builder.units), entry=(entry,))
    (function,) = compile_units(everything)
    replaced = {name for name, _ in builder.made}
    shown = [unit for unit in generated.units if unit.name not in replaced]
    return Stacked(function, result, "\n\n".join(unit.source for unit in (*shown, *builder.units)))


@dataclass
class _Builder:
    generated: Generated
    units: list[Unit] = field(default_factory=list)
    made: dict[tuple[str, tuple[Ranked, ...]], tuple[str, Ranked] | None] = field(default_factory=dict)

    def helper(self, name: str, facts: list[Ranked]) -> tuple[str, Ranked]:
        """The name and the result of a generated function for a stack, which is written if it is not yet."""
        key = name, tuple(facts)
        if key not in self.made:
            unit = next((unit for unit in self.generated.units if unit.name == name), None)
            parameters = _parameters(unit) if unit is not None else ()
            if unit is None or len(parameters) != len(facts) or _shadows(unit):
                raise NotStacked(f"{name}() of something else")
            self.made[key] = None  # a function that calls itself is not written
            new = self._name(name)
            given = dict(zip(parameters, facts, strict=True))
            text, result = stacked_text(unit.source, new, self.generated.numpy_name, given, self.helper)
            self.units.append(replace(unit, name=new, source=text))
            self.made[key] = new, result
        found = self.made[key]
        if found is None:
            raise NotStacked(f"{name}() calls itself")
        return found

    def _name(self, name: str) -> str:
        taken = {unit.name for unit in (*self.generated.units, *self.units)}
        new, n = f"{name}_stacked", 2
        while new in taken:
            new, n = f"{name}_stacked{n}", n + 1
        return new


def _shadows(unit: Unit) -> bool:
    """True where a builtin by which ranks are told may be a function of the user's."""
    if unit.home is None:
        return False
    cells = zip(unit.home.__code__.co_freevars, unit.home.__closure__ or (), strict=True)
    held = {**unit.home.__globals__, **{name: cell.cell_contents for name, cell in cells if name in _BUILTINS}}
    return any(held.get(name, known) is not known for name, known in _BUILTINS.items())


def _parameters(unit: Unit) -> tuple[str, ...]:
    (tree,) = gast.parse(unit.source).body
    a = tree.args
    if a.vararg or a.kwarg:
        raise NotStacked("starred parameters")
    return tuple(n.id for n in (*a.posonlyargs, *a.args, *a.kwonlyargs))
