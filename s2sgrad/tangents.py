"""What ``jvp`` returns: a function of the arguments of its primal and of their tangents."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from s2sgrad.analysis.facts import Fact
from s2sgrad.dispatch import parameters
from s2sgrad.errors import ArgumentError
from s2sgrad.pullback import conform, outline
from s2sgrad.request import Generated
from s2sgrad.structures import rebuilder
from s2sgrad.wrt import path_text, value_at

if TYPE_CHECKING:
    from s2sgrad.specialise import Plan

__all__ = ["along"]

_WORDS = {"jvp": "tangent", "hvp": "vector", "grad_and_hvp": "vector"}
Along = Callable[[Any], Any]


def along(
    plan: Plan, generated: Generated, function: types.FunctionType, check: Callable[[Any], Any] | None
) -> Callable[..., Along]:
    """What takes the values of all parameters, in order, and gives the function of the tangents."""
    positional, keyword, starred, double = parameters(plan.function)
    names = [*positional, *keyword, *filter(None, (starred, double))]
    given = _tangent_parameters(function, len(plan.wrt))
    finish = _finish(generated.result, check)
    with_value = plan.mode != "hvp"

    def take(*values: Any) -> Along:
        held: Mapping[str, Any] = dict(zip(names, values, strict=True))
        args = [*(held[n] for n in positional), *(held[starred] if starred else ())]
        more = {n: held[n] for n in keyword} | (held[double] if double else {})

        def run(tangents: Any) -> Any:
            found = _conformed(plan, held, tangents)
            result = function(*args, **more, **dict(zip(given, found, strict=True)))
            return (result[0], finish(result[1])) if with_value else finish(result)

        return run

    return take


def _tangent_parameters(function: types.FunctionType, count: int) -> list[str]:
    """The names of the last parameters, which take the tangents."""
    positional, keyword, _, _ = parameters(function)
    return keyword[-count:] if keyword else positional[-count:]


def _finish(result: Fact | None, check: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    rebuild = rebuilder(result) if result is not None else None
    return lambda dy: (rebuild or _same)(dy if check is None else check(dy))


def _same(value: Any) -> Any:
    return value


def _conformed(plan: Plan, held: Mapping[str, Any], tangents: Any) -> list[Any]:
    """The tangent of each argument that ``wrt`` names; raises where one does not fit its argument."""
    if not plan.single:
        several = type(tangents) in (tuple, list)
        if not several or len(tangents) != len(plan.wrt):
            asked = ", ".join(map(path_text, plan.wrt))
            found = f"{len(tangents)} items" if several else f"a {type(tangents).__name__}"
            raise ArgumentError(f"{_WORDS[plan.mode]}s must be a tuple, one for each of {asked}; this is {found}")
    each = [tangents] if plan.single else tangents
    return [_one(plan, held, path, tangent) for path, tangent in zip(plan.wrt, each, strict=True)]


def _one(plan: Plan, held: Mapping[str, Any], path: Any, tangent: Any) -> Any:
    like = outline(value_at(held, path))
    try:
        word = _WORDS[plan.mode]
        return conform(tangent, like, f"{word}s" if plan.single else f"the {word} of {path_text(path)}")
    except ArgumentError as error:
        raise ArgumentError(str(error).replace("the result is", f"{path_text(path)} is")) from None
