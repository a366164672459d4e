"""What ``grad`` and its siblings return: a function that differentiates its primal on first use, and shows its work."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from s2sgrad.errors import ArgumentError, S2SGradError
from s2sgrad.specialise import CacheInfo, Plan, Specialisation, Specialisations, generating
from s2sgrad.wrt import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from s2sgrad.flat import Flat
    from s2sgrad.graph import Graph
    from s2sgrad.pullback import Pullback

__all__ = ["BoundDerivative", "Derivative", "Tangent", "derivative"]


class Derivative:
    """A function of the arguments of ``primal``, which is the function or the derivative that was given.

    Code is generated at the first call for each kind of arguments (classes, dtypes, ranks, axes of length 1; bools,
    strings and None by value), and again when a function that it uses was redefined.
    """

    def __init__(
        self,
        primal: types.FunctionType | Derivative,
        mode: str,
        wrt: Any,
        has_aux: bool,
        checked: bool,
        compiler: str | None,
        guard: str,
        bound: int,
        binding: str,
    ) -> None:
        self.primal = primal
        self.function: types.FunctionType = primal.function if isinstance(primal, Derivative) else primal
        self.nested: dict[Any, Any] = {}
        self._made: Specialisations | None = None
        self._options = (mode, wrt, has_aux, checked, compiler, guard)
        self._bound = bound
        self._binding = binding
        self._as_method: Derivative | None = None
        self.__module__, self.__doc__ = primal.__module__, primal.__doc__
        self.__name__, self.__qualname__ = self.function.__name__, self.function.__qualname__
        self.__wrapped__ = primal
        resolve(self.function, wrt, bound)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The derivative at these arguments."""
        made, function = self._made, self.function
        if (
            made is None
            or made.code is not function.__code__
            or made.defaults is not function.__defaults__
            or made.keywords is not function.__kwdefaults__
            or (made.held and not made.fits(function))
        ):
            made = self._start()
        return made.entry(*args, **kwargs)

    def __set_name__(self, owner: type, name: str) -> None:
        """In a class body the first parameter is the object: positions in ``wrt`` are counted behind it."""
        if self._binding == "plain" and self.__qualname__ == f"{owner.__qualname__}.{name}":
            self._bound = 1
            if isinstance(self.primal, Derivative):
                self.primal.__set_name__(owner, name)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if self._binding == "static" or (instance is None and self._binding == "plain"):
            return self
        return BoundDerivative(self._method(), owner if self._binding == "class" else instance)

    def _method(self) -> Derivative:
        """The same, with the positions in ``wrt`` counted behind the bound object."""
        if self._bound:
            return self
        if self._as_method is None:
            primal = self.primal._method() if isinstance(self.primal, Derivative) else self.primal
            self._as_method = type(self)(primal, *self._options, 1, "plain")
        return self._as_method

    def _start(self) -> Specialisations:
        """Begin with nothing generated: at the first use, and when the primal has another body or other defaults."""
        with generating:
            made = self._made
            if made is None or not made.fits(self.function):
                made = self._made = Specialisations(self.plan)
            return made

    @property
    def plan(self) -> Plan:
        """What is asked of which function."""
        mode, wrt, has_aux, checked, compiler, guard = self._options
        paths, single = resolve(self.function, wrt, self._bound)
        inner = self.primal if isinstance(self.primal, Derivative) else None
        return Plan(self.function, mode, paths, single, has_aux, checked, compiler, inner, guard)

    @property
    def wrt(self) -> Any:
        """With respect to what, as it was given."""
        return self._options[1]

    @property
    def _live(self) -> Specialisations:
        made = self._made
        return self._start() if made is None or not made.fits(self.function) else made

    def values(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The arguments of a call by the names of their parameters, defaults filled in."""
        held: dict[str, Any] = self._live.calls.by_name(*args, **kwargs)
        return held

    def spread(self, values: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Arguments that :meth:`values` gave, as a call has them."""
        return self._live.calls.spread(values)

    def call(self, values: dict[str, Any], **given: Any) -> Any:
        """Call with arguments that :meth:`values` gave; ``given`` are tangents or vectors."""
        args, kwargs = self.spread(values)
        return self(*args, **kwargs, **given)

    def flat(self, *args: Any, **kwargs: Any) -> Flat:
        """The same as a function of one vector, for optimisers; the arguments are those of a call.

        ``.x0`` is the vector of what is differentiated, ``.restore(x)`` makes arguments of a vector again.
        """
        from s2sgrad.flat import Flat

        return Flat(self, args, kwargs)

    def _found(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Specialisation:
        return self._live.ask(args, kwargs)

    def found(self, *args: Any) -> Specialisation:
        """The version for a call with these arguments, which is not made."""
        return self._live.ask(args, {})

    def made_for(self, pullback: Pullback) -> Specialisation | None:
        """The version of which this is a pullback; None where something is left to do with what it gives."""
        return next((one for one in self._live.made if pullback.is_of(one.functions)), None)

    def _latest(self) -> Specialisation:
        latest = self._live.latest or self._live.asked
        if latest is None:
            raise ArgumentError(
                f"nothing was generated yet for {self.__name__}", "call it once, or use .specialized(*args)"
            )
        return latest

    @property
    def source(self) -> str:
        """The code that the latest call ran; before any call, the code for what annotations and defaults tell.

        A parameter that tells nothing is taken for a Python float. Calls in other threads change which is the latest.
        """
        if self._live.latest is not None:
            return self._live.latest.generated.source
        from s2sgrad.preview import preview

        return preview(self._live.plan).source

    def source_for(self, *args: Any, **kwargs: Any) -> str:
        """The code for arguments like these; it is generated, not run."""
        return self._found(args, kwargs).generated.source

    def specialized(self, *args: Any, **kwargs: Any) -> types.FunctionType:
        """The bare generated function for arguments like these: no dispatch, for a hot loop.

        Of a ``vjp`` it is the forward half.
        """
        return self._found(args, kwargs).functions[0]

    @property
    def fn(self) -> types.FunctionType:
        """The bare generated function that the latest call ran."""
        return self._latest().functions[0]

    def cache_info(self) -> CacheInfo:
        """How often a call found its code, how often code was generated, and how many versions there are."""
        made = self._live
        return CacheInfo(made.hits[0], made.misses, len(made.made))

    def cache_clear(self) -> None:
        """Forget everything generated."""
        from s2sgrad.recent import recent

        self._made = None
        self.nested.clear()
        with generating:
            recent.clear()

    def source_in(self, dialect: str, *args: Any, **kwargs: Any) -> str:
        """The code of the latest call, or for arguments like these, as ``dialect`` has it: ``"numba"``."""
        from s2sgrad.dialects.saved import dialect_source

        made = self._found(args, kwargs) if args or kwargs else self._latest()
        return dialect_source(made.generated, dialect)

    def save(self, path: str | Path, dialect: str | None = None) -> None:
        """Write the code of the latest call as a module that imports only what the text names: NumPy, as a rule.

        With ``dialect="numba"`` its functions are written for Numba, and decorated with ``njit``.
        """
        from s2sgrad.save import save

        save(self._live.plan, self._latest(), path, dialect)

    def show(self) -> None:
        """Print the primal and its generated code side by side, in colour where the terminal has it."""
        from s2sgrad.show import show

        show(self.primal, self.source)

    def graph(self, *args: Any, **kwargs: Any) -> Graph:
        """The computation graph, forward and backward, for arguments like these; without any, as ``.source`` has them.

        ``.svg()`` and ``.png(path)`` draw it (with Graphviz), ``.dot()``, ``.mermaid()`` and ``str`` are text.
        """
        from s2sgrad.graph import graph_of

        return graph_of(self, args, kwargs)

    def explain(self, path: str | Path, /, *args: Any, **kwargs: Any) -> None:
        """Write a page to read: one HTML file with the primal and its generated code, line beside line.

        It shows which lines belong to each other, the formula of each step, and what is kept for the way back and why.
        With arguments it is about the code for arguments like these, else about the code of ``source``.

        Raises ArgumentError where the file cannot be written; an old file is then as it was.
        """
        from s2sgrad.page.explained import explain

        explain(self, path, args, kwargs)

    def _repr_html_(self) -> str:
        from s2sgrad.show import html

        try:
            return html(self.primal, self.source)
        except S2SGradError as error:
            return html(self.primal, str(error))

    def __repr__(self) -> str:
        mode, wrt, *_ = self._options
        return f"<{mode} of {self.__module__}.{self.__qualname__} with respect to {wrt!r}>"

    def __reduce__(self) -> Any:
        from s2sgrad.pickling import reduce_derivative

        return reduce_derivative(self)

    def __copy__(self) -> Derivative:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Derivative:
        return self


class _Along(Derivative):
    """A derivative that takes, by the keyword ``word``, what it is along."""

    word = ""

    def _found(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Specialisation:
        """The version for a call: what it is along does not matter to the code."""
        return super()._found(args, {name: value for name, value in kwargs.items() if name != self.word})


class Tangent(_Along):
    """What ``jvp`` returns: it takes the arguments of its primal, and by keyword their tangents."""

    word = "tangents"

    def __call__(self, *args: Any, tangents: Any = None, **kwargs: Any) -> Any:
        """The value at these arguments, and its derivative along ``tangents``."""
        if tangents is None:
            raise ArgumentError(f"{self.__name__}: no tangents are given", "jvp(f)(*args, tangents=v)")
        return super().__call__(*args, **kwargs)(tangents)


class Product(_Along):
    """What ``hvp`` returns: it takes the arguments of its primal, and by keyword the vectors."""

    word = "vectors"

    def __call__(self, *args: Any, vectors: Any, **kwargs: Any) -> Any:
        """The Hessian at these arguments times ``vectors``."""
        return super().__call__(*args, **kwargs)(vectors)


def derivative(primal: types.FunctionType | Derivative, mode: str, *options: Any) -> Derivative:
    """What the function of this ``mode`` returns for ``primal``."""
    code = (primal.function if isinstance(primal, Derivative) else primal).__code__
    if isinstance(primal, _Along):
        made, name = "hvp" if isinstance(primal, Product) else "jvp", primal.__name__
        reason = f"{mode} of a derivative along {primal.word}: that of `{made}({name})` is not generated"
        given = ", ".join(code.co_varnames[: code.co_argcount])
        shown = f"lambda {given}, v: (grad({name})({given}) * v).sum()"
        raise ArgumentError(reason, f"differentiate a function that has them as an argument, such as `{shown}`")
    kind = _KINDS.get(mode, Derivative)
    word = getattr(kind, "word", "")
    if word in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
        raise ArgumentError(f"a parameter is called `{word}`, as that of {mode} is", "give it another name")
    return kind(primal, mode, *options)


_KINDS: dict[str, type[Derivative]] = {"jvp": Tangent, "hvp": Product, "grad_and_hvp": Product}


class BoundDerivative:
    """A derivative of a method, bound to the object that it is called on; otherwise like :class:`Derivative`."""

    __slots__ = ("__func__", "__self__", "__weakref__")

    def __init__(self, function: Derivative, instance: Any) -> None:
        self.__func__ = function
        self.__self__ = instance

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The derivative at these arguments, for the object it is bound to."""
        return self.__func__(self.__self__, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__func__, name)

    @property
    def primal(self) -> types.MethodType:
        """The method itself."""
        return types.MethodType(self.__func__.primal, self.__self__)

    __wrapped__ = primal

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return self.__func__.__doc__

    def source_for(self, *args: Any, **kwargs: Any) -> str:
        """The code for arguments like these; it is generated, not run."""
        return self.__func__.source_for(self.__self__, *args, **kwargs)

    def graph(self, *args: Any, **kwargs: Any) -> Graph:
        """The computation graph, of the latest call or for arguments like these."""
        bound = (self.__self__,) if args or kwargs else ()
        return self.__func__.graph(*bound, *args, **kwargs)

    def source_in(self, dialect: str, *args: Any, **kwargs: Any) -> str:
        """The code as ``dialect`` has it, of the latest call or for arguments like these."""
        bound = (self.__self__,) if args or kwargs else ()
        return self.__func__.source_in(dialect, *bound, *args, **kwargs)

    def values(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The arguments of a call by the names of their parameters, the object among them."""
        return self.__func__.values(self.__self__, *args, **kwargs)

    def flat(self, *args: Any, **kwargs: Any) -> Flat:
        """The same as a function of one vector, for optimisers."""
        return self.__func__.flat(self.__self__, *args, **kwargs)

    def specialized(self, *args: Any, **kwargs: Any) -> types.FunctionType:
        """The bare generated function for arguments like these, whose first parameter is the object."""
        return self.__func__.specialized(self.__self__, *args, **kwargs)

    def explain(self, path: str | Path, /, *args: Any, **kwargs: Any) -> None:
        """Write a page to read; with arguments about the code for arguments like these."""
        bound = (self.__self__,) if args or kwargs else ()
        self.__func__.explain(path, *bound, *args, **kwargs)

    def _repr_html_(self) -> str:
        return self.__func__._repr_html_()

    def __repr__(self) -> str:
        return f"<bound {repr(self.__func__)[1:-1]}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BoundDerivative):
            return NotImplemented
        return self.__func__ is other.__func__ and self.__self__ is other.__self__

    def __hash__(self) -> int:
        return hash((id(self.__func__), id(self.__self__)))

    def __reduce__(self) -> Any:
        return BoundDerivative, (self.__func__, self.__self__)
