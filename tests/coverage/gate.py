"""Tries the sample calls of one name and says what becomes of it."""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import io
import json
import linecache
import pkgutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from s2sgrad import vjp
from s2sgrad.errors import Refusal, S2SGradError
from tests.coverage import inputs, samples

__all__ = [
    "AREAS", "CLASSES", "MISSING", "SAMPLES", "Status", "direction", "exists", "function", "laid_out_otherwise",
    "status",
]  # fmt: skip

CLASSES: dict[str, str] = {
    name: kind
    for kind, names in json.loads((Path(__file__).parent / "classification.json").read_text()).items()
    for name in names
}
"""Every name, and whether it is to be ``differentiable``, ``constant`` (gradient zero) or ``refused``."""

AREAS = {
    area.name: importlib.import_module(f"{samples.__name__}.{area.name}")
    for area in pkgutil.iter_modules(samples.__path__)
}
SAMPLES: dict[str, list[str]] = {
    name: [texts] if isinstance(texts, str) else texts
    for area in AREAS.values()
    for name, texts in area.SAMPLES.items()
}
MISSING = {name for area in AREAS.values() for name in area.MISSING}
"""What is known not to be as it should be; it only ever shrinks."""


@dataclass(frozen=True)
class Status:
    """``differentiable``, ``constant``, ``refused`` (by name), ``missing``, ``wrong``, or ``absent`` in this NumPy."""

    kind: str
    detail: str = ""


def status(name: str) -> Status:
    """What becomes of a name in its sample calls; the first one that is not as it should be decides."""
    if not exists(name):
        return Status("absent")
    found = [_tried(name, text) for text in SAMPLES.get(name, ())] or [Status("missing", "no sample")]
    return next((s for s in found if s.kind != CLASSES[name]), found[0])


def exists(name: str) -> bool:
    """False for a name of NumPy's that the NumPy at hand does not have."""
    first, *rest = name.split("(")[0].split(".")
    if first in inputs.SCIPY:
        return inputs.scipy_module(first) is not None
    holder: Any = {"np": np, "ndarray": np.ndarray}.get(first)
    if holder is None or (first == "np" and name.endswith(")")) or " " in name or name == "ndarray.unpacking":
        return True  # an operation that has no name, such as `x[i] = y`
    if rest == ["random", "permuted"]:
        return True  # of generators alone
    for part in rest:
        holder = getattr(holder, part, None)
    return holder is not None


def _tried(name: str, text: str) -> Status:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
                _compare(text, CLASSES[name] != "refused")
        except Refusal as error:
            by_name = any(word in str(error.reason) for word in _words(name))
            as_wanted = by_name and CLASSES[name] == "refused"
            return Status("refused" if as_wanted else "missing", f"{text}: {error.reason}")
        except S2SGradError as error:
            return Status("missing", f"{text}: {error}")
        except AssertionError as error:
            return Status("wrong", f"{text}: {error}")
        except Exception as error:
            return Status("wrong", f"{text}: {type(error).__name__}: {error}")
    return Status("constant" if CLASSES[name] == "constant" else "differentiable")


def _words(name: str) -> list[str]:
    return [name, f"`{name.split('.')[-1].split('(')[0]}`", f"`.{name.split('.')[-1]}`"]


# ---- one call ----


def _compare(text: str, run: bool) -> None:
    """Assert that the pullback of a sample agrees with differences in a random direction; or only generate it."""
    f, args, active = _call(text)
    if not run:
        vjp(f, tuple(active)).source_for(**args)
        return
    out, pullback = vjp(f, tuple(active))(**args)
    rng = np.random.default_rng(1)
    dy = direction(rng, np.asarray(out))
    found = pullback(dy if isinstance(out, np.ndarray) else dy[()])
    single = np.result_type(out) == np.float32 or _in_single(args)
    # Differences of operands in single precision are taken in double precision: their steps are of that.
    step, tol = (1e-3, 1e-3) if _in_single(args) else (1e-2, 1e-2) if single else (1e-4, 1e-6)
    for name, dx in zip(active, found, strict=True):
        _agree(f, args, name, dx, dy, step, tol, rng)
    _, again = vjp(f, tuple(active))(**{name: laid_out_otherwise(a) for name, a in args.items()})
    for name, dx, other in zip(active, found, again(dy if isinstance(out, np.ndarray) else dy[()]), strict=True):
        same = np.allclose(dx, other, rtol=1e-3 if single else 1e-6, atol=1e-4 if single else 1e-8, equal_nan=True)
        assert same, f"d{name} depends on how the operands lie in memory"


def _in_single(args: dict[str, Any]) -> bool:
    return any(np.result_type(a) == np.float32 for a in args.values())


def laid_out_otherwise(value: Any) -> Any:
    """The same array read-only, with gaps between its elements, and its first axis the one that runs fastest."""
    if not isinstance(value, np.ndarray):
        return value
    every_other = (..., *[slice(None, None, 2)] * value.ndim)
    spread = np.zeros([2 * n for n in reversed(value.shape)], value.dtype).T[every_other]
    spread[...] = value
    spread.flags.writeable = False
    return spread


def _call(text: str) -> tuple[Callable[..., Any], dict[str, Any], list[str]]:
    """A sample as a function, what it is called with, and which of that is differentiated."""
    given = inputs.values()
    used = {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
    names = [n for n in given if n in used]
    return function(text, tuple(names)), {n: given[n] for n in names}, [n for n in names if n in inputs.ACTIVE]


def _agree(
    f: Callable[..., Any],
    args: dict[str, Any],
    name: str,
    dx: Any,
    dy: np.ndarray,
    h: float,
    tol: float,
    rng: np.random.Generator,
) -> None:
    x = args[name]
    assert np.shape(dx) == np.shape(x), f"d{name} has shape {np.shape(dx)}"
    assert np.result_type(dx) == np.result_type(x), f"d{name} is of {np.result_type(dx)}"
    towards = direction(rng, np.asarray(x))

    def at(step: float) -> Any:
        moved = x + step * (towards if isinstance(x, np.ndarray) else towards[()])
        out = np.asarray(f(**{**args, name: moved if isinstance(x, np.ndarray) else type(x)(moved)}))
        return np.sum(np.real(np.conj(dy) * out))

    expected = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
    got = np.sum(np.real(np.conj(dx) * towards))
    assert np.isclose(got, expected, rtol=tol, atol=tol / 10), f"d{name} gives {got}, differences {expected}"


def direction(rng: np.random.Generator, like: np.ndarray) -> np.ndarray:
    """A random change of an array, complex where that is."""
    found = rng.normal(size=like.shape)
    return np.asarray(found + 1j * rng.normal(size=like.shape) if np.iscomplexobj(like) else found)


@functools.cache
def function(text: str, names: tuple[str, ...]) -> Callable[..., Any]:
    """A sample as a function of the names that it uses; its last line is an expression, and is returned."""
    *lines, last = text.splitlines()
    source = "".join(f"    {line}\n" for line in [*lines, f"return {last}"])
    source = f"def sample({', '.join(names)}):\n{source}"
    filename = f"<sample {text}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace: dict[str, Any] = {"np": np, "__name__": "tests.coverage.sample"}
    namespace |= {word: inputs.scipy_module(word) for word in inputs.SCIPY if f"{word}." in text}
    if "math" in namespace or "stats" in namespace:
        namespace["special"] = inputs.scipy_module("special")
    exec(compile(source, filename, "exec"), namespace)
    return namespace["sample"]  # type: ignore[no-any-return]
