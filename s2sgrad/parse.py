"""From a function to the tree of its own text, with every position as in the user's file.

The file is read through ``linecache`` (so notebook cells count as files), the function is found in it by where its
code object says it starts, and what was found is compiled again and compared with that code object: a function is
never taken for its neighbour, nor the text of an edited file for the code that runs.

>>> parse(parse).name
'parse'
"""

from __future__ import annotations

import ast
import copy
import functools
import inspect
import linecache
import threading
import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import gast

from s2sgrad import recompile
from s2sgrad.converted import converted
from s2sgrad.errors import Refusal, SourceError
from s2sgrad.excerpt import between, first_part
from s2sgrad.no_source import RELOAD, check_kind, missing, stale
from s2sgrad.quote import clone, nodes_in

__all__ = ["OURS", "Source", "is_generated", "parse"]

LAMBDA = "lambda_"
GENERATED, OURS = "<s2sgrad generated ", ("<s2sgrad generated ", "<s2sgrad lifted ")
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Kinds = tuple[type[ast.AST], ...]


@dataclass(frozen=True, eq=False)
class Source:
    """The text of one function: its file, all lines of that file, and its tree with positions in that file.

    The tree is the caller's own to change. A lambda becomes a function with one ``return``; it is named after the
    variable that it was assigned to, else ``lambda_``.
    """

    filename: str
    lines: tuple[str, ...]
    tree: gast.FunctionDef
    name: str
    is_lambda: bool

    def quote(self, stmt: gast.AST) -> str:
        """The user's own text of a statement on one line: no comments, and only the head of a compound one."""
        return first_part(self.lines, stmt)

    def text(self, node: gast.AST) -> str:
        """The user's own text of a whole node, line ends and comments included."""
        return between(self.lines, (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))


@dataclass(frozen=True, eq=False)
class _File:
    """The text of a file, split at line ends and nowhere else: ``str.splitlines`` would also split at form feeds."""

    filename: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    """A function of the file: its node, the top-level statement around it, its name, and the class it is private to."""

    statement: ast.stmt
    node: Function
    name: str
    owner: str | None


_lock = threading.RLock()
_found: dict[tuple[types.CodeType, str], Source] = {}
_MOST = 512


def parse(f: types.FunctionType, generators: bool = False) -> Source:
    """The source of ``f`` itself; a function that ``f`` wraps is not looked for.

    Raises :class:`SourceError` where there is no text or where the text is not what runs, and :class:`Refusal` for
    coroutines and, unless they are asked for, ``generators``.
    """
    check_kind(f)
    with _lock:
        found = _located(f)
    if not generators:
        _check_returns(f.__code__, found)
    return replace(found, tree=clone(found.tree))


def _located(f: types.FunctionType) -> Source:
    """The text of ``f``, which once found stays right when the file changes later."""
    key = f.__code__, f.__code__.co_filename
    if key not in _found:
        file = _read(f)
        found = _compiled(f.__code__, file) if f.__code__.co_filename.startswith(OURS) else _find(f.__code__, file)
        _check_accepted(f.__code__, file, found.node)
        _found[key] = _source(file, found)
        if len(_found) > _MOST:
            del _found[next(iter(_found))]
    return _found[key]


def _source(file: _File, found: _Candidate) -> Source:
    tree: gast.FunctionDef = converted(_as_def(found))
    if found.owner is not None:
        _mangle(tree, found.owner.lstrip("_"))
    return Source(file.filename, file.lines, tree, found.name, isinstance(found.node, ast.Lambda))


def _as_def(found: _Candidate) -> ast.FunctionDef:
    """The function as a ``def`` without decorators, at the position that it has in the file."""
    node = found.node
    if not isinstance(node, ast.Lambda):
        bare = copy.copy(node)
        bare.decorator_list = []
        return bare  # type: ignore[return-value]
    result = ast.copy_location(ast.Return(node.body), node.body)
    # Parsed rather than built: the fields of a def differ between Python versions.
    definition: Any = ast.parse(f"def {found.name}(): pass").body[0]
    definition.args, definition.body = node.args, [result]
    result_def: ast.FunctionDef = ast.copy_location(definition, node)
    return result_def


def _mangle(tree: gast.FunctionDef, owner: str) -> None:
    """Spell private names (``__x`` within a class) as Python does: the generated code lives outside of the class."""
    for node in nodes_in(tree):
        for field in ("id", "attr", "arg", "name"):
            name = getattr(node, field, None)
            private = isinstance(name, str) and name.startswith("__") and not name.endswith("__")
            if private and owner and node is not tree:
                setattr(node, field, f"_{owner}{name}")


def _find(code: types.CodeType, file: _File) -> _Candidate:
    """The function that ``code`` was compiled from."""
    seen = None
    for candidate in _candidates(code, file):
        # Calls compile otherwise where their module is known to be imported; notebooks compile statement by statement.
        for imports in (_imports(file), []):
            body = [*imports, candidate.statement]
            written = recompile.compiled(body, candidate.node, code, len(file.lines))
            if written is not None and recompile.same(code, written, candidate.node, len(file.lines)):
                return candidate
            seen = seen or written
    raise stale(code, file.filename, seen)


