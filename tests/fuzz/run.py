"""Command line: ``python -m tests.fuzz.run --seconds 60 --seed 0`` judges programs and shrinks what fails."""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial

from tests.fuzz.arrays import array_program
from tests.fuzz.flow import flow_program
from tests.fuzz.generate import Program, program
from tests.fuzz.judge import Verdict, judged, judged_quickly
from tests.fuzz.objects import object_program
from tests.fuzz.second import judged_twice
from tests.fuzz.shrink import shrunk
from tests.fuzz.third import judged_thrice

KINDS = {
    "programs": (program, judged),
    "arrays": (array_program, judged),
    "flow": (flow_program, judged_quickly),
    "objects": (object_program, judged_quickly),
    "quick": (program, judged_quickly),
    "quick-arrays": (array_program, judged_quickly),
    "second": (program, judged_twice),
    "second-arrays": (array_program, judged_twice),
    "third": (program, judged_thrice),
}
"""What is made, and how it is judged."""


def campaign(
    seed: int, seconds: float, count: int | None = None, stride: int = 1, kind: str = "programs"
) -> Iterator[tuple[Program, Verdict]]:
    """Programs with their verdicts until the time is up or ``count`` useful ones have been seen."""
    end = time.monotonic() + seconds
    make, judge = KINDS[kind]
    useful = 0
    while time.monotonic() < end and (count is None or useful < count):
        candidate = make(seed)
        verdict = judge(candidate)
        useful += verdict.outcome != "rejected"
        yield candidate, verdict
        seed += stride


def report(candidate: Program, verdict: Verdict, attempts: int = 400, kind: str = "programs") -> str:
    """The program that failed, as small as it gets, with its arguments and what is wrong."""
    _, judge = KINDS[kind]
    candidate = shrunk(candidate, lambda smaller: judge(smaller).kind == verdict.kind, attempts)
    verdict = judge(candidate)
    arguments = ", ".join(repr(argument) for argument in candidate.args)
    heading = f"# {candidate.name} is {verdict.outcome}: wrt={candidate.wrt}"
    return f"{heading}\n{candidate.source}\n# f({arguments})\n{verdict.detail}\n"


def main() -> int:
    """Run from the command line; the exit status is 1 if anything was wrong or crashed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", action="store_true", help="judge the program of this seed alone, and print it")
    parser.add_argument("--failures", type=int, default=5, help="stop after so many failures in one process")
    parser.add_argument("--kind", choices=list(KINDS), default="programs")
    parser.add_argument("--jobs", type=int, default=1, help="so many processes, which share the seeds between them")
    parser.add_argument("--reasons", action="store_true", help="print how often each reason for a refusal was given")
    options = parser.parse_args()
    if options.only:
        make, judge = KINDS[options.kind]
        candidate = make(options.seed)
        print(candidate.source, judge(candidate), sep="\n")
        return 0
    outcomes, reasons = _run(options.seed, options.seconds, options.failures, options.jobs, options.kind)
    for reason, examples in sorted(reasons.items(), key=lambda item: -len(item[1]))[: 60 * options.reasons]:
        print(f"{len(examples):5}  {reason}  (seeds {', '.join(map(str, examples[:4]))})")
    print(dict(outcomes))
    return int(outcomes["wrong"] + outcomes["crashed"] > 0)


Tally = tuple[Counter[str], dict[str, list[int]]]
"""How often each outcome was seen, and the seeds at which each reason for a refusal was given."""


def _run(seed: int, seconds: float, failures: int, jobs: int, kind: str) -> Tally:
    one = partial(_judge_many, seed=seed, seconds=seconds, failures=failures, jobs=jobs, kind=kind)
    if jobs == 1:
        return one(0)
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        tallies = pool.map(one, range(jobs), chunksize=1)
    outcomes: Counter[str] = Counter()
    reasons: dict[str, list[int]] = {}
    for counts, seeds in tallies:
        outcomes += counts
        for reason, examples in seeds.items():
            reasons.setdefault(reason, []).extend(examples)
    return outcomes, reasons


def _judge_many(job: int, *, seed: int, seconds: float, failures: int, jobs: int, kind: str) -> Tally:
    """Judge every ``jobs``-th program from ``seed + job`` on; print the failures as they come."""
    outcomes: Counter[str] = Counter()
    reasons: dict[str, list[int]] = {}
    at = seed + job
    for candidate, verdict in campaign(at, seconds, stride=jobs, kind=kind):
        outcomes[verdict.outcome] += 1
        if verdict.outcome == "refused":
            reasons.setdefault(verdict.reason, []).append(at)
        if verdict.failed:
            print(report(candidate, verdict, kind=kind), flush=True)
        if outcomes["wrong"] + outcomes["crashed"] >= failures:
            break
        at += jobs
    return outcomes, reasons


if __name__ == "__main__":
    raise SystemExit(main())
