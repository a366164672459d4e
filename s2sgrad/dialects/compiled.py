"""A generated function run by Numba, behind a Python function with the parameters of the primal."""

from __future__ import annotations

import importlib.util
import itertools
import linecache
import re
import types
import warnings
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from s2sgrad.analysis.facts import Fact, Seq
from s2sgrad.dialects.module import NumbaModule
from s2sgrad.dialects.results import boxed_result
from s2sgrad.dispatch import Calls
from s2sgrad.errors import ArgumentError, Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.request import Generated

__all__ = ["COMPILERS", "check_compiler", "compiled", "need_numba", "numba_source", "untyped"]

COMPILERS = (None, "numba", "numba-or-python")
_INSTEAD = 'leave out compile="numba", or give compile="numba-or-python"'
_numbers = itertools.count(1)


def check_compiler(compiler: str | None, mode: str, checked: bool) -> None:
    """Raises ArgumentError for a compiler that does not exist, is not installed, or cannot do what is asked."""
    if compiler not in COMPILERS:
        raise ArgumentError(f"compile={compiler!r} is not known", f"one of: {', '.join(map(repr, COMPILERS))}")
    if compiler is not None and mode == "vjp":
        raise ArgumentError("vjp cannot be compiled: what it saves passes through Python", "compile grad instead")
    if compiler is not None and checked:
        raise ArgumentError("code that checks itself cannot be compiled", "leave out checked or compile")
    if compiler == "numba":
        need_numba('compile="numba"')


def need_numba(what: str) -> None:
    """Raises ArgumentError where Numba is not installed."""
    if importlib.util.find_spec("numba") is None:
        raise ArgumentError(f"{what} needs Numba, which is not installed", "python -m pip install s2sgrad[numba]")


def compiled(plan: Any, generated: Generated, facts: Mapping[str, Fact], plain: types.FunctionType) -> Any:
    """The function that takes the place of ``plain``; ``plain`` itself where Numba may be left out and is missing."""
    optional = plan.compile == "numba-or-python"
    if optional and importlib.util.find_spec("numba") is None:
        return plain
    try:
        run = _Compiled(plan, generated, facts, plain, optional)
    except Refusal:
        if optional:
            return plain
        raise
    function = Calls(plan.function).collected(run)
    function.__name__ = function.__qualname__ = generated.entry[0]
    return function


def numba_source(generated: Generated) -> str:
    """What Numba is given."""
    return "\n\n".join(NumbaModule(generated, live=True).functions)


def untyped(generated: Generated, facts: Mapping[str, Fact]) -> str | None:
    """Why Numba cannot type the code for arguments with these facts; None where it can."""
    import numba

    from s2sgrad.dialects.signature import numba_type

    module = NumbaModule(generated, live=True)
    try:
        given = [numba.typeof(Namespace(home).lookup(name)) for name, home in module.given.items()]
        signature = [*(numba_type(name, fact) for name, fact in facts.items()), *given]
        _compile(_dispatchers(_text(module))[generated.entry[0]], signature)
    except _Untyped as error:
        return str(error)
    return None


def _text(module: NumbaModule) -> str:
    return "\n\n".join(part for part in (module.top, *module.functions) if part)


def _compile(dispatcher: Any, signature: list[Any]) -> None:
    import numba

    with warnings.catch_warnings():
        # Layouts that slow a product down, and lists that are copied in and out, are no concern of the user's.
        warnings.simplefilter("ignore", numba.errors.NumbaWarning)
        try:
            dispatcher.compile(tuple(signature))
        except Exception as error:
            raise _Untyped(_useful(error)) from error


