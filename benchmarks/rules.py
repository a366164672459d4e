"""Time the adjoint of every rule against the function itself: ``python -m benchmarks.rules [--worst 10] [NAME ...]``.

``--part 2/4`` times every fourth call alone, from the second on; the whole takes a few minutes.
The calls are the samples of ``tests/rules``, made larger. What is timed is a generated pair: the function that
returns the call, its forward half, its pullback. *Adjoint* is what the two halves take on top of the function, over
the time of the function, or of a copy of its arguments and result where that takes longer: the function may give a
view. Calls take turns within each round, and a ratio is the median over the rounds of one round's ratio.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import linecache
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.run import THREADS
from benchmarks.worker import free_a_large_array, pin
from s2sgrad import vjp
from s2sgrad.errors import S2SGradError

SIZES = (20_000, 1_250, 80)  # elements of the largest argument: the first that is not too long
LONGEST = 0.02  # seconds of one call of the function; smaller arrays are taken where it is longer
Call = Callable[[], Any]
_numbers = itertools.count()


@dataclass(frozen=True)
class Timed:
    """A call, and how often longer than the call itself are its pullback, and all that its adjoint adds."""

    label: str
    milliseconds: float
    pullback: float
    adjoint: float

    def __str__(self) -> str:
        return f"{self.adjoint:9.2f} {self.pullback:9.2f} {self.milliseconds:9.3f}  {self.label}"


# ---- larger arguments ----


def _blocks(a: np.ndarray, k: int) -> np.ndarray:
    """Square matrices along a diagonal, each a little larger, so that no two eigenvalues are equal."""
    large = np.zeros((*a.shape[:-2], *(k * n for n in a.shape[-2:])), a.dtype)
    rows, columns = a.shape[-2:]
    for i in range(k):
        large[..., i * rows : (i + 1) * rows, i * columns : (i + 1) * columns] = a * (1 + 0.5 * i / k)
    return large


def _repeated(a: np.ndarray, times: Sequence[int]) -> np.ndarray:
    """The array side by side with itself, each a little nearer to one point, so that there are no ties."""
    large = np.tile(a, times)
    if a.dtype.kind not in "fc":
        return large
    scale = np.random.default_rng(0).permutation(np.linspace(0.9, 1.0, large.size)).reshape(large.shape)
    return large * scale + (1 - scale) * (0.383 * a.min() + 0.617 * a.max())


def _every_axis(a: np.ndarray, k: int) -> np.ndarray:
    return _repeated(a, [1 if n == 1 else k for n in a.shape])


def _first_axis(a: np.ndarray, k: int) -> np.ndarray:
    return _repeated(a, [k, *[1] * (a.ndim - 1)]) if a.ndim and a.shape[0] > 1 else a


def _last_axis(a: np.ndarray, k: int) -> np.ndarray:
    return _repeated(a, [*[1] * (a.ndim - 1), k]) if a.ndim and a.shape[-1] > 1 else a


def _diagonal(a: np.ndarray, k: int) -> np.ndarray:
    return _blocks(a, k) if a.ndim > 1 else _every_axis(a, k)


def _stacked(a: np.ndarray, k: int) -> np.ndarray:
    return _repeated(a, [k, *[1] * a.ndim]) if a.ndim > 1 else a


WAYS = (_every_axis, _first_axis, _last_axis, _stacked)
MATRICES = (_diagonal, _stacked, _every_axis)


def enlarged(values: Sequence[Any], way: Callable[[np.ndarray, int], np.ndarray], elements: int) -> list[Any]:
    """The arrays of a call with about so many elements in the largest, the rest as it is."""
    arrays = [v for v in values if isinstance(v, np.ndarray) and v.size > 1]
    if not arrays:
        return list(values)
    size, k = max(a.size for a in arrays), 1
    while max(way(a, 2 * k).size for a in arrays) <= elements and 2 * k * size <= 2 * elements:
        k *= 2
    return [way(v, k) if isinstance(v, np.ndarray) and v.size else v for v in values]


# ---- the program of a call ----


def program(sample: Any, values: Sequence[Any]) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A function of the floats of a call, which returns the call, and these floats."""
    moves = [isinstance(v, float | complex | np.ndarray) and np.asarray(v).dtype.kind in "fc" for v in values]
    scope: dict[str, Any] = {"np": np, "fn": sample.function, "__name__": "benchmarks.rules.program"}
    scope |= {f"c{i}": v for i, v in enumerate(values) if not moves[i]}  # what is parsed once is kept for good
    other = [repr(v) if isinstance(v, int | tuple | str) else f"c{i}" for i, v in enumerate(values)]
    given = [f"x{i}" if moved else other[i] for i, moved in enumerate(moves)]
    given += [f"{k}={v!r}" for k, v in sample.kwargs.items()]
    names = [f"x{i}" for i, moved in enumerate(moves) if moved]
    text = f"def f({', '.join(names)}):\n    return fn({', '.join(given)})\n"
    filename = f"<rule {next(_numbers)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    exec(compile(text, filename, "exec"), scope)
    return scope["f"], tuple(v for v, moved in zip(values, moves, strict=True) if moved)


