"""``FILE:FUNCTION``: import the file, and find the function in it."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import linecache
import os
import sys
import traceback
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Failed", "Target", "Usage", "found", "where"]


class Usage(Exception):
    """The command was given something that it cannot use: exit code 2."""


class Failed(Exception):
    """What was asked for was tried and is wrong, or raised: exit code 1."""


@dataclass(frozen=True)
class Target:
    """A function of a file: what stands under its name (a function or a derivative), and the module around it."""

    name: str
    value: Any
    module: types.ModuleType


def found(text: str) -> Target:
    """The target that ``FILE:FUNCTION`` names. Raises Usage where there is no such file or function.

    FILE is the path of a Python file or the name of a module; it is imported, so that its top level runs.
    """
    file, colon, name = text.rpartition(":")
    if not colon or not file or not name:
        raise Usage(f"{text!r} is not FILE:FUNCTION, such as model.py:loss")
    module = _imported(file)
    value: Any = module
    for part in name.split("."):
        if not hasattr(value, part):
            raise Usage(f"{file} has no {name!r}; {_offers(module)}")
        value = getattr(value, part)
    return Target(name, value, module)


def _offers(module: types.ModuleType) -> str:
    """The functions and derivatives that a module defines."""
    own = [n for n, v in vars(module).items() if callable(v) and getattr(v, "__module__", None) == module.__name__]
    return f"it defines {', '.join(own)}" if own else "it defines no functions"


def _imported(file: str) -> types.ModuleType:
    path = Path(file)
    try:
        if path.is_file():
            return _from_path(path)
        if file.endswith(".py") or os.sep in file:
            raise Usage(f"there is no file {file}")
        sys.path.insert(0, os.getcwd())
        return importlib.import_module(file)
    except Usage:
        raise
    except ModuleNotFoundError as error:
        if error.name == file:
            raise Usage(f"there is neither a file nor a module called {file}") from None
        raise Failed(f"importing {file} failed: {where(error, file)}") from None
    except (Exception, SystemExit) as error:
        raise Failed(f"importing {file} failed: {where(error, file)}") from None


def _from_path(path: Path) -> types.ModuleType:
    """The module of a file, imported as Python runs a script: its folder is looked in for what it imports."""
    sys.path.insert(0, str(path.resolve().parent))
    names = (path.stem if n == 1 else f"{path.stem}_{n}" for n in itertools.count(1))
    name = next(n for n in names if n not in sys.modules)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise Usage(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def where(error: BaseException, file: str) -> str:
    """An exception, with the last place in ``file`` that it went through, or the line of generated code."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).name == Path(file).name]
    if own:
        return f"{own[-1].filename}:{own[-1].lineno}: {type(error).__name__}: {error}"
    # A line of the user's own runs inside of the generated function.
    lines = [linecache.getline(f.filename, f.lineno or 0).strip() for f in frames if f.filename.startswith("<s2sgrad")]
    return f"{type(error).__name__}: {error}" + (f"\n    {lines[-1]}" if lines else "")
