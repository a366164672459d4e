"""What Python objects hold, and whether two of them are the same thing; nothing here calls the user's code.

>>> attributes(types.SimpleNamespace(W=1.0, b=2.0))
{'W': 1.0, 'b': 2.0}
"""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = [
    "attributes",
    "class_attribute",
    "is_callable",
    "is_object",
    "is_plain",
    "is_sparse_class",
    "key_types",
    "same_function",
]

_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made by a class statement
_LIBRARY = frozenset({"numpy", "s2sgrad", *sys.stdlib_module_names}) - {"__main__"}
_BUILTIN = (np.ndarray, np.generic, list, dict, tuple, set, frozenset, float, int, complex, str, bytes, BaseException)


def attributes(value: Any) -> dict[str, Any]:
    """The data that a plain object holds itself: its ``__dict__`` and its ``__slots__``, properties left out."""
    kind: Any = type(value)
    held = {name: item for name, item in vars(value).items() if not _overridden(kind, name)} if _has_dict(kind) else {}
    for name in _slot_names(kind):
        if hasattr(value, name):
            held[name] = getattr(value, name)
    return held


def _has_dict(kind: Any) -> bool:
    return bool(kind.__dictoffset__)


@functools.lru_cache(512)
def _slot_names(kind: Any) -> tuple[str, ...]:
    written = [cls for cls in reversed(kind.__mro__) if "__slots__" in vars(cls)]
    pairs = (pair for cls in written for pair in vars(cls).items())
    return tuple(dict.fromkeys(name for name, item in pairs if isinstance(item, types.MemberDescriptorType)))


@functools.lru_cache(2048)
def _overridden(kind: Any, name: str) -> bool:
    """True where the class takes over the attribute, as a property does."""
    found = next((vars(cls)[name] for cls in kind.__mro__ if name in vars(cls)), None)
    return hasattr(type(found), "__set__")


def is_plain(kind: Any) -> bool:
    """True for a class that the user wrote in Python, whose attributes are looked up as usual and which is no array."""
    if (
        issubclass(kind, _BUILTIN)
        or is_sparse_class(kind)
        or kind.__module__.partition(".")[0] in _LIBRARY
        or hasattr(kind, "__array__")
    ):
        return False
    written = bool(kind.__flags__ & _HEAP_TYPE) and kind.__getattribute__ is object.__getattribute__
    return written and (_has_dict(kind) or bool(_slot_names(kind)))


def is_sparse_class(kind: Any) -> bool:
    """True for the classes of SciPy's sparse arrays and matrices."""
    return str(kind.__module__).startswith("scipy.sparse.") and hasattr(kind, "tocsr")


def is_object(value: Any) -> bool:
    """True for a plain object: it is what its attributes are."""
    kind: Any = type(value)
    return kind is types.SimpleNamespace or is_plain(kind)


def is_callable(kind: type) -> bool:
    """True for a class whose instances can be called."""
    return any("__call__" in vars(cls) for cls in kind.__mro__)


def same_function(a: Any, b: Any) -> bool:
    """True for two functions made by the same ``def`` or ``lambda`` that hold no data of their own."""
    if type(a) is not types.FunctionType or type(b) is not types.FunctionType or a.__code__ is not b.__code__:
        return False
    held = (a.__closure__, b.__closure__, a.__defaults__, b.__defaults__, a.__kwdefaults__, b.__kwdefaults__)
    return not any(held) and a.__globals__ is b.__globals__ and not a.__dict__ and not b.__dict__


def key_types(value: Mapping[Any, Any]) -> tuple[type, ...]:
    """The class of each key of a dict: 1 and True are equal, but not the same key to the generator."""
    return tuple(map(type, value))


def class_attribute(cls: type, name: str) -> Any:
    """What a class (not its instances) holds under a name, without calling any descriptor."""
    return next((vars(c)[name] for c in cls.__mro__ if name in vars(c)), None)
