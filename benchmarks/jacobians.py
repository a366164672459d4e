"""Time Jacobians with all seeds together against one call for each: ``python -m benchmarks.jacobians``.

Both take turns within each round; the ratio is the median over the rounds of one round's ratio.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import s2sgrad
from benchmarks.run import THREADS
from benchmarks.worker import pin

Call = Callable[[], Any]


def layer(w: Any, b: Any, x: Any) -> Any:
    """A layer of a network."""
    return np.tanh(w @ x + b)


def softmax(x: Any) -> Any:
    """Probabilities."""
    e = np.exp(x - x.max())
    return e / e.sum()


def oscillators(u: Any, c: Any, steps: int) -> Any:
    """An equation of motion by Euler's rule."""
    for _ in range(steps):
        u = u + 0.01 * (c * np.sin(u) - u)
    return u


def rosenbrock(x: Any) -> Any:
    """Rosenbrock's function."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def calls() -> Iterator[tuple[str, int, Call, Call]]:
    """What is timed: a name, how many rows or columns there are, all together, and one after the other."""
    rng = np.random.default_rng(0)
    net = rng.normal(size=(50, 30)), rng.normal(size=50), rng.normal(size=30)
    motion = rng.normal(size=20), 0.3, 200
    cases: list[tuple[str, int, Any, Any, Any, str]] = [
        ("layer with 50 outputs, by its weights", 50, layer, 0, net, "rev"),
        ("layer with 50 outputs, by its input", 50, layer, 2, net, "rev"),
        ("softmax of 50 numbers", 50, softmax, 0, (rng.normal(size=50),), "rev"),
        ("200 steps of 20 oscillators", 20, oscillators, 0, motion, "rev"),
        ("the same in forward mode", 20, oscillators, 0, motion, "fwd"),
    ]
    for name, count, f, wrt, args, mode in cases:
        both = [s2sgrad.jacobian(f, wrt, mode=mode, batch=b) for b in (None, 1)]
        yield name, count, *(_call(j, args) for j in both)  # type: ignore[misc]
    x = rng.normal(size=50)
    both = [s2sgrad.hessian(rosenbrock, batch=b) for b in (None, 1)]
    yield "Hessian of Rosenbrock's function of 50 numbers", 50, *(_call(h, (x,)) for h in both)  # type: ignore[misc]


def _call(derivative: Any, args: tuple[Any, ...]) -> Call:
    return lambda: derivative(*args)


def measured(together: Call, apart: Call, rounds: int) -> tuple[float, float, float]:
    """Milliseconds of both, and their ratio."""
    assert np.allclose(together(), apart(), rtol=1e-11, atol=1e-13)
    times = [(_seconds(together), _seconds(apart)) for _ in range(rounds)]
    first, second = (statistics.median(t) * 1e3 for t in zip(*times, strict=True))
    return first, second, statistics.median(b / a for a, b in times)


def _seconds(call: Call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main(arguments: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    options = parser.parse_args(arguments)
    os.environ.update(dict.fromkeys(THREADS, "1"))
    pin()
    print("| | seeds | together ms | one by one ms | ratio |\n|---|---|---|---|---|")
    for name, count, together, apart in calls():
        a, b, ratio = measured(together, apart, options.rounds)
        print(f"| {name} | {count} | {a:.3f} | {b:.3f} | {ratio:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
