"""Runs one program and says what became of it."""

from __future__ import annotations

import contextlib
import re
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from s2sgrad.errors import ArgumentError, GradientError, Refusal
from tests import trees
from tests.differences import ForwardRefused, IllConditioned, check, check_quickly
from tests.fuzz.generate import Program
from tests.promises import names_its_place

LARGEST = 1e3
"""Results beyond this are not worth comparing."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeoutError when the block has used so many seconds of the processor: a loop may run forever."""

    def late(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, before)


@dataclass(frozen=True)
class Verdict:
    """``right``, ``refused``, ``wrong``, ``crashed``, or ``rejected`` (the program itself is no use)."""

    outcome: str
    detail: str = ""
    reason: str = ""

    @property
    def failed(self) -> bool:
        """True for what must never happen."""
        return self.outcome in ("wrong", "crashed")

    @property
    def kind(self) -> tuple[str, str]:
        """What a smaller program must share to be an example of the same failure."""
        lines = self.detail.splitlines() or [""]
        return self.outcome, lines[-1].split(":")[0] if self.outcome == "crashed" else lines[0].split(":")[0]


def judged_by(compared: Callable[[Program], Verdict], program: Program) -> Verdict:
    """What ``compared`` says of a useful program: what it raises is wrong if it is an assertion, else a crash."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not useful(program):
            return Verdict("rejected")
        try:
            with limited(240.0):
                return compared(program)
        except AssertionError as error:
            return Verdict("wrong", str(error))
        except Exception:
            return Verdict("crashed", traceback.format_exc(limit=-3))


def judged_quickly(program: Program) -> Verdict:
    """Differentiate the program in the checked build alone, forward and in reverse, and compare."""
    return judged(program, check_quickly)


def judged(program: Program, check: Callable[..., object] = check) -> Verdict:
    """Differentiate the program in every mode and compare."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not useful(program):
            return Verdict("rejected")
        try:
            with limited(120.0):
                return _compared(program, check)
        except IllConditioned as error:
            return Verdict("rejected", str(error))
        except ForwardRefused as error:
            return Verdict("refused", str(error), "forward mode: " + without_names(str(error.__cause__)))
        except AssertionError as error:
            return Verdict("wrong", str(error))
        except Exception:
            return Verdict("crashed", traceback.format_exc(limit=-3))


def _compared(program: Program, check: Callable[..., object]) -> Verdict:
    """``right`` or ``refused``; whatever is neither raises."""
    try:
        check(program.function(), *program.args, wrt=program.wrt, tol=1e-6)
    except Refusal as error:
        names_its_place(error)
        return Verdict("refused", str(error), without_names(error.reason))
    except (ArgumentError, GradientError) as error:
        return Verdict("refused", str(error), without_names(str(error)))
    return Verdict("right")


def without_names(reason: str) -> str:
    """A reason that many programs share: the same words for every name and number.

    >>> without_names("`t12` has 3 places that may be written through `u[0]`")
    '_ has # places that may be written through _'
    """
    return re.sub(r"\d+", "#", re.sub(r"`[^`]*`|'[^']*'", "_", reason.splitlines()[0]))[:100]


def useful(program: Program) -> bool:
    """True where the function runs on read-only copies of its arguments and gives a number of moderate size.

    Nothing overflows on the way: an infinity that ends as a moderate number again has no slope to compare.
    """
    try:
        with limited(2.0), np.errstate(over="raise"):
            value = program.function()(*trees.copied(program.args, frozen=True))
    except Exception:
        return False
    return isinstance(value, (float, np.floating)) and bool(abs(value) < LARGEST)
