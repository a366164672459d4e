"""Was this code object compiled from that text? Asked by compiling the text again and comparing what came out.

Assert statements are left out of the comparison where they stand in the way: pytest and other import hooks rewrite
them. Everything else must agree, instruction by instruction, with its place in the file.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import dis
import re
import sys
import types
from collections.abc import Collection, Iterator, Sequence
from typing import Any

__all__ = ["compiled", "difference", "same"]

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Span = tuple[int, int, int, int]

_FUTURE = 0
for _feature in __future__.all_feature_names:
    _FUTURE |= getattr(__future__, _feature).compiler_flag
_KIND = 0x02 | 0x04 | 0x08 | 0x20 | 0x80 | 0x200  # newlocals, *args, **kwargs, generator, coroutine, async generator
_NO_LIMIT = sys.maxsize


def compiled(body: list[ast.stmt], node: Function, like: types.CodeType, n_lines: int) -> types.CodeType | None:
    """The code object of ``node``, a function within the top-level statements ``body``, compiled the way ``like`` was.

    A lambda is told from others on its line by a line number past the end of the file, which it has for this moment
    only; :func:`same` takes it back. ``n_lines`` is the length of the file.
    """
    shift = n_lines + 1 if isinstance(node, ast.Lambda) else 0
    flags = (like.co_flags & _FUTURE) | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    with _shifted(node, shift):
        whole = compile(ast.Module(body, []), like.co_filename, "exec", flags=flags, dont_inherit=True)
    wanted = (like.co_name, like.co_firstlineno + shift)
    return next((c for c in _codes(whole) if (c.co_name, c.co_firstlineno) == wanted), None)


@contextlib.contextmanager
def _shifted(node: Function, shift: int) -> Iterator[None]:
    place = node.lineno, node.end_lineno
    node.lineno, node.end_lineno = node.lineno + shift, (node.end_lineno or node.lineno) + shift
    try:
        yield
    finally:
        node.lineno, node.end_lineno = place


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def same(running: types.CodeType, written: types.CodeType, node: Function, n_lines: int) -> bool:
    """True where ``written``, from :func:`compiled`, is what runs, assert statements of ``node`` aside."""
    if _identical(running, written):
        return True
    columns = any(p[2] is not None for p in _positions(running))
    exact = _Reader(columns), _Reader(columns, n_lines + 1)
    if exact[0].code(running) == exact[1].code(written):
        return True
    spans = _assert_spans(node, columns)
    reader = _Reader(columns, spans=spans)
    return bool(spans) and reader.code(running) == reader.code(written)


def _identical(running: types.CodeType, written: types.CodeType) -> bool:
    """True where everything that a reader looks at is the same, byte for byte: most are, and reading takes longer."""
    if _signature(running) != _signature(written) or _tables(running) != _tables(written):
        return False
    return all(map(_same_constant, running.co_consts, written.co_consts))


def _same_constant(a: Any, b: Any) -> bool:
    if isinstance(a, types.CodeType) and isinstance(b, types.CodeType):
        return _identical(a, b)
    return type(a) is type(b) and repr(a) == repr(b)


def _tables(code: types.CodeType) -> tuple[Any, ...]:
    """The instructions and their places, the names that they use, and how many constants."""
    names = code.co_names, code.co_varnames, code.co_cellvars, code.co_freevars
    return code.co_code, code.co_firstlineno, code.co_linetable, names, len(code.co_consts)


class _Reader:
    """Turns a code object into plain values that can be compared."""

    def __init__(self, columns: bool, modulus: int = _NO_LIMIT, spans: Collection[Span] = ()) -> None:
        self.columns = columns
        self.modulus = modulus
        self.spans = spans

    def code(self, code: types.CodeType) -> Any:
        """Signature and body; with spans to leave out, order counts only where places do not tell it."""
        body = list(self._loose(code) if self.spans else self._strict(code))
        return _signature(code), frozenset(body) if self.spans and self.columns else tuple(body)

    def _strict(self, code: types.CodeType) -> Iterator[Any]:
        """The body as it is, and the tables to which its numbers refer."""
        for instruction, place in zip(dis.get_instructions(code), _positions(code), strict=True):
            yield self._place(place), instruction.opname, instruction.arg
        yield code.co_names, code.co_varnames, code.co_cellvars, self._constant(code.co_consts)

    def _loose(self, code: types.CodeType) -> Iterator[Any]:
        """The body without the spans; variables used one after the other share the place of the first of them.

        Python 3.13 makes one instruction of two such uses where the numbers of the variables allow it.
        """
        first, run = None, 0
        for place, name, value in self._outside(code):
            run = run + 1 if name in _VARIABLE else 0
            first = place if run <= 1 else first
            yield first, run, name, value

    def _outside(self, code: types.CodeType) -> Iterator[tuple[Any, str, Any]]:
        for instruction, place in zip(dis.get_instructions(code), _positions(code), strict=True):
            if place[0] is None or self._left_out(place) or _incidental(instruction):
                continue
            uses = _uses(instruction)
            for name, value in uses or [(_family(instruction.opname), self._argument(instruction, code))]:
                yield self._place(place), name, value

    def _place(self, place: Any) -> Any:
        line, end_line, *columns = place
        lines = tuple(n if n is None else n % self.modulus for n in (line, end_line))
        return lines + tuple(columns) if self.columns else lines[:1]

    def _left_out(self, place: Any) -> bool:
        return any(_within(place, span) if self.columns else span[0] <= place[0] <= span[1] for span in self.spans)

    def _argument(self, instruction: dis.Instruction, code: types.CodeType) -> Any:
        if instruction.opcode in _JUMPS:
            return None
        if instruction.opname == "KW_NAMES":  # keywords of a call, which Python 3.11 and 3.12 show as a number only
            return self._constant(code.co_consts[instruction.arg or 0])
        return self._constant(instruction.argval)

    def _constant(self, value: Any) -> Any:
        if isinstance(value, types.CodeType):
            return self.code(value)
        if isinstance(value, tuple | frozenset):
            return type(value), type(value)(map(self._constant, value))
        return type(value), repr(value)


_JUMPS = frozenset(dis.hasjrel) | frozenset(dis.hasjabs)


def _signature(code: types.CodeType) -> Any:
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount
    return code.co_name, counts, _parameters(code), code.co_flags & _KIND, frozenset(code.co_freevars)


def _parameters(code: types.CodeType) -> tuple[str, ...]:
    stars = bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + stars]


def _positions(code: types.CodeType) -> list[Any]:
    """Line, last line, column and last column of each instruction; only the line before Python 3.11."""
    if sys.version_info >= (3, 11):
        return [tuple(instruction.positions or (None,) * 4) for instruction in dis.get_instructions(code)]
    lines, line = [], None
    for instruction in dis.get_instructions(code):
        line = instruction.starts_line or line
        lines.append((line, line, None, None))
    return lines


def _incidental(instruction: dis.Instruction) -> bool:
    """True for what the compiler adds, doubles or leaves out as the code around it demands."""
    name = instruction.opname
    if name in ("NOP", "EXTENDED_ARG", "RETURN_VALUE") or name.startswith(("JUMP_FORWARD", "JUMP_BACK", "JUMP_ABS")):
        return True
    return name in ("LOAD_CONST", "RETURN_CONST") and instruction.argval is None


_VARIABLE = ("LOAD_FAST", "STORE_FAST")
_ONLY_VARIABLES = re.compile("((^|_)(LOAD_FAST|STORE_FAST)(_CHECK|_BORROW)?)+")


def _uses(instruction: dis.Instruction) -> list[tuple[str, str]]:
    """The one or two local variables that an instruction loads or stores."""
    if not _ONLY_VARIABLES.fullmatch(instruction.opname):
        return []
    variables = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
    return list(zip(re.findall("LOAD_FAST|STORE_FAST", instruction.opname), variables, strict=True))


def _family(name: str) -> str:
    return name.replace("_FORWARD", "").replace("_BACKWARD", "").replace("RETURN_CONST", "LOAD_CONST")


def _assert_spans(node: Function, columns: bool) -> list[Span]:
    """Where the asserts of ``node`` stand; without columns, none if one shares a line with another statement."""
    below = [n for n in ast.walk(node) if isinstance(n, ast.stmt) and n is not node]
    spans = [_span(n) for n in below if isinstance(n, ast.Assert) and not _assigns(n)]
    others = [node.lineno, *(n.lineno for n in below if not isinstance(n, ast.Assert))]
    shared = any(first <= line <= last for first, last, *_ in spans for line in others)
    return [] if shared and not columns else spans


def _assigns(node: ast.Assert) -> bool:
    return any(isinstance(n, ast.NamedExpr) for n in ast.walk(node))


def _span(node: ast.stmt) -> Span:
    return node.lineno, node.end_lineno or node.lineno, node.col_offset, node.end_col_offset or 0


def _within(place: Any, span: Span) -> bool:
    line, end_line, column, end_column = place
    return (line, column) >= (span[0], span[2]) and (end_line, end_column) <= (span[1], span[3])


def difference(running: types.CodeType, written: types.CodeType) -> str:
    """In words, the first thing in which two code objects differ."""
    pairs: Sequence[tuple[str, Any, Any]] = (
        ("parameters", _parameters(running), _parameters(written)),
        ("closure variables", running.co_freevars, written.co_freevars),
        ("names", _plain(running.co_names), _plain(written.co_names)),
        ("variables", _plain(running.co_varnames), _plain(written.co_varnames)),
        ("constants", _plain(running.co_consts), _plain(written.co_consts)),
    )
    for what, ran, wrote in pairs:
        if ran != wrote:
            return f"{what}: {_only(ran, wrote)} in what runs, {_only(wrote, ran)} in the file"
    return "the same names and constants, put together in another way"


def _plain(values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(repr(v) if not isinstance(v, str) else v for v in values if not isinstance(v, types.CodeType))


def _only(these: Sequence[str], those: Sequence[str]) -> str:
    own = [value for value in these if value not in those]
    return ", ".join(own or these) or "none"
