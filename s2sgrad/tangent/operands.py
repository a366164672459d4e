"""Which operands of a call have a tangent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2sgrad.adjoint.choose import spelled
from s2sgrad.analysis.facts import Num
from s2sgrad.analysis.interpret import Bound
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal
from s2sgrad.tangent.dots import Dot

if TYPE_CHECKING:
    from s2sgrad.tangent.step import Step

__all__ = ["Values", "Wanted", "wanted_operands"]

Values = dict[str, "Op | Any"]
"""Operations, or defaults, by parameter of a rule."""
Wanted = list[tuple[str, Op, Dot]]
"""Parameter, operand and tangent."""


def wanted_operands(step: Step, op: Op, bound: Bound, rule: Any, values: Values) -> Wanted:
    """The operands in which something varies, by parameter, each with its tangent."""
    found: Wanted = []
    for name, value in values.items():
        dots = step.tangents(value) if isinstance(value, Op) else {}
        if not dots:
            continue
        if name not in rule.operands:
            reason = f"the result depends on `{name}` of `{spelled(bound)}`, with respect to which it has no rule"
            raise Refusal(reason, f"pass a constant `{name}`", op.node)
        if not isinstance(step.context.facts.of[value], Num):
            raise Refusal("a list stands where its rule expects an array", "convert it with np.array", value.node)
        found.append((name, value, dots[()]))
    return found
