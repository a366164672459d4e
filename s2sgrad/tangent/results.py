"""The end of a function of forward mode: its value, and the tangent of it."""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.adjoint.finish import finish
from s2sgrad.analysis.facts import Fact, Num, Seq, is_scalar
from s2sgrad.analysis.ir import Return
from s2sgrad.analysis.places import slots
from s2sgrad.printer import fits
from s2sgrad.quote import names_in, quote, replaced, statements
from s2sgrad.request import Path
from s2sgrad.tangent.arrange import arranged, with_hoists
from s2sgrad.tangent.calls import HelperCall
from s2sgrad.tangent.checked import checked_result
from s2sgrad.tangent.context import TangentContext
from s2sgrad.tangent.dots import built, part_of, zeros
from s2sgrad.tangent.lenders import holders, is_lent, note_lenders
from s2sgrad.tangent.memory import is_own, own_tangent
from s2sgrad.tangent.step import Step

__all__ = ["Returned"]


class Returned:
    """Writes ``return value, tangent``; ``paths`` are the leaves that a helper gives the tangents of, None: all.

    ``lent`` are those of them that may lie in the memory of a tangent that the helper is given.
    """

    def __init__(
        self, context: TangentContext, paths: list[Path] | None, with_value: bool, checked: bool = False
    ) -> None:
        self.context, self.paths, self.with_value = context, paths, with_value
        self.checked = checked and paths is None
        self.name = ""
        self.lent: set[Path] = set()

    def __call__(self, step: Step) -> list[gast.stmt]:
        """The lines of a return statement."""
        statement = step.statement
        assert isinstance(statement, Return)
        tangent = self._tangent(step, statement)
        lines = finish(step, statements("tangent = {t}", t=tangent))
        *above, last = lines
        hoists = with_hoists(step)
        direct = None if self.checked else self._direct(step, statement, hoists.lines, above, last.value)
        if direct is not None:
            return direct
        value = replaced(statement.node.value, hoists.table) if hoists.table else statement.node.value
        out = self.context.saved_result
        own: list[gast.stmt] = []
        if out is not None and any(out in names_in(line) for line in lines):
            own, value = statements(f"{out} = {{v}}", v=value), quote(out)
        above = arranged(step, above, own, hoists)
        tree: Any = last.value
        plain = isinstance(tree, gast.Name | gast.Tuple | gast.List | gast.Dict | gast.Constant)
        if not plain or (self.with_value and not fits(statements("return {v}, {t}", v=value, t=tree)[0], 1)):
            name = self.name = self.name or self.context.scope.new(f"out{self.context.suffix}")
            self.context.adjoint_facts[name] = self.context.facts.of[statement.value]
            above, tree = [*above, *statements(f"{name} = {{t}}", t=tree)], quote(name)
        tree = checked_result(tree) if self.checked else tree
        text = "return {v}, {t}" if self.with_value else "return {t}"
        return [*above, *statements(text, v=value, t=tree)]

    def _direct(
        self, step: Step, statement: Return, hoists: list[Any], above: list[gast.stmt], tangent: Any
    ) -> list[gast.stmt] | None:
        """``return jvp_helper(x, x_dot)`` where that is all there is to it."""
        call = self.context.pair_names.get(statement.value)
        one = isinstance(call, HelperCall) and len(call.targets) == len(hoists) == 1
        if not self.with_value or not isinstance(call, HelperCall) or above or not one:
            return None
        if getattr(tangent, "id", "") != call.targets[0]:
            return None
        return statements("return {v}", v=hoists[0].value)

    def _tangent(self, step: Step, statement: Return) -> gast.expr:
        op, fact = statement.value, self.context.facts.of[statement.value]
        dots = step.tangents(op)
        value = step.value(op)

        def leaf(path: Path, held: Fact) -> gast.expr:
            own = self._part(step, op, path)
            if path not in dots:
                return zeros(held, own, step.numpy, statement.node)
            tree = step.full(dots[path], held, lambda: own)
            return self._final(step, tree, held) if self.paths is None else self._noted(step, path, tree, held)

        if self.paths is None:
            return built(fact, leaf, value if slots(fact) is not None else None, final=True)
        trees = [leaf(path, _slot(fact, path)) for path in self.paths]
        if len(trees) == 1:
            return trees[0]
        display = quote("()")
        display.elts = trees
        return display

    def _part(self, step: Step, op: Any, path: Path) -> gast.expr:
        """The expression that reads a leaf of what is returned."""
        from s2sgrad.analysis.places import parts_of

        while path and (parts := parts_of(op, self.context.facts)) is not None:
            op, path = dict(parts)[path[0]], path[1:]
        return part_of(step.value(op), path, self.context.facts.of[op])

    def _noted(self, step: Step, path: Path, tree: gast.expr, fact: Fact) -> gast.expr:
        """A tangent of a helper's, which may be one that it was given."""
        if not is_scalar(fact) and self._is_lent(step, tree):
            self.lent.add(path)
        return tree

    def _final(self, step: Step, tree: gast.expr, fact: Fact) -> gast.expr:
        """A tangent in the dtype of its value, in memory that is not the caller's."""
        if not is_scalar(fact) and self._is_lent(step, tree):
            tree = own_tangent(fact, tree, step.numpy)
        elif isinstance(fact, Seq) and fact.kind == "tuple" and not is_own(tree):
            tree = quote("tuple({x})", x=tree)
        if not isinstance(fact, Num) or fact.dtype is None:
            return tree
        found = step.context.fact(tree, step.statement)
        proven = isinstance(found, Num) and found.dtype is not None and found.dtype == fact.dtype
        if fact.box == "array":
            same = proven and isinstance(found, Num) and found.box == "array"
            if same:
                return tree
            return quote(f"{{np}}.asarray({{t}}, {{np}}.{fact.dtype.name})", t=tree, np=step.numpy)
        if fact.box == "np" and fact.dtype != float and not (proven and getattr(found, "box", "") == "np"):
            return quote(f"{{np}}.{fact.dtype.name}({{t}})", t=tree, np=step.numpy)
        if fact.box == "py" and not (proven and getattr(found, "box", "") == "py"):
            return quote("complex({t})" if fact.kind == "c" else "float({t})", t=tree)
        return tree

    def _is_lent(self, step: Step, tree: gast.expr) -> bool:
        """True where an expression may lie in an array of the caller's."""
        note_lenders(step.context, step.statement, step.temporaries)
        return not is_own(tree, holders(step.context, step.statement, tree)) and is_lent(step.context, tree)


def _slot(fact: Fact, path: Path) -> Fact:
    from s2sgrad.analysis.places import slot_fact

    return slot_fact(fact, path)
