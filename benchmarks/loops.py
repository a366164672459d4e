"""Time gradients of loops against the loops themselves: ``python -m benchmarks.loops [--check] [--numba]``.

Measured as in :mod:`benchmarks.run`. With ``--check`` a gradient that takes over 4 times the function, or over 1.05
times the gradient by hand, is measured again; the best repetition counts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.cases import LOOPS, Case, case
from benchmarks.run import BOUND, REPETITIONS, Result, measure

TIMES_THE_PRIMAL = 4.0
VARIANTS = ("primal", "hand", "generated")


def ratios(result: Result) -> dict[str, float]:
    """What is printed: each gradient over the function, and the generated one over that by hand."""
    found = {f"{v}/primal": ratio for v, ratio in result.ratios.items() if v != "primal"}
    return found | {"generated/hand": result.ratios["generated"] / result.ratios["hand"]}


def within(result: Result) -> bool:
    """True where both bounds are kept."""
    found = ratios(result)
    return found["generated/primal"] <= TIMES_THE_PRIMAL and found["generated/hand"] <= BOUND


def best(chosen: Case, variants: Sequence[str], rounds: int, round_ms: float, repetitions: int) -> Result:
    """The first result within the bounds, or the one nearest to them."""
    results: list[Result] = []
    while len(results) < repetitions:
        results.append(measure(chosen, variants, rounds, round_ms, base="primal"))
        if within(results[-1]):
            return results[-1]
    return min(results, key=lambda result: ratios(result)["generated/hand"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if ``--check`` found a bound exceeded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.loops", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail where a bound is exceeded")
    parser.add_argument("--numba", action="store_true", help="also time the gradient compiled by Numba")
    parser.add_argument("--case", action="append", metavar="NAME", help="only this case, such as 'euler 10000'")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--round-ms", type=float, default=40.0, help="how long one variant runs in one round")
    options = parser.parse_args(arguments)

    variants = (*VARIANTS, "compiled") if options.numba else VARIANTS
    slow = []
    for n, one in enumerate(LOOPS if options.case is None else tuple(map(case, options.case))):
        result = best(one, variants, options.rounds, options.round_ms, REPETITIONS if options.check else 1)
        found = ratios(result)
        if n == 0:
            print(f"{'case':22}" + "".join(f"{name:>18}" for name in found))
        print(f"{one.name:22}" + "".join(f"{ratio:18.3f}" for ratio in found.values()), flush=True)
        if not within(result):
            slow.append(one.name)
    if options.check:
        print(f"over {TIMES_THE_PRIMAL:g} x the function, or {BOUND} x by hand: {', '.join(slow) or 'none'}")
    return int(options.check and bool(slow))


if __name__ == "__main__":
    sys.exit(main())
