"""Random programs are right or refused, never wrong, and never raise what the program itself does not raise."""

from collections import Counter

import pytest

from tests.fuzz.generate import program
from tests.fuzz.run import campaign, report
from tests.fuzz.shrink import shrunk

BLOCKS, COUNT, SECONDS = 4, 40, 90.0


@pytest.mark.slow
@pytest.mark.parametrize("block", range(BLOCKS))
def test_random_programs(block, record_property):
    counts = Counter()
    failures = []
    for candidate, verdict in campaign(seed=1000 * block, seconds=SECONDS, count=COUNT):
        counts[verdict.outcome] += 1
        if verdict.failed:
            failures.append((candidate, verdict))
    record_property("outcomes", dict(counts))
    print(dict(counts))
    assert not failures, f"{dict(counts)}\n{report(*failures[0], attempts=100)}"
    assert counts["right"] > counts["refused"] and counts["right"] + counts["refused"] >= 10, counts


@pytest.mark.slow
@pytest.mark.parametrize("kind, count", [("flow", 40), ("objects", 40), ("second", 20), ("third", 15)])
def test_random_programs_of_one_kind(kind, count, record_property):
    found = list(campaign(seed=0, seconds=SECONDS, count=count, kind=kind))
    record_property("outcomes", dict(Counter(verdict.outcome for _, verdict in found)))
    failures = [report(*pair, attempts=100, kind=kind) for pair in found if pair[1].failed]
    assert not failures, failures[0]
    assert sum(verdict.outcome == "right" for _, verdict in found) >= 10


def test_a_program_is_a_function_of_its_seed():
    assert program(3).source == program(3).source
    assert len({program(seed).source for seed in range(50)}) == 50


def test_shrinking_finds_the_statement_at_fault():
    loop = "    for i in range(3):\n        y = np.tanh(y + i)\n"
    source = f"def f(x):\n    y = x * 2\n{loop}    z = y\n    return np.sum(x)\n"
    start = program(0)
    small = shrunk(type(start)(source, start.args, start.wrt, "example"), lambda p: "tanh" in p.source)
    assert len(small.source.splitlines()) <= 4
    assert "tanh" in small.source
