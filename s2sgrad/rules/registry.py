"""The table of derivative rules: which template applies to a call, found by function and by facts.

A rule is a NumPy function that can be called as it stands and is inlined by substituting names into its
body. Its first parameters are ``dy`` (the adjoint of the result) and ``y`` (the result); the others are
the function's own, those without a default being the operands. It returns one adjoint per operand, None
where an operand has no derivative; a rule for one operand returns it bare. A call with several ``results`` has a
rule whose first parameters are the adjoints of the results and then the results; it is linear in the adjoints, and
its text is cut down to those that are not zero.

For forward mode, an elementwise function needs nothing more: its Jacobian is diagonal, so the adjoint's template
with the tangent of an operand in place of ``dy`` is that operand's contribution to the tangent of the result.
A function that is linear in its operands together is its own tangent. Every other one has a template of its own
whose parameters are ``y``, the function's own and, keyword-only, the tangents of its operands: ``d`` + name; it
returns one contribution per operand (bare if there is one), and the tangent of the result is their sum. A template
of several operands that returns a single expression is that sum itself: a tangent that is zero is put in as 0.
A function that is linear in each of its operands alone (a product) needs no template either. A template
for several ``results`` starts with the results, and returns the tangent of each: None where it is zero.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.rules import FILES

__all__ = [
    "ADJOINTS",
    "COMPLEX",
    "COMPLEX_REASONS",
    "HOLOMORPHIC",
    "LINEAR",
    "MULTILINEAR",
    "NONDIFFERENTIABLE",
    "REASONS",
    "REASONS_WHERE",
    "TANGENTS",
    "When",
    "Rule",
    "TangentRule",
    "adjoint",
    "changed",
    "complex_too",
    "elementwise",
    "holomorphic",
    "is_constant",
    "linear",
    "literal",
    "multilinear",
    "nondifferentiable",
    "ranks",
    "refuse",
    "refuse_where",
    "tangent",
    "version",
]

When = Callable[[dict[str, Fact]], bool]
F = TypeVar("F", bound=Callable[..., Any])
_NOWHERE: Mapping[str, str] = MappingProxyType({})
Comparison = tuple[str, str]
"""An operand, and how it compares with zero: ``("b", "> 0")`` or ``("x", ">= 0")``."""


@dataclass(frozen=True)
class Rule:
    """One variant of one rule.

    ``finite`` names the operands whose derivative can be infinite, each with the test, on the names of the template, of
    where it is finite (a masked zero elsewhere needs a guard), unless ``finite_where`` holds; ``selects`` says that the
    rule may return an exact zero by selection; ``elementwise`` that the Jacobian is diagonal, broadcasting aside;
    ``exact`` that each adjoint has the very shape of its operand, whatever facts say, and is a part of the incoming one
    or made apart; ``unstretched`` that it has that shape because NumPy stretches no operand of the call; ``results`` is
    how many values a call gives; ``named`` are the operands where these have defaults; ``together`` says that the rule
    is for a value without a name of which all operands are differentiated, and for an incoming adjoint of its shape.
    """

    template: Callable[..., Any]
    when: When | None = None
    finite: tuple[tuple[str, str], ...] = ()
    selects: bool = False
    elementwise: bool = False
    results: int = 1
    exact: bool = False
    named: tuple[str, ...] = ()
    unstretched: bool = False
    finite_where: Comparison | None = None
    together: bool = False
    operands: tuple[str, ...] = field(init=False)
    parameters: tuple[inspect.Parameter, ...] = field(init=False)
    names: tuple[str, ...] = field(init=False)
    in_order: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        parameters = tuple(inspect.signature(self.template).parameters.values())[2 * self.results :]
        _set_parameters(self, parameters)
        operands = self.named or tuple(p.name for p in parameters if p.default is p.empty)
        object.__setattr__(self, "operands", operands)


@dataclass(frozen=True)
class TangentRule:
    """One variant of one rule of forward mode; ``parameters`` are the function's own, without the tangents.

    ``selects`` says that a tangent is taken or left, so that it may come out as an exact zero.
    """

    template: Callable[..., Any]
    when: When | None = None
    results: int = 1
    selects: bool = False
    operands: tuple[str, ...] = field(init=False)
    parameters: tuple[inspect.Parameter, ...] = field(init=False)
    names: tuple[str, ...] = field(init=False)
    in_order: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        given = tuple(inspect.signature(self.template).parameters.values())[self.results :]
        own = {f"d{p.name}" for p in given if p.default is p.empty}
        tangents = {p.name for p in given if p.kind is p.KEYWORD_ONLY and p.name in own}
        parameters = tuple(p for p in given if p.name not in tangents)
        _set_parameters(self, parameters)
        object.__setattr__(self, "operands", tuple(p.name for p in parameters if f"d{p.name}" in tangents))


def _set_parameters(rule: Rule | TangentRule, parameters: tuple[inspect.Parameter, ...]) -> None:
    """Note the parameters of a rule, their names, and the names of those that an argument in order may be for."""
    object.__setattr__(rule, "parameters", parameters)
    object.__setattr__(rule, "names", tuple(p.name for p in parameters))
    object.__setattr__(rule, "in_order", tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY))


ADJOINTS: dict[Any, list[Rule]] = {}
TANGENTS: dict[Any, list[TangentRule]] = {}
LINEAR: set[Any] = set()
MULTILINEAR: set[Any] = set()
NONDIFFERENTIABLE: set[Any] = set()
HOLOMORPHIC: set[Callable[..., Any]] = set()
"""Templates of rules that are right for complex operands, too, once what they multiply by is conjugated."""
COMPLEX: set[Callable[..., Any]] = set()
"""Templates that are right for complex operands as they stand."""
REASONS: dict[Any, tuple[str, str]] = {}
"""Why a function has no rule, and what to do instead."""
COMPLEX_REASONS: dict[Any, tuple[str, str]] = {}
"""The same of functions that have no rule for complex operands."""
REASONS_WHERE: dict[Any, tuple[When, str, str]] = {}
"""The same of functions whose rules do not hold for some arguments: by the facts of the call."""
_version = 0


def version() -> int:
    """A number that changes whenever a rule is added; part of every cache key."""
    return _version


def changed() -> None:
    """Note that there is a new rule: what was generated before is out of date."""
    global _version
    _version += 1


def _put(rules: list[Any], rule: Any) -> None:
    """Add a rule behind those of its own file and of the files before it, whichever was imported first."""
    rules.append(rule)
    rules.sort(key=_order)


def _order(rule: Rule | TangentRule) -> int:
    package, _, name = rule.template.__module__.rpartition(".")
    return FILES.index(name) if package == "s2sgrad.rules" and name in FILES else len(FILES)


def adjoint(
    *functions: Any,
    when: When | None = None,
    finite: Mapping[str, str] = _NOWHERE,
    selects: bool = False,
    elementwise: bool = False,
    results: int = 1,
    exact: bool = False,
    operands: tuple[str, ...] = (),
    unstretched: bool = False,
    finite_where: Comparison | None = None,
    together: bool = False,
) -> Callable[[F], F]:
    """Register the decorated template as a rule of every one of ``functions``; the first that fits is taken."""

    def register(template: F) -> F:
        changed()
        known = (
            when,
            tuple(finite.items()),
            selects,
            elementwise,
            results,
            exact,
            operands,
            unstretched,
            finite_where,
            together,
        )
        rule = Rule(template, *known)
        for function in functions:
            _put(ADJOINTS.setdefault(function, []), rule)
        return template

    return register


def elementwise(
    *functions: Any,
    when: When | None = None,
    finite: Mapping[str, str] = _NOWHERE,
    selects: bool = False,
    operands: tuple[str, ...] = (),
    finite_where: Comparison | None = None,
) -> Callable[[F], F]:
    """Register the decorated template as a rule of both modes for functions whose Jacobian is diagonal."""
    return adjoint(
        *functions,
        when=when,
        finite=finite,
        selects=selects,
        elementwise=True,
        operands=operands,
        finite_where=finite_where,
    )


def tangent(*functions: Any, when: When | None = None, results: int = 1, selects: bool = False) -> Callable[[F], F]:
    """Register the decorated template as a rule of forward mode; the first that fits is taken."""

    def register(template: F) -> F:
        changed()
        for function in functions:
            _put(TANGENTS.setdefault(function, []), TangentRule(template, when, results, selects))
        return template

    return register


def linear(*functions: Any) -> None:
    """Declare functions that are linear in the operands of their adjoint rules, taken together."""
    changed()
    LINEAR.update(functions)


def multilinear(*functions: Any) -> None:
    """Declare functions that are linear in each operand of their adjoint rules while the others are held."""
    changed()
    MULTILINEAR.update(functions)


def nondifferentiable(*functions: Any) -> None:
    """Declare pure functions whose derivative is zero wherever it exists (or whose result is not a float)."""
    NONDIFFERENTIABLE.update(functions)


def holomorphic(*templates: Callable[..., Any]) -> None:
    """Declare that rules of holomorphic functions are right for complex operands: with their conjugates, in reverse.

    What a rule is made of must commute with conjugation, as all that has real coefficients does.
    """
    HOLOMORPHIC.update(templates)


def complex_too(*templates: F) -> None:
    """Declare that templates, of either mode, are right for complex operands as they stand."""
    COMPLEX.update(templates)


def refuse(*functions: Any, reason: str, instead: str, complex_only: bool = False) -> None:
    """Say why functions have no derivative rule, or none for complex operands, and what to do."""
    (COMPLEX_REASONS if complex_only else REASONS).update(dict.fromkeys(functions, (reason, instead)))


def refuse_where(*functions: Any, when: When, reason: str, instead: str) -> None:
    """Say why functions have no derivative rule for some arguments, and what to do."""
    REASONS_WHERE.update(dict.fromkeys(functions, (when, reason, instead)))


def is_constant(function: Any) -> bool:
    """True for a function that is declared pure, with a derivative of zero."""
    try:
        return function in NONDIFFERENTIABLE
    except TypeError:  # a callable object without a hash
        return False


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
