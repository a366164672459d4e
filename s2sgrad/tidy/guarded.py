"""Print a check behind each line that gives a value: the first that is no number is named with the user's line.

>>> from s2sgrad.quote import statements, unquote
>>> body = [*statements("y = np.log(x)"), Comment("y = np.log(x)"), *statements("dx = dy / x\\nreturn dx")]
>>> guarded = add_guards(body, Lines({"y = np.log(x)": [3]}, "model.py"), set(), "nan")
>>> print("".join(unquote(s) for s in guarded), end="")
y = np.log(x)
check_nan(y, "y", "")
# y = np.log(x)
dx = dy / x
check_finite(dx, "dx", "model.py:3: y = np.log(x)")
return dx
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.printer import Comment, Docstring
from s2sgrad.quote import nodes_in, unquote

__all__ = ["CHECK_FINITE", "CHECK_NAN", "Lines", "add_guards"]

CHECK_NAN = '''
def check_nan(value, name, line):
    """Raise where a value that is computed forward is NaN."""
    known = isinstance(value, (float, complex, np.inexact, np.ndarray))
    if known and np.any(value != value):
        raise FloatingPointError(f"{name} is NaN: {line}")
'''

CHECK_FINITE = '''
def check_finite(value, name, line):
    """Raise where a value is NaN or infinite."""
    known = isinstance(value, (float, complex, np.inexact, np.ndarray))
    if known and not np.all(np.isfinite(value)):
        raise FloatingPointError(f"{name} is not finite: {line}")
'''


@dataclass(frozen=True)
class Lines:
    """The user's statements: the numbers of the lines at which each text stands, and the name of the file."""

    numbers: Mapping[str, list[int]]
    filename: str

    def named(self, text: str) -> str:
        """A text with its place, if it stands at one only."""
        found = self.numbers.get(text, [])
        return f"{self.filename}:{found[0]}: {text}" if len(found) == 1 else text


def add_guards(body: list[gast.stmt], lines: Lines, kept: Collection[str], level: str) -> list[gast.stmt]:
    """``body`` with a check behind each assignment to anything but the names in ``kept``, which hold saved values.

    Behind the first quoted line everything belongs to the backward part, where nothing may be infinite; forward only
    with level ``"finite"``.
    """
    return _block(body, lines, kept, level, "")


def _block(body: list[gast.stmt], lines: Lines, kept: Collection[str], level: str, quoted: str) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for i, statement in enumerate(body):
        if isinstance(statement, Comment) and not isinstance(statement, Docstring):
            quoted = statement.text if statement.text in lines.numbers else quoted
        out.append(_inside(statement, lines, kept, level, quoted))
        function = "check_finite" if quoted or level == "finite" else "check_nan"
        line = lines.named(quoted) if quoted else _forward_line(body[i:], lines)
        for name in _given(statement, kept):
            out += gast.parse(f"{function}({name}, {name!r}, {line!r})").body
    return out


def _forward_line(following: list[Any], lines: Lines) -> str:
    """The user's line of the first of these statements that is one: what is computed ahead of it is a part of it."""
    texts = {number: text for text, found in lines.numbers.items() for number in found}
    number = next((n for s in following if (n := getattr(s, "lineno", None)) in texts), None)
    return f"{lines.filename}:{number}: {texts[number]}" if number is not None else ""


def _inside(statement: Any, lines: Lines, kept: Collection[str], level: str, quoted: str) -> Any:
    for key in ("body", "orelse", "finalbody"):
        if isinstance(getattr(statement, key, None), list):
            setattr(statement, key, _block(getattr(statement, key), lines, kept, level, quoted))
    for handler in getattr(statement, "handlers", ()):
        handler.body = _block(handler.body, lines, kept, level, quoted)
    return statement


def _given(statement: Any, kept: Collection[str]) -> list[str]:
    """The places that a statement gives a value, as they are read: names and items, what was saved left out."""
    if not isinstance(statement, gast.Assign | gast.AugAssign):
        return []
    value = statement.value
    if isinstance(value, gast.Call) and isinstance(value.func, gast.Attribute) and value.func.attr == "pop":
        return []
    targets = statement.targets if isinstance(statement, gast.Assign) else [statement.target]
    found: list[str] = []
    while targets:
        target = targets[0]
        targets = [*(target.elts if isinstance(target, gast.Tuple | gast.List) else []), *targets[1:]]
        if isinstance(target, gast.Name) and target.id not in ("_", *kept):
            found.append(target.id)
        elif isinstance(target, gast.Subscript) and not any(isinstance(n, gast.Call) for n in nodes_in(target)):
            found.append(unquote(target))
    return found
