"""The tangent of one operation by a template of forward mode, filled in."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import gast

from s2sgrad.adjoint.apply import Application, _count, _is_none
from s2sgrad.adjoint.choose import Local, Template, template_of
from s2sgrad.adjoint.product import Product, flatten
from s2sgrad.adjoint.several import pruned_template
from s2sgrad.analysis.interpret import Bound
from s2sgrad.analysis.ir import Op
from s2sgrad.quote import names_in, quote
from s2sgrad.rules.registry import TangentRule
from s2sgrad.tangent.dots import Dot
from s2sgrad.tangent.operands import Values, wanted_operands

if TYPE_CHECKING:
    from s2sgrad.tangent.step import Step

__all__ = ["Filled"]


@functools.cache
def _template(function: types.FunctionType) -> Template:
    """The template of a rule of forward mode: no adjoint comes in."""
    template = template_of(function)
    return replace(template, parameters=("", template.parameters[0]))


class Filled(Application):
    """A rule of forward mode being inlined for one operation."""

    group: Step
    in_reverse = False

    def __init__(self, step: Step, op: Op, bound: Bound, rule: TangentRule, values: Values) -> None:
        super().__init__(step, op, bound, rule, _template(rule.template), values)  # type: ignore[arg-type]
        self.bound = bound

    def dot(self) -> Dot | None:
        """The tangent of the result; None where no operand that varies has a derivative."""
        wanted = {n: (o, d) for n, o, d in wanted_operands(self.group, self.op, self.bound, self.rule, self.values)}
        if not wanted:
            return None
        joint = len(self.template.results) == 1 < len(self.rule.operands)
        zeros = joint and self.rule.selects  # 0 stands in the template for what does not vary
        if joint and not zeros:
            absent = frozenset(f"d{n}" for n in self.rule.operands if n not in wanted)
            self.template = pruned_template(self.template, absent)
        names = self.rule.operands
        trees = (
            list(self.template.results)
            if joint
            else [t for n, t in zip(names, self.template.results, strict=True) if n in wanted and not _is_none(t)]
        )
        if not trees:
            return None
        needed = self.needed_locals(trees)
        everything = [*trees, *(tree for _, tree in needed)]
        for name in names:
            self._put_in(name, wanted.get(name), sum(_count(t, f"d{name}") for t in everything))
        self._emit(needed)
        terms = tuple(flatten(self.fill(tree, quote("incoming"))) for tree in trees)
        still = [v for n in names if zeros and n not in wanted and isinstance(v := self.values[n], Op)]
        return Dot(terms, self.group.is_full_sum(terms, self.op, still), self.rule.selects)

    def _put_in(self, name: str, found: tuple[Op, Dot] | None, uses: int) -> None:
        """Let the template read the tangent of an operand, under a name where it reads it more than once."""
        if found is None:
            self.substitution[f"d{name}"] = quote("0.0")
            return
        operand, dot = found
        tree = self.group.full(dot, self.group.context.facts.of[operand], lambda: self.group.value(operand))
        simple = isinstance(tree, gast.Name | gast.Constant)
        self.substitution[f"d{name}"] = tree if uses <= 1 or simple else self.group.kept_tangent(operand, tree)
        self.fact_of[f"d{name}"] = self.group.context.facts.of[operand]

    def _emit(self, needed: Iterable[Local]) -> None:
        late = {f"d{name}" for name in self.rule.operands}
        for names, tree in needed:
            depends = bool(late & set(names_in(tree)))
            late |= set(names) if depends else set()
            if not (len(names) == 1 and self._is_name(names[0], tree, Product())):
                self.emit_local(names, tree, depends, [], quote("incoming"))
