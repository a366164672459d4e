"""What the checked build asks of itself as it runs: each generated function keeps one :class:`Checks` and calls it.

>>> checks = Checks({"x": 1.5})
>>> checks.adjoint("dx", 2.0, ())
>>> checks.adjoint("dx", np.zeros(3), ())
Traceback (most recent call last):
s2sgrad.errors.GeneratedCodeError: `dx` has shape (3,) where () is proven
This is a defect of s2sgrad, not of your code; please report it.
"""

from __future__ import annotations

import ast
import hashlib
import linecache
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from types import FrameType
from typing import Any, TypeAlias

import numpy as np

from s2sgrad.errors import GeneratedCodeError

__all__ = ["CHECKS_NAME", "Checks"]

CHECKS_NAME = "s2sgrad_checks"
"""By this name generated text calls :class:`Checks`."""

Length: TypeAlias = int | str | tuple[str, int] | None
"""A constant, a symbol, a symbol and what is added to it (never below 0), or any length."""

WORK = 10**5
"""How hard NumPy may try to prove that two arrays overlap before it counts as unproven."""


class Checks:
    """The record of one run: what was saved, which branches were taken, how long each symbolic axis is."""

    def __init__(self, arguments: Mapping[str, Any], *noted: str) -> None:
        self.noted = frozenset(noted)
        self.arguments = {name: _outline(value) for name, value in arguments.items()}
        self.foreign: list[tuple[str, Any]] = [(name, a) for name, v in arguments.items() for a in _arrays(v)]
        self.lengths: dict[str, int] = {}
        self.saved: dict[str, list[bytes]] = {}
        self.branches: dict[str, list[bool]] = {}

    # ---- adjoints ----

    def adjoint(self, name: str, value: Any, shape: tuple[Length, ...] | None) -> None:
        """An adjoint (or a list of them) is made of floats and has the shape that is proven for its variable."""
        for item in _items(value):
            if np.result_type(item).kind not in "fc":
                raise _failure(f"`{name}` holds {np.result_type(item)} where floats are wanted")
        self.shape(name, value, shape)

    def shape(self, name: str, value: Any, shape: tuple[Length, ...] | None) -> None:
        """A value (or each item of a list) has the proven shape."""
        for item in _items(value) if shape is not None else ():
            found = np.shape(item)
            if len(found) != len(shape) or not all(map(self._fits, found, shape)):  # type: ignore[arg-type]
                raise _failure(f"`{name}` has shape {found} where {self._spelled(shape)} is proven")  # type: ignore[arg-type]

    def _fits(self, found: int, length: Length) -> bool:
        if length is None or isinstance(length, int):
            return length is None or found == length
        symbol, offset = (length, 0) if isinstance(length, str) else length
        if symbol in self.lengths:
            return found == max(0, self.lengths[symbol] + offset)
        if found > 0 or offset == 0:
            self.lengths[symbol] = found - offset
        return True

    def _spelled(self, shape: tuple[Length, ...]) -> str:
        return f"({', '.join(self._length(n) for n in shape)}{',' if len(shape) == 1 else ''})"

    def _length(self, length: Length) -> str:
        if length is None or isinstance(length, int):
            return "any" if length is None else str(length)
        symbol, offset = (length, 0) if isinstance(length, str) else length
        known = self.lengths.get(symbol)
        return f"{symbol}{offset or '':{'+' if offset else ''}}" if known is None else str(max(0, known + offset))

    # ---- tangents ----

    def tangent(self, name: str, tangent: Any, value: Any) -> None:
        """A tangent is made of floats, in the structure and the shapes of its value; that of an empty sum, 0, is 0."""
        held = _parts(value)
        whole = isinstance(tangent, type) and held is not None  # what stands for an object has its attributes
        parts = {key: getattr(tangent, key, None) for key in held or ()} if whole else _parts(tangent)
        if parts is not None and held is not None:
            if parts.keys() != held.keys():
                raise _failure(f"`{name}` has {len(parts)} items where its value has {len(held)}")
            for key, part in parts.items():
                self.tangent(f"{name}[{key!r}]", part, held[key])
        elif tangent is not None and not isinstance(value, str) and value is not None:
            if np.result_type(tangent).kind not in "fc" and (np.result_type(value).kind in "fc" or np.any(tangent)):
                raise _failure(f"`{name}` holds {np.result_type(tangent)} where floats are wanted")
            if np.shape(tangent) != np.shape(value):
                raise _failure(f"`{name}` has shape {np.shape(tangent)} where its value has {np.shape(value)}")

    def mirrored(self, name: str, tangent: Any, value: Any, others: dict[str, tuple[Any, Any]]) -> None:
        """A tangent about to be changed in place shares memory only where its value does, and never the caller's."""
        for ours in _arrays(tangent):
            for other, (theirs, held) in others.items():
                shared = any(_overlap(a, b) for a in _arrays(value) for b in _arrays(held))
                if not shared and any(_overlap(ours, array) for array in _arrays(theirs)):
                    raise _failure(f"`{name}` is changed in place and shares memory with `{other}`", True)
        self.owned(name, tangent, ())

    # ---- ownership ----

    def owned(self, name: str, value: Any, live: tuple[str, ...]) -> None:
        """An adjoint about to be changed in place shares memory with no live name and with nothing of the caller's."""
        self.apart(name, value, live)
        for ours in _arrays(value):
            for other, array in self.foreign:
                if _overlap(ours, array):
                    raise _failure(f"`{name}` is changed in place and shares memory with the caller's `{other}`", True)

    def apart(self, name: str, value: Any, live: tuple[str, ...]) -> None:
        """What is about to be changed in place shares memory with none of the ``live`` local variables."""
        names = _caller().f_locals
        for ours in _arrays(value):
            for other in live:
                if any(_overlap(ours, array) for array in _arrays(names.get(other))):
                    raise _failure(f"`{name}` is changed in place and shares memory with `{other}`", True)

    # ---- what passes from the forward to the backward part ----

    def kept(self, name: str, value: Any) -> None:
        """Remember the bits of a saved value."""
        self.saved.setdefault(name, []).append(_digest(value, self.noted))

    def same(self, name: str, value: Any) -> None:
        """A saved value has the bits that it had when it was saved."""
        if not self.saved.get(name):
            raise _failure(f"`{name}` is read more often than it was saved", True)
        if self.saved[name].pop() != _digest(value, self.noted):
            raise _failure(f"`{name}` was changed after it was saved", True)

    def pushed(self, name: str, stack: list[Any]) -> None:
        """Remember the bits of the value on top of a stack."""
        self.kept(name, stack[-1])

    def popping(self, name: str, stack: list[Any]) -> None:
        """A stack about to be popped is not empty, and what is on top is what was pushed."""
        if not stack:
            raise _failure(f"`{name}` is empty", True)
        self.same(name, stack[-1])

    def empty(self, *stacks: str) -> None:
        """Nothing is left on the stacks of these names."""
        names = _caller().f_locals
        for name in stacks:
            if names.get(name):
                raise _failure(f"`{name}` still holds {len(names[name])} values at the end", True)

    def took(self, test: str, answer: bool) -> None:
        """Remember how a test of the forward part came out."""
        self.branches.setdefault(test, []).append(answer)

    def asked(self, test: str, answer: bool) -> None:
        """A test asked again in the backward part comes out as it did in the forward part."""
        if test in self.branches and (not self.branches[test] or self.branches[test].pop() is not answer):
            raise _failure(f"`{test}` is {answer} in the backward part, and was not in the forward part")

    # ---- functions in two halves ----

    def keep(self, saved: tuple[Any, ...]) -> tuple[Any, ...]:
        """What a forward function saves, with this record behind it."""
        self.saved["saved"] = [_digest(value, self.noted) for value in saved]
        return (*saved, self)

    def resumed(self, saved: tuple[Any, ...], names: tuple[str | None, ...], seed: Any) -> Checks:
        """A copy of this record for one backward pass; values saved under ``names`` are as they were."""
        for name, value, digest in zip(names, saved, self.saved["saved"], strict=False):
            if name is not None and _digest(value, self.noted) != digest:
                raise _failure(f"`{name}` was changed between the forward and the backward part")
        new = Checks({}, *self.noted)
        new.arguments, new.lengths = self.arguments, dict(self.lengths)
        new.saved = {name: list(found) for name, found in self.saved.items()}
        new.branches = {test: list(found) for test, found in self.branches.items()}
        given = {"saved": saved[:-1], "the adjoint of the result": seed}
        new.foreign = self.foreign + [(name, a) for name, value in given.items() for a in _arrays(value)]
        return new

    # ---- results ----

    def returned(self, gradients: Any, paths: tuple[tuple[Any, ...], ...], single: bool) -> Any:
        """``gradients``, each with the shape and dtype of its argument, sharing memory with none and not together."""
        for gradient, path in zip((gradients,) if single else gradients, paths, strict=True):
            text = str(path[0]) + "".join(f"[{key!r}]" for key in path[1:])
            if path[0] in self.arguments:
                _alike(gradient, _below(self.arguments[path[0]], path[1:]), f"the gradient of `{text}`")
        self._unshared(gradients)
        return gradients

    def along(self, tangent: Any) -> Any:
        """``tangent``, which is returned, shares memory with no argument and with no tangent that was passed in."""
        for array in _arrays(tangent):
            for name, other in self.foreign:
                if _overlap(array, other):
                    raise _failure(f"the returned tangent shares memory with the caller's `{name}`")
        return tangent

    def _unshared(self, gradients: Any) -> None:
        seen: list[tuple[str, Any]] = list(self.foreign)
        for array in _arrays(gradients):
            for name, other in seen:
                if _overlap(array, other):
                    raise _failure(f"a returned gradient shares memory with `{name}`")
            seen.append(("another gradient", array))


