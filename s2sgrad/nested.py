"""Derivatives as functions of a program: the text generated for the facts of a call takes the place of the derivative.
"""

from __future__ import annotations

import ast
import functools
import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import gast

from s2sgrad import api
from s2sgrad.analysis.facts import Fact, Num, Record, Seq
from s2sgrad.analysis.local import LocalFunction
from s2sgrad.analysis.returned import canonical
from s2sgrad.compile import compile_units
from s2sgrad.custom import has_rule
from s2sgrad.dispatch import Calls
from s2sgrad.errors import ArgumentError, Refusal
from s2sgrad.request import FORWARD, Generated, GlobalGuard, Unit
from s2sgrad.rules import registry
from s2sgrad.specialise import Plan, add_environment
from s2sgrad.structures import rebuilder, slot_fact
from s2sgrad.told import ask_lengths, trusts_vectors
from s2sgrad.wrapper import Derivative
from s2sgrad.wrt import path_text

__all__ = [
    "Nested",
    "check_along",
    "check_matrix",
    "check_mode",
    "derivative_again",
    "derivative_of_local",
    "derived",
    "generated",
    "is_deriving",
    "nested",
]


WORDS = {"jvp": "tangents", "hvp": "vectors", "grad_and_hvp": "vectors"}
"""The keyword by which a derivative along something takes it."""

_DERIVING = (api.grad, api.value_and_grad, api.vjp, api.jvp, api.hvp)


@dataclass(frozen=True)
class Nested:
    """A generated function, and what its text relies on."""

    function: types.FunctionType
    guards: tuple[GlobalGuard, ...]
    attributes: frozenset[str]
    holds: Callable[[], bool]
    trusts: bool = False
    """Whether it takes products to be of vectors in space, whose lengths are not known; see `ask_lengths`."""


def generated(plan: Plan, facts: Mapping[str, Fact]) -> Generated:
    """The functions generated for a plan; where it is about a derivative, from the text of that derivative."""
    from s2sgrad import pipeline

    if plan.inner is None:
        ruled = has_rule(plan.function)
        plan = replace(plan, function=_calling(plan.function)) if ruled else plan
        return pipeline.generate(plan.request(facts))
    inner = nested(plan.inner, facts)
    made = pipeline.generate(replace(plan, function=inner.function).request(facts))
    guards = tuple(g for g in made.globals_read if g.home is not inner.function)
    return replace(
        made, globals_read=(*inner.guards, *guards), attributes_read=made.attributes_read | inner.attributes
    )


def nested(derivative: Derivative, facts: Mapping[str, Fact]) -> Nested:
    """The generated function of a derivative for arguments with these facts.

    Raises ArgumentError where the wrapper would do more than call that function.
    """
    key = canonical(facts)
    found: Nested | None = derivative.nested.get(key)
    if found is None or not found.holds():
        found = derivative.nested[key] = _made(derivative.plan, dict(key))
    if found.trusts:
        ask_lengths(facts.values())
    return found


def _made(plan: Plan, facts: dict[str, Fact]) -> Nested:
    name = plan.function.__name__
    for path in plan.wrt:
        _check_argument(name, path, facts)
    version = registry.version()
    made = generated(replace(plan, checked=False, compile=None), facts)
    trusts = trusts_vectors(made) > 0 or (plan.inner is not None and nested(plan.inner, facts).trusts)
    if made.written:
        raise ArgumentError(f"{name} writes its argument {sorted(made.written)[0]}", "work on a copy in it")
    calls = Calls(plan.function)
    terms = calls.terms(frozenset(), ())
    add_environment(terms, made.globals_read, version)
    made = _along(made, plan, calls) if plan.mode in FORWARD else made
    return Nested(compile_units(made)[0], made.globals_read, made.attributes_read, calls.environment(terms), trusts)


def _along(made: Generated, plan: Plan, calls: Calls) -> Generated:
    """The same code, called as the derivative is: with what it is along by keyword."""
    word = WORDS[plan.mode]
    unit = next(u for u in made.units if u.name == made.entry[0])
    (tree,) = ast.parse(unit.source).body
    assert isinstance(tree, ast.FunctionDef)
    names = [a.arg for a in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)]
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    if word in used.union(names) or plan.function.__code__.co_flags & inspect.CO_VARKEYWORDS:
        raise ArgumentError(f"{plan.function.__name__} has `{word}` or `**` itself", "give it another name")
    star = ", " if "*" in calls.header else ", *, "
    docstring = tree.body[0].end_lineno or 1
    lines = unit.source.splitlines(keepends=True)
    text = f"def {unit.name}({calls.header}{star}{word}):\n"
    text += "".join(lines[tree.body[0].lineno - 1 : docstring])
    targets = ", ".join(names[-len(plan.wrt) :])
    text += f"    {targets if plan.single else f'({targets},)'} = {word}\n" + "".join(lines[docstring:])
    return replace(made, units=tuple(replace(u, source=text) if u is unit else u for u in made.units))


def check_along(derivative: Derivative, facts: Mapping[str, Fact], along: Fact | None, node: gast.AST) -> None:
    """Refuse tangents and vectors that are not proven to have the shapes and kinds of the arguments."""
    plan = derivative.plan
    several = along.items if isinstance(along, Seq) and not plan.single else None
    given = [along] if plan.single else list(several or ())
    asked = [slot_fact(facts[path[0]], path[1:]) if path[0] in facts else None for path in plan.wrt]
    if len(given) != len(asked) or not all(map(_goes_with, given, asked)):
        word = WORDS[plan.mode]
        reason = f"`{word}` of {plan.function.__name__} are not known to have the shape and kind of its arguments"
        raise Refusal(reason, "make them arrays or numbers like the arguments: `np.ones_like(x)`", node)


