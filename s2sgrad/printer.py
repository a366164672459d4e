"""Trees to text: comments and blank lines are statements of their own; astor writes what does not fit a plain line.

>>> from s2sgrad.quote import statements
>>> definition = statements("def f(x):\\n    return (x + 1) * 2")[0]
>>> definition.body.insert(0, Comment(text="the only line"))
>>> print(to_text(definition), end="")
def f(x):
    # the only line
    return (x + 1) * 2
"""

from __future__ import annotations

import ast
import functools
import math
import re
import warnings
from collections.abc import Callable
from typing import Any

import gast

from s2sgrad import plain
from s2sgrad.errors import GeneratedCodeError
from s2sgrad.wrap import WIDTH, wrapped

__all__ = ["Blank", "Comment", "Docstring", "Verbatim", "fits", "to_text"]

_COMMENT, _BLANK, _DOCSTRING, _VERBATIM = "\0comment ", "\0blank", "\0docstring ", "\0verbatim "
_NEWLINE = "\1"


class Comment(gast.stmt):  # type: ignore[misc]
    """A line of its own: ``# text``, cut at the width of the page."""

    _fields = ("text",)

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.text = text


class Docstring(Comment):
    """The line that says what a function does."""


class Verbatim(gast.stmt):  # type: ignore[misc]
    """A statement as it stands in the user's file, where it began at ``column``."""

    _fields = ("text", "column")

    def __init__(self, text: str = "", column: int = 0) -> None:
        super().__init__()
        self.text, self.column = text, column


class Blank(gast.stmt):  # type: ignore[misc]
    """An empty line."""

    _fields = ()


def to_text(node: gast.AST) -> str:
    """The Python text of ``node``; a statement ends with a newline, an expression does not."""
    if isinstance(node, gast.expr):
        return _expression_text(node)
    if isinstance(node, gast.stmt):
        return "\n".join(_lines(node, 0)) + "\n"
    return _laid_out(_astor_text(gast.gast_to_ast(node)))


def _expression_text(node: Any) -> str:
    alone = isinstance(node, (gast.Tuple, gast.Constant))
    text = _directly(plain.expression, node, plain.TIGHT if alone else plain.OPEN)
    if text is not None:
        return text
    # As a statement of its own an expression is written without parentheses around it.
    return _astor_text(gast.gast_to_ast(node if alone else gast.Expr(node))).strip()


def fits(node: gast.stmt, depth: int) -> bool:
    """True where a simple statement at this depth fits the page without being broken."""
    try:
        return len(plain.statement(node)) + 4 * depth <= WIDTH
    except plain.Unusual:
        text = to_text(node)
        return text.count("\n") <= 1 and len(text.rstrip("\n")) + 4 * depth <= WIDTH


def _directly(write: Callable[..., str], *args: Any, indent: str = "") -> str | None:
    """A line that needs no astor; None where astor has to break it or to write something unusual."""
    try:
        text = indent + write(*args)
    except plain.Unusual:
        return None
    return text if len(text) <= WIDTH else None


def _lines(node: Any, depth: int) -> list[str]:
    """The lines of a statement and of all below it."""
    indent = "    " * depth
    if isinstance(node, (Comment, Verbatim, Blank)):
        return [_layout_line(node, indent)]
    if isinstance(node, gast.FunctionDef) and depth == 0:
        return [*_signature(node), *_block(node.body, 1)]
    if not hasattr(node, "body"):
        text = _directly(plain.statement, node, indent=indent)
        return _broken(node, depth) or _astor_lines(node, depth) if text is None else [text]
    head = _directly(plain.header, node, indent=indent)
    rest = [] if head is None else _alternative(node, depth)
    return _astor_lines(node, depth) if head is None or rest is None else [head, *_block(node.body, depth + 1), *rest]


def _broken(node: Any, depth: int) -> list[str] | None:
    """The lines of a statement that is too long for one; None where only astor can write or break it."""
    try:
        found = (wrapped(text, depth) for text in plain.spellings(node))
        return next((lines for lines in found if lines is not None), None)
    except plain.Unusual:
        return None


def _block(body: list[gast.stmt], depth: int) -> list[str]:
    return [line for statement in body for line in _lines(statement, depth)]


def _alternative(node: Any, depth: int) -> list[str] | None:
    """The lines of ``else`` and all ``elif``; None where one of those does not fit its line."""
    indent = "    " * depth
    if not node.orelse:
        return []
    (other,) = node.orelse if len(node.orelse) == 1 else (None,)
    if not (isinstance(node, gast.If) and isinstance(other, gast.If)):
        return [f"{indent}else:", *_block(node.orelse, depth + 1)]
    head, rest = _directly(plain.header, other, indent=indent + "el"), _alternative(other, depth)
    return None if head is None or rest is None else [head, *_block(other.body, depth + 1), *rest]


