"""Names of NumPy's that are refused where an array meets them, each with its reason and a way out.

>>> import numpy as np
>>> refusal_of(np.union1d)[0]
'`union1d` gives as many elements as the data has different ones, which is not differentiated'
"""

from __future__ import annotations

from typing import Any

from s2sgrad.analysis.infer.table import numpy_functions

__all__ = ["METHODS", "refusal_of"]

_OUTSIDE = "compute it outside and pass it in"

_GROUPS: tuple[tuple[str, str, str], ...] = (
    (
        "load loadtxt genfromtxt fromfile fromregex fromstring frombuffer from_dlpack save savez savez_compressed "
        "savetxt",
        "reads or writes what is not an array",
        "do that outside the function",
    ),
    (
        "unique_all unique_counts unique_inverse unique_values union1d intersect1d setdiff1d setxor1d "
        "histogram_bin_edges trim_zeros",
        "gives as many elements as the data has different ones, which is not differentiated",
        _OUTSIDE,
    ),
    (
        "asmatrix bmat matrix record recarray memmap str_ bytes_ object_ void",
        "makes something else than an array of numbers, which is not differentiated",
        "use arrays of floats",
    ),
    (
        "busday_count busday_offset is_busday datetime_as_string datetime_data busdaycalendar datetime64 timedelta64",
        "is about dates, which have no derivative",
        _OUTSIDE,
    ),
    (
        "nditer nested_iters flatiter frompyfunc fromiter vectorize apply_along_axis apply_over_axes piecewise "
        "fromfunction",
        "calls Python for one element or row after the other, which is not differentiated",
        "write a loop over the indices, or the expression for whole arrays",
    ),
    ("broadcast", "makes an object of several arrays", "use np.broadcast_shapes or np.broadcast_arrays"),
    (
        "poly1d",
        "makes an object of a polynomial, which is not followed",
        "call it at once, `np.poly1d(c)(x)`, or use np.polyval and its relatives",
    ),
    (
        "histogramdd",
        "is differentiated in its weights, for points on a line or a plane that stand in the rows of a matrix",
        "use np.histogram2d, or np.bincount with the numbers of the cells and `weights=`",
    ),
    ("test", "runs NumPy's own tests", "call it elsewhere"),
    (
        "poly",
        "of a complex matrix, or of one whose kind is not known, is not differentiated",
        "pass its eigenvalues: `np.poly(np.linalg.eigvals(a))`",
    ),
)
_REFUSED: dict[int, tuple[str, str]] = {
    id(function): (f"`{name}` {reason}", instead)
    for names, reason, instead in _GROUPS
    for name in names.split()
    for function in numpy_functions(name)
}

METHODS = frozenset(
    ("byteswap", "dump", "dumps", "getfield", "setfield", "setflags", "tobytes", "tofile", "newbyteorder", "tostring")
)
"""Methods of arrays that look at the bytes of an array or write them somewhere."""


_SOLVERS = {
    "odeint": "write the steps of the method yourself: a loop is differentiated",
    "solve_ivp": "write the steps of the method yourself: a loop is differentiated",
    "quad": "use a sum over fixed places, such as those of np.polynomial.legendre.leggauss",
    "minimize": "differentiate the condition that holds at the minimum, and give the function a rule",
    "brentq": "give the function a rule by the implicit function theorem: `adjoint(f)`",
    "fsolve": "give the function a rule by the implicit function theorem: `adjoint(f)`",
    "root": "give the function a rule by the implicit function theorem: `adjoint(f)`",
}


def refusal_of(function: Any) -> tuple[str, str] | None:
    """Why a function is refused, and what to do instead; None for one that is not refused by name."""
    known = _REFUSED.get(id(function))
    module = str(getattr(function, "__module__", "") or "")
    if known is not None or not module.startswith("scipy."):
        return known
    name = str(getattr(function, "__name__", type(function).__name__))
    spelled = f"`{name}` of `{'.'.join(module.split('.')[:2])}`"
    return f"{spelled} has no derivative rule", _SOLVERS.get(name, "use NumPy, or give it a rule: `adjoint(f)`")
