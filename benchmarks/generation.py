"""What the generator itself costs: ``python -m benchmarks.generation [--check]``.

Times the import on top of NumPy's, the generation for a function of 50 lines (the first that the process makes, that
for a function which nobody has differentiated yet, and a later derivative of the same function), and how much a call
through the wrapper takes on top of the generated function, each against its budget. Every number is the median over
fresh processes, of processor time but for the import.

Other work on the machine makes all of them longer. Each process therefore times a yardstick too, the parsing and
printing of a fixed text by Python itself. Where that takes longer than ``YARDSTICK_MS``, so does all else, and a budget
is for the time without the delay; where it takes less, the budget is for the time as it is.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

BUDGETS = {
    "import s2sgrad, ms": 60.0,
    "generate 50 lines, ms": 50.0,
    "call with two floats, us": 1.0,
    "call with eight arrays, us": 2.5,
}
"""The most that each may take; what is not listed is told for information."""

YARDSTICK_MS = 1.9
"""What the yardstick takes, at the most, on a machine without other work (two cores of a server, Python 3.11)."""

_PROCESSES = 7


def import_ms() -> float:
    """``import s2sgrad`` in a process that has imported NumPy."""
    import numpy  # noqa: F401  (its time is not ours)

    def load() -> None:
        import s2sgrad  # noqa: F401

    return 1e3 * timeit.timeit(load, number=1)


def first_generation_ms() -> float:
    """The first code that a process generates: loads the printer and fills the tables."""
    from benchmarks import fifty_lines

    return _gradient_ms(fifty_lines)


def generation_ms() -> float:
    """The gradient of a function that nobody has differentiated, in a file that nobody has read."""
    from benchmarks import fifty_lines

    first_generation_ms()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(str(fifty_lines.__file__), Path(folder) / "not_seen_yet.py"))
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return _gradient_ms(module)


def later_generation_ms() -> float:
    """A new derivative of a function that has one."""
    first_generation_ms()
    return first_generation_ms()


def _gradient_ms(module: Any) -> float:
    """The gradient of the function of 50 lines, as it stands in this module."""
    from s2sgrad import grad

    args = module.arguments()
    return 1e3 * timeit.timeit(
        lambda: grad(module.model, module.WEIGHTS).source_for(*args), timer=process_time, number=1
    )


def scalar_call_us() -> float:
    """On top of the generated function, with two floats."""
    return _overhead_us(lambda a, b: a * b, 1.5, 2.5)


def array_call_us() -> float:
    """On top of the generated function, with eight arrays."""
    import numpy as np

    def total(a, b, c, d, e, f, g, h):  # type: ignore[no-untyped-def]
        return (a @ b @ c @ d @ e @ f @ g @ h).sum()

    return _overhead_us(total, *np.ones((8, 2, 2)))


def _overhead_us(f: Callable[..., Any], *args: Any) -> float:
    from s2sgrad import grad

    wrapped = grad(f)
    bare = wrapped.specialized(*args)
    rounds = [(_fastest_us(wrapped, args), _fastest_us(bare, args)) for _ in range(7)]
    return statistics.median(w - b for w, b in rounds)


def _repeat(f: Callable[..., Any], args: tuple[Any, ...], number: int) -> list[float]:
    return timeit.repeat("f(*args)", timer=process_time, globals={"f": f, "args": args}, number=number, repeat=5)


def _fastest_us(f: Callable[..., Any], args: tuple[Any, ...]) -> float:
    return 1e6 * min(_repeat(f, args, 2000)) / 2000


MEASURES = {
    "import s2sgrad, ms": import_ms,
    "first generation, ms": first_generation_ms,
    "generate 50 lines, ms": generation_ms,
    "a later derivative, ms": later_generation_ms,
    "call with two floats, us": scalar_call_us,
    "call with eight arrays, us": array_call_us,
}


def yardstick_ms() -> float:
    """Python's own work on the text of the function of fifty lines: the fastest of several rounds."""
    import ast

    text = (Path(__file__).parent / "fifty_lines.py").read_text(encoding="utf-8")
    return 1e3 * min(timeit.repeat(lambda: ast.unparse(ast.parse(text)), timer=process_time, number=1, repeat=15))


def measure(name: str, processes: int) -> tuple[float, float]:
    """The median over fresh processes: as measured, and without what other work on the machine adds."""
    found = [_in_a_process(name) for _ in range(processes)]
    return statistics.median(t for t, _ in found), statistics.median(t * min(1.0, YARDSTICK_MS / y) for t, y in found)


def _in_a_process(name: str) -> tuple[float, float]:
    """What was measured in a process of its own, and the yardstick in the same process."""
    command = [sys.executable, "-m", "benchmarks.generation", "--one", name]
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=Path(__file__).parents[1], env=env, check=True, stdout=subprocess.PIPE)
    number, yardstick = map(float, done.stdout.split())
    return number, yardstick


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if ``--check`` found a number over its budget."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generation", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail if a budget is exceeded")
    parser.add_argument("--processes", type=int, default=_PROCESSES)
    parser.add_argument("--one", choices=MEASURES, help="measure this and the yardstick in the present process")
    options = parser.parse_args(arguments)
    if options.one:
        print(MEASURES[options.one](), yardstick_ms())
        return 0

    print(f"{'what':28}{'median':>10}{'at rest':>10}{'budget':>10}")
    slow = False
    for name in MEASURES:
        (median, at_rest), budget = measure(name, options.processes), BUDGETS.get(name)
        print(f"{name:28}{median:10.2f}{at_rest:10.2f}{'-' if budget is None else budget:>10}", flush=True)
        slow |= budget is not None and at_rest > budget
    return int(options.check and slow)


if __name__ == "__main__":
    sys.exit(main())
