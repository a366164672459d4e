"""Time generated gradients against gradients written by hand: ``python -m benchmarks.run [--check]``.

Every variant runs in a process of its own, pinned to one core with one library thread; the processes take turns
within each round, and ratios are medians over rounds. With ``--check`` a ratio above the bound is measured again
in fresh processes, the best of the repetitions counts, and the exit code tells whether all are within the bound.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import CASES, VARIANTS, Case, case

BOUND = 1.05
REPETITIONS = 4
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class Worker:
    """The other end of :mod:`benchmarks.worker`."""

    def __init__(self, name: str, variant: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", name, variant],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
            env=os.environ | dict.fromkeys(THREADS, "1"),
        )
        self.label = f"{name}, {variant}"
        self.checksum = self._number()

    def seconds(self, calls: int) -> float:
        """What one call takes, over so many of them."""
        assert self.process.stdin is not None
        print(calls, file=self.process.stdin, flush=True)
        return self._number()

    def _number(self) -> float:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the process of {self.label} ended early")
        return float(line)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


@dataclass(frozen=True)
class Result:
    """Medians over the rounds: milliseconds per call, and how much longer than the base of the measurement."""

    milliseconds: dict[str, float]
    ratios: dict[str, float]


def measure(chosen: Case, variants: Sequence[str], rounds: int, round_ms: float, base: str = "hand") -> Result:
    """Start one process per variant and let them take turns; the order turns around after each round."""
    with ExitStack() as stack:
        workers = {variant: stack.enter_context(Worker(chosen.name, variant)) for variant in variants}
        _agree(chosen, workers)
        calls = _calls(workers["hand"], round_ms)
        times: dict[str, list[float]] = {variant: [] for variant in variants}
        for k in range(rounds):
            for variant in variants if k % 2 else reversed(variants):
                times[variant].append(workers[variant].seconds(calls))
    ratios = {v: statistics.median(t / h for t, h in zip(times[v], times[base], strict=True)) for v in variants}
    return Result({v: 1e3 * statistics.median(times[v]) for v in variants}, ratios)


def _agree(chosen: Case, workers: dict[str, Worker]) -> None:
    expected = workers["hand"].checksum
    for variant, worker in workers.items():
        if variant == "primal":
            continue
        if not abs(worker.checksum - expected) <= 1e-6 * max(1.0, abs(expected)):
            raise SystemExit(f"{chosen.name}: {variant} and hand-written gradients differ")


def _calls(worker: Worker, round_ms: float) -> int:
    """How many calls fill a round; the first call only warms up."""
    worker.seconds(1)
    return max(1, round(1e-3 * round_ms / worker.seconds(3)))


def best(chosen: Case, variants: Sequence[str], rounds: int, round_ms: float, repetitions: int) -> Result:
    """The first result within the bound, or the best of all repetitions."""
    results: list[Result] = []
    while len(results) < repetitions:
        results.append(measure(chosen, variants, rounds, round_ms))
        if results[-1].ratios["generated"] <= BOUND:
            return results[-1]
    return min(results, key=lambda result: result.ratios["generated"])


def row(name: str, result: Result, variants: Sequence[str]) -> str:
    """One line of the table: milliseconds of each variant, then the ratios to the first."""
    milliseconds = "".join(f"{result.milliseconds[v]:14.4f}" for v in variants)
    return f"{name:18}{milliseconds}" + "".join(f"{result.ratios[v]:16.3f}" for v in variants[1:])


def header(variants: Sequence[str]) -> str:
    """The line above the rows."""
    milliseconds = "".join(f"{v + ' ms':>14}" for v in variants)
    return f"{'case':18}{milliseconds}" + "".join(f"{v + '/hand':>16}" for v in variants[1:])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if ``--check`` found a ratio above the bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help=f"fail if generated code takes over {BOUND} x by hand")
    parser.add_argument("--all", action="store_true", help="also time the wrapper and the tuned versions")
    parser.add_argument("--case", action="append", metavar="NAME", help="only this case, such as 'heat 1000x100'")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--round-ms", type=float, default=20.0, help="how long one variant runs in one round")
    options = parser.parse_args(arguments)

    variants = VARIANTS if options.all else VARIANTS[:2]
    chosen = CASES if options.case is None else tuple(map(case, options.case))
    print(header(variants))
    slow = []
    for one in chosen:
        result = best(one, variants, options.rounds, options.round_ms, REPETITIONS if options.check else 1)
        print(row(one.name, result, variants), flush=True)
        if result.ratios["generated"] > BOUND:
            slow.append(one.name)
    if options.check:
        print(f"over {BOUND} x by hand: {', '.join(slow) or 'none'}")
    return int(options.check and bool(slow))


if __name__ == "__main__":
    sys.exit(main())
