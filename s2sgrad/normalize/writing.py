"""Tell of a call whether it is told to write into what it is given: ``out=y``, ``overwrite_input=True``.

>>> import numpy as np
>>> from s2sgrad.quote import quote
>>> [writes(quote(text), np.median, 0) for text in ("f(y)", "f(y, out=z)", "f(y, None, z)", "f(y, None, None, True)")]
[False, True, True, True]
"""

from __future__ import annotations

import functools
import inspect
from typing import Any

import gast
import numpy as np

from s2sgrad.normalize.outputs import output_position

__all__ = ["overwriting", "writes"]

_HARMLESS = (None, False)
"""What ``out=`` and ``overwrite_input=`` may be given to leave everything alone."""


def overwriting(function: Any) -> dict[str, int]:
    """The parameters of a function of NumPy's or SciPy's that let it change an argument, with their positions."""
    module = str(getattr(function, "__module__", "") or "").split(".")[0]
    found = _overwriting(function) if module in ("numpy", "scipy") and _is_hashed_by_identity(function) else {}
    return {"copy": 1} if function is np.nan_to_num else found


def _is_hashed_by_identity(function: Any) -> bool:
    kind: Any = type(function)
    return bool(kind.__hash__ is object.__hash__)


@functools.cache
def _overwriting(function: Any) -> dict[str, int]:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return {}
    return {name: i for i, name in enumerate(names) if name.startswith("overwrite")}


def writes(call: gast.Call, function: Any, behind: int) -> bool:
    """True where a call may write into an argument by its own choice; ``behind`` an object there is one place less.

    ``function`` is what is called, or the method of an array of that name. What cannot be told from the text is
    taken as written.
    """
    if any(isinstance(a, gast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return True
    given = {k.arg: k.value for k in call.keywords}
    given |= {name: call.args[i - behind] for name, i in overwriting(function).items() if len(call.args) > i - behind}
    position = output_position(function)
    if position is not None and len(call.args) > position - behind:
        given["out"] = call.args[position - behind]
    return any(not _leaves_alone(name, value, function) for name, value in given.items())


def _leaves_alone(name: str, value: gast.expr, function: Any) -> bool:
    constant = isinstance(value, gast.Constant)
    if name == "copy" and function is np.nan_to_num:
        return constant and value.value is True
    asked = name in ("out", "output") or name.startswith("overwrite")
    return not asked or (constant and any(value.value is v for v in _HARMLESS))
