"""The page ``docs/coverage.md``: what becomes of every name, by area, as the gate has it."""

from __future__ import annotations

import functools
import importlib.util
import textwrap
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from tests.coverage.gate import AREAS, CLASSES, MISSING, exists
from tests.coverage.varied import LOUD, ONCE, TRAITS, row

__all__ = ["COLUMNS", "PAGE", "is_of_this_numpy", "page", "promised", "rows"]

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
COLUMNS = (
    f"| name | right | refused | ranks | {' | '.join(TRAITS)} |\n"
    f"|---|---|---|---|{'---|' * len(TRAITS)}"
)
NUMPY = "2.4"
"""The NumPy with which the page was made; others lack names, or run other variations."""

HEAD = """\
# What becomes of every name of NumPy's

Each name is called in sample functions, with its keywords, and compared with differences. **Differentiated** names are
right in both modes for the keywords that the samples use; a keyword that a rule does not take is refused by its name.
Then the samples are varied by chance: other lengths, 0 and 1 among them, more axes and fewer, other axes, one operand
stretched against another, operands by their names and keywords in their places, one operand alone beside lists and
whole numbers, an operand that is something else on a path not taken (a list, None, of another rank or dtype: where
that matters, it is refused), single precision, complex operands, gaps between the elements in memory, the first axis
the one that runs fastest. The tables tell for how many variations reverse and forward mode were right, and how many
were refused, always before anything ran; which ranks and which of these traits there were among those that were right;
and whether second derivatives were compared, by forward over reverse and by reverse over reverse mode. A variation
that NumPy does not run itself does not count.

What has **gradient zero** may be called anywhere. What is **refused** raises before anything runs, with the line, the
reason and what to write instead; so is what is **not differentiated yet**. Names that a version of NumPy does not have
are left out there; SciPy is optional.

Eigenvalues of a real matrix, zeros of a real polynomial, `np.emath` and `np.real_if_close` give real or complex
numbers, as the data has it. They are differentiated as real ones, and it is an error where they are not; where their
real or imaginary parts, magnitudes or angles are taken, they are made complex before. Where eigenvalues or singular
values are equal, or as good as equal but for rounding errors (n of them, with a gap of at most 8 n eps times the
largest), their vectors turn freely, and have no derivative. What is made of the values alone is right where equal ones
are treated alike, as by a sum or a norm; else each has the slope of the vector that NumPy returns with it, as one of
several that are the largest (`eigvalsh`, `svdvals`), or NaN (`eigvals`, of exactly equal ones). Where vectors are read,
too, the gradient is NaN, unless only vectors are read, and none that belong to equal values; second derivatives of what
is made of values read their vectors. So it is where vectors are read that a singular value of 0, but for rounding
errors, does not determine, where `np.linalg.cond` divides by one, and where a matrix has too few eigenvectors.

A few names are differentiated in part, and refused by name otherwise: `ndarray.resize` of a vector that the function
made itself (of other arrays the memory is cut, which depends on its layout); `ndarray.view` as the class or the dtype
that an array has (other dtypes read its bytes); `np.poly1d` where it is called at once; `ufunc.at` at a row of
integers; `np.put_along_axis` at one index for each row or column, which cannot name a place twice; histograms in their
weights (counts jump); a covariance of `multivariate_normal` is taken to be symmetric; `np.linalg.pinv` and
`np.linalg.lstsq` where `rcond=` or `rtol=` may cut off singular values that are not 0; bounds of `np.mgrid` and
`np.ogrid`, and values in `np.s_` and `np.index_exp`, that carry a derivative.

Of `scipy.linalg`, a square root or a logarithm is taken to be real, as eigenvalues are; its real part, magnitudes and
norm are those of a complex one. It has no derivative where the matrix is singular, nor have the polar factors, nor
Schur's where eigenvalues are equal or complex: the gradient is NaN, or an error says so. Refused by name are factors
that the matrix does not determine (`linalg.qr` of more rows than columns unless `mode="economic"`, `linalg.polar` with
a singular factor beside the orthogonal one), `linalg.lu` of a matrix that is not square, and complex matrices. A matrix
of `scipy.sparse` is constant: `A @ x` and `x @ A` are differentiated in `x`.

At a singular matrix, the derivatives of `np.linalg.det` to the second are right, the third is NaN; that of
`np.linalg.slogdet` is NaN, since the logarithm is -inf.

A list or a tuple of numbers may stand wherever NumPy takes an array.

With an array that has no elements, the gradient of some calls raises NumPy's error, where the call itself does not: of
{loud}.

Second derivatives of some of their samples are refused: of
{once}.
"""

KINDS = {
    "differentiable": "Differentiated",
    "constant": "Gradient zero",
    "refused": "Refused",
    "missing": "Not differentiated yet, and refused",
}


def page(found: Mapping[str, str]) -> str:
    """The text of the page, with these lines for its tables; ``python -m tests.coverage --page`` writes it."""
    loud = ", ".join(f"`{name}`" for name in sorted(LOUD))
    head = HEAD.replace("{loud}.\n", textwrap.fill(f"{loud}.", 120, break_long_words=False) + "\n")
    once = ", ".join(f"`{name}`" for name in sorted(ONCE))
    parts = [head.replace("{once}", once), _table()]
    for area in sorted(AREAS, key=lambda name: (name in ("scipy", "special"), name)):
        title = (AREAS[area].__doc__ or area).strip().rstrip(".")
        parts.append(f"## {title}\n")
        names = sorted({*AREAS[area].SAMPLES})
        for kind, label in KINDS.items():
            of_kind = [name for name in names if _kind(name) == kind]
            if of_kind and kind == "differentiable":
                parts.append("\n".join([COLUMNS, *(found[name] for name in of_kind), ""]))
            elif of_kind:
                parts.append(_list(label, of_kind))
    return "\n".join(parts)


def rows() -> dict[str, str]:
    """The line of every differentiable name, tried now."""
    names = [name for name, kind in CLASSES.items() if kind == "differentiable" and name not in MISSING]
    with ProcessPoolExecutor() as pool:
        return dict(zip(names, pool.map(_line, names, chunksize=8), strict=True))


def _line(name: str) -> str:
    return str(row(name)) if exists(name) else f"| `{name}` | not in NumPy {NUMPY} |{' |' * (len(TRAITS) + 2)}"


@functools.cache
def _written() -> dict[str, str]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return {line.split("`")[1]: line for line in lines}


def promised(name: str) -> str:
    """The line of a name in the page as it is."""
    return _written().get(name, "")


def is_of_this_numpy() -> bool:
    """True where the page was made with libraries like those at hand."""
    return np.__version__.startswith(f"{NUMPY}.") and importlib.util.find_spec("scipy") is not None


def _kind(name: str) -> str:
    return "missing" if name in MISSING else CLASSES[name]


def _table() -> str:
    rows = ["| | names |", "|---|---|"]
    rows += [f"| {label} | {sum(_kind(name) == kind for name in CLASSES)} |" for kind, label in KINDS.items()]
    return "\n".join(rows) + "\n"


def _list(label: str, names: list[str]) -> str:
    text = f"{label}: " + ", ".join(f"`{name}`" for name in names) + "."
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False) + "\n"