class _Compiled:
    """Calls the compiled function with what it needs; everything that Numba froze is compared first."""

    def __init__(
        self, plan: Any, generated: Generated, facts: Mapping[str, Fact], plain: types.FunctionType, optional: bool
    ) -> None:
        self.generated, self.plain, self.optional = generated, plain, optional
        self.calls = Calls(plan.function)
        self.convert = [_tuples(facts[name]) for name in self.calls.names]
        self.box = boxed_result(plan, generated, facts)
        self.without_numba = False
        self._build()

    def _build(self) -> None:
        module = NumbaModule(self.generated, live=True)
        self.given = [(Namespace(home), name) for name, home in module.given.items()]
        self.held = [(Namespace(home), name, value, _code(value)) for home, name, value in module.held]
        self.text = _text(module)
        self.dispatcher: Any = None

    def _is_current(self) -> bool:
        return all(space.lookup(name) is value and _code(value) is code for space, name, value, code in self.held)

    def __call__(self, *values: Any) -> Any:
        """The result at these arguments, given in the order of the primal's parameters."""
        if not self._is_current():
            self._build()
        if self.without_numba:
            return self.calls.invoke(self.plain, dict(zip(self.calls.names, values, strict=True)))
        given = self._given(values)
        try:
            result = (self.dispatcher or self._compile(given))(*given)
        except _Untyped as error:
            return self._without(values, error)
        except Exception as error:
            if not _is_numba_error(error):
                raise
            return self._without(values, _Untyped(_useful(error)))
        return result if self.box is None else self.box(result)

    def _given(self, values: tuple[Any, ...]) -> list[Any]:
        given = [v if c is None else c(v) for c, v in zip(self.convert, values, strict=True)]
        return [*given, *(namespace.lookup(name) for namespace, name in self.given)]

    def _compile(self, values: list[Any]) -> Any:
        import numba

        dispatcher = _dispatchers(self.text)[self.generated.entry[0]]
        try:
            signature = list(map(numba.typeof, values))
        except ValueError as error:
            raise _Untyped(_useful(error)) from error
        _compile(dispatcher, signature)
        self.dispatcher = dispatcher
        return dispatcher

    def _without(self, values: tuple[Any, ...], error: Exception) -> Any:
        if not self.optional:
            raise Refusal(f"Numba cannot compile the gradient: {error}", _INSTEAD) from None
        self.without_numba = True
        return self(*values)


class _Untyped(Exception):
    """Numba refused; the text is its reason."""


def _dispatchers(text: str) -> dict[str, Any]:
    """The functions of a module's text, each to be compiled when it is first called."""
    import numba

    from s2sgrad.dialects.typed import Exact

    filename = f"<s2sgrad numba {next(_numbers)}>"
    scope: dict[str, Any] = {"__name__": "s2sgrad"}
    exec(compile(text, filename, "exec", dont_inherit=True), scope)
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    compiler: Any = numba.njit(error_model="numpy", boundscheck=True, pipeline_class=Exact)
    for name, value in list(scope.items()):
        if isinstance(value, types.FunctionType) and value.__code__.co_filename == filename:
            scope[name] = compiler(value)
            weakref.finalize(scope[name], linecache.cache.pop, filename, None).atexit = False
    return scope


def _tuples(fact: Fact) -> Callable[[Any], Any] | None:
    """Lists of arrays go into Numba as tuples; lists of numbers as they are."""
    if not isinstance(fact, Seq):
        return None
    items = fact.items if fact.items is not None else (fact.element,)
    if fact.kind == "list" and all(getattr(item, "box", None) in ("py", "np") for item in items):
        return None
    return _as_tuple


def _as_tuple(value: Any) -> Any:
    return tuple(map(_as_tuple, value)) if type(value) in (list, tuple) else value


def _code(value: Any) -> Any:
    """The body of a function, which may be replaced in place."""
    return getattr(value, "__code__", None)


def _is_numba_error(error: Exception) -> bool:
    return type(error).__module__.startswith("numba.core.errors")


_NOISE = ("Failed in nopython mode", "Resolution failure", "During: ", "There are ", "File ", "<source elided>")


def _useful(error: Exception) -> str:
    """The line of Numba's message that says what is wrong, and the line of the text where it is."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    lines = [line.strip(" -|^") for line in text.splitlines()]
    told = [line for line in lines if line and not line.startswith(_NOISE)]
    reason = told[0] if told else type(error).__name__
    call = next((line[4:] for line in lines if line.startswith(">>> ")), None)
    if reason.startswith("No implementation of function") and call:
        reason = f"no implementation of {call}"
    place = re.search(r'File "(<s2sgrad numba \d+>)", line (\d+)', text)
    line = linecache.getline(place[1], int(place[2])).strip() if place else ""
    return f"{reason.rstrip('.')} (in `{line}`)" if line else reason.rstrip(".")
