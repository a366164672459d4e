"""Third derivatives of random programs: the gradient and the tangent of a function that calls ``hvp``.

They are compared with each other, and with differences of that function.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad import grad, hvp, jvp
from s2sgrad.errors import S2SGradError
from tests import trees
from tests.fuzz.generate import Program
from tests.fuzz.judge import Verdict, judged_by, without_names

__all__ = ["judged_thrice"]

SAME = 1e-7
"""How closely the two modes agree, which add the same products in another order."""


def judged_thrice(program: Program) -> Verdict:
    """What became of the third derivative; programs whose second is refused, or of structures, are rejected."""
    return judged_by(_compared, program)


def _compared(program: Program) -> Verdict:
    if not all(isinstance(program.args[i], (float, np.ndarray)) for i in program.wrt):
        return Verdict("rejected")
    rng = np.random.default_rng(0)
    vectors, weights, direction = ([_like(program.args[i], rng) for i in program.wrt] for _ in range(3))
    product = hvp(program.function(), program.wrt)
    try:
        product(*trees.copied(program.args, frozen=True), vectors=tuple(vectors))
    except S2SGradError:
        return Verdict("rejected")
    weighted = _weighted(program, product, vectors, weights)
    try:
        gradient = grad(weighted, program.wrt)(*trees.copied(program.args, frozen=True))
        along = jvp(weighted, program.wrt)(*trees.copied(program.args, frozen=True), tangents=tuple(direction))[1]
    except S2SGradError as error:
        return Verdict("refused", str(error), without_names(getattr(error, "reason", str(error)).splitlines()[0]))
    terms = [np.asarray(d) * g for d, g in zip(direction, gradient, strict=True)]
    back, scale = float(sum(map(np.sum, terms))), max(1.0, sum(float(np.sum(np.abs(t))) for t in terms))
    if not np.isfinite(scale):
        return Verdict("rejected")
    assert abs(back - along) <= SAME * scale, f"reverse and forward mode: {back} and {along}"
    return _against_differences(program, weighted, direction, back, scale)


def _weighted(program: Program, product: Any, vectors: list[Any], weights: list[Any]) -> Callable[..., Any]:
    """The function that calls the product along the vectors and adds up what it gives, weighted."""
    names = product.function.__code__.co_varnames[: product.function.__code__.co_argcount]
    given, numbers = ", ".join(names), range(len(vectors))
    along = "".join(f"vector{k}, " for k in numbers)
    total = " + ".join(f"np.sum(p[{k}] * weight{k})" for k in numbers)
    text = f"def weighted({given}):\n    p = product({given}, vectors=({along}))\n    return {total}\n"
    filename = f"<third derivative of {program.name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    scope: dict[str, Any] = {"np": np, "product": product, "__name__": __name__}
    scope |= {f"vector{k}": v for k, v in enumerate(vectors)} | {f"weight{k}": w for k, w in enumerate(weights)}
    exec(compile(text, filename, "exec"), scope)
    found: Callable[..., Any] = scope["weighted"]
    return found


def _against_differences(
    program: Program, weighted: Callable[..., Any], direction: list[Any], found: float, scale: float
) -> Verdict:
    def at(step: float) -> float:
        args = list(trees.copied(program.args))
        for i, d in zip(program.wrt, direction, strict=True):
            args[i] = args[i] + step * d
        return float(weighted(*args))

    estimates = [(8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h) for h in (1e-3, 3e-4, 1e-4)]
    nearest = min(abs(e - found) for e in estimates)
    if nearest > 1e-4 * scale and max(estimates) - min(estimates) > 1e-5 * max(scale, abs(estimates[0])):
        return Verdict("rejected", "no usable differences of the product")
    assert nearest <= 1e-4 * scale, f"third derivative against differences: {found} and {estimates}"
    return Verdict("right")


def _like(value: Any, rng: np.random.Generator) -> Any:
    return rng.normal(size=np.shape(value)) if np.ndim(value) else float(rng.normal())