# ---- values ----


def _parts(value: Any) -> dict[Any, Any] | None:
    """The parts of a container by key, index or attribute; None where it is no container."""
    if isinstance(value, list | tuple):
        return dict(enumerate(value))
    if isinstance(value, dict):
        return value
    plain = hasattr(value, "__dict__") and not isinstance(value, type | Checks | np.ndarray) and not callable(value)
    return vars(value) if plain else None


def _items(value: Any) -> Iterator[Any]:
    """The numbers in nested lists and tuples; None stands for an adjoint that nobody has asked for.

    So does ``np.zeros_like(None)``, for a place in a list that has not been filled.
    """
    if isinstance(value, list | tuple):
        for item in value:
            yield from _items(item)
    elif value is not None and not _is_zero_of_none(value):
        yield value


def _is_zero_of_none(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == object and value.shape == () and value[()] == 0


def _arrays(value: Any, depth: int = 6) -> Iterator[Any]:
    """The arrays that a value reaches."""
    if isinstance(value, np.ndarray):
        yield value
        return
    for part in list((_parts(value) or {}).values()) if depth else ():
        yield from _arrays(part, depth - 1)


def _overlap(a: Any, b: Any) -> bool:
    """True where two arrays are proven to share memory."""
    if not np.may_share_memory(a, b):
        return False
    try:
        return bool(np.shares_memory(a, b, max_work=WORK))  # type: ignore[arg-type]
    except np.exceptions.TooHardError:
        return False


def _digest(value: Any, noted: Collection[str] = (), depth: int = 6) -> bytes:
    """A fingerprint of the numbers in a value; what holds no numbers has none.

    Attributes that are ``noted`` are left out: they are stored into objects all the while, and nothing reads them.
    """
    parts = _parts(value) if depth else None
    if parts is not None:
        left_out = () if isinstance(value, list | tuple | dict) else noted
        own = [(key, part) for key, part in list(parts.items()) if key not in left_out]
        text = b"".join(repr(key).encode() + _digest(part, noted, depth - 1) for key, part in own)
    elif isinstance(value, np.ndarray | np.generic) and value.dtype != object:
        text = f"{value.dtype} {value.shape}".encode() + value.tobytes()
    else:
        text = repr(value).encode() if isinstance(value, bool | int | float | complex | str) else b""
    return hashlib.blake2b(text, digest_size=16).digest()


Leaf: TypeAlias = tuple[tuple[int, ...], "np.dtype[Any]", bool]


def _outline(value: Any, depth: int = 6) -> Any:
    """Shape, dtype and whether it is a Python number, for each number; dicts of these for containers."""
    if isinstance(value, np.ndarray | np.generic | float | complex):
        return np.shape(value), np.result_type(value), isinstance(value, float | complex)
    parts = _parts(value) if depth else None
    return None if parts is None else {key: _outline(part, depth - 1) for key, part in list(parts.items())}


def _below(outline: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        outline = outline.get(key) if isinstance(outline, dict) else None
    return outline


def _alike(gradient: Any, outline: Any, what: str) -> None:
    """Raise where a gradient has another shape or dtype than its argument; parts without outlines pass."""
    if isinstance(outline, dict):
        for key, part in (_parts(gradient) or {}).items():
            _alike(part, outline.get(key), what)
        return
    if outline is None or outline[1].kind not in "fc" or gradient is None:
        return
    shape, dtype, weak = outline
    if np.shape(gradient) != shape:
        raise _failure(f"{what} has shape {np.shape(gradient)} instead of {shape}")
    found = np.result_type(gradient)
    if found.kind not in "fc" or (found != dtype and not weak and found.kind == dtype.kind):
        raise _failure(f"{what} has dtype {found} instead of {dtype}")


# ---- failures ----


def _failure(reason: str, ahead: bool = False) -> GeneratedCodeError:
    """The error, with the generated line that was checked: the next one where the check runs ``ahead`` of it."""
    error = GeneratedCodeError(reason)
    frame = _caller()
    found = _statement(frame, ahead)
    if found is not None:
        error.filename, error.lineno = frame.f_code.co_filename, found[0]
        error.excerpt = f"    {found[1]}"
    return error


def _caller() -> FrameType:
    """The frame of the generated function that asks for a check."""
    frame = sys._getframe(1)
    while frame.f_code.co_filename == __file__ and frame.f_back is not None:
        frame = frame.f_back
    return frame


def _statement(frame: FrameType, ahead: bool) -> tuple[int, str] | None:
    """Number and first line of the generated statement next to the one that runs in ``frame``."""
    if not frame.f_code.co_filename.startswith("<s2sgrad"):
        return None
    lines = linecache.getlines(frame.f_code.co_filename)
    found = [s for s in ast.walk(ast.parse("".join(lines))) if isinstance(s, ast.stmt)]
    texts = {s.lineno: lines[s.lineno - 1].strip() for s in found}
    own = {n: t for n, t in texts.items() if not re.match(r"(checks\d*\.|checks\d* = |else:)", t)}
    near = [n for n in own if (n >= frame.f_lineno if ahead else n <= frame.f_lineno)]
    line = (min(near) if ahead else max(near)) if near else None
    return None if line is None else (line, own[line])
