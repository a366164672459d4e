"""Calls with several results, such as ``w, v = np.linalg.eigh(a)``: one rule for the adjoints of all of them.

An adjoint that nothing contributes to is zero, and every term of the rule that has it as a factor vanishes.

>>> unquote(without(quote("np.tril(u @ dv) + w * dw - 2 * dv"), frozenset(["dv"])))
'w * dw'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.adjoint.apply import Application
from s2sgrad.adjoint.choose import Template, check_operands, choose, template_of
from s2sgrad.adjoint.fit import full_shape
from s2sgrad.adjoint.product import Product, flatten
from s2sgrad.adjoint.slots import pull_slot, slot_taken
from s2sgrad.adjoint.taken_apart import TAKEN_APART
from s2sgrad.analysis.facts import Fact, Num, Seq
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.places import parts_of, slots
from s2sgrad.errors import Refusal
from s2sgrad.quote import clone, names_in, quote, unquote  # noqa: F401
from s2sgrad.request import Path

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["call_of_several", "held_results", "pruned_template", "slot_of_call", "without"]


def call_of_several(group: Group, op: Op, incoming: list[Product]) -> list[tuple[Op, Product, bool]]:
    """Of a call whose results are used one by one."""
    context = group.context
    bound = context.facts.calls.get(op)
    if bound is None or incoming:
        raise Refusal("the results of this call are not differentiated one by one", "unpack them", op.node)
    parts = slots(context.facts.of[op]) or ()
    if bound.function in TAKEN_APART:
        return _taken_apart(group, op, bound.function, [fact for _, fact in parts] or _unpacked(group, op))
    rule, values = choose(bound, op, context.facts.of, context.has_complex)
    if rule.results != len(parts):
        raise Refusal("the results of this call are not differentiated one by one", "unpack them", op.node)
    group._check_complex(op)
    positions: dict[Any, int] = {key: i for i, (key, _) in enumerate(parts)}
    given = {positions.get(path[0], -1): terms for path, terms in group.slots[op].items()}
    template = template_of(rule.template)
    adjoints, results = template.parameters[: len(parts)], template.parameters[len(parts) : 2 * len(parts)]
    pruned = pruned_template(template, frozenset(name for i, name in enumerate(adjoints) if i not in given))
    if context.scope.again:
        pruned = _wary(pruned)
    application = Application(group, op, bound, rule, pruned, values)
    read = {n for tree in (*pruned.results, *(tree for _, tree in pruned.locals)) for n in names_in(tree)}
    held = held_results(group, op, tuple(name if name in read else "_" for name in results))
    for i, name in enumerate(results):
        application.substitution[name] = held[i]
        application.fact_of[name] = parts[i][1]
    for i, terms in given.items():
        fact = parts[i][1]
        application.substitution[adjoints[i]] = _adjoint(group, op, i, terms, fact)
        application.fact_of[adjoints[i]] = fact
    return _applied(application, frozenset(adjoints))


def _taken_apart(group: Group, op: Op, function: Any, facts: list[Fact]) -> list[tuple[Op, Product, bool]]:
    """Of a call whose results are as many as the program says."""
    group._check_complex(op)
    given = group.slots[op]
    trees = [_adjoint(group, op, i, given[(i,)], fact) if (i,) in given else None for i, fact in enumerate(facts)]
    results: list[tuple[Op, Product, bool]] = TAKEN_APART[function](group, op, trees, lambda i: _value(group, op, i))
    return results


def _unpacked(group: Group, op: Op) -> list[Fact]:
    """The facts of the results of a call that the statement unpacks, where their number is known from nothing else."""
    fact = group.context.facts.of[op]
    items = [t.value for t in getattr(group.statement, "targets", ()) if t.value.form == "item"]
    if not isinstance(fact, Seq) or not items or items[0].args[0] is not op:
        raise Refusal("how many arrays this gives is not known", "unpack them: `a, b = ...`", op.node)
    return [fact.element] * int(items[0].payload[1])


def _value(group: Group, op: Op, i: int) -> gast.expr:
    """The expression that reads result ``i`` of a call."""
    return _own_name(group, op, i) or quote(f"{{x}}[{i}]", x=group.value(op))


def slot_of_call(group: Group, op: Op, incoming: list[Product], masked: bool) -> bool:
    """Pull the adjoint of ``np.linalg.eigh(a)[0]`` or ``[[a], b][0][0]`` down to what made it; False for the rest."""
    facts = group.context.facts
    base: Op = op
    path: Path = ()
    while (key := slot_taken(base, facts)) is not None:
        base, path = base.args[0], (key, *path)
    known = base in facts.calls or base in facts.callees
    if not path or not (parts_of(base, facts) is not None or (base.form == "call" and known)):
        return False
    for product in incoming:
        pull_slot(group, base, path, product, masked)
    return True


def _applied(application: Application, late: frozenset[str]) -> list[tuple[Op, Product, bool]]:
    group, rule, values = application.group, application.rule, application.values
    wanted = [
        (operand, tree, name)
        for name, tree in zip(rule.operands, application.template.results, strict=False)
        if isinstance(operand := values[name], Op) and group.active(operand)
    ]
    check_operands(group, application.op, rule, values, [operand for operand, _, _ in wanted])
    for names, tree in application.needed_locals([tree for _, tree, _ in wanted]):
        depends = bool(late & set(names_in(tree)))
        late |= set(names) if depends else frozenset()
        application.late = set(late)
        application.emit_local(names, tree, depends, wanted, tree)
    results = []
    for operand, tree, _ in wanted:
        product = flatten(application.fill(application.conjugated_names(tree), tree)).weighing("part")
        results.append((operand, product, rule.selects))
    return results


def held_results(group: Group, op: Op, wanted: tuple[str, ...]) -> list[gast.expr]:
    """The names that hold the results of a call: the user's own, else ``wanted`` ones (``_``: not read at all)."""
    own = [_own_name(group, op, i) for i in range(len(wanted))]
    missing = tuple(name if tree is None else "_" for name, tree in zip(wanted, own, strict=True))
    new = group.locals(missing, group.value(op)) if set(missing) != {"_"} else missing
    return [quote(name) if tree is None else tree for name, tree in zip(new, own, strict=True)]


