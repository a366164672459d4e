"""Write the functions of forward mode: for the function that is asked for, and for each helper that it calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.adjoint.analysed import parameters
from s2sgrad.adjoint.asked import asked_inputs
from s2sgrad.adjoint.scalar import check_known
from s2sgrad.adjoint.writer import Writer, _without_annotations
from s2sgrad.analysis.activity import Activity, analyse
from s2sgrad.analysis.facts import Num
from s2sgrad.analysis.ir import Return, every_statement
from s2sgrad.analysis.places import leaves, slot_fact
from s2sgrad.checks import CHECKS_NAME
from s2sgrad.errors import ArgumentError
from s2sgrad.names import TangentScope, helper, place_name
from s2sgrad.printed import OF_RULES
from s2sgrad.printer import Blank, Comment
from s2sgrad.quote import quote, statements
from s2sgrad.request import Path
from s2sgrad.tangent.checked import CHECKS
from s2sgrad.tangent.context import TangentContext
from s2sgrad.tangent.dots import part_of
from s2sgrad.tangent.forward import Forward
from s2sgrad.tangent.results import Returned
from s2sgrad.tidy.long_lines import split_long

if TYPE_CHECKING:
    from s2sgrad.tangent.build import TangentBuilder

__all__ = ["Helper", "TangentWriter"]


_DOCSTRINGS = {
    "jvp": "Value of {of}, and its derivative along {along}.",
    "hvp": "The Hessian of {of} times {along}.",
    "grad_and_hvp": "Gradient of {of}, and its Hessian times {along}.",
}


@dataclass
class Helper:
    """A helper's tangent function: its name, the parameter of each tangent, the leaves whose tangents it returns.

    ``plain`` says that the tangents may be given by position, behind all arguments; ``lent`` are the results that may
    lie in the memory of a parameter's tangent: all, until the function is written.
    """

    name: str
    parameters: Mapping[Path, str]
    results: list[Path]
    plain: bool
    lent: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.lent = set(self.results)


class TangentWriter(Writer):
    """Writes the tangent function of one analysed function."""

    builder: TangentBuilder  # type: ignore[assignment]

    def entry(self) -> tuple[str, ...]:
        """Write the function that the request asks for."""
        request = self.builder.request
        check_known(self.root)
        self._note_guards()
        self.note_complex()
        inputs, sources = asked_inputs(self.root, request)
        if sources:
            name = sorted(sources)[0]
            raise ArgumentError(
                f"`{name}` is a local variable: its tangent follows from those of the arguments", "name an argument"
            )
        activity = self._activity(inputs)
        context = self.context(activity)
        given = {path: self._parameter(context, path, request.wrt) for path in request.wrt}
        along = ", ".join(given.values())
        of = self.root.source.name if request.mode == "jvp" else self.root.source.name.removeprefix("grad_")
        text = _DOCSTRINGS[request.mode].format(of=of, along=along)
        name = self.builder.name(context.scope.new(f"{request.mode}_{of}"))
        self.builder.reserved.add(name)
        returned = Returned(context, None, request.mode != "hvp", request.checked)
        self._finished(context, name, list(given.values()), self._unpacked(context, given, inputs), returned, text)
        return (name,)

    def write_helper(self, inputs: list[Path], made: Helper) -> None:
        """Write the tangent function of a helper."""
        self._note_guards()
        context = self.context(self._activity(frozenset(inputs)))
        spelled = helper(self.root.function, self.root.source.name)[1]
        text = f"Value of {spelled}, and its derivative along {', '.join(made.parameters.values())}."
        start = [
            s
            for path, name in made.parameters.items()
            if (place := context.tangent(path)) != name
            for s in statements(f"{place} = {name}")
        ]
        context.given |= {context.tangent(path) for path in made.parameters}
        returned = Returned(context, made.results, True)
        self._finished(context, made.name, list(made.parameters.values()), start, returned, text)
        made.lent = returned.lent

    def described(self, inputs: list[Path], name: str) -> Helper:
        """What a caller must know of the function before it is written."""
        activity = self._activity(frozenset(inputs))
        context = self.context(activity)
        names = {path: context.tangent(path) for path in inputs if path in context.places}
        return Helper(name, names, self._varied_results(activity), self._is_plain())

    # ---- parts ----

    def _activity(self, inputs: frozenset[Path]) -> Activity:
        return analyse(self.root.block, self.root.facts, inputs, frozenset(), frozenset(leaves(self.root.facts.result)))

    def _varied_results(self, activity: Activity) -> list[Path]:
        """The leaves of the result; none where nothing that varies is returned."""
        returns = [s for s in every_statement(self.root.block) if isinstance(s, Return)]
        varied = any(op in activity.varied for s in returns for op in s.value.walk())
        return list(leaves(self.root.facts.result)) if varied else []

    def _is_plain(self) -> bool:
        args = self.root.tree.args
        return not (args.vararg or args.kwarg or args.kwonlyargs or args.defaults)

    def context(self, activity: Activity) -> TangentContext:
        """What the walk over this function starts with."""
        places = self._places(activity)
        facts = [self.root.facts.of[op] for op in activity.varied if op in self.root.facts.of]
        unsure = any(isinstance(f, Num) and f.maybe_complex for f in facts)
        self.builder.maybe_complex |= unsure and not self.builder.has_complex
        alias = self.root.alias
        scope = TangentScope(self._taken() | {alias, *OF_RULES}, [place_name(p, places) for p in places])
        context = TangentContext(
            self.root.facts,
            activity,
            scope,
            places,
            self.root.namespace,
            alias,
            pairs=self.builder,
            results=self.root.results,
            has_complex=self.builder.has_complex,
        )
        for place in places:
            context.tangent(place)
        context.saved_result = scope.new("out")
        return context

    def _parameter(self, context: TangentContext, path: Path, wrt: Sequence[Path]) -> str:
        """The name of the parameter that takes the tangent of what ``wrt`` names."""
        if list(leaves(slot_fact(self.root.facts.entry[path[0]], path[1:]))) == [()]:
            return context.tangent(path)
        noun = place_name(path, wrt)
        name = context.scope.adjoint(noun)
        return context.scope.new(noun + context.suffix) if name in context.place_of_name else name

    def _unpacked(self, context: TangentContext, given: Mapping[Path, str], inputs: frozenset[Path]) -> list[gast.stmt]:
        """Lines that name the tangents inside of structures."""
        lines: list[gast.stmt] = []
        for path, name in given.items():
            context.given.add(name)
            fact = slot_fact(self.root.facts.entry[path[0]], path[1:])
            for leaf in leaves(fact):
                place = (*path, *leaf)
                if leaf and place in context.places:
                    own = context.tangent(place)
                    context.given.add(own)
                    lines += statements(f"{own} = {{e}}", e=part_of(quote(name), leaf, fact))
        return lines

    def _finished(
        self,
        context: TangentContext,
        name: str,
        given: list[str],
        start: list[gast.stmt],
        returned: Returned,
        docstring: str,
    ) -> None:
        body = [*start, *self._walked(context, returned)]
        if self.builder.request.checked:
            names = ", ".join(f"{n!r}: {n}" for n in [*parameters(self.root.tree), *given])
            body = [*gast.parse(f"{CHECKS} = {CHECKS_NAME}({{{names}}})").body, *body]
        self.builder.helpers |= context.helpers | self.root.facts.helpers
        body = split_long(self.dropped(body), self.own, context.scope, named=context.named_part)
        self.unit(name, body, docstring, self._arguments(given))

    def _walked(self, context: TangentContext, returned: Returned) -> list[gast.stmt]:
        """The lines of the body; written again where a later line tells what an earlier one had to know."""
        while True:
            kept, known = context.snapshot(), (set(context.chosen), set(context.boxed))
            body = Forward(context, self.remarks, returned, self.builder.request.checked).block(self.root.block)
            same = (context.chosen, context.boxed) == known
            if same and not any(context.reached(names) & context.given for names in context.kept):
                return body
            context.restore(kept)
            context.known_tangents, context.kept = {}, []
            if not same:
                context.lent = {}

    def remarks(self, node: Any) -> list[gast.stmt]:
        """The comments above a statement, set off by an empty line where they are in the text.

        Those of a generated text belong to all lines down to the next, and stay while one of these does.
        """
        found = super().remarks(node)
        if self.builder.request.mode != "jvp":
            found = [Comment(remark.text) for remark in found]
        above = node.lineno - 2 - len(found)
        return [Blank(), *found] if found and not self.root.source.lines[above].strip() else found

    def _arguments(self, given: list[str]) -> gast.arguments:
        """The user's parameters and, behind them, those of the tangents."""
        new: Any = _without_annotations(self.root.tree.args)
        keyword = ", ".join(["*", *given])
        parsed = gast.parse(f"def f({', '.join(given) if self._is_plain() else keyword}):\n    pass").body[0].args
        if self._is_plain():
            new.args = [*new.args, *parsed.args]
            return new
        new.kwonlyargs = [*new.kwonlyargs, *parsed.kwonlyargs]
        new.kw_defaults = [*new.kw_defaults, *parsed.kw_defaults]
        return new