def _seed(y: Any, rng: np.random.Generator) -> Any:
    if isinstance(y, tuple | list):
        return tuple(_seed(part, rng) for part in y)
    if np.asarray(y).dtype.kind not in "fc":
        return y
    dy = rng.uniform(0.5, 1.5, np.shape(y)).astype(np.asarray(y).dtype)
    return dy if isinstance(y, np.ndarray) else type(y)(dy)


def calls_of(sample: Any, values: Sequence[Any]) -> dict[str, Call]:
    """The function, its forward half and its pullback. Raises where the larger call has none."""
    f, args = program(sample, values)
    derivative = vjp(f, tuple(range(len(args))))
    y, pullback = derivative(*args)
    dy = _seed(y, np.random.default_rng(1))
    pullback(dy)
    parts = [*args, *(y if isinstance(y, tuple | list) else (y,))]
    return {
        "primal": lambda: f(*args),
        "copy": lambda: [np.array(part) for part in parts],
        "forward": lambda: derivative(*args),
        "pullback": lambda: pullback(dy),
    }


def large_calls(sample: Any, matrices: bool) -> dict[str, Call] | None:
    """The first way to make a call larger that works, none where there is none."""
    from tests.rules.samples import value_of

    values = [value_of(a) for a in sample.args]
    for elements, way in itertools.product(SIZES, MATRICES if matrices else WAYS):
        try:
            smaller = (enlarged(values, way, fewer) for fewer in reversed(SIZES) if fewer < elements)
            if any(_takes(sample, fewer) > LONGEST / 16 for fewer in smaller):
                continue  # a cube of its length, say, as for the roots of a polynomial
            larger = enlarged(values, way, elements)
            if not any(isinstance(v, np.ndarray) and v.size >= elements // 16 for v in larger):
                continue
            if _takes(sample, larger) > LONGEST:
                continue
            return calls_of(sample, larger)
        except (S2SGradError, ValueError, TypeError, IndexError, np.linalg.LinAlgError, ZeroDivisionError):
            continue
    return None


def _takes(sample: Any, values: Sequence[Any]) -> float:
    """Seconds of one call of the function, which may be slower at first."""
    return min(_seconds(lambda: sample.function(*values, **sample.kwargs), 1) for _ in range(2))


# ---- time ----


def measure(label: str, calls: dict[str, Call], rounds: int) -> Timed:
    """Medians over the rounds."""
    counts = {name: max(1, round(1e-3 / max(1e-7, _seconds(call, 1)))) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    gc.disable()
    for k in range(rounds):
        for name in calls if k % 2 else reversed(calls):
            times[name].append(_seconds(calls[name], counts[name]))
    gc.enable()
    all_of = zip(*(times[name] for name in ("primal", "copy", "forward", "pullback")), strict=True)
    bases = [(max(primal, copy), primal, forward, back) for primal, copy, forward, back in all_of]
    ratios = [((forward - primal + back) / base, back / base) for base, primal, forward, back in bases]
    adjoint, pullback = (statistics.median(each) for each in zip(*ratios, strict=True))
    return Timed(label, 1e3 * statistics.median(times["primal"]), pullback, adjoint)


def _seconds(call: Call, times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times


def timed(wanted: Sequence[str], rounds: int, part: tuple[int, int] = (1, 1)) -> Iterator[Timed]:
    """Every call whose name holds one of the words, timed; those that cannot be made larger are left out."""
    from tests.rules.test_through_the_driver import chosen

    number, parts = part
    for sample in list(chosen())[number - 1 :: parts]:
        label = str(sample)
        module = getattr(sample.function, "__module__", None) or ""
        if wanted and not any(word in f"{module}.{label}" for word in wanted):
            continue
        calls = large_calls(sample, "linalg" in module)
        if calls is not None:
            yield measure(label, calls, rounds)


def part_of(text: str) -> tuple[int, int]:
    """The part and the number of parts that ``2/5`` names: the second call of every five."""
    number, _, parts = text.partition("/")
    if not (number.isdigit() and parts.isdigit() and 1 <= int(number) <= int(parts)):
        raise argparse.ArgumentTypeError(f"{text} is not a part such as 2/5")
    return int(number), int(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, the worst first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only calls whose name holds one of these")
    parser.add_argument("--worst", type=int, help="print so many only")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--part", type=part_of, default=(1, 1), metavar="K/N", help="every N-th call, from the K-th on")
    options = parser.parse_args(arguments)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = sorted(timed(options.names, options.rounds, options.part), key=lambda one: -one.adjoint)
    print("  adjoint  pullback primal ms  call (of samples made larger)")
    for one in found[: options.worst]:
        print(one)
    return 0


if __name__ == "__main__":
    if any(os.environ.get(name) != "1" for name in THREADS):  # libraries read them when they are loaded
        command = [sys.executable, "-m", "benchmarks.rules", *sys.argv[1:]]
        os.execve(sys.executable, command, os.environ | dict.fromkeys(THREADS, "1"))
    pin()
    free_a_large_array()
    sys.exit(main())
