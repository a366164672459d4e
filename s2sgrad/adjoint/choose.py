"""Which rule a call has, how its arguments are named there, and the text of the rule as a template.

>>> from s2sgrad.rules.products import kron_of_vectors
>>> [names for names, _ in template_of(kron_of_vectors).locals]
[('blocks',)]
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.analysis.facts import Fact, Num, Record, Seq, Static, may_be_complex, python
from s2sgrad.analysis.interpret import Bound
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.literals import in_doubt
from s2sgrad.errors import Refusal
from s2sgrad.parse import parse
from s2sgrad.rules.registry import (
    ADJOINTS,
    COMPLEX,
    COMPLEX_REASONS,
    HOLOMORPHIC,
    REASONS,
    REASONS_WHERE,
    Rule,
    TangentRule,
)

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = [
    "Local",
    "Template",
    "allows",
    "bind",
    "check_operands",
    "choose",
    "default_fact",
    "facts_of",
    "keyword_node",
    "is_complex",
    "reaches_complex",
    "spelled",
    "template_of",
]


Together = Callable[[Iterable[Any]], bool]
Local = tuple[tuple[str, ...], gast.AST]
"""A local assignment of a template: its targets and its value; or a local array, and a statement that changes it."""


@dataclass(frozen=True)
class Template:
    """The body of a rule: local assignments in order, then one returned expression per operand."""

    locals: tuple[Local, ...]
    results: tuple[gast.expr, ...]
    parameters: tuple[str, ...]

    @property
    def incoming(self) -> str:
        """The name of the incoming adjoint, in a rule for one result."""
        return self.parameters[0]

    @property
    def result(self) -> str:
        """The name of the result, in a rule for one result."""
        return self.parameters[1]


@functools.cache
def template_of(function: types.FunctionType) -> Template:
    """The template of a rule, parsed once."""
    tree = parse(function).tree
    body = [s for s in tree.body if not (isinstance(s, gast.Expr) and isinstance(s.value, gast.Constant))]
    parameters = tuple(a.id for a in tree.args.args)
    returned = body[-1].value
    results = tuple(returned.elts) if isinstance(returned, gast.Tuple) else (returned,)
    return Template(tuple(map(_local, body[:-1])), results, parameters)


def _local(statement: Any) -> Local:
    """What a statement of a rule assigns, or changes in place: ``dx = e``, ``dx[i] += e``, ``np.add.at(dx, i, e)``."""
    if isinstance(statement, gast.Expr):
        return (statement.value.args[0].id,), statement
    target = statement.targets[0] if isinstance(statement, gast.Assign) else statement.target
    if isinstance(target, gast.Subscript):
        return (target.value.id,), statement
    return _targets(target), statement.value


def _targets(target: gast.expr) -> tuple[str, ...]:
    return tuple(t.id for t in target.elts) if isinstance(target, gast.Tuple) else (target.id,)


def _is_idle(keyword: str, function: Any) -> bool:
    """True for a keyword of SciPy's on which no result hangs."""
    module = str(getattr(function, "__module__", ""))
    return keyword == "check_finite" and module.startswith(("scipy.linalg", "s2sgrad.rules.scipy_"))


def bind(rule: Rule | TangentRule, bound: Bound, op: Op) -> dict[str, Op | Any]:
    """Operations by parameter of the rule; for a parameter that was not passed, its default."""
    values: dict[str, Op | Any] = {}
    names = rule.names
    if len(bound.args) > len(rule.in_order):
        raise Refusal(f"this call of `{spelled(bound)}` has more arguments than its rule knows", "", op.node)
    values.update(zip(rule.in_order, bound.args, strict=False))
    for keyword, value in bound.keywords:
        if keyword not in names and _is_idle(keyword, bound.function):
            continue
        if keyword not in names:
            reason = f"`{keyword}=` of `{spelled(bound)}` has no derivative rule"
            raise Refusal(reason, f"leave out `{keyword}=`", keyword_node(op, keyword))
        values[keyword] = value
    for parameter in rule.parameters if len(values) < len(names) else ():
        if parameter.name not in values:
            if parameter.default is parameter.empty:
                raise Refusal(f"`{spelled(bound)}` lacks `{parameter.name}`", "", op.node)
            values[parameter.name] = parameter.default
    return values


def keyword_node(op: Op, name: str) -> gast.AST:
    """Where the keyword stands in a call; the call where it is not one that the user wrote."""
    found = (k for k in getattr(op.node, "keywords", ()) if k.arg == name and getattr(k, "lineno", 0))
    return next(found, op.node)