def _signature(node: gast.FunctionDef) -> list[str]:
    """The lines of a function above its body."""
    empty = node.__class__.__new__(node.__class__)
    empty.__dict__.update(node.__dict__)
    empty.body = [gast.Pass()]
    *lines, last = _astor_lines(empty, 0)[:-1]
    if lines and last.strip() == "):":  # no bracket stands alone
        head, _, name = lines[-1].rpartition(", ")
        lines[-1], last = head + ",", last.replace("):", name + "):")
    return [*lines, last]


def _astor_lines(node: gast.stmt, depth: int) -> list[str]:
    """The lines of a statement that astor writes, at its place in the text, where they have less room."""
    around = _without_layout(node)
    for _ in range(depth):
        around = gast.If(gast.Constant(True, None), [around], [])
    return [_line(line) for line in _astor_text(gast.gast_to_ast(around)).splitlines()[depth:]]


def _layout_line(node: Any, indent: str) -> str:
    if isinstance(node, Blank):
        return ""
    if isinstance(node, Verbatim):
        return _shifted(node.text.split("\n"), indent, node.column)
    if isinstance(node, Docstring):
        return f'{indent}"""{node.text}"""'
    return _comment(indent, node.text)


def _comment(indent: str, text: str) -> str:
    full = f"{indent}# {text}"
    return full if len(full) <= WIDTH else re.sub(r"[\s.,(]+$", "", full[: WIDTH - 4]) + " ..."


def _without_layout(node: Any) -> Any:
    """The tree with comments and blank lines as marked strings, which any printer carries along."""
    if isinstance(node, Docstring):
        return _marked(_DOCSTRING + node.text)
    if isinstance(node, Comment):
        return _marked(_COMMENT + node.text)
    if isinstance(node, Verbatim):
        return _marked(f"{_VERBATIM}{int(node.column)} " + node.text.replace("\n", _NEWLINE))
    if isinstance(node, Blank):
        return _marked(_BLANK)
    if not isinstance(node, gast.stmt):
        return node
    if not hasattr(ast, type(node).__name__):
        raise GeneratedCodeError(f"a `{type(node).__name__}` was left in the text")
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    for key in ("body", "orelse", "finalbody"):
        if isinstance(getattr(node, key, None), list):
            setattr(new, key, [_without_layout(s) for s in getattr(node, key)])
    if getattr(node, "handlers", []):
        new.handlers = [_with_plain_body(h) for h in node.handlers]
    return new


def _with_plain_body(handler: Any) -> Any:
    new = handler.__class__.__new__(handler.__class__)
    new.__dict__.update(handler.__dict__)
    new.body = [_without_layout(s) for s in handler.body]
    return new


def _marked(text: str) -> gast.Expr:
    return gast.Expr(gast.Constant(text, None))


@functools.cache
def _generator() -> Any:
    import astor

    class Generator(astor.code_gen.SourceGenerator):  # type: ignore[misc]
        """Writes marked strings as comments and blank lines."""

        def visit_Expr(self, node: Any) -> None:
            value = getattr(node.value, "value", None)
            if isinstance(value, str) and value.startswith("\0"):
                self.statement(node, "#" + value)
            else:
                super().visit_Expr(node)

        def _handle_numeric_constant(self, value: Any) -> None:
            if isinstance(value, complex) and value.real == 0 and math.isfinite(value.imag):
                self.write(repr(value))  # as the user wrote it, where astor has 1.0j
            else:
                super()._handle_numeric_constant(value)

    return Generator


def _astor_text(plain: ast.AST) -> str:
    with warnings.catch_warnings():
        # astor still asks for names such as ast.Num; the user has no part in that.
        warnings.simplefilter("ignore", DeprecationWarning)
        import astor

        return str(astor.to_source(plain, pretty_string=_string, source_generator_class=_generator()))


def _string(text: str, *_: Any, **__: Any) -> str:
    return plain.string(text)


def _laid_out(text: str) -> str:
    lines = [_line(line) for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def _shifted(lines: list[str], indent: str, column: int) -> str:
    """Lines of a statement at another indentation; what continues it keeps its place relative to the first line."""
    rest = [indent + line[min(column, len(line) - len(line.lstrip())) :] if line.strip() else "" for line in lines[1:]]
    return "\n".join([indent + lines[0], *rest])


def _line(line: str) -> str:
    if "#\0" not in line:
        return line
    indent, mark = line.split("#", 1)
    if mark == _BLANK:
        return ""
    if mark.startswith(_VERBATIM):
        column, text = mark.removeprefix(_VERBATIM).split(" ", 1)
        return _shifted(text.split(_NEWLINE), indent, int(column))
    if mark.startswith(_DOCSTRING):
        return f'{indent}"""{mark.removeprefix(_DOCSTRING)}"""'
    return _comment(indent, mark.removeprefix(_COMMENT))
