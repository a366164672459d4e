"""What each command does with the function, and the text that it prints."""

from __future__ import annotations

import argparse
import functools
import inspect
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import s2sgrad
from s2sgrad.cli.arguments import Call, call, is_given
from s2sgrad.cli.target import Failed, Target, Usage, found
from s2sgrad.errors import ArgumentError, S2SGradError
from s2sgrad.wrapper import BoundDerivative, Derivative

__all__ = ["COMMANDS", "MODES"]

MODES: dict[str, Callable[..., Any]] = {
    "grad": s2sgrad.grad,
    "value_and_grad": s2sgrad.value_and_grad,
    "vjp": s2sgrad.vjp,
    "jvp": s2sgrad.jvp,
}
Options = argparse.Namespace


def show(options: Options) -> str:
    """The generated code; with ``--side-by-side`` the function itself stands beside it."""
    derivative, target = _derivative(options)
    text: str = _asked(derivative.source_for, lambda: derivative.source, target, options)
    if not options.side_by_side:
        return text
    import shutil

    from s2sgrad.show import primal_text, side_by_side

    columns = shutil.get_terminal_size((120, 24)).columns
    return side_by_side(primal_text(_function(target)), text, columns)


def save(options: Options) -> str:
    """Write the generated code to a file."""
    derivative, target = _derivative(options)
    args, kwargs = _call(target, options)
    derivative.specialized(*args, **kwargs)
    derivative.save(options.output, dialect=options.dialect)
    return f"wrote {options.output}"


def graph(options: Options) -> str:
    """Draw the computation graph, or print it as text."""
    derivative, target = _derivative(options)
    drawn = _asked(derivative.graph, derivative.graph, target, options)
    drawn = drawn.folded() if options.fold else drawn
    drawn = drawn.forward() if options.forward else drawn
    kind = options.format or _ending(options.output)
    if kind == "png":
        if options.output is None:
            raise Usage("a PNG needs a file: -o graph.png")
        drawn.png(options.output)
        return f"wrote {options.output}"
    text = {"dot": drawn.dot, "mermaid": drawn.mermaid, "svg": drawn.svg, "text": lambda: f"{drawn}\n"}[kind]()
    return _written(text, options.output)


def _ending(output: str | None) -> str:
    """The format that the name of a file tells."""
    known = {".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".svg": "svg", ".png": "png"}
    return known.get(Path(output).suffix, "text") if output else "text"


def explain(options: Options) -> str:
    """Write a page that explains the gradient line by line."""
    derivative, target = _derivative(options)
    write = functools.partial(derivative.explain, options.output)
    _asked(write, write, target, options)
    return f"wrote {options.output}"


def check(options: Options) -> str:
    """Compare the derivatives with differences."""
    target = found(options.target)
    args, kwargs = _call(target, options)
    bound = inspect.signature(_primal(target), follow_wrapped=False).bind(*args, **kwargs)
    if bound.kwargs:
        raise Usage(f"{target.name} takes {', '.join(bound.kwargs)} by keyword only, which `check` cannot pass on")
    wrt = None if options.wrt is None else _wrt(options.wrt)
    s2sgrad.check_grads(_primal(target), bound.args, wrt, order=options.order, tol=options.tol, seed=options.seed)
    order = "first and second derivatives" if options.order == 2 else "first derivatives"
    what = f"with respect to {options.wrt}" if options.wrt else "with respect to every argument made of floats"
    return f"{target.name}: {order} {what} agree with differences, forward and in reverse"


def report(options: Options) -> str:
    """Sizes of values and gradients, line by line."""
    target = found(options.target)
    args, kwargs = _call(target, options)
    wrt = None if options.wrt is None else _wrt(options.wrt)
    made = s2sgrad.report(target.value, *args, wrt=wrt, **kwargs)
    if options.plot:
        made.plot(options.plot)
    return f"{made.listing()}\n\n{made.summary()}" if options.listing else str(made)


COMMANDS: dict[str, Callable[[Options], str]] = {
    one.__name__: one for one in (show, save, graph, explain, check, report)
}


# ---- shared parts ----


def _derivative(options: Options) -> tuple[Any, Target]:
    """What is asked of the function: a derivative that it is decorated with, unless the command line says otherwise."""
    target = found(options.target)
    primal, value = _primal(target), target.value
    if isinstance(value, Derivative | BoundDerivative):
        if options.wrt is None and options.mode is None:
            return value, target
        value = primal
    wrt = 0 if options.wrt is None else _wrt(options.wrt)
    return MODES[options.mode or "grad"](value, wrt), target


def _primal(target: Target) -> Any:
    """The function itself, bound to its object where the target is."""
    value = target.value
    while isinstance(value, Derivative | BoundDerivative):
        value = value.primal
    if not callable(value):
        raise Usage(f"{target.name} is no function but a {type(value).__name__}")
    return value


def _function(target: Target) -> types.FunctionType:
    """The function without the object."""
    primal = _primal(target)
    function: types.FunctionType = getattr(primal, "__func__", primal)
    return function


def _call(target: Target, options: Options) -> Call:
    return call(_primal(target), options, vars(target.module))


def _asked(given: Callable[..., Any], guessed: Callable[[], Any], target: Target, options: Options) -> Any:
    """What is asked for with the arguments of the command line, or, without any, by what the function announces."""
    if is_given(options):
        args, kwargs = _call(target, options)
        return given(*args, **kwargs)
    try:
        return guessed()
    except ArgumentError as error:
        if not isinstance(error.__cause__, S2SGradError):
            raise
        told = "this is for arguments as guessed: say what they are with --args or --shape"
        raise Failed(f"{error.__cause__}\n{told}") from None


def _wrt(text: str) -> Any:
    """``W,b`` and ``0,1``: names, paths or positions; one alone gives no tuple."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    given = tuple(int(part) if part.lstrip("-").isdigit() else part for part in parts)
    return given[0] if len(given) == 1 else given


def _written(text: str, output: str | None) -> str:
    """A text to print, or, with a file to write it to, what was done."""
    if output is None:
        return text
    Path(output).write_text(text, encoding="utf-8")
    return f"wrote {output}"
