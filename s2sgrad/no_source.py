"""Why the text of a function cannot be had, and what to do: the errors that say so.

>>> print(stale(compile("f = 1", "a.py", "exec"), "a.py", None).reason[:52])
a.py:1: the text is not that of '<module>' as it run
"""

from __future__ import annotations

import types
from typing import Any

from s2sgrad import recompile
from s2sgrad.errors import SourceError

__all__ = ["RELOAD", "check_kind", "missing", "stale"]

RELOAD = "load the file again (restart, or importlib.reload) and keep it unchanged while it is in use"
"""What to do about a file that is not what was loaded."""


def stale(code: types.CodeType, filename: str, written: types.CodeType | None) -> SourceError:
    """The error about a text from which something else comes than what runs; ``written`` is the nearest to it."""
    why = "there is no such function there" if written is None else recompile.difference(code, written)
    reason = f"{filename}:{code.co_firstlineno}: the text is not that of {code.co_name!r} as it runs ({why}); "
    return SourceError(f"{reason}the file was edited after it was loaded, or an import hook rewrote it", RELOAD)


def missing(code: types.CodeType) -> SourceError:
    """The error about a function without any text."""
    label = f"{code.co_name!r} (from {code.co_filename}, line {code.co_firstlineno})"
    if code.co_filename == "<stdin>":
        instead = "put it into a file or a notebook, or use IPython or the prompt of Python 3.13"
        return SourceError(f"the plain Python prompt keeps no text of {label}", instead)
    if code.co_filename.startswith("<"):
        instead = "write the text to a file and import it, or put it into linecache.cache under a name of its own"
        return SourceError(f"no text was kept of {label}: it comes from exec or eval", instead)
    return SourceError(
        f"the file with the text of {label} cannot be read", "make the .py file available under that name"
    )


def check_kind(f: Any) -> None:
    """Raise SourceError for what is no function written in Python."""
    if isinstance(f, types.FunctionType):
        return
    if isinstance(f, type):
        raise SourceError(f"{f.__qualname__!r} is a class", "pass a function that makes and uses the object")
    if isinstance(f, types.MethodType):
        raise SourceError(f"{f.__qualname__!r} is a bound method", "pass the function behind it, its __func__")
    label = getattr(f, "__qualname__", getattr(f, "__name__", type(f).__qualname__))
    instead = "call it from a function of your own, written in Python"
    raise SourceError(f"{label!r} ({type(f).__qualname__}) is not a function written in Python", instead)