def _goes_with(given: Fact | None, asked: Fact | None) -> bool:
    """True where one has the rank and kind of the other, and no axis of length 1 that the other may not have."""
    if not isinstance(given, Num) or not isinstance(asked, Num) or given.shape is None or asked.shape is None:
        return False
    pairs = list(zip(given.shape, asked.shape, strict=False))
    same = all(a == b or (a.not_one and b.not_one) for a, b in pairs) and len(given.shape) == len(asked.shape)
    return same and given.floating and given.kind == asked.kind and given.dtype == asked.dtype


def check_mode(derivative: Derivative, node: gast.AST) -> None:
    """Refuse derivatives whose result is no function of their arguments alone."""
    plan = derivative.plan
    if plan.mode == "vjp":
        reason = f"vjp of {plan.function.__name__} is called inside a function that is differentiated"
        raise Refusal(reason, "use grad there", node)


def check_matrix(function: Any, active: bool, node: gast.AST) -> None:
    """Refuse Jacobians and Hessians in what is differentiated: they are made of many calls, not of one text."""
    from s2sgrad.jacobians import Jacobian

    if function in (api.jacobian, api.hessian) or (isinstance(function, Jacobian) and active):
        name = getattr(function, "__name__", "")
        reason = f"`{name}` is a matrix of derivatives, and the result of this function depends on it"
        raise Refusal(reason, "use its products: `jvp(f)(x, tangents=v)[1]`, `hvp(f)(x, vectors=v)`", node)


def _check_argument(name: str, path: tuple[Any, ...], facts: dict[str, Fact]) -> None:
    """Refuse what the wrapper refuses at a call, and what it makes into objects again."""
    if path[0] not in facts:
        return
    fact = slot_fact(facts[path[0]], path[1:])
    if rebuilder(fact) is not None:
        raise ArgumentError(
            f"the gradient of {name} with respect to {path_text(path)} is an object, inside another derivative",
            "take the gradient with respect to its arrays by name",
        )
    if not _is_floating(fact):
        raise ArgumentError(f"{name}: argument {path_text(path)} is not known to hold floats only", "pass floats")


def _is_floating(fact: Fact) -> bool:
    if isinstance(fact, Seq):
        return all(map(_is_floating, fact.items)) if fact.items is not None else _is_floating(fact.element)
    if isinstance(fact, Record):
        return all(_is_floating(slot) for _, slot in fact.slots)
    return isinstance(fact, Num) and fact.kind in "fc" and not fact.maybe_complex


def is_deriving(function: Any) -> bool:
    """True for ``grad`` and its siblings themselves."""
    return any(function is one for one in _DERIVING)


@functools.lru_cache(256)
def derived(deriving: Callable[..., Any], function: Any, options: tuple[Any, ...]) -> Any:
    """The derivative that a call in the text of a function makes; the same one each time that text is analysed."""
    positional, keywords = options
    return deriving(function, *positional, **dict(keywords))


def derivative_of_local(
    deriving: Callable[..., Any], local: LocalFunction, captured: list[str], home: Any, options: tuple[Any, ...]
) -> LocalFunction:
    """The derivative of a nested function: a partial application of that of the function with what it captures passed.

    The variables are read when it is called, as Python does.
    """
    from s2sgrad.quote import clone, quote, unquote

    definition = clone(local.node)
    definition.name = local.name or "inner"
    stands_for = quote("f(" + ", ".join(f"{name}={name}" for name in captured) + ")")
    header = gast.parse(f"def f(*, {', '.join(captured)}): pass" if captured else "def f(): pass").body[0].args
    definition.args.kwonlyargs = [*definition.args.kwonlyargs, *header.kwonlyargs]
    definition.args.kw_defaults = [*definition.args.kw_defaults, *header.kw_defaults]
    function = _compiled(definition.name, unquote(definition), home)
    stands_for.func = quote("0")
    stands_for.func.value = derived(deriving, function, options)
    return LocalFunction(("derivative", local.key, options), local.name, None, True, stands_for)


def derivative_again(
    deriving: Callable[..., Any], local: LocalFunction, derivative: Derivative, options: tuple[Any, ...]
) -> LocalFunction:
    """The derivative of what :func:`derivative_of_local` gave."""
    from s2sgrad.quote import clone

    stands_for = clone(local.partial)
    stands_for.func.value = derived(deriving, derivative, options)
    return LocalFunction(("derivative", local.key, options), local.name, None, True, stands_for)


@functools.lru_cache(256)
def _calling(function: types.FunctionType) -> types.FunctionType:
    """A function that calls one that has a rule: so that the rule holds where that one itself is differentiated."""
    calls, name = Calls(function), function.__name__.strip("<>")
    own = f"{name}_by_rule"
    unit = Unit(name, f"def {name}({calls.header}):\n    return {own}({calls.forwarded})\n", None, ((own, function),))
    made = compile_units(Generated((unit,), (name,), "s2sgrad_numpy", (), frozenset(), False), "lifted")[0]
    made.__defaults__, made.__kwdefaults__ = function.__defaults__, function.__kwdefaults__
    return made


@functools.lru_cache(256)
def _compiled(name: str, text: str, home: types.FunctionType) -> types.FunctionType:
    unit = Unit(name, text, home)
    return compile_units(Generated((unit,), (name,), "s2sgrad_numpy", (), frozenset(), False), "lifted")[0]
