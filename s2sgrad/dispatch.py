"""The functions through which a call goes: same parameters as the primal, a check, the generated function.

>>> def f(x, /, y=2.0, *rest, scale, **more): ...
>>> Calls(f).header
'x, /, y, *rest, scale, **more'
>>> Calls(f).forwarded
'x, y, *rest, scale=scale, **more'
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

from s2sgrad.guards import Terms

__all__ = ["Calls", "Parameters", "parameters"]

_VARARGS, _VARKEYWORDS = 0x04, 0x08


Parameters = tuple[list[str], list[str], str | None, str | None]
"""Names: positional, keyword-only, ``*args``, ``**kwargs``."""


def parameters(function: types.FunctionType) -> Parameters:
    """The parameters of a function as its code has them."""
    code = function.__code__
    names = iter(code.co_varnames)
    positional = [next(names) for _ in range(code.co_argcount)]
    keyword = [next(names) for _ in range(code.co_kwonlyargcount)]
    starred = next(names) if code.co_flags & _VARARGS else None
    return positional, keyword, starred, next(names) if code.co_flags & _VARKEYWORDS else None


class Calls:
    """How one function is called, as text: in a ``def``, passed on in a call, and collected by name."""

    def __init__(self, function: types.FunctionType) -> None:
        positional, keyword, starred, double = parameters(function)
        self.function = function
        self.names = [*positional, *keyword, *filter(None, (starred, double))]
        only = function.__code__.co_posonlyargcount
        star = [f"*{starred}"] if starred else ["*"] if keyword else []
        last = [f"**{double}"] if double else []
        slash = ["/"] if only else []
        self.header = ", ".join([*positional[:only], *slash, *positional[only:], *star, *keyword, *last])
        passed = [f"*{starred}"] if starred else []
        self.forwarded = ", ".join([*positional, *passed, *(f"{name}={name}" for name in keyword), *last])
        self.prefix = "_"
        while any(name.startswith(self.prefix) for name in self.names):
            self.prefix += "_"

    @functools.cached_property
    def by_name(self) -> Callable[..., dict[str, Any]]:
        """The function that gives every argument of a call by name, defaults filled in."""
        return self.entry(dict)

    def terms(self, attributes_read: frozenset[str], watched: tuple[str, ...]) -> Terms:
        """An empty guard for this function."""
        return Terms(self.prefix, attributes_read, watched)

    def entry(self, miss: Callable[[dict[str, Any]], Any]) -> types.FunctionType:
        """The function that fits no call: it hands every argument, by name, to ``miss``."""
        return self._made(f"def guard({self.header}):\n    return {self._miss}\n", {self._own("miss"): miss})

    def guard(
        self, terms: Terms, run: Callable[..., Any], finish: Callable[[Any], Any] | None, miss: Any, hits: list[int]
    ) -> types.FunctionType:
        """``run`` where the terms hold (its result given to ``finish``), else ``miss``."""
        call = f"{self._own('run')}({self.forwarded})"
        call = call if finish is None else f"{self._own('finish')}({call})"
        text = f"{self._checked(terms)}{self._own('hits')}[0] += 1\n        return {call}\n    return {self._miss}\n"
        names = {"run": run, "finish": finish, "miss": miss, "hits": hits}
        scope = terms.constants | {self._own(name): value for name, value in names.items()}
        return self._made("".join(terms.helpers) + f"def guard({self.header}):\n{text}", scope)

    def collected(self, run: Callable[..., Any]) -> types.FunctionType:
        """The function that hands every argument, in the order of ``names``, to ``run``."""
        text = f"def guard({self.header}):\n    return {self._own('run')}({', '.join(self.names)})\n"
        return self._made(text, {self._own("run"): run})

    def accepts(self, terms: Terms) -> Callable[[dict[str, Any]], bool]:
        """The same check of arguments collected by name."""
        values = self._own("values")
        read = "".join(f"    {name} = {values}[{name!r}]\n" for name in self.names)
        text = f"def accepts({values}):\n{read}{self._checked(terms)}return True\n    return False\n"
        accepts: Callable[[dict[str, Any]], bool] = self._compiled(terms, text, "accepts")
        return accepts

    def environment(self, terms: Terms) -> Callable[[], bool]:
        """The same check where no term is about an argument."""
        text = f"def holds():\n{self._checked(terms)}return True\n    return False\n"
        holds: Callable[[], bool] = self._compiled(terms, text, "holds")
        return holds

    def invoke(self, run: Callable[..., Any], values: dict[str, Any]) -> Any:
        """Call ``run`` with arguments collected by name."""
        args, kwargs = self.spread(values)
        return run(*args, **kwargs)

    def spread(self, values: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Arguments collected by name as a call has them."""
        positional, keyword, starred, double = parameters(self.function)
        more = {name: values[name] for name in keyword} | (values[double] if double else {})
        return [*(values[name] for name in positional), *(values[starred] if starred else ())], more

    def _own(self, name: str) -> str:
        return self.prefix + name

    @property
    def _miss(self) -> str:
        collected = ", ".join(f"{name!r}: {name}" for name in self.names)
        return f"{self._own('miss')}({{{collected}}})"

    @property
    def _place(self) -> str:
        return f"<s2sgrad guard of {self.function.__name__}>"

    def _checked(self, terms: Terms) -> str:
        fits = self._own("holds")
        lost = ", ".join(terms.constant(error) for error in (AttributeError, KeyError, IndexError, ValueError))
        tried = f"    try:\n        {fits} = {terms.text}\n    except ({lost}):\n        {fits} = False\n"
        return f"{tried}    if {fits}:\n        "

    def _compiled(self, terms: Terms, text: str, name: str) -> Any:
        return _executed("".join(terms.helpers) + text, terms.constants, name, self._place)

    def _made(self, text: str, scope: dict[str, Any]) -> types.FunctionType:
        made: types.FunctionType = _executed(text, scope, "guard", self._place)
        made.__name__, made.__qualname__ = self.function.__name__, self.function.__qualname__
        made.__defaults__, made.__kwdefaults__ = self.function.__defaults__, self.function.__kwdefaults__
        return made


def _executed(text: str, scope: dict[str, Any], name: str, place: str) -> Any:
    namespace = dict(scope)
    exec(_code(text, place), namespace)
    return namespace[name]


@functools.lru_cache(maxsize=256)
def _code(text: str, place: str) -> types.CodeType:
    """The code of a text: every derivative of a function, and each kind of call of one, begins with the same."""
    return compile(text, place, "exec")
