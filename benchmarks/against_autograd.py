"""Time generated gradients beside those of HIPS autograd: ``python -m benchmarks.against_autograd``.

The function and both gradients run in one process on one core and take turns in rounds; a ratio is the median over the
rounds of one round's ratio. The gradients are compared first. ``autograd`` differentiates the same code, with its NumPy
in place of NumPy and of ``math``; functions that write into arrays cannot be run so, and are left out.
"""

from __future__ import annotations

import argparse
import gc
import inspect
import statistics
import sys
import time
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.cases import Case, case
from benchmarks.worker import free_a_large_array, pin

NAMES = (
    "mlp 16x32x32",
    "mlp 128x256x256",
    "logsumexp 2000x500",
    "n_body 100x10",
    "rnn 30x4x8x16",
    "euler 10000",
    "reservoir 5000",
)
"""Arrays first, then loops over numbers."""


def traced(chosen: Case) -> Callable[..., Any]:
    """The gradient by ``autograd``, a tuple. Raises SystemExit where it is not installed."""
    try:
        import autograd.numpy as anp
        from autograd import grad
    except ImportError:
        raise SystemExit("autograd is not installed: python -m pip install autograd") from None
    primal = chosen.primal
    assert isinstance(primal, types.FunctionType)
    function = types.FunctionType(primal.__code__, {**primal.__globals__, "np": anp, "math": anp})
    names = list(inspect.signature(primal).parameters)
    return grad(function, tuple(map(names.index, chosen.wrt)))


def compare(mine: Any, theirs: Any, name: str) -> None:
    """Raise SystemExit where the gradients of one case differ."""
    mine = mine if isinstance(mine, tuple) else (mine,)
    for a, b in zip(mine, theirs, strict=True):
        if not np.allclose(a, b, rtol=1e-6, atol=1e-9):
            raise SystemExit(f"{name}: the gradients differ")


def seconds(function: Callable[..., Any], arguments: tuple[Any, ...], calls: int) -> float:
    """Processor time of one call, over so many."""
    start = time.process_time()
    for _ in range(calls):
        function(*arguments)
    return (time.process_time() - start) / calls


def measure(chosen: Case, rounds: int, round_ms: float) -> dict[str, float]:
    """Of both gradients the time over that of the function, and the one over the other."""
    arguments = chosen.arguments()
    functions = {"function": chosen.primal, "s2sgrad": chosen.gradient("generated"), "autograd": traced(chosen)}
    compare(functions["s2sgrad"](*arguments), functions["autograd"](*arguments), chosen.name)
    calls = {n: max(1, round(1e-3 * round_ms / seconds(f, arguments, 1))) for n, f in functions.items()}
    times = [{n: seconds(f, arguments, calls[n]) for n, f in functions.items()} for _ in range(rounds)]
    pairs = (("s2sgrad", "function"), ("autograd", "function"), ("autograd", "s2sgrad"))
    return {f"{a}/{b}": statistics.median(t[a] / t[b] for t in times) for a, b in pairs}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.against_autograd", description=__doc__.splitlines()[0])
    parser.add_argument("--case", action="append", metavar="NAME", help="only this case, such as 'euler 10000'")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--round-ms", type=float, default=40.0, help="how long one variant runs in one round")
    options = parser.parse_args(arguments)
    pin()
    free_a_large_array()
    gc.disable()
    for n, name in enumerate(options.case or NAMES):
        found = measure(case(name), options.rounds, options.round_ms)
        if n == 0:
            print(f"{'case':22}" + "".join(f"{title:>20}" for title in found))
        print(f"{name:22}" + "".join(f"{ratio:20.2f}" for ratio in found.values()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
