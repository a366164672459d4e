"""One generated function per kind of call: found by its guard, made when there is none yet."""

from __future__ import annotations

import functools
import gc
import threading
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from s2sgrad import rules
from s2sgrad.analysis.facts import Fact, FunctionFact, NeedValue, Num, Static
from s2sgrad.apart import check_apart, pairs_apart
from s2sgrad.dispatch import Calls
from s2sgrad.errors import ArgumentError, GradientError, Refusal, S2SGradError
from s2sgrad.guards import Terms, lookup
from s2sgrad.pullback import Pullback
from s2sgrad.request import FORWARD, Generated, GlobalGuard, Path, Request
from s2sgrad.rules import registry
from s2sgrad.signature import describe_all
from s2sgrad.structures import items_rebuilder, rebuilder, slot_fact
from s2sgrad.wrt import check_differentiable, path_text

if TYPE_CHECKING:
    from s2sgrad.recent import Known

__all__ = ["MOST", "CacheInfo", "Plan", "Specialisation", "Specialisations", "generate", "generating"]

MOST = 32
"""Specialisations kept per function."""
MOST_LENGTHS = 4
"""Those among them that are made for certain lengths; the next one is for any."""
generating = threading.RLock()
"""Held while code is made: the one lock of the package."""


@contextmanager
def collecting_later() -> Iterator[None]:
    """No search for garbage: while code is made, thousands of nodes are, and all of them are in use.

    It follows at once, and looks at all that is left by then: nodes that nobody needs any more are let go before it.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            from s2sgrad.walk import forget

            forget()
            gc.enable()


class CacheInfo(NamedTuple):
    """Calls that found their specialisation (counted without a lock), those that made one, and how many there are."""

    hits: int
    misses: int
    currsize: int


@dataclass(frozen=True)
class Plan:
    """What was asked of a function, whatever it will be called with; or of ``inner``, a derivative of that function."""

    function: types.FunctionType
    mode: str
    wrt: tuple[Path, ...]
    single: bool
    has_aux: bool
    checked: bool
    compile: str | None = None
    inner: Any = None
    guard: str = ""
    known: tuple[Known, ...] = field(default=(), compare=False)

    def request(self, arguments: Mapping[str, Fact]) -> Request:
        """The request for one kind of call."""
        asked = self.mode, self.wrt, self.single, self.has_aux, self.checked
        return Request(self.function, *asked, arguments, self.guard, self.known)


@dataclass(frozen=True)
class Specialisation:
    """One kind of call, the text generated for it, and the functions compiled from that text."""

    arguments: Mapping[str, Fact]
    generated: Generated
    functions: tuple[types.FunctionType, ...]
    accepts: Callable[[dict[str, Any]], bool]
    current: Callable[[], bool]
    guard: types.FunctionType
    finish: Callable[[Any], Any] | None
    run: Callable[..., Any]


def generate(plan: Plan, arguments: Callable[[frozenset[str]], dict[str, Fact]]) -> tuple[dict[str, Fact], Generated]:
    """Generate for the facts that ``arguments`` gives, told by value where the shape of a result hangs on one."""
    from s2sgrad.nested import generated

    by_value: frozenset[str] = frozenset()
    while True:
        facts = arguments(by_value)
        try:
            return facts, generated(plan, facts)
        except NeedValue as need:
            if need.path in by_value or arguments(by_value | {need.path}) == facts:
                raise _cannot_tell(plan, need.path) from None
            by_value |= {need.path}


def generate_for(plan: Plan, values: Mapping[str, Any], told: bool = True) -> tuple[dict[str, Fact], Generated]:
    """Generate for a call with these arguments.

    Where a text would ask at run time which axes were stretched, the lengths of what is differentiated mostly tell: of
    weights, which are the same from call to call. They are looked at where they are to be ``told``. So are those of all
    arguments where they may tell whether vectors lie in a plane.
    """
    from s2sgrad.told import lengths_in, trusts_vectors

    facts, generated = made = _generate_for(plan, values)
    trusts = trusts_vectors(generated)
    names = lengths_in(facts.values() if trusts else [facts[path[0]] for path in plan.wrt if path[0] in facts])
    if not told or not names or not (trusts or _asks(generated)) or _has_derivatives(generated):
        return made
    try:
        known = _generate_for(plan, values, names)
    except S2SGradError:
        return made
    if trusts_vectors(known[1]) < trusts:
        return known
    shorter = known[1].source.count("\n") <= generated.source.count("\n")
    return known if shorter and not _asks(known[1]) else made


def _asks(generated: Generated) -> bool:
    return any(unit.name == "sum_to" for unit in generated.units)


def _has_derivatives(generated: Generated) -> bool:
    """True where derivatives are taken inside: theirs is the value, to the last bit, whatever is known of lengths."""
    from s2sgrad.adjoint.analysed import Analysed, all_facts
    from s2sgrad.parse import is_generated

    found = [] if generated.known is None else list(all_facts(generated.known.found.facts))
    callees = [c for facts in found for c in facts.callees.values() if isinstance(c, Analysed)]
    return any(is_generated(callee.function) for callee in callees)


def _generate_for(
    plan: Plan, values: Mapping[str, Any], lengths: frozenset[str] = frozenset()
) -> tuple[dict[str, Fact], Generated]:
    """Generate, with these lengths known.

    What is refused for arrays of any length may do for those that are not empty: whether a loop over one is run at all.
    """
    try:
        return generate(plan, lambda by_value: describe_all(values, by_value | lengths))
    except (Refusal, GradientError) as refusal:
        if describe_all(values, sized=True) == describe_all(values):
            raise
        try:
            return generate(plan, lambda by_value: describe_all(values, by_value | lengths, sized=True))
        except (Refusal, GradientError, ArgumentError):
            raise refusal from None


def _cannot_tell(plan: Plan, path: str) -> ArgumentError:
    if not path:
        return ArgumentError(
            f"{plan.function.__name__}: a derivative hangs on an integer that is computed as the function runs",
            "write it as a number, or pass it as an argument of its own",
        )
    return ArgumentError(
        f"{plan.function.__name__}: the rank of a result hangs on the integer {path}, whose value cannot be fixed",
        "pass that integer as an argument of its own",
    )


class Specialisations:
    """All specialisations of one plan. Finding one takes no lock; making one is done by one thread at a time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.calls = Calls(plan.function)
        self.code = plan.function.__code__
        self.defaults = plan.function.__defaults__
        self.keywords = plan.function.__kwdefaults__
        self.held = tuple((self.keywords or {}).items())
        self.entry = self.calls.entry(self.miss)
        self.made: tuple[Specialisation, ...] = ()
        self.latest: Specialisation | None = None
        self.asked: Specialisation | None = None
        self.hits = [0]
        self.misses = 0

    def fits(self, primal: types.FunctionType) -> bool:
        """True while the primal has the body and the defaults that it was parsed with."""
        same = self.code is primal.__code__ and self.defaults is primal.__defaults__
        keywords: dict[str, Any] = primal.__kwdefaults__ or {}
        kept = self.keywords is primal.__kwdefaults__ and len(keywords) == len(self.held)
        return same and kept and all(keywords.get(name, self) is value for name, value in self.held)

    def miss(self, values: dict[str, Any]) -> Any:
        """A call that the latest guard turned away."""
        found = self.find(values, called=True)
        self.latest, self.entry = found, found.guard
        result = self.calls.invoke(found.run, values)
        return result if found.finish is None else found.finish(result)

    def ask(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Specialisation:
        """The specialisation for a call that is not made."""
        self.asked = self.find(self.calls.by_name(*args, **kwargs))
        return self.asked

    def find(self, values: dict[str, Any], called: bool = False) -> Specialisation:
        """The specialisation that fits these arguments."""
        found = self._search(values)
        if found is None:
            with generating, collecting_later():
                found = self._search(values) or self._make(values)
        elif called:
            self.hits[0] += 1
        return found

    def _search(self, values: dict[str, Any]) -> Specialisation | None:
        return next((one for one in self.made if one.accepts(values)), None)

    def _make(self, values: dict[str, Any]) -> Specialisation:
        from s2sgrad.recent import recent
        from s2sgrad.told import tells_lengths

        check_differentiable(self.plan.function, values, self.plan.wrt)
        self._make_room()
        rules.load()  # their registration counts as a change of the rules, too
        version = registry.version()
        plan = replace(self.plan, known=recent.usable(self.plan.function, values))
        told = sum(tells_lengths(one.arguments.values()) for one in self.made) < MOST_LENGTHS
        facts, generated = generate_for(plan, values, told)
        check_apart(self.plan.function, values, generated.written)
        made = self._specialisation(facts, replace(generated, known=None), version)
        if generated.known is not None and plan.inner is None:
            recent.keep(self.plan.function, made.accepts, generated.known)
        self.made = (made, *self.made) if told else (*self.made, made)
        self.misses += 1
        return made

    def _make_room(self) -> None:
        if len(self.made) >= MOST:
            self.made = tuple(one for one in self.made if one.current())
        if len(self.made) >= MOST:
            raise ArgumentError(
                f"{self.plan.function.__name__} was specialised {MOST} times; what varies most is {self._varying()}",
                "pass an integer as a float or a string or function from one place; cache_clear() starts anew",
            )

    def _varying(self) -> str:
        """The argument whose fact differs most often between calls, with some of its facts."""
        seen = {name: list(dict.fromkeys(repr(s.arguments[name]) for s in self.made)) for name in self.calls.names}
        name = max(seen, key=lambda name: len(seen[name]))
        return f"{name}: {', '.join(seen[name][:3])}, ..."

    def _specialisation(self, facts: dict[str, Fact], generated: Generated, version: int) -> Specialisation:
        functions = self._functions(facts, generated)
        finish = _finish(self.plan, generated, functions, facts)
        steps = {step for path in self.plan.wrt for step in path[1:] if isinstance(step, str)}
        terms = self.calls.terms(generated.attributes_read | steps, tuple(map(path_text, self.plan.wrt)))
        for name in self.calls.names:
            terms.add(name, facts[name])
        arrays = {n: f for n, f in facts.items() if isinstance(f, Num) and f.box != "py"}
        for one, other in pairs_apart(arrays, generated.written):
            terms.require(f"not {terms.constant(np.may_share_memory)}({one}, {other})")
        add_environment(terms, generated.globals_read, version)
        run = self._run(generated, functions[0])
        guard = self.calls.guard(terms, run, finish, self.miss, self.hits)
        accepts = _later(lambda: self.calls.accepts(terms))
        current = self._current(generated, version)
        return Specialisation(facts, generated, functions, accepts, current, guard, finish, run)

    def _run(self, generated: Generated, function: types.FunctionType) -> Callable[..., Any]:
        """What a call calls: the generated function; in forward mode what takes its arguments, then the tangents."""
        if self.plan.mode not in FORWARD:
            return strict(function) if generated.complex_check else function
        from s2sgrad.tangents import along

        if not generated.complex_check:
            return self.calls.collected(along(self.plan, generated, function, None))
        return self.calls.collected(strict(along(self.plan, generated, function, refuse_complex)))

    def _functions(self, facts: dict[str, Fact], generated: Generated) -> tuple[types.FunctionType, ...]:
        from s2sgrad.compile import compile_units

        functions = compile_units(generated)
        if self.plan.compile is None:
            return functions
        from s2sgrad.dialects.compiled import compiled

        return (compiled(self.plan, generated, facts, functions[0]),)

    def _current(self, generated: Generated, version: int) -> Callable[[], bool]:
        """Whether functions and modules are still those that the text was made for; data may come back, they do not."""
        terms = self.calls.terms(frozenset(), ())
        resolved = tuple(g for g in generated.globals_read if isinstance(g.fact, FunctionFact | Static))
        add_environment(terms, resolved, version)
        return _later(lambda: self.calls.environment(terms))


def _later(make: Callable[[], Callable[..., bool]]) -> Callable[..., bool]:
    """A function that is made when it is called first: most are never called."""
    made: list[Callable[..., bool]] = []

    def call(*args: Any) -> bool:
        if not made:
            made.append(make())
        return made[0](*args)

    return call


def add_environment(terms: Terms, guards: tuple[GlobalGuard, ...], version: int) -> None:
    """Require the rules and the globals that a text was generated with."""
    terms.require(f"{terms.constant(registry.version)}() == {version}")
    for guard in guards:
        lookup(guard, terms)


def _finish(
    plan: Plan, generated: Generated, functions: tuple[types.FunctionType, ...], facts: Mapping[str, Fact]
) -> Callable[[Any], Any] | None:
    """What is left to do with the result of the generated function; None where it is the answer."""
    if plan.mode in FORWARD:
        return None
    last = _last(plan, generated, facts)
    if plan.mode == "vjp":
        source = generated.source
        backward: Callable[..., Any] = strict(functions[1]) if generated.complex_check else functions[1]
        return lambda result: (result[0], Pullback(backward, result[1], result[0], source, last))
    if last is not None and plan.mode == "value_and_grad":
        return lambda result: (result[0], last(result[1]))
    return last


def _last(plan: Plan, generated: Generated, facts: Mapping[str, Fact]) -> Callable[[Any], Any] | None:
    """What is left to do with a gradient: objects to be made of dicts, complex ones to be refused."""
    parts = [rebuilder(slot_fact(facts[p[0]], p[1:])) if p[0] in facts else None for p in plan.wrt]
    check = refuse_complex if generated.complex_check else None
    if not any(parts):
        return check
    if plan.single:
        (rebuild,) = parts
    else:
        rebuild = items_rebuilder(tuple, parts)
    if check is None:
        return rebuild
    return lambda gradient: rebuild(check(gradient))  # type: ignore[misc]


def refuse_complex(gradient: Any) -> Any:
    """The gradient, if it is a real number; Python's ``(-8.0) ** 0.5`` is complex where NumPy's is NaN."""
    if _has(gradient, np.iscomplexobj):
        raise _no_real_number()
    if _has(gradient, lambda x: np.any(np.isnan(x))):
        raise _not_a_number()
    return gradient


def _not_a_number() -> GradientError:
    return GradientError(
        "the gradient is NaN: a slope is infinite or unknown here, such as that of `x ** 0.5` at 0 or below",
        "keep the base positive, or test it (`if x > 0:`) before it is raised to a fraction",
    )


def _no_real_number() -> GradientError:
    return GradientError(
        "the gradient is no real number: a negative Python float was raised to a fraction, or eigenvalues, zeros of a "
        "polynomial or a function of np.emath are complex here",
        "use np.power or np.sqrt on arrays, or keep the base positive; or make the numbers complex: `x + 0j`",
    )


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which raises where NumPy would drop the imaginary part of what is stored among real numbers."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            try:
                return function(*args, **kwargs)
            except np.exceptions.ComplexWarning:
                raise _no_real_number() from None

    return run


def _has(value: Any, test: Callable[[Any], Any]) -> bool:
    """True where a number or an array passes ``test``, in whatever holds it."""
    if isinstance(value, list | tuple):
        return any(_has(item, test) for item in value)
    if isinstance(value, dict):
        return any(_has(item, test) for item in value.values())
    if isinstance(value, types.SimpleNamespace):
        return any(_has(item, test) for item in vars(value).values())
    return bool(test(value))
