"""Run the code of a function once with notes in it, and collect them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from s2sgrad import rules
from s2sgrad.adjoint.recorder import RECORD, RECORDER
from s2sgrad.apart import check_apart
from s2sgrad.api import Wrt, value_and_grad
from s2sgrad.compile import compile_units
from s2sgrad.errors import ArgumentError, GradientError
from s2sgrad.flat import leaves, restored
from s2sgrad.flow.entries import Entry, Notes, Size
from s2sgrad.flow.result import Report
from s2sgrad.jacobians import Jacobian
from s2sgrad.pullback import outline
from s2sgrad.request import Generated, Unit
from s2sgrad.specialise import Plan, collecting_later, generate_for, generating
from s2sgrad.wrapper import BoundDerivative, Derivative
from s2sgrad.wrt import check_differentiable

__all__ = ["reported"]


def reported(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], wrt: Wrt | None) -> Report:
    """What :func:`s2sgrad.report` does."""
    f = f.primal if isinstance(f, Jacobian) else f
    inner = f.__func__ if isinstance(f, BoundDerivative) else f
    given = isinstance(inner, Derivative)
    wrt = inner.wrt if given and wrt is None else wrt
    derivative = value_and_grad(f.primal if given else f, 0 if wrt is None else wrt)
    if isinstance(derivative, BoundDerivative):
        args, derivative = (derivative.__self__, *args), derivative.__func__
    values = derivative.values(*args, **kwargs)
    has_aux = given and inner.plan.has_aux
    plan = replace(derivative.plan, guard=RECORD, single=False, has_aux=has_aux)
    if wrt is None:
        plan = replace(plan, wrt=tuple((name,) for name in _floats(values)))
    check_differentiable(plan.function, values, plan.wrt)
    try:
        generated = _generated(plan, values)
    except GradientError:  # the result is no scalar
        plan = replace(plan, mode="vjp")
        generated = _generated(plan, values)
    check_apart(plan.function, values, generated.written)
    return _run(plan, generated, values, derivative)


def _generated(plan: Plan, values: dict[str, Any]) -> Generated:
    with generating, collecting_later():
        rules.load()
        return generate_for(plan, values)[1]


def _floats(values: Mapping[str, Any]) -> list[str]:
    """The arguments made of floats alone."""
    found = {name: leaves(outline(value)) for name, value in values.items()}
    names = [name for name, each in found.items() if each and all(leaf is not None for leaf in each)]
    if not names:
        raise ArgumentError("no argument is made of floats alone", "name some in wrt")
    return names


def _run(plan: Plan, generated: Generated, values: dict[str, Any], derivative: Derivative) -> Report:
    order: list[Entry] = []
    notes: dict[tuple[Any, str], Notes] = {}
    functions = compile_units(_noting(generated, notes, order))
    args, kwargs = derivative.spread(values)
    result, given = functions[0](*args, **kwargs)
    if plan.mode == "vjp":
        like = outline(result)
        ones = restored(np.ones(sum(leaf.size for leaf in leaves(like) if leaf is not None)), like)
        gradients = functions[1](given, ones)
    else:
        gradients = given
    for one in notes.values():
        one.joined()
    _complete(order, plan, gradients)
    _count(order)
    homes = [one.function for one in notes.values()]
    return Report(plan.function, plan.wrt, tuple(order), tuple(dict.fromkeys(reversed(homes))))


def _noting(generated: Generated, notes: dict[tuple[Any, str], Notes], order: list[Entry]) -> Generated:
    """The same functions, each with its notes at hand; the two halves of a pair share theirs."""

    def unit(one: Unit) -> Unit:
        if one.home is None or RECORDER not in one.source:
            return one
        half = one.name.removeprefix("forward_").removeprefix("backward_")
        own = notes.setdefault((one.home, half), Notes(one.home, order))
        return replace(one, values=(*one.values, (RECORDER, own)))

    return replace(generated, units=tuple(map(unit, generated.units)))


def _count(order: list[Entry]) -> None:
    """Number the runs of each line over all calls: a function that calls itself has notes for each way it is called."""
    runs: dict[tuple[str, str, int, str], int] = {}
    for entry in order:
        entry.round = runs[entry.place] = runs.get(entry.place, 0) + 1


def _complete(order: list[Entry], plan: Plan, gradients: tuple[Any, ...]) -> None:
    """Give the arguments the gradients that the function returns: some have no name in it."""
    found: dict[str, list[Any]] = {}
    for path, gradient in zip(plan.wrt, gradients, strict=True):
        found.setdefault(str(path[0]), []).append(gradient)
    for entry in order:
        if entry.line == 0 and entry.function == plan.function.__code__.co_name and entry.name in found:
            entry.gradient = Size.of(found.pop(entry.name))