def spelled(bound: Bound) -> str:
    """The name of the function that is called."""
    return str(getattr(bound.function, "__name__", bound.function))


def facts_of(values: dict[str, Op | Any], facts: dict[Op, Fact]) -> dict[str, Fact]:
    """The facts of the arguments of a call by the parameters of its rule."""
    return {k: facts[v] if isinstance(v, Op) else default_fact(v) for k, v in values.items()}


def default_fact(value: Any) -> Fact:
    """The fact of a value that a rule spells out."""
    if value is None:
        return _NONE
    return python(type(value), value) if isinstance(value, (bool, int, float)) else Static(value)


_NONE = Static(None)


def allows(rule: Rule | TangentRule) -> bool:
    """True for a rule that is right for complex numbers, too."""
    return rule.template in HOLOMORPHIC or rule.template in COMPLEX


def is_complex(bound: Bound, result: Fact, facts: dict[Op, Fact]) -> bool:
    """True where an operand of a call, or its result, may be complex."""
    operands = [facts[a] for a in (*bound.args, *(v for _, v in bound.keywords))]
    return any(map(reaches_complex, (*operands, result)))


def reaches_complex(fact: Fact) -> bool:
    """True for what may be complex, and for a list, a tuple or a named tuple that holds such."""
    if isinstance(fact, Record) and fact.kind == "namedtuple":
        return any(reaches_complex(slot) for _, slot in fact.slots)
    if isinstance(fact, Seq):
        return any(map(reaches_complex, (fact.element, *(fact.items or ()))))
    return may_be_complex(fact)


def choose(
    bound: Bound, op: Op, facts: dict[Op, Fact], complex_too: bool = False, together: Together | None = None
) -> tuple[Rule, dict[str, Op | Any]]:
    """The rule for a call, and its arguments by the rule's parameters. Raises Refusal where there is none.

    ``complex_too``: a rule that is not known to be right for complex numbers does not fit them. ``together`` tells
    whether the operands, which it is given, may have a rule of that kind; none may unless it is given.
    """
    only = complex_too and is_complex(bound, facts[op], facts)
    try:
        rules, known = ADJOINTS.get(bound.function, []), REASONS.get(bound.function)
    except TypeError:
        rules, known = [], None
    misfit: Refusal | None = None
    bound_by_some = False
    for rule in rules:
        if only and (not allows(rule) or getattr(bound.function, "__module__", "") == "math"):
            continue  # what is in `math` drops the imaginary part of a NumPy number
        try:
            values = bind(rule, bound, op)
        except Refusal as reason:
            misfit = reason if misfit is None or "lacks" in misfit.reason else misfit
            continue
        bound_by_some = True
        if rule.together and (together is None or not together(values[name] for name in rule.operands)):
            continue
        if rule.when is None:
            return rule, values
        known_of = facts_of(values, facts)
        if not rule.elementwise:
            known_of = in_doubt(bound.function, known_of)
        if rule.when(known_of):
            return rule, values
        if bound.function in REASONS_WHERE:
            unless, why, instead = REASONS_WHERE[bound.function]
            if unless(known_of):
                raise Refusal(f"`{spelled(bound)}` has no derivative rule: {why}", instead, op.node)
    if misfit is not None and not ("lacks" in misfit.reason and bound_by_some):
        raise misfit
    if only:
        known = COMPLEX_REASONS.get(bound.function, known)
    if known is not None:
        raise Refusal(f"`{spelled(bound)}` has no derivative rule: {known[0]}", known[1], op.node)
    which = " for complex numbers" if only else " for operands of these ranks"
    raise Refusal(
        f"`{spelled(bound)}` has no derivative rule" + (which if rules else ""),
        "write it with functions that have one",
        op.node,
    )


def check_operands(group: Group, op: Op, rule: Rule, values: dict[str, Op | Any], wanted: list[Op]) -> None:
    """Raise Refusal for an operand that is no array, or for a derivative with respect to another parameter."""
    context = group.context
    for operand in wanted:
        if not isinstance(context.facts.of[operand], Num):
            raise Refusal("a list stands where its rule expects an array", "convert it with np.array", operand.node)
    for name, value in values.items():
        if name not in rule.operands and isinstance(value, Op) and group.active(value):
            called = spelled(context.facts.calls[op])
            reason = f"the result depends on `{name}` of `{called}`, with respect to which it has no rule"
            raise Refusal(reason, f"pass a constant `{name}`", op.node)
