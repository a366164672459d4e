"""Trees to text: astor's generator, with comments and blank lines as statements of their own.

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
import re
import warnings
from typing import Any

import gast

__all__ = ["Blank", "Comment", "Docstring", "Verbatim", "to_text"]

WIDTH = 79
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
        alone = isinstance(node, gast.Tuple | gast.Constant)
        # As a statement of its own an expression is written without parentheses around it.
        return _astor_text(gast.gast_to_ast(node if alone else gast.Expr(node))).strip()
    return _laid_out(_astor_text(gast.gast_to_ast(_without_layout(node))))


def _without_layout(node: Any) -> Any:
    """The tree with comments and blank lines as marked strings, which any printer carries along."""
    if isinstance(node, Docstring):
        return _marked(_DOCSTRING + node.text)
    if isinstance(node, Comment):
        return _marked(_COMMENT + node.text)
    if isinstance(node, Verbatim):
        return _marked(f"{_VERBATIM}{node.column} " + node.text.replace("\n", _NEWLINE))
    if isinstance(node, Blank):
        return _marked(_BLANK)
    if not isinstance(node, gast.stmt):
        return node
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    for key in ("body", "orelse"):
        if isinstance(getattr(node, key, None), list):
            setattr(new, key, [_without_layout(s) for s in getattr(node, key)])
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

    return Generator


def _astor_text(plain: ast.AST) -> str:
    with warnings.catch_warnings():
        # astor still asks for names such as ast.Num; the user has no part in that.
        warnings.simplefilter("ignore", DeprecationWarning)
        import astor

        return str(astor.to_source(plain, pretty_string=_string, source_generator_class=_generator()))


def _string(text: str, *_: Any, **__: Any) -> str:
    """A string in double quotes where it holds none."""
    written = repr(text)
    plain = written.startswith("'") and '"' not in written and "\\'" not in written
    return f'"{written[1:-1]}"' if plain else written


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
    full = f"{indent}# {mark.removeprefix(_COMMENT)}"
    return full if len(full) <= WIDTH else re.sub(r"[\s.,(]+$", "", full[: WIDTH - 4]) + " ..."