def adopt(f: types.FunctionType, source: Source) -> None:
    """Let ``source`` be the text of ``f``, a function that was compiled from a part of it."""
    with _lock:
        _found[(f.__code__, f.__code__.co_filename)] = source


def is_generated(f: types.FunctionType) -> bool:
    """True for a derivative that was compiled from generated text, which is kept for as long as the function lives."""
    return f.__code__.co_filename.startswith(GENERATED)


def _compiled(code: types.CodeType, file: _File) -> _Candidate:
    """A function of ours, found by its name: nothing was compiled but this text, though with cells around it."""
    return next(iter(_candidates(code, file)))


def _candidates(code: types.CodeType, file: _File) -> list[_Candidate]:
    """The functions of the name and first line of ``code``; on one line there can be several lambdas."""
    line = code.co_firstlineno
    around = [s for s in _statements(file) if _is_around(s, line)]
    found = [c for s in around for c in _functions(s, s, line, _skipped(code))]
    return [c for c in found if _starts(c.node) == (code.co_name, line)]


def _is_around(statement: ast.stmt, line: int) -> bool:
    return _first_line(statement) <= line <= (statement.end_lineno or statement.lineno)


def _skipped(code: types.CodeType) -> Kinds:
    """What need not be looked into: inside expressions there are only lambdas, and most of a text is expressions."""
    return () if code.co_name == "<lambda>" else (ast.expr,)


@functools.lru_cache(maxsize=64)
def _statements(file: _File) -> list[ast.stmt]:
    """The top-level statements of a file."""
    try:
        return ast.parse("\n".join(file.lines), file.filename).body
    except SyntaxError as error:
        raise SourceError(f"{file.filename}:{error.lineno}: {error.msg}", instead=RELOAD) from error


@functools.lru_cache(maxsize=64)
def _imports(file: _File) -> list[ast.stmt]:
    """The imports of a file outside of its functions and classes."""
    found: list[ast.stmt] = []
    waiting: list[Any] = _statements(file)[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
        elif not isinstance(node, Function | ast.ClassDef):
            waiting.extend(n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt | ast.excepthandler))
    return found


def _functions(
    node: ast.AST, statement: ast.stmt, line: int, skipped: Kinds, name: str = LAMBDA, owner: str | None = None
) -> Iterator[_Candidate]:
    """Every function around ``line`` at or below ``node``, which is assigned to ``name`` in the class ``owner``."""
    if isinstance(node, Function):
        yield _Candidate(statement, node, getattr(node, "name", name), owner)
    if isinstance(node, ast.ClassDef):
        owner = node.name
    target = _target(node)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, skipped) or (isinstance(child, ast.stmt) and not _is_around(child, line)):
            continue
        named = target is not None and child is getattr(node, "value", None)
        yield from _functions(child, statement, line, skipped, str(target) if named else LAMBDA, owner)


def _target(node: ast.AST) -> str | None:
    """The one variable to which ``node`` assigns its value."""
    if isinstance(node, ast.Assign):
        target: Any = node.targets[0] if len(node.targets) == 1 else None
    else:
        target = node.target if isinstance(node, ast.AnnAssign | ast.NamedExpr) else None
    return target.id if isinstance(target, ast.Name) else None


def _starts(node: Function) -> tuple[str, int]:
    """The name and the first line that a code object of ``node`` has."""
    return getattr(node, "name", "<lambda>"), _first_line(node)


def _first_line(node: Any) -> int:
    return min(int(n.lineno) for n in (node, *getattr(node, "decorator_list", ())))


def _read(f: types.FunctionType) -> _File:
    filename = f.__code__.co_filename
    linecache.checkcache(filename)
    text = "".join(linecache.getlines(filename, f.__globals__))
    if not text:
        raise missing(f.__code__)
    return _file(filename, text)


@functools.lru_cache(maxsize=64)
def _file(filename: str, text: str) -> _File:
    return _File(filename, tuple(text.replace("\r\n", "\n").split("\n")))


def _check_returns(code: types.CodeType, source: Source) -> None:
    if code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ITERABLE_COROUTINE):
        reason, instead = "is a generator", "collect the values in a list and return a number or an array"
        raise Refusal(f"{code.co_name!r} {reason}", instead, source.tree).at(source)


def _check_accepted(code: types.CodeType, file: _File, node: Function) -> None:
    if code.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        reason, instead = "is asynchronous", "do the computation in an ordinary function and await around it"
        raise Refusal(f"{code.co_name!r} {reason}", instead, node).at(file)
    for part in ast.walk(node) if _unknown() else ():
        if isinstance(part, _unknown()):
            raise Refusal(f"{type(part).__name__} is not understood", "write it in another way", part).at(file)


@functools.cache
def _unknown() -> Kinds:
    """The statements and expressions of this Python that gast does not have yet; most of the time there are none."""
    kinds = [c for c in vars(ast).values() if isinstance(c, type) and issubclass(c, (ast.expr, ast.stmt))]
    return tuple(c for c in kinds if not hasattr(gast, c.__name__) and not issubclass(c, ast.Constant))
