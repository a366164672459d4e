"""Take nested functions out of the tree: where one is made stands a constant that knows its definition.

The variables around it stay what they are, to be read when it is called, as Python does. Defaults are evaluated where
the function is made, and get names.

>>> import gast
>>> from s2sgrad.quote import unquote
>>> tree = gast.parse("def f(x):\\n    def g(v, w=x + 1):\\n        return v * w\\n    return g(x)").body[0]
>>> print("".join(map(unquote, take_nested(tree.body, Taking({"x", "g"}, lambda call: False)))), end="")
g_w = x + 1
g = None
return g(x)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.analysis.local import LocalFunction
from s2sgrad.errors import Refusal
from s2sgrad.normalize.made import fresh
from s2sgrad.quote import clone, nodes_in, nodes_of, quote, statements

__all__ = ["Taking", "assignment", "take_nested"]

_LEFT = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


@dataclass
class Taking:
    """What taking functions out of one body needs: names in use, and which calls keep their lambdas.

    ``activation`` tells the places at which one body is written apart; functions of such a body remember its variables.
    """

    taken: set[str]
    keeps: Callable[[gast.Call], bool]
    is_partial: Callable[[gast.Call], bool] = lambda call: False
    activation: tuple[Any, ...] = ()
    lines: list[gast.stmt] = field(default_factory=list)
    seen: dict[tuple[Any, ...], int] = field(default_factory=dict)
    assigned: str = ""

    def fresh(self, wanted: str) -> str:
        """A name that nothing has yet, and that is taken from now on."""
        return fresh(wanted, self.taken)


_MAKERS = frozenset([gast.FunctionDef, gast.Lambda, gast.Call])


def take_nested(body: list[gast.stmt], taking: Taking) -> list[gast.stmt]:
    """``body`` with each function that is made in it as a constant."""
    return [new for statement in body for new in _statement(statement, taking)]


def _statement(statement: Any, taking: Taking) -> list[gast.stmt]:
    if isinstance(statement, gast.FunctionDef):
        return _definition(statement, taking)
    calls = [n for n in nodes_of(statement) if n.__class__ in _MAKERS]
    if not any(_makes(node, taking) for node in calls):
        return [statement]
    new, above = _shallow(statement), []
    taking.assigned = _target(statement)
    for key in statement._fields:
        value = getattr(statement, key, None)
        if isinstance(value, list) and value and isinstance(value[0], gast.stmt):
            new.__dict__[key] = take_nested(value, taking)
            continue
        if isinstance(value, list) and value and isinstance(value[0], (gast.ExceptHandler, gast.match_case)):
            new.__dict__[key] = [_with_body(part, taking) for part in value]
            continue
        taking.lines = []
        new.__dict__[key] = _part(value, taking)
        above += taking.lines
    if above and isinstance(statement, gast.While):
        raise Refusal("this function is made anew each time the test runs", "make it above the loop", statement.test)
    return [*(_place(line, statement) for line in above), new]


def _with_body(part: Any, taking: Taking) -> Any:
    """A handler, or a case of ``match``: its body is a block of its own."""
    new = _shallow(part)
    new.body = take_nested(part.body, taking)
    guard = getattr(part, "guard", None)
    if guard is not None and any(_makes(node, taking) for node in nodes_in(guard)):
        raise Refusal("a function made in the guard of a case is not differentiated", "make it above", guard)
    return new


def _target(statement: Any) -> str:
    """The variable to which a statement assigns its value."""
    targets = statement.targets if isinstance(statement, gast.Assign) else []
    return str(getattr(targets[0], "id", "")) if len(targets) == 1 else ""


def _makes(node: gast.AST, taking: Taking) -> bool:
    return isinstance(node, (gast.FunctionDef, gast.Lambda)) or _calls_partial(node, taking)


def _calls_partial(node: gast.AST, taking: Taking) -> bool:
    return isinstance(node, gast.Call) and taking.is_partial(node)


def _definition(node: gast.FunctionDef, taking: Taking) -> list[gast.stmt]:
    if node.decorator_list:
        raise Refusal("a nested function with a decorator is not differentiated", "decorate it outside", node)
    taking.lines = []
    constant = _made(node.name, node, node, taking)
    return [*taking.lines, assignment(node.name, constant, node)]


def _part(value: Any, taking: Taking, kept: bool = False) -> Any:
    if isinstance(value, list):
        return [_part(v, taking) for v in value]
    if not isinstance(value, gast.AST) or isinstance(value, _LEFT):
        return value
    if isinstance(value, gast.Lambda):
        return value if kept else _lambda(value, taking)
    new = _shallow(value)
    keeps = isinstance(value, gast.Call) and taking.keeps(value)
    for key in value._fields:
        part = getattr(value, key, None)
        if keeps and isinstance(part, list):
            new.__dict__[key] = [_part(p, taking, True) if not isinstance(p, gast.keyword) else p for p in part]
        else:
            new.__dict__[key] = _part(part, taking)
    return _partial(new, taking) if _calls_partial(value, taking) else new


def _lambda(node: gast.Lambda, taking: Taking) -> gast.expr:
    definition = statements("def f():\n    return {e}", e=node.body)[0]
    definition.name, definition.args = "lambda_", node.args
    _place(definition.body[0], node.body)
    return _made(taking.assigned, definition, node, taking)


def _made(name: str, definition: Any, place: Any, taking: Taking) -> gast.expr:
    args = _shallow(definition.args)
    definition = _shallow(definition)
    definition.args = args
    own: list[Any] = [*args.posonlyargs, *args.args]
    named = own[len(own) - len(args.defaults) :]
    before = len(taking.lines)
    args.defaults = [_default(name, p, d, taking) for p, d in zip(named, args.defaults, strict=True)]
    args.kw_defaults = [
        None if d is None else _default(name, p, d, taking)
        for p, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)
    ]
    single = len(taking.lines) > before or bool(taking.activation)
    return _constant(LocalFunction(_key(place, taking), name, definition, single), place)


def _default(function: str, parameter: gast.Name, value: gast.expr, taking: Taking) -> gast.expr:
    if isinstance(value, gast.Constant):
        return value
    return _named(f"{function or 'default'}_{parameter.id}", value, taking)


def _named(wanted: str, value: gast.expr, taking: Taking) -> gast.expr:
    name = taking.fresh(wanted)
    taking.lines.append(assignment(name, value, value))
    return _place(quote(name), value)


def _partial(call: gast.Call, taking: Taking) -> gast.expr:
    """A partial application: its arguments get names where it is made."""
    starred = any(isinstance(a, gast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords)
    if starred or not call.args:
        raise Refusal("a partial application of starred arguments is not differentiated", "write them out", call)
    before = len(taking.lines)
    stands_for = clone(call)
    stands_for.func, *args = [_remembered(a, taking) for a in call.args]
    stands_for.args = args
    for keyword, old in zip(stands_for.keywords, call.keywords, strict=True):
        keyword.value = _remembered(old.value, taking)
    single = len(taking.lines) > before or bool(taking.activation)
    return _constant(LocalFunction(_key(call, taking), "partial", None, single, stands_for), call)


def _remembered(value: gast.expr, taking: Taking) -> gast.expr:
    return value if isinstance(value, gast.Constant) else _named("partial_" + _noun(value), value, taking)


def _noun(value: Any) -> str:
    return str(getattr(value, "id", getattr(value, "attr", "value")))


def _constant(function: LocalFunction, place: Any) -> gast.expr:
    tree = quote("0")
    tree.value = function
    return _place(tree, place)


def _key(node: Any, taking: Taking) -> tuple[Any, ...]:
    key = (node.lineno, node.col_offset, taking.activation)
    taking.seen[key] = taking.seen.get(key, 0) + 1
    return (*key, taking.seen[key])


def _place(new: Any, place: Any) -> Any:
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(new, key, getattr(place, key, None))
    return new


def assignment(name: str, value: gast.expr, place: Any) -> gast.Assign:
    """``name = value`` at the place of another statement; ``value`` keeps the places of its parts."""
    new: Any = statements(f"{name} = 0")[0]
    for node in nodes_in(new):
        _place(node, place)
    new.value = value
    return new


def _shallow(node: Any) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
