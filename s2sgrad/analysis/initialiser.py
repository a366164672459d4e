"""The ``__init__`` that ``dataclass`` made up, as text: what is assigned, made anew, and left to ``__post_init__``.

A class that does nothing but keep its arguments needs none of this, see :mod:`s2sgrad.analysis.construct`.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import itertools
import linecache
import sys
import types
import weakref
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.errors import S2SGradError
from s2sgrad.normalize.made import placed
from s2sgrad.parse import Source, adopt, parse
from s2sgrad.quote import nodes_in, quote, statements

__all__ = ["initialiser"]

_MADE: weakref.WeakKeyDictionary[type, dict[frozenset[str], Any]] = weakref.WeakKeyDictionary()
_NUMBERS = itertools.count(1)
_EMPTY: dict[Any, str] = {list: "[]", dict: "{}", tuple: "()", float: "0.0", int: "0"}


def initialiser(cls: Any, args: int, keywords: Collection[str]) -> types.FunctionType | None:
    """A function with the text of what a dataclass does when it is called with so many arguments and these keywords.

    None for a class of another kind, and where the text cannot be told.
    """
    known = dataclasses.is_dataclass(cls) and isinstance(cls, type) and cls.__setattr__ is object.__setattr__
    function = cls.__init__ if known else None
    if not isinstance(function, types.FunctionType) or not function.__code__.co_filename.startswith("<string>"):
        return None
    parameters = list(inspect.signature(function).parameters.values())[1:]
    fresh = {f.name for f in dataclasses.fields(cls) if f.default_factory is not dataclasses.MISSING}
    given = {p.name for p in parameters[:args]} | set(keywords)
    left = frozenset(fresh - given)
    made = _MADE.setdefault(cls, {})
    if left not in made:
        made[left] = _made(cls, [p for p in parameters if p.name not in left], left)
    if made[left] is None:
        return None
    adopt(*made[left])
    return made[left][0]  # type: ignore[no-any-return]


@dataclass
class _Initialiser:
    """Writes the ``__init__`` of a dataclass whose text stands at ``node`` of a file.

    Fields that are ``left`` are made by their factories; the others are ``parameters``.
    """

    cls: Any
    filename: str
    node: ast.ClassDef
    parameters: list[inspect.Parameter]
    left: frozenset[str]

    def made(self) -> tuple[types.FunctionType, Source] | None:
        """The function, which is never called, and its text."""
        body = self._body()
        if body is None:
            return None
        where = f"<s2sgrad lifted {self.cls.__name__} {next(_NUMBERS)}>"
        whole = compile(f"def __init__({self._head({})}): pass", where, "exec", dont_inherit=True)
        code = next(c for c in whole.co_consts if isinstance(c, types.CodeType))
        function = types.FunctionType(code, vars(sys.modules[self.cls.__module__]), "__init__")
        function.__qualname__ = f"{self.cls.__qualname__}.__init__"
        optional = [p for p in self.parameters if p.default is not p.empty]
        function.__defaults__ = tuple(p.default for p in optional if p.kind is not p.KEYWORD_ONLY) or None
        function.__kwdefaults__ = {p.name: p.default for p in optional if p.kind is p.KEYWORD_ONLY} or None
        return function, self._source(body)

    def _source(self, body: list[Any]) -> Source:
        texts = {name: ast.unparse(field.value) for name, field in self._fields().items() if field.value is not None}
        texts |= {p.name: texts.get(p.name, "None") for p in self.parameters}
        tree: Any = gast.parse(f"def __init__({self._head(texts)}): pass").body[0]
        tree.body = body or statements("pass")
        for part in (tree, *nodes_in(tree.args)):
            placed(part, self.node)
        lines = tuple(line.rstrip("\n") for line in linecache.getlines(self.filename))
        return Source(self.filename, lines, tree, f"{self.cls.__name__}.__init__", False)

    def _head(self, texts: Mapping[str, str]) -> str:
        """The parameters, with defaults where there are ``texts`` of them."""
        found = ["self"]
        for p in self.parameters:
            if p.kind is p.KEYWORD_ONLY and "*" not in found:
                found.append("*")
            found.append(p.name if p.default is p.empty or not texts else f"{p.name}={texts[p.name]}")
        return ", ".join(found)

    def _body(self) -> list[Any] | None:
        body: list[Any] = []
        fields, texts = dataclasses.fields(self.cls), self._fields()
        for field in fields:
            place = texts.get(field.name, self.node)
            if not field.init and field.default_factory is dataclasses.MISSING:
                continue  # left to `__post_init__`, or to the class
            anew = field.name in self.left or not field.init
            value = self._fresh(field.default_factory) if anew else quote(field.name)
            if value is None:
                return None
            body += _placed(statements(f"self.{field.name} = {{v}}", v=value), place)
        if hasattr(self.cls, "__post_init__"):
            pseudo = [p.name for p in self.parameters if p.name not in {f.name for f in fields}]
            body += _placed(statements(f"self.__post_init__({', '.join(pseudo)})"), self.node)
        return body

    def _fields(self) -> dict[str, ast.AnnAssign]:
        """The texts of all fields, those of the classes above included."""
        classes = [c for c in self.cls.__mro__[::-1] if dataclasses.is_dataclass(c)]
        texts = [found for c in classes if (found := _class_text(c)) is not None]
        return {name: field for _, node in texts for name, field in _annotated(node).items()}

    def _fresh(self, factory: Any) -> gast.expr | None:
        """What a factory gives: an empty list, the body of a lambda, or a call of what has a name in the module."""
        if factory in _EMPTY:
            return quote(_EMPTY[factory])
        if isinstance(factory, types.FunctionType) and factory.__name__ == "<lambda>":
            try:
                body: Any = parse(factory).tree.body[0]
            except S2SGradError:
                return None
            return body.value if factory.__closure__ is None else None
        name = getattr(factory, "__qualname__", "")
        known = name.isidentifier() and vars(sys.modules[self.cls.__module__]).get(name) is factory
        return quote(f"{name}()") if known else None


def _made(cls: Any, parameters: list[inspect.Parameter], left: frozenset[str]) -> Any:
    text = _class_text(cls)
    if text is None or any(p.name == "self" or p.kind is p.VAR_KEYWORD for p in parameters):
        return None
    return _Initialiser(cls, *text, parameters, left).made()


def _placed(body: list[Any], place: Any) -> list[Any]:
    """Statements at the place of a field; what a lambda gives keeps its own."""
    for node in (n for s in body for n in nodes_in(s)):
        if isinstance(node, (gast.stmt, gast.expr)) and not (getattr(node, "lineno", None) or 0) > 1:
            placed(node, place)
    return body


def _class_text(cls: Any) -> tuple[str, ast.ClassDef] | None:
    """The file of a class, and its text there, if only one class in it has the name and the fields."""
    methods = (m for m in vars(cls).values() if isinstance(m, types.FunctionType))
    names = {m.__code__.co_filename for m in methods} | {getattr(sys.modules.get(cls.__module__), "__file__", None)}
    wanted = list(vars(cls).get("__annotations__", {}))
    found: list[tuple[str, ast.ClassDef]] = []
    for filename in sorted(name for name in names if name):
        classes = _classes("".join(linecache.getlines(filename)))
        found += [(filename, c) for c in classes if c.name == cls.__name__ and list(_annotated(c)) == wanted]
    return found[0] if len(found) == 1 else None


@functools.lru_cache(maxsize=16)
def _classes(text: str) -> list[ast.ClassDef]:
    try:
        return [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ClassDef)]
    except SyntaxError:
        return []


def _annotated(node: ast.ClassDef) -> dict[str, ast.AnnAssign]:
    return {n.target.id: n for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)}
