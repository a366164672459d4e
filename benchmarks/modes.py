"""Time every mode against the function itself: ``python -m benchmarks.modes [--check]``.

All modes of a function run in one process and take turns within each round; a ratio is the median over the rounds of
one round's ratio to the function. Each is timed as a user calls it, the check of the arguments included. With
``--check`` the exit code tells whether a Hessian-vector product takes over 3 times the gradient anywhere.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import s2sgrad
from benchmarks.cases import MODES, Case, mode_case
from benchmarks.run import THREADS
from benchmarks.worker import free_a_large_array, pin

PRODUCT_BOUND = 3.0
COLUMNS = ("grad", "value_and_grad", "vjp", "pullback", "jvp", "hvp", "with_grad", "jacobian row", "hessian column")
Call = Callable[[], Any]


@dataclass(frozen=True)
class Modes:
    """Every mode of one function at its arguments."""

    case: Case
    curved: str
    arguments: tuple[Any, ...]

    @classmethod
    def of(cls, case: Case, curved: str) -> Modes:
        """The modes of a case; its Hessian is taken with respect to ``curved``, which has few elements."""
        return cls(case, curved, case.arguments())

    @property
    def directions(self) -> tuple[Any, ...]:
        """One tangent for each argument that is differentiated."""
        rng = np.random.default_rng(1)
        shapes = [np.shape(a) for a in self._differentiated()]
        return tuple(rng.normal(size=shape) if shape else float(rng.normal()) for shape in shapes)

    def calls(self) -> dict[str, Call]:
        """What is timed, by column, and the function itself as ``primal``."""
        f, wrt, args, v = self.case.primal, self.case.wrt, self.arguments, self.directions
        grad, both, vjp, jvp = (getattr(s2sgrad, m)(f, wrt) for m in ("grad", "value_and_grad", "vjp", "jvp"))
        product, with_grad = s2sgrad.hvp(f, wrt), s2sgrad.hvp(f, wrt, with_grad=True)
        jacobian, hessian = s2sgrad.jacobian(f, wrt), s2sgrad.hessian(f, self.curved)
        pullback = vjp(*args)[1]
        return {
            "primal": lambda: f(*args),
            "grad": lambda: grad(*args),
            "value_and_grad": lambda: both(*args),
            "vjp": lambda: vjp(*args),
            "pullback": lambda: pullback(1.0),
            "jvp": lambda: jvp(*args, tangents=v),
            "hvp": lambda: product(*args, vectors=v),
            "with_grad": lambda: with_grad(*args, vectors=v),
            "jacobian row": lambda: jacobian(*args),
            "hessian column": lambda: hessian(*args),
        }

    def per_call(self, column: str) -> int:
        """How many rows or columns one call computes."""
        return int(np.size(self._value(self.curved))) if column == "hessian column" else 1

    def agree(self, calls: dict[str, Call]) -> None:
        """Raise if two modes say different things about one derivative."""
        gradient, v = calls["grad"](), self.directions
        for column, found in (
            ("value_and_grad", calls["value_and_grad"]()[1]),
            ("pullback", calls["pullback"]()),
            ("with_grad", calls["with_grad"]()[0]),
            ("jacobian row", calls["jacobian row"]()),
        ):
            self._same(column, found, gradient)
        self._same("jvp", calls["jvp"]()[1], sum(np.sum(g * d) for g, d in zip(gradient, v, strict=True)))
        self._same("with_grad", calls["with_grad"]()[1], calls["hvp"]())
        k, hessian = self.case.wrt.index(self.curved), calls["hessian column"]()
        alone = tuple(d if i == k else 0 * d for i, d in enumerate(v))
        product = s2sgrad.hvp(self.case.primal, self.case.wrt)(*self.arguments, vectors=alone)[k]
        self._same("hessian column", np.tensordot(hessian, v[k], np.ndim(v[k])), product)

    def _same(self, column: str, found: Any, expected: Any) -> None:
        pairs = zip(found, expected, strict=True) if isinstance(expected, tuple) else [(found, expected)]
        for mine, theirs in pairs:
            if not np.allclose(mine, theirs, rtol=1e-7, atol=1e-8 * (1 + np.max(np.abs(theirs)))):
                raise SystemExit(f"{self.case.name}: {column} differs from the other modes")

    def _differentiated(self) -> list[Any]:
        return [self._value(name) for name in self.case.wrt]

    def _value(self, name: str) -> Any:
        code = self.case.primal.__code__
        return self.arguments[code.co_varnames[: code.co_argcount].index(name)]


def measure(modes: Modes, rounds: int, round_ms: float) -> dict[str, float]:
    """The milliseconds of the function, and the ratio to it of each column."""
    calls = modes.calls()
    modes.agree(calls)
    counts = {column: _count(call, round_ms) for column, call in calls.items()}
    times: dict[str, list[float]] = {column: [] for column in calls}
    gc.collect()
    gc.disable()
    for k in range(rounds):
        for column in calls if k % 2 else reversed(calls):
            times[column].append(_seconds(calls[column], counts[column]) / modes.per_call(column))
    gc.enable()
    found = {c: statistics.median(t / p for t, p in zip(times[c], times["primal"], strict=True)) for c in COLUMNS}
    return {"primal ms": 1e3 * statistics.median(times["primal"])} | found


def _count(call: Call, round_ms: float) -> int:
    call()
    return max(1, round(1e-3 * round_ms / _seconds(call, 1)))


def _seconds(call: Call, times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times


def row(name: str, found: dict[str, float]) -> str:
    """One line of the table, in Markdown."""
    first, *others = found.values()
    product = found["hvp"] / found["grad"]
    return f"| {name} | {first:.3g} | " + " | ".join(f"{ratio:.2f}" for ratio in (*others, product)) + " |"


def header() -> str:
    """The two lines above the rows."""
    columns = ("", "primal ms", *COLUMNS, "hvp / grad")
    return "| " + " | ".join(columns) + " |\n|" + "---|" * len(columns)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if ``--check`` found a product that costs too much."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.modes", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help=f"fail if hvp takes over {PRODUCT_BOUND:g} x grad")
    parser.add_argument("--case", action="append", metavar="NAME", help="only this case, such as 'heat 1000x100'")
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--round-ms", type=float, default=5.0, help="how long one mode runs in one round, at least")
    options = parser.parse_args(arguments)

    print(header())
    slow = []
    for case, curved in MODES if options.case is None else map(mode_case, options.case):
        found = measure(Modes.of(case, curved), options.rounds, options.round_ms)
        print(row(case.name, found), flush=True)
        if found["hvp"] > PRODUCT_BOUND * found["grad"]:
            slow.append(case.name)
    if options.check:
        print(f"hvp over {PRODUCT_BOUND:g} x grad: {', '.join(slow) or 'none'}")
    return int(options.check and bool(slow))


def _alone() -> None:
    """One core and one library thread; libraries read the number of threads when they are loaded."""
    if any(os.environ.get(name) != "1" for name in THREADS):
        command = [sys.executable, "-m", "benchmarks.modes", *sys.argv[1:]]
        os.execve(sys.executable, command, os.environ | dict.fromkeys(THREADS, "1"))
    pin()
    free_a_large_array()


if __name__ == "__main__":
    _alone()
    sys.exit(main())
