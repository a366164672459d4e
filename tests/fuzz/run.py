"""Command line: ``python -m tests.fuzz.run --seconds 60 --seed 0`` judges programs and shrinks what fails."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator

from tests.fuzz.generate import Program, program
from tests.fuzz.judge import Verdict, judged
from tests.fuzz.shrink import shrunk


def campaign(seed: int, seconds: float, count: int | None = None) -> Iterator[tuple[Program, Verdict]]:
    """Programs with their verdicts until the time is up or ``count`` useful ones have been seen."""
    end = time.monotonic() + seconds
    useful = 0
    while time.monotonic() < end and (count is None or useful < count):
        candidate = program(seed)
        verdict = judged(candidate)
        useful += verdict.outcome != "rejected"
        yield candidate, verdict
        seed += 1


def report(candidate: Program, verdict: Verdict, attempts: int = 400) -> str:
    """The program that failed, as small as it gets, with its arguments and what is wrong."""
    candidate = shrunk(candidate, lambda smaller: judged(smaller).kind == verdict.kind, attempts)
    verdict = judged(candidate)
    arguments = ", ".join(repr(argument) for argument in candidate.args)
    heading = f"# {candidate.name} is {verdict.outcome}: wrt={candidate.wrt}"
    return f"{heading}\n{candidate.source}\n# f({arguments})\n{verdict.detail}\n"


def main() -> int:
    """Run from the command line; the exit status is 1 if anything was wrong or crashed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", action="store_true", help="judge the program of this seed alone, and print it")
    parser.add_argument("--failures", type=int, default=5, help="stop after so many failures")
    options = parser.parse_args()
    if options.only:
        candidate = program(options.seed)
        print(candidate.source, judged(candidate), sep="\n")
        return 0
    return _run(options.seed, options.seconds, options.failures)


def _run(seed: int, seconds: float, failures: int) -> int:
    counts: Counter[str] = Counter()
    for candidate, verdict in campaign(seed, seconds):
        counts[verdict.outcome] += 1
        if verdict.failed:
            print(report(candidate, verdict), flush=True)
        if counts["wrong"] + counts["crashed"] >= failures:
            break
    print(dict(counts))
    return int(counts["wrong"] + counts["crashed"] > 0)


if __name__ == "__main__":
    raise SystemExit(main())
