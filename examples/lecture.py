"""What the scripts of the lecture share: their options, and figures that can be read from the back of a room."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

try:
    import sklearn  # noqa: F401
    from matplotlib import rcParams
    from matplotlib.figure import Figure
    from tqdm import tqdm  # noqa: F401
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing.name} is missing; install the extra:  python -m pip install -e '.[examples]'") from None

STYLE = {"font.size": 12, "axes.titlesize": 13, "axes.grid": True, "grid.alpha": 0.3, "lines.linewidth": 2}


@dataclass(frozen=True)
class Options:
    """Where plots go, and whether the run is to be a short one."""

    output: Path
    quick: bool


def options(about: str | None, arguments: list[str] | None) -> Options:
    """The options of every script; ``about`` is its docstring, of which the first line is shown by --help."""
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path(), metavar="DIR", help="where the plot goes (PNG)")
    parser.add_argument("--quick", action="store_true", help="a short run, with less data or fewer steps")
    found = parser.parse_args(arguments)
    found.output.mkdir(parents=True, exist_ok=True)
    return Options(found.output, found.quick)


def panels(rows: int, columns: int, width: float = 5.5, height: float = 4.2) -> tuple[Figure, Any]:
    """A figure with rows and columns of axes, each of this size in inches."""
    rcParams.update(STYLE)
    figure = Figure(figsize=(width * columns, height * rows), layout="constrained")
    return figure, figure.subplots(rows, columns)


def save(figure: Figure, to: Options, script: str) -> None:
    """Save the plot of a script (its ``__file__``) under the same name, and say so."""
    path = to.output / f"{Path(script).stem}.png"
    figure.savefig(path, dpi=130)
    print(f"plot saved to {path}")