def _own_name(group: Group, op: Op, i: int) -> gast.expr | None:
    """The user's name for result ``i`` of a call, if there is one that lasts."""
    own = [t for t in getattr(group.statement, "targets", ()) if t.value.form == "item" and t.value.args[0] is op]
    for target in own:
        if target.value.payload[0] == i and target.name != "_" and [t.name for t in own].count(target.name) == 1:
            return group.value(target.value)
    return None


def _adjoint(group: Group, op: Op, i: int, terms: list[Product], fact: Fact) -> gast.expr:
    """The adjoint of one result under a name, at its full shape."""
    product = terms[0]
    full = full_shape(group.fact(product), fact) or (isinstance(fact, Num) and fact.shape == ())
    if len(terms) == 1 and product.sign > 0 and product.bare and group.is_simple(product) and full:
        return product.factors[0]
    tree = group.sum(terms)
    if isinstance(fact, Num) and fact.shape != () and not full_shape(group.context.fact(tree, group.statement), fact):
        tree = group.spread(tree, group.context.fact(tree, group.statement), _value(group, op, i))
    noun = f"{group.noun(op)}_{i}"
    return quote(group.local(group.context.scope.prefix + noun, tree, temporary=True))


def pruned_template(template: Template, absent: frozenset[str]) -> Template:
    """The template with zero for the adjoints in ``absent``."""
    locals_ = []
    for names, tree in template.locals:
        left = without(tree, absent)
        if left is None:
            absent |= set(names)
        else:
            locals_.append((names, left))
    results = [without(tree, absent) for tree in template.results]
    return Template(tuple(locals_), tuple(quote("0.0") if r is None else r for r in results), template.parameters)


def without(tree: Any, absent: frozenset[str]) -> Any:
    """``tree``, which is linear in the names in ``absent``, with these being zero; None if it is zero itself."""
    if not absent & set(names_in(tree)):
        return tree
    if isinstance(tree, gast.BinOp) and isinstance(tree.op, gast.Add | gast.Sub):
        left, right = without(tree.left, absent), without(tree.right, absent)
        if left is None and right is not None and isinstance(tree.op, gast.Sub):
            return quote("-{x}", x=right)
        if left is None or right is None:
            return right if left is None else left
        return quote("{a} + {b}" if isinstance(tree.op, gast.Add) else "{a} - {b}", a=left, b=right)
    return _parts_without(tree, absent)


def _parts_without(tree: Any, absent: frozenset[str]) -> Any:
    if isinstance(tree, gast.Name):
        return None
    if isinstance(tree, gast.Call) and getattr(tree.func, "id", "") in _OVER_GAPS:
        return _gaps_without(tree, absent)
    new = tree.__class__.__new__(tree.__class__)
    for key, value in tree.__dict__.items():
        parts = value if isinstance(value, list) else [value]
        kept = [without(v, absent) if isinstance(v, gast.expr) else v for v in parts]
        if any(k is None and isinstance(v, gast.expr) for k, v in zip(kept, parts, strict=True)):
            return None
        new.__dict__[key] = kept if isinstance(value, list) else kept[0]
    return new


_OVER_GAPS = ("skew_over", "over_gaps")
"""Words of the rules that divide by gaps, and may be told what is read besides."""


def _wary(template: Template) -> Template:
    """The template for generated text, which reads the vectors alone where it has the values from another call."""
    locals_ = tuple((names, _told(tree)) for names, tree in template.locals)
    return Template(locals_, tuple(map(_told, template.results)), template.parameters)


def _told(tree: Any) -> Any:
    new = clone(tree)
    for node in gast.walk(new):
        if isinstance(node, gast.Call) and getattr(node.func, "id", "") in _OVER_GAPS and len(node.args) == 2:
            node.args.append(quote("True"))
    return new


def _gaps_without(tree: gast.Call, absent: frozenset[str]) -> Any:
    """A call of a word that divides its first argument by gaps; the last ones only tell what is read."""
    inner, gaps, *more = (without(arg, absent) for arg in tree.args)
    if inner is None:
        return None
    left = [arg for arg in more if arg is not None]
    new = quote("f({inner}, {gaps})", inner=inner, gaps=gaps)
    new.func, new.args = tree.func, new.args + left
    return new
