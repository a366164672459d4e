"""One gradient in a process of its own: ``python -m benchmarks.worker "heat 1000x100" hand``.

Prints a checksum of the gradient, then, for each line with a number of calls on its standard input, the
seconds that one call took: of processor time, which other programs on the same core do not prolong.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from typing import Any

import numpy as np

from benchmarks.cases import case


def pin() -> None:
    """Stay on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def free_a_large_array() -> None:
    """Afterwards large temporaries come from the heap, and not as fresh pages each time.

    glibc learns from freed blocks of up to 32 MiB only, so this one is a little smaller.
    """
    np.ones(31 << 17)


def checksum(gradient: Any) -> float:
    """One number that differs when a gradient does."""
    leaves = gradient if isinstance(gradient, tuple) else (gradient,)
    return float(sum(np.sum(leaf * np.cos(np.arange(np.size(leaf))).reshape(np.shape(leaf))) for leaf in leaves))


def main(name: str, variant: str) -> None:
    """Answer until the standard input ends."""
    pin()
    free_a_large_array()
    chosen = case(name)
    arguments = chosen.arguments()
    gradient = chosen.gradient(variant)
    print(checksum(gradient(*arguments)), flush=True)
    gc.disable()
    for line in sys.stdin:
        calls = range(int(line))
        start = time.process_time()
        for _ in calls:
            gradient(*arguments)
        print((time.process_time() - start) / len(calls), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
