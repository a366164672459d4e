"""Facts of values that are found by name: globals, parts of modules, attributes of classes."""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import (
    Fact,
    FunctionFact,
    Opaque,
    Record,
    Static,
    python,
)
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal
from s2sgrad.printed import original_of
from s2sgrad.wrapper import Derivative

__all__ = [
    "attribute",
    "class_attribute",
    "from_numpy",
    "function_or_module",
    "held_by_class",
    "is_read_from",
    "is_written",
]


_INDEX_TRICKS = (np.s_, np.index_exp, np.mgrid, np.ogrid, np.r_, np.c_)
"""Objects of NumPy's that are indexed in place of being called."""


def attribute(value: Any, name: str, op: Op) -> Any:
    """The attribute ``name`` of a module or a class. Raises Refusal where it has none."""
    try:
        return getattr(value, name)
    except AttributeError:
        raise Refusal(f"`{getattr(value, '__name__', value)}` has no attribute `{name}`", "", op.node) from None


def function_or_module(value: Any, home: Any = None) -> Fact | None:
    """The fact of a function, a class or a module, None for any other value.

    In the text of ``home`` a derivative of ``home`` stands for the function itself: that is how a decorated function
    calls itself.
    """
    if isinstance(value, Derivative):
        return FunctionFact(home if value.primal is home else value)
    if (helper := original_of(value)) is not None:
        return FunctionFact(helper)
    if isinstance(value, types.ModuleType) or (isinstance(value, type) and not issubclass(value, np.generic)):
        return FunctionFact(value) if isinstance(value, type) else Static(value)
    if isinstance(value, types.MethodType) and isinstance(value.__self__, type):
        return FunctionFact(value.__func__, FunctionFact(value.__self__))
    if any(value is trick for trick in _INDEX_TRICKS):
        return Static(value)
    if callable(value) and isinstance(
        value, (types.FunctionType, types.BuiltinFunctionType, np.ufunc, type, types.MethodDescriptorType)
    ):
        return FunctionFact(value)
    return FunctionFact(value) if from_numpy(value) and callable(value) else None


def is_read_from(value: Any, name: str) -> bool:
    """True where a class holds a method or plain data under a name, which is then found as a global is."""
    if isinstance(value, np.vectorize):
        return name == "pyfunc"
    if not isinstance(value, type) or from_numpy(value):
        return False
    found = getattr(value, name, None)
    data = type(found) in (bool, int, float, str, np.ndarray) or isinstance(found, np.generic)
    return data or isinstance(found, types.FunctionType | types.BuiltinFunctionType | types.MethodType)


def from_numpy(value: Any) -> bool:
    """True for what NumPy, or SciPy, defines."""
    return str(getattr(value, "__module__", "") or "").split(".")[0] in ("numpy", "scipy")


def is_written(value: Any) -> bool:
    """True for a function whose own text is analysed: the user's, and generated ones."""
    return isinstance(value, types.FunctionType) and not from_numpy(value) and original_of(value) is not value


def class_attribute(record: Record, name: str) -> Fact:
    """The fact of what a class gives to all its instances: a method or a constant."""
    raw = held_by_class(record, name)
    if isinstance(raw, staticmethod) and isinstance(raw.__func__, types.FunctionType):
        return FunctionFact(raw.__func__)
    if isinstance(raw, types.FunctionType):
        return FunctionFact(raw, record)
    if isinstance(raw, classmethod) and isinstance(raw.__func__, types.FunctionType):
        return FunctionFact(raw.__func__, FunctionFact(record.cls))
    if isinstance(raw, (bool, int, float, str)):
        return python(type(raw), raw) if not isinstance(raw, str) else Static(raw)
    return Opaque()


def held_by_class(record: Record, name: str) -> Any:
    """What the class of an object holds under a name, descriptors as they are; None for a dict's."""
    if record.kind == "dict":
        return None
    return next((vars(c)[name] for c in record.cls.__mro__ if name in vars(c)), None)
