"""The table of derivative rules: which template applies to a call, found by function and by facts.

A rule is a NumPy function that can be called as it stands and is inlined by substituting names into its
body. Its first parameters are ``dy`` (the adjoint of the result) and ``y`` (the result); the others are
the function's own, those without a default being the operands. It returns one adjoint per operand, None
where an operand has no derivative; a rule for one operand returns it bare.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from s2sgrad.analysis.facts import Fact, Num

__all__ = [
    "ADJOINTS",
    "NONDIFFERENTIABLE",
    "When",
    "Rule",
    "adjoint",
    "literal",
    "nondifferentiable",
    "ranks",
    "version",
]

When = Callable[[dict[str, Fact]], bool]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """One variant of one rule.

    ``singular`` names the operands whose adjoint can be infinite although the incoming adjoint is finite
    (a masked zero then needs a guard); ``selects`` says that the rule may return an exact zero by selection.
    """

    template: Callable[..., Any]
    when: When | None = None
    singular: tuple[str, ...] = ()
    selects: bool = False
    operands: tuple[str, ...] = field(init=False)
    parameters: tuple[inspect.Parameter, ...] = field(init=False)

    def __post_init__(self) -> None:
        parameters = tuple(inspect.signature(self.template).parameters.values())[2:]
        object.__setattr__(self, "parameters", parameters)
        operands = tuple(p.name for p in parameters if p.default is p.empty)
        object.__setattr__(self, "operands", operands)


ADJOINTS: dict[Any, list[Rule]] = {}
NONDIFFERENTIABLE: set[Any] = set()
_version = 0


def version() -> int:
    """A number that changes whenever a rule is added; part of every cache key."""
    return _version


def adjoint(
    *functions: Any, when: When | None = None, singular: tuple[str, ...] = (), selects: bool = False
) -> Callable[[F], F]:
    """Register the decorated template as a rule of every one of ``functions``; the first that fits is taken."""

    def register(template: F) -> F:
        global _version
        _version += 1
        for function in functions:
            ADJOINTS.setdefault(function, []).append(Rule(template, when, singular, selects))
        return template

    return register


def nondifferentiable(*functions: Any) -> None:
    """Declare pure functions whose derivative is zero wherever it exists (or whose result is not a float)."""
    NONDIFFERENTIABLE.update(functions)


def ranks(*wanted: int) -> When:
    """True where the operands, in order, are known to have exactly these ranks."""

    def fits(facts: dict[str, Fact]) -> bool:
        known = [f.rank if isinstance(f, Num) else None for f in facts.values()]
        return tuple(known[: len(wanted)]) == wanted

    return fits


def literal(name: str, *values: Any) -> When:
    """True where parameter ``name`` is known to be one of ``values``, of the same type or not."""

    def fits(facts: dict[str, Fact]) -> bool:
        fact = facts.get(name)
        return isinstance(fact, Num) and fact.value is not None and fact.value in values

    return fits
