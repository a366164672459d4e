"""What every test may use: seeded random numbers, and a check that a script prints the same in every process."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


ROOT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-golden`` rewrites the expected part of the golden files."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the texts in tests/golden")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of the coverage gate: what became of every name in the variations that were run."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, ())]
    lines = sorted(text for r in reports if r.when == "call" for key, text in r.user_properties if key == "coverage")
    if lines:
        from tests.coverage.page import COLUMNS  # it loads all rules, which few tests need

        terminalreporter.section("coverage of NumPy's names")
        terminalreporter.write_line("\n".join([COLUMNS, *lines]))


@pytest.fixture(autouse=True, scope="session")
def _found_by_processes() -> Iterator[None]:
    """Processes that tests start use the package beside the tests, installed or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
        yield


@pytest.fixture(autouse=True)
def _seeded(request: pytest.FixtureRequest) -> None:
    """No test depends on what ran before it."""
    seed = zlib.crc32(request.node.nodeid.encode())
    random.seed(seed)
    np.random.seed(seed)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Random numbers that are the same at every run of the same test."""
    return np.random.default_rng(zlib.crc32(request.node.nodeid.encode()))


@pytest.fixture
def same_in_every_process() -> Callable[[str], str]:
    """Run a script under several hash seeds; give its output, which must be the same each time."""

    def run(script: str) -> str:
        outputs = [_output(script, seed) for seed in ("0", "1", "4242")]
        assert outputs[1:] == outputs[:-1], "the output depends on the hash seed"
        return outputs[0]

    return run


def _output(script: str, hash_seed: str) -> str:
    env = os.environ | {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run([sys.executable, script], env=env, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout
