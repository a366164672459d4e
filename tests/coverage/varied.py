"""Sample calls varied by chance: other lengths (0 and 1 among them), more axes and fewer, other axes, complex operands,
operands by name and keywords in place, lists and whole numbers beside the one operand that varies, operands that are
something else on a path that is not taken.

A variation counts where NumPy runs the call on it, and where differences with two steps agree. It must then be right in
reverse and in forward mode, to second order in both ways, read-only, however its operands lie in memory, and in single
precision; or be refused before it runs.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2sgrad import grad, hvp, jvp, vjp
from s2sgrad.errors import ArgumentError, GradientError, Refusal, S2SGradError
from tests.coverage import gate, inputs
from tests.coverage.spelled import met, respelled, set_aside

__all__ = ["LOUD", "ONCE", "Call", "Found", "Row", "found", "row", "variations"]

STEP, TOLERANCE = 2e-4, 2e-6
LEAST = 2
"""So many variations are tried of each name, and one of every other of its samples."""

LOUD = frozenset(
    "np.nanpercentile np.nanquantile np.trapezoid np.resize np.compress np.polymul np.place np.linalg.norm np.median "
    "np.take np.trim_zeros np.putmask np.histogramdd np.linalg.eig np.linalg.eigvals signal.fftconvolve".split()
)
"""Names of whose calls with an array without elements the gradient may raise NumPy's error, where the call does not."""

ONCE = frozenset(["ndarray.tolist"])
"""Names of which some samples are refused where a derivative of the second order is asked for."""

_ONCE_HERE = ONCE if hasattr(np.linalg, "cross") else ONCE | {"np.cross"}
"""NumPy 1 has no function of vectors of three numbers alone, and lengths are not known there."""


@dataclass(frozen=True)
class Call:
    """A sample with operands of its own."""

    text: str
    operands: dict[str, Any]
    only: str | None = None

    def __str__(self) -> str:
        shapes = ", ".join(f"{n}: {_kind(v)}" for n, v in self.operands.items())
        return f"{self.text} with {shapes}{f', by {self.only}' if self.only else ''}"

    @property
    def active(self) -> tuple[str, ...]:
        """What carries a derivative."""
        return tuple(n for n in self.operands if n in inputs.ACTIVE and self.only in (None, n))


@dataclass(frozen=True)
class Found:
    """``right``, ``refused``, ``wrong``, or ``useless``: NumPy raises, or there are no usable differences."""

    kind: str
    detail: str = ""
    traits: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """What became of the variations of one name: a line of the table."""

    name: str
    kinds: Counter[str]
    traits: frozenset[str]
    bad: tuple[str, ...]

    def __str__(self) -> str:
        ranks = sorted(int(t.split()[1]) for t in self.traits if t.startswith("rank"))
        spans = f"{ranks[0]} to {ranks[-1]}" if len(ranks) > 1 else "".join(map(str, ranks))
        marks = ["yes" if trait in self.traits else "" for trait in TRAITS]
        counts = f"{self.kinds['right']} | {self.kinds['refused'] or ''}"
        return f"| `{self.name}` | {counts} | {spans} | {' | '.join(marks)} |"


TRAITS = ("length 0", "length 1", "broadcast", "single", "complex", "second order")


