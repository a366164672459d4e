"""Second derivatives of random programs: reverse over reverse against forward over reverse, and against differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad import grad, jvp, vjp
from s2sgrad.errors import ArgumentError, GradientError, Refusal
from tests import trees
from tests.fuzz.generate import Program
from tests.fuzz.judge import Verdict, judged_by, without_names

__all__ = ["judged_twice"]

SAME = 1e-8
"""How closely the two ways to a second derivative agree, which add the same products in another order."""


def judged_twice(program: Program) -> Verdict:
    """What became of the second derivative; programs whose first derivative is refused are rejected."""
    return judged_by(_compared, program)


def _compared(program: Program) -> Verdict:
    first = grad(program.function(), program.wrt)
    rng = np.random.default_rng(0)
    try:
        gradient = first(*trees.copied(program.args, frozen=True))
    except (Refusal, ArgumentError, GradientError):
        return Verdict("rejected")
    direction = _random(tuple(program.args[i] for i in program.wrt), rng)
    seeds = _random(gradient, rng)
    try:
        _, along = jvp(first, program.wrt)(*trees.copied(program.args, frozen=True), tangents=direction)
        _, pullback = vjp(first, program.wrt)(*trees.copied(program.args, frozen=True))
        back = pullback(seeds)
    except Refusal as error:
        return Verdict("refused", str(error), without_names(error.reason))
    except (ArgumentError, GradientError) as error:
        return Verdict("refused", str(error), without_names(str(error)))
    one, other = _dot(seeds, along), _dot(back, direction)
    scale = max(1.0, _size(seeds, along), _size(back, direction))
    if not np.isfinite(scale):
        return Verdict("rejected")
    assert abs(one - other) <= SAME * scale, f"reverse and forward over reverse: {other} and {one}"
    return _against_differences(program, first, direction, seeds, one, scale)


def _against_differences(
    program: Program, first: Any, direction: Any, seeds: Any, found: float, scale: float
) -> Verdict:
    def at(step: float) -> float:
        args = list(trees.copied(program.args))
        for i, d in zip(program.wrt, direction, strict=True):
            args[i] = trees.mapped(args[i], lambda path, leaf, d=d: leaf + step * trees.at(d, path))
        return _dot(seeds, first(*args))

    estimates = [(8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h) for h in (1e-4, 3e-5)]
    if not abs(estimates[0] - estimates[1]) <= 1e-5 * max(scale, abs(estimates[0])):
        return Verdict("rejected", "no usable differences of the gradient")
    agree = abs(found - estimates[0]) <= 1e-4 * max(scale, abs(found))
    assert agree, f"second derivative against differences: {found} and {estimates[0]}"
    return Verdict("right")


def _random(tree: Any, rng: np.random.Generator) -> Any:
    return trees.mapped(tree, lambda path, leaf: rng.normal(size=np.shape(leaf)) if np.ndim(leaf) else rng.normal())


def _dot(a: Any, b: Any) -> float:
    return sum(float(np.sum(np.asarray(x) * trees.at(b, path))) for path, x in trees.leaves(a))


def _size(a: Any, b: Any) -> float:
    return sum(float(np.sum(np.abs(np.asarray(x) * trees.at(b, path)))) for path, x in trees.leaves(a))
