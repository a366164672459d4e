"""Arguments as trees: lists, tuples, named tuples, dicts, dataclasses and plain objects of numbers and arrays."""

from __future__ import annotations

import copy
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

__all__ = [
    "arrays",
    "at",
    "children",
    "copied",
    "float_leaves",
    "is_float",
    "leaves",
    "mapped",
    "only_floats",
    "promoted",
    "replaced",
    "scribble",
]

Path = tuple[Any, ...]
FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, np.ufunc, type(np.sum))
ATOMS = (type, types.ModuleType, np.dtype, *FUNCTIONS)


def children(tree: Any) -> dict[Any, Any] | None:
    """The parts of a container by index, key or attribute; None for a leaf."""
    if isinstance(tree, dict):
        return dict(tree)
    if isinstance(tree, (list, tuple)):
        return dict(enumerate(tree))
    if isinstance(tree, (*ATOMS, np.ndarray, np.generic)) or not hasattr(tree, "__dict__"):
        return None
    return dict(vars(tree))


def built(like: Any, parts: dict[Any, Any]) -> Any:
    """A container of the type of ``like`` with other parts."""
    if isinstance(like, dict):
        return type(like)(parts)
    if hasattr(like, "_fields"):
        return type(like)(*parts.values())
    if isinstance(like, (list, tuple)):
        return type(like)(parts.values())
    new = copy.copy(like)
    for name, part in parts.items():
        object.__setattr__(new, name, part)
    return new


def mapped(tree: Any, function: Callable[[Path, Any], Any], path: Path = ()) -> Any:
    """The same structure with ``function(path, leaf)`` for every leaf."""
    parts = children(tree)
    if parts is None:
        return function(path, tree)
    return built(tree, {key: mapped(part, function, (*path, key)) for key, part in parts.items()})


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf with its path, depth first."""
    parts = children(tree)
    if parts is None:
        yield path, tree
        return
    for key, part in parts.items():
        yield from leaves(part, (*path, key))


def arrays(tree: Any) -> Iterator[np.ndarray]:
    """Every array among the leaves."""
    return (leaf for _, leaf in leaves(tree) if isinstance(leaf, np.ndarray))


def is_float(leaf: Any) -> bool:
    """True for what can be differentiated: a float or complex number or array."""
    return isinstance(leaf, (float, complex, np.inexact)) or (type(leaf) is np.ndarray and leaf.dtype.kind in "fc")


def float_leaves(tree: Any) -> list[Any]:
    """Every leaf that can be differentiated."""
    return [leaf for _, leaf in leaves(tree) if is_float(leaf)]


def only_floats(tree: Any) -> bool:
    """True for a tree with leaves, all of which can be differentiated."""
    found = [is_float(leaf) for _, leaf in leaves(tree)]
    return bool(found) and all(found)


def at(tree: Any, path: Path) -> Any:
    """The part of ``tree`` that ``path`` leads to."""
    for key in path:
        tree = _child(tree, key)[1]
    return tree


def replaced(tree: Any, path: Path, new: Any) -> Any:
    """``tree`` with ``new`` at ``path``; the containers on the way are copied."""
    if not path:
        return new
    key, part = _child(tree, path[0])
    return built(tree, {**(children(tree) or {}), key: replaced(part, path[1:], new)})


def _child(tree: Any, key: Any) -> tuple[Any, Any]:
    """A part with its key; keys written in a dotted path are strings, whatever they stand for."""
    parts = children(tree)
    assert parts is not None, f"{key!r} is looked for in a leaf"
    if key not in parts:
        key = next(other for other in parts if str(other) == key)
    return key, parts[key]


def copied(tree: Any, frozen: bool = False, memo: dict[int, Any] | None = None) -> Any:
    """A copy of all containers and arrays in which what was one object is still one; read-only if ``frozen``."""
    memo = {} if memo is None else memo
    if id(tree) not in memo:
        memo[id(tree)] = _copied(tree, frozen, memo)
    return memo[id(tree)]


def _copied(tree: Any, frozen: bool, memo: dict[int, Any]) -> Any:
    if isinstance(tree, np.ndarray):
        new = tree.copy(order="K")
        new.flags.writeable = not frozen
        return new
    parts = children(tree)
    if parts is not None:
        return built(tree, {key: copied(part, frozen, memo) for key, part in parts.items()})
    return tree if isinstance(tree, ATOMS) else copy.deepcopy(tree)


def promoted(tree: Any) -> Any:
    """The same tree with double precision wherever there was single."""

    def double(_: Path, leaf: Any) -> Any:
        if not is_float(leaf) or not hasattr(leaf, "dtype"):
            return leaf
        return leaf.astype(np.complex128 if leaf.dtype.kind == "c" else np.float64)

    return mapped(tree, double)


def scribble(tree: Any) -> None:
    """Overwrite every writable array of floats, so that whoever still reads it is found out."""
    for array in arrays(tree):
        if array.flags.writeable and array.dtype.kind in "fc":
            array[...] = 12345.678
