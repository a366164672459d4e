"""Time rules against the best adjoints written by hand: ``python -m benchmarks.rules_by_hand [NAME ...]``.

Both get the adjoint of the result and what the function was given, and are compared before they are timed. They take
turns within each round, and a ratio is the median over the rounds of one round's ratio. ``--elements`` are the sizes of
the arguments: by default one where the work counts, and one where the calls do.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.adjoints_by_hand import BY_HAND, ByHand
from benchmarks.run import THREADS
from benchmarks.worker import free_a_large_array, pin
from s2sgrad import vjp

Call = Callable[[], Any]


@dataclass(frozen=True)
class Compared:
    """How long a rule takes, and how long an adjoint by hand."""

    label: str
    elements: int
    ratio: float
    rule: float
    hand: float
    leaves: str

    def __str__(self) -> str:
        note = f"  (by hand without {self.leaves})" if self.leaves else ""
        return f"{self.ratio:7.2f} {1e6 * self.rule:9.1f} {1e6 * self.hand:9.1f} {self.elements:8}  {self.label}{note}"


def calls_of(case: ByHand, elements: int) -> tuple[Call, Call]:
    """The rule and the adjoint by hand, at the same arguments. Raises SystemExit where they differ."""
    args = case.arguments(elements)
    wrt = tuple(i for i, a in enumerate(args) if np.asarray(a).dtype.kind == "f")
    y, pullback = vjp(case.function, wrt)(*args)
    dy = np.random.default_rng(1).uniform(0.5, 1.5, np.shape(y))
    dy = dy if np.ndim(y) else float(dy)
    backward, saved = pullback._backward, pullback.saved  # without the check of `dy`
    agree(case.label, pullback(dy), case.adjoint(dy, y, *args))
    return lambda: backward(saved, dy), lambda: case.adjoint(dy, y, *args)


def agree(label: str, mine: Any, theirs: Any) -> None:
    """Raise SystemExit where two adjoints differ."""
    mine, theirs = (found if isinstance(found, tuple) else (found,) for found in (mine, theirs))
    if not all(np.allclose(a, b, rtol=1e-7, atol=1e-9) for a, b in zip(mine, theirs, strict=True)):
        raise SystemExit(f"{label}: the adjoints differ")


def measure(case: ByHand, elements: int, rounds: int) -> Compared:
    """The median over the rounds."""
    calls = calls_of(case, elements)
    counts = [max(1, round(1e-3 / max(1e-7, min(_seconds(call, 1) for _ in range(3))))) for call in calls]
    times: tuple[list[float], list[float]] = ([], [])
    gc.disable()
    for k in range(rounds):
        for i in (0, 1) if k % 2 else (1, 0):
            times[i].append(_seconds(calls[i], counts[i]))
    gc.enable()
    ratio = statistics.median(mine / theirs for mine, theirs in zip(*times, strict=True))
    return Compared(case.label, elements, ratio, *map(statistics.median, times), case.leaves)


def _seconds(call: Call, times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times


def compared(wanted: Sequence[str], elements: Sequence[int], rounds: int) -> Iterator[Compared]:
    """Every case whose name holds one of the words, in every size."""
    for case in BY_HAND:
        if not wanted or any(word in case.label for word in wanted):
            for n in elements:
                yield measure(case, n, rounds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, the worst first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules_by_hand", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only calls whose name holds one of these")
    parser.add_argument("--elements", type=int, nargs="+", default=[10_000, 50])
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args(arguments)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = sorted(compared(options.names, options.elements, options.rounds), key=lambda one: -one.ratio)
    print("  times   rule us   hand us elements  call")
    for one in found:
        print(one)
    return 0


if __name__ == "__main__":
    if any(os.environ.get(name) != "1" for name in THREADS):  # libraries read them when they are loaded
        command = [sys.executable, "-m", "benchmarks.rules_by_hand", *sys.argv[1:]]
        os.execve(sys.executable, command, os.environ | dict.fromkeys(THREADS, "1"))
    pin()
    free_a_large_array()
    sys.exit(main())