def row(name: str, seed: int = 0) -> Row:
    """What becomes of a name in variations of its samples."""
    texts = gate.SAMPLES[name]
    each = -(-LEAST // len(texts[::2]))
    tried = [call for k, text in enumerate(texts) for call in variations(text, 0 if k % 2 else each, seed)]
    calls = {str(call): call for call in tried}
    asked = {str(next(variations(text, 0))) for text in texts}  # a sample as it stands may not be refused
    results = [(key in asked, found(call)) for key, call in calls.items()]
    kinds = Counter(r.kind for _, r in results)
    tolerated = {"loud": name in LOUD, "wrong": False}
    bad = tuple(
        r.detail
        for as_it_stands, r in results
        if not tolerated.get(r.kind, r.kind != "refused" or not as_it_stands or name in _ONCE_HERE)
    )
    return Row(name, kinds, frozenset().union(*(r.traits for _, r in results)), bad)


def _kind(value: Any) -> str:
    return f"{value.dtype}{list(value.shape)}" if isinstance(value, np.ndarray) else type(value).__name__


# ---- calls ----


def variations(text: str, count: int, seed: int = 0) -> Iterator[Call]:
    """The sample as it stands, and ``count`` variations: the same ones for the same seed."""
    used = {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
    names = [n for n in inputs.values() if n in used]
    yield Call(text, {n: value for n, value in inputs.values().items() if n in names})
    for index in range(count):
        rng = np.random.default_rng(zlib.crc32(f"{seed} {index} {text}".encode()))
        lengths = {n: int(rng.choice([0, 1, 1, n, n, n + 1])) for n in inputs.LENGTHS}
        if rng.random() < 0.4:
            lengths = dict(inputs.LENGTHS)
        operands = inputs.values(lengths, _ranks(names, rng))
        chosen = {n: operands[n] for n in names}
        dtype = rng.choice(["as it is", "complex", "single"], p=[0.7, 0.15, 0.15])
        chosen = {"complex": _complex, "single": _single}.get(str(dtype), dict)(chosen)
        yield _otherwise(Call(_axes(text, rng), chosen), rng)


def _otherwise(call: Call, rng: np.random.Generator) -> Call:
    """The call spelled in another way in half of the variations, by one operand in a quarter, or behind a branch."""
    text, operands, only = call.text, call.operands, None
    if rng.random() < 0.5:
        text = respelled(text, rng)
    if len(call.active) > 1 and rng.random() < 0.25:
        only, operands = set_aside(operands, rng)
    if rng.random() < 0.15:
        text = met(text, operands, rng)
    return Call(text, operands, only)


def _ranks(names: list[str], rng: np.random.Generator) -> dict[str, inputs.Shape | int]:
    """More axes for all operands or for one of them, or fewer; none of more than four."""
    ranks = {n: inputs.rank(n) for n in names}
    choice = rng.choice(["as they are", "all", "one", "fewer"], p=[0.3, 0.3, 0.25, 0.15])
    if choice == "as they are" or not names:
        return {}
    if choice == "fewer":
        return {n: int(rng.integers(1, 3)) for n in [str(rng.choice(names))]}
    chosen = names if choice == "all" else [str(rng.choice(names))]
    room = 4 - max(ranks[n] for n in chosen)
    before = tuple(int(n) for n in rng.choice([1, 2, 2, 3, 0], rng.integers(1, room + 1))) if room > 0 else ()
    return {n: before for n in chosen}


def _axes(text: str, rng: np.random.Generator) -> str:
    """The same call with other axes, in half of the variations; constants behind ``axis=`` are what is changed."""
    if "axis=" not in text or rng.random() < 0.5:
        return text
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "axis":
            axis = int(rng.integers(-4, 4))
            several = tuple(int(n) for n in rng.choice(np.arange(-2, 3), 2, replace=False))
            wanted = axis if rng.random() < 0.7 else several if rng.random() < 0.7 else None
            node.value = ast.parse(repr(wanted), mode="eval").body
    return ast.unparse(tree)


def _complex(operands: dict[str, Any]) -> dict[str, Any]:
    """The same operands, arrays of floats made complex."""
    rng = np.random.default_rng(5)

    def turned(value: Any) -> Any:
        if not isinstance(value, np.ndarray) or value.dtype != np.float64:
            return value
        return value + 0.3j * rng.uniform(-1, 1, value.shape)

    return {n: turned(v) if n in inputs.ACTIVE else v for n, v in operands.items()}


def _single(operands: dict[str, Any]) -> dict[str, Any]:
    """The same operands, arrays of floats in single precision."""
    floats = [n for n, v in operands.items() if isinstance(v, np.ndarray) and v.dtype == np.float64]
    return {**operands, **{n: operands[n].astype(np.float32) for n in floats if n in inputs.ACTIVE}}


# ---- what becomes of one ----


def found(call: Call) -> Found:
    """What becomes of a call: an error of ours other than a refusal, or of NumPy's, is as bad as a wrong number."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            f = gate.function(call.text, tuple(call.operands))
            out = np.asarray(f(**copy.deepcopy(call.operands)))
        except Exception:
            return Found("useless", "NumPy raises")
        if out.dtype.kind not in "fc" or not np.all(np.isfinite(out)) or not call.active:
            return Found("useless", "no finite floats")
        try:
            return judged(call, f, out)
        except Refusal as error:
            return Found("refused", f"{call}: {error.reason}")
        except (ArgumentError, GradientError) as error:
            return Found("refused", f"{call}: {error}")
        except Exception as error:
            empty = any(isinstance(v, np.ndarray | list) and not np.size(v) for v in call.operands.values())
            loud = empty and not isinstance(error, S2SGradError | AssertionError)
            return Found("loud" if loud else "wrong", f"{call}: {type(error).__name__}: {error}")


def judged(call: Call, f: Any, out: np.ndarray) -> Found:
    """What becomes of a call that NumPy runs, and whose result ``out`` is finite."""
    args, active = _frozen(call.operands), call.active
    rng = np.random.default_rng(3)
    weight = gate.direction(rng, out)
    towards = {n: _like(args[n], gate.direction(rng, np.asarray(args[n]))) for n in active}
    single = any(np.result_type(args[n]) == np.float32 for n in active) or out.dtype in (np.float32, np.complex64)
    tol, step = (2e-3, 2e-3) if single else (TOLERANCE, STEP)

    def value(at: dict[str, Any]) -> Any:
        return np.sum(np.real(np.conj(weight) * f(**at)))

    slope = _difference(value, args, towards, step, tol)
    if slope is None:
        return Found("useless", "no usable differences")
    seed = weight if out.ndim or isinstance(f(**copy.deepcopy(args)), np.ndarray) else weight[()]
    backwards = vjp(f, active)(**args)[1](seed)
    for name, dx in zip(active, backwards, strict=True):
        assert np.shape(dx) == np.shape(args[name]), f"d{name} has shape {np.shape(dx)}"
        assert np.result_type(dx) == np.result_type(args[name]), f"d{name} is of {np.result_type(dx)}"
    _same(_dot(backwards, towards), slope, tol, "reverse mode")
    _, rate = jvp(f, active)(**args, tangents=tuple(towards.values()))
    _same(np.sum(np.real(np.conj(weight) * rate)), _dot(backwards, towards), max(tol / 100, 1e-8), "forward mode")
    _same_elsewhere(call, f, backwards, seed, tol)
    order = _second(call, args, weight, towards, step, tol)
    return Found("right", traits=frozenset(_traits(call, out)) | order)


def _second(
    call: Call, args: dict[str, Any], weight: np.ndarray, towards: dict[str, Any], step: float, tol: float
) -> frozenset[str]:
    """Compare forward over reverse mode with differences of the gradient, and reverse over reverse mode with both."""
    *lines, last = call.text.splitlines()
    total = "np.sum(np.real(np.conj(weight) * ({})))" if weight.dtype.kind == "c" else "np.sum(weight * ({}))"
    f = gate.function("\n".join([*lines, total.format(last)]), (*call.operands, "weight"))
    args = {**args, "weight": _frozen({"weight": weight})["weight"]}
    gradient = grad(f, call.active)
    first = gradient(**args)
    for name, dx in zip(call.active, first, strict=True):
        assert not np.shares_memory(dx, args[name]), f"d{name} shares memory with an argument"
    rng = np.random.default_rng(4)
    along = {n: _like(args[n], gate.direction(rng, np.asarray(args[n]))) for n in call.active}
    bend = _difference(lambda at: _dot(gradient(**at), along), args, towards, step, tol)
    if bend is None:
        return frozenset()
    product = hvp(f, call.active)(**args, vectors=tuple(towards.values()))
    scale = 1 + sum(float(np.sum(np.abs(dx))) for dx in first)
    _same(_dot(product, along), bend, 10 * tol, "second order", scale)
    _, pullback = vjp(gradient, call.active)(**args)
    twice = pullback(tuple(along.values()))
    _same(_dot(twice, towards), _dot(product, along), max(tol / 10, 1e-7), "reverse over reverse mode", scale)
    return frozenset({"second order"})


def _same_elsewhere(call: Call, f: Any, backwards: tuple[Any, ...], seed: Any, tol: float) -> None:
    """Compare with operands that lie otherwise in memory."""
    args = {n: gate.laid_out_otherwise(v) for n, v in call.operands.items()}
    for name, dx, other in zip(call.active, backwards, vjp(f, call.active)(**args)[1](seed), strict=True):
        near = np.allclose(dx, other, rtol=max(tol, 1e-6), atol=max(tol, 1e-8), equal_nan=True)
        assert near, f"d{name} depends on how the operands lie in memory"


def _traits(call: Call, out: np.ndarray) -> Iterator[str]:
    arrays = [np.asarray(call.operands[n]) for n in call.active]
    for a in arrays:
        yield f"rank {a.ndim}"
        yield from ["complex"] if a.dtype.kind == "c" else ["single"] if a.dtype == np.float32 else []
        yield from ["length 0"] if 0 in a.shape else ["length 1"] if 1 in a.shape else []
    if len({a.shape for a in arrays}) > 1:
        yield "broadcast"


# ---- differences ----


def _difference(value: Any, args: dict[str, Any], towards: dict[str, Any], step: float, tol: float) -> Any:
    """How fast a value changes along a direction, by differences of fourth order; None where two steps disagree."""

    def at(t: float) -> Any:
        return value({**args, **{n: _like(args[n], _wide(args[n]) + t * v) for n, v in towards.items()}})

    def slope(h: float) -> Any:
        return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)

    try:
        fine, rough = slope(step), slope(3 * step)
    except Exception:
        return None
    agree = np.isfinite(fine) and np.isclose(fine, rough, rtol=tol, atol=tol)
    return fine if agree else None


def _wide(value: Any) -> Any:
    narrow = isinstance(value, np.ndarray) and value.dtype == np.float32
    return value.astype(np.float64) if narrow else value


def _like(value: Any, other: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.asarray(other).reshape(np.shape(value))
    return type(value)(other)


def _frozen(operands: dict[str, Any]) -> dict[str, Any]:
    frozen = copy.deepcopy(operands)
    for value in frozen.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return frozen


def _dot(found: Any, towards: dict[str, Any]) -> Any:
    return sum(np.sum(np.real(np.conj(dx) * v)) for dx, v in zip(found, towards.values(), strict=True))


def _same(got: Any, expected: Any, tol: float, what: str, scale: float = 1.0) -> None:
    assert np.isclose(got, expected, rtol=tol, atol=tol * scale), f"{what} gives {got}, and not {expected}"
