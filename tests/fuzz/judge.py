"""Runs one program and says what became of it."""

from __future__ import annotations

import traceback
import warnings
from dataclasses import dataclass

import numpy as np

from tests import trees
from tests.differences import IllConditioned, right_or_refused
from tests.fuzz.generate import Program

LARGEST = 1e3
"""Results beyond this are not worth comparing."""


@dataclass(frozen=True)
class Verdict:
    """``right``, ``refused``, ``wrong``, ``crashed``, or ``rejected`` (the program itself is no use)."""

    outcome: str
    detail: str = ""

    @property
    def failed(self) -> bool:
        """True for what must never happen."""
        return self.outcome in ("wrong", "crashed")

    @property
    def kind(self) -> tuple[str, str]:
        """What a smaller program must share to be an example of the same failure."""
        lines = self.detail.splitlines() or [""]
        return self.outcome, lines[-1].split(":")[0] if self.outcome == "crashed" else lines[0].split(":")[0]


def judged(program: Program) -> Verdict:
    """Differentiate the program and compare."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not _useful(program):
            return Verdict("rejected")
        try:
            return Verdict(right_or_refused(program.function(), *program.args, wrt=program.wrt, tol=1e-6))
        except IllConditioned as error:
            return Verdict("rejected", str(error))
        except AssertionError as error:
            return Verdict("wrong", str(error))
        except Exception:
            return Verdict("crashed", traceback.format_exc(limit=-3))


def _useful(program: Program) -> bool:
    """True where the function runs on read-only copies of its arguments and gives a number of moderate size."""
    try:
        value = program.function()(*trees.copied(program.args, frozen=True))
    except Exception:
        return False
    return isinstance(value, (float, np.floating)) and bool(abs(value) < LARGEST)
