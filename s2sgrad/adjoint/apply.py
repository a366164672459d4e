"""Apply a rule to one operation: substitute names into its template and read the results as products."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.adjoint import complexes
from s2sgrad.adjoint.choose import Local, Template, check_operands, choose, default_fact, facts_of, template_of
from s2sgrad.adjoint.fit import fit
from s2sgrad.adjoint.own_module import module_of, needs_special, scipy_module, without_special
from s2sgrad.adjoint.product import Product, flatten
from s2sgrad.analysis.facts import Fact, Num, Opaque, Seq, may_be_complex
from s2sgrad.analysis.interpret import Bound
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.literals import is_elementwise
from s2sgrad.analysis.places import place_of
from s2sgrad.names import temporary
from s2sgrad.printed import OF_RULES
from s2sgrad.quote import clone, names_in, nodes_in, occurrences, quote, sharing
from s2sgrad.rules.macros import unreduce
from s2sgrad.rules.registry import HOLOMORPHIC, Rule

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["Application", "apply_rule"]

INCOMING = "incoming"
"""Stands for the incoming adjoint while a template is filled in."""
_INCOMING = quote(INCOMING)


def apply_rule(group: Group, op: Op, incoming: list[Product], masked: bool) -> list[tuple[Op, Product, bool]]:
    """The adjoints that ``op`` passes on, each with its operand and whether it may be zero by selection."""
    context = group.context
    bound = context.facts.calls[op]

    def together(operands: Iterable[Op]) -> bool:
        alone = op not in context.roots and isinstance(op.node, gast.expr) and not masked
        return alone and all(map(group.active, operands)) and all(group.is_full(p, op) for p in incoming)

    rule, values = choose(bound, op, context.facts.of, context.has_complex, together)
    template = template_of(rule.template)
    wanted = [
        (operand, tree, name)
        for name, tree in zip(rule.operands, template.results, strict=False)
        if isinstance(operand := values[name], Op) and group.active(operand) and not _is_none(tree)
    ]
    check_operands(group, op, rule, values, [operand for operand, _, _ in wanted])
    if not wanted:
        return []
    return Application(group, op, bound, rule, template, values).run(wanted, incoming, masked)


def _is_none(tree: gast.expr) -> bool:
    return isinstance(tree, gast.Constant) and tree.value is None


_GIVEN = {"axis": None, "dtype": None, "keepdims": False, "where": True, "loc": 0, "scale": 1}
_DEFAULTS = {name: default_fact(value) for name, value in _GIVEN.items()}
"""The fact of what NumPy, or SciPy, takes for a keyword of these names that is not given."""


class Application:
    """One rule being inlined for one operation."""

    in_reverse = True

    def __init__(
        self, group: Group, op: Op, bound: Bound, rule: Rule, template: Template, values: dict[str, Op | Any]
    ) -> None:
        self.group, self.op, self.rule, self.template, self.values = group, op, rule, template, values
        self.incoming = template.incoming
        self.elementwise = getattr(rule, "elementwise", False) or is_elementwise(bound.function)
        self.reduces = unreduce.__name__ in rule.template.__code__.co_names
        self.expanded: dict[int, gast.expr] = {}
        self.fact_of: dict[str, Fact] = facts_of(values, group.context.facts.of)
        self.conjugates = self.in_reverse and group.context.has_complex and rule.template in HOLOMORPHIC
        self.late: set[str] = set()
        module = module_of(op, bound.function, self.fact_of.values())
        self.substitution: dict[str, gast.AST] = {"np": module or group.numpy}
        self.substitution |= scipy_module(rule.template, op, group.context)  # type: ignore[arg-type]

    def run(
        self, wanted: list[tuple[Op, gast.expr, str]], incoming: list[Product], masked: bool
    ) -> list[tuple[Op, Product, bool]]:
        """The adjoints of the operands in ``wanted``, from the terms of the incoming one."""
        needed = self.needed_locals([tree for _, tree, _ in wanted])
        trees = [tree for _, tree, _ in wanted] + [tree for _, tree in needed]
        guarded = masked and self.elementwise and any(name in dict(self.rule.finite) for _, _, name in wanted)
        guarded = guarded and not self._is_finite()
        product = self._incoming(incoming, trees, guarded, self._reads_parts(needed))
        self._emit_locals(needed, product, wanted)
        full = self.elementwise and self.group.is_full(product, self.op)
        results = []
        for operand, tree, name in wanted:
            result = self._product(tree, product)
            if guarded and name in dict(self.rule.finite) and not result.literal:
                dy = self.group.tree(product.positive())
                result = Product(factors=(self.guarded(name, dy, self.group.tree(result)),))
                if place_of(operand, self.group.context.facts) is None:
                    result = self.group.named(operand, [result], spread=False)
            if self.rule.exact:
                result = result.weighing("part")
            else:
                depends = _count(tree, self.incoming) > 0 or self.rule.together
                if not self.elementwise and result.heavy == "part":
                    result = result.weighing("")  # a part has the shape of what it is a part of, not of this operand
                if not self.rule.unstretched:
                    result = fit(self.group, result, operand, self.op, self.elementwise, full and depends, self.reduces)
            results.append((operand, result, masked or self.rule.selects))
        return results

    def needed_locals(self, trees: list[gast.expr]) -> list[Local]:
        """The locals of the template that these expressions, or other such locals, read; unread names become ``_``."""
        wanted = {n for tree in trees for n in _names(tree)}
        needed: list[Local] = []
        for names, tree in reversed(self.template.locals):
            if wanted & set(names):
                needed.insert(0, (tuple(n if n in wanted else "_" for n in names), tree))
                wanted |= set(names_in(tree))
        return needed

    def _reads_parts(self, needed: list[Local]) -> bool:
        """True where a local line holds the incoming adjoint: what reads that line may cut it up."""
        return not self.elementwise and any(_count(tree, self.incoming) > 0 for _, tree in needed)

    def _incoming(self, incoming: list[Product], trees: list[gast.expr], guarded: bool, parts: bool) -> Product:
        """The incoming adjoint as one product, under a name where the lines that follow read better so."""
        uses = sum(_count(tree, self.incoming) for tree in trees)
        scaling = not parts and all(self._scales(tree) for tree in trees)
        passes = all(isinstance(tree, gast.Name) or _count(tree, self.incoming) == 0 for tree in trees)
        if len(incoming) == 1 and not guarded:
            product = incoming[0]
            simple = self.group.is_simple(product)
            if (passes and uses <= 1) or (
                simple and (scaling or (product.sign > 0 and product.bare) or product.literal)
            ):
                if scaling or self.elementwise or self.group.is_full(product, self.op):
                    return product
            elif scaling and uses <= 1 and not self._is_better_named(product):
                return product
        return self.group.named(self.op, incoming, spread=not (scaling or self.elementwise))

    def _is_better_named(self, product: Product) -> bool:
        return self._grows(product) or product.heavy == "matmul" or self.group.is_long(product)

    def _grows(self, product: Product) -> bool:
        """True where a reduction would be repeated over an axis that the next step broadcasts."""
        return bool(product.heavy) and not self.elementwise

    def _scales(self, tree: gast.expr) -> bool:
        """True where ``dy`` occurs once, as a factor of the whole."""
        if not _count(tree, self.incoming):
            return True
        return _is_scaled(self._expanded(tree), self.incoming)

    def _local_name(self, name: str, wanted: list[tuple[Op, gast.expr, str]]) -> str:
        """A local that is the adjoint of an operand is named after it."""
        for operand, tree, _ in wanted:
            if isinstance(tree, gast.Name) and tree.id == name:
                context = self.group.context
                return context.scope.prefix + temporary(operand, context.parents.get(operand), context.facts)
        return name

    def _emit_locals(self, needed: list[Local], product: Product, wanted: list[tuple[Op, gast.expr, str]]) -> None:
        changed = {name for names, tree in needed if isinstance(tree, gast.stmt) for name in names}
        late = {self.incoming}
        for names, tree in needed:
            depends = bool(changed & set(names) or late & set(names_in(tree)))
            late |= set(names) if depends else set()
            self.late = late
            if not (len(names) == 1 and names[0] not in changed and self._is_name(names[0], tree, product)):
                self.emit_local(names, tree, depends, wanted, self.group.tree(product))

    def _is_name(self, name: str, tree: gast.AST, product: Product) -> bool:
        """True for a local that is another name for a variable, which stands for it from then on."""
        if not isinstance(tree, gast.Call):
            return False
        filled = self.fill(tree, self.group.tree(product))
        if not isinstance(filled, gast.Name):
            return False
        self.substitution[name] = filled
        self.fact_of[name] = self.group.context.fact(filled, self.group.statement)
        self.expanded = {}
        return True

    def emit_local(
        self,
        names: tuple[str, ...],
        tree: gast.AST,
        depends: bool,
        wanted: list[tuple[Op, gast.expr, str]],
        incoming: gast.expr,
    ) -> None:
        """A line for a local of the template; ``depends`` says that it hangs on the incoming adjoint."""
        filled = self.fill(self.conjugated_names(tree) if depends else tree, incoming)
        if isinstance(filled, gast.stmt):
            self.group.temporaries.append(clone(filled))
            return
        if len(names) == 1:
            new = [self.group.local(self._local_name(names[0], wanted), filled, temporary=depends)]
        else:
            new = self.group.locals(names, filled, temporary=depends)
        for name, local in zip(names, new, strict=True):
            self.substitution[name] = quote(local)
            self.fact_of[name] = self.group.context.adjoint_facts.get(local, Opaque())
        self.expanded = {}

    def fill(self, tree: Any, incoming: gast.expr) -> Any:
        """``tree``, a part of the template, with the values of this call."""
        tree = self._expanded(tree)
        names = _names(tree)
        table = dict(self.substitution)
        for name, value in self.values.items():
            if name in names:
                table[name] = self._read(value) if isinstance(value, Op) else quote(repr(value))
        if self.rule.results == 1:
            if self.template.result in names:
                table[self.template.result] = self.group.value(self.op)
            if self.incoming in names:
                table[self.incoming] = incoming
        if "special" in names and "special" not in table and needs_special(self.rule.template):  # type: ignore[arg-type]
            raise without_special(self.op)
        if defaults := self._defaults & names:
            tree = _without_defaults(tree, defaults)
        return sharing(tree, table)  # a line that is made of it is a copy

    def _read(self, value: Op) -> gast.expr:
        """The expression that reads an operand; a list of numbers is an array where elements are multiplied."""
        tree = self.group.value(value)
        if self.elementwise and isinstance(self.group.context.facts.of[value], Seq):
            return quote("{np}.array({x})", np=self.group.numpy, x=tree)
        return tree

    @functools.cached_property
    def _defaults(self) -> frozenset[str]:
        """The parameters that have NumPy's own default here, which goes without saying."""
        own = [name for name in _DEFAULTS if name in self.fact_of]
        return frozenset(name for name in own if self.fact_of[name] == _DEFAULTS[name])

    def _product(self, tree: gast.expr, product: Product) -> Product:
        """The result ``tree`` of the template as a product that starts with the incoming one."""
        expanded = self._expanded(tree)
        if not self._scales(tree):
            result = flatten(self.fill(self.conjugated_names(tree), self.group.tree(product)))
            result = complexes.without_pairs(result) if self.group.context.has_complex else result
            heavy = "matmul" if any(isinstance(n, (gast.MatMult, gast.Call)) for n in nodes_in(expanded)) else ""
            return result.weighing(heavy)
        if not _count(expanded, self.incoming):
            return flatten(self.fill(self.conjugated_names(tree), _INCOMING))
        filled = flatten(self.fill(tree, _INCOMING))
        rest = filled.of(*(f for f in filled.factors if not (isinstance(f, gast.Name) and f.id == INCOMING)))
        if self.conjugates:
            return product.times(complexes.conjugated(self.group, rest))
        return product.times(self.group.pull_literals(rest, signs=not product.literal))

    def conjugated_names(self, tree: Any) -> Any:
        """A part of the template that holds the incoming adjoint, with the conjugates of what it is multiplied with."""
        if not self.conjugates:
            return tree
        known = {**self.fact_of, self.template.result: self.group.context.facts.of[self.op]}
        names = frozenset(n for n, fact in known.items() if may_be_complex(fact)) - self.late - {self.incoming}
        return complexes.conjugated_names(self._expanded(tree), names)

    def _expanded(self, tree: gast.expr) -> gast.expr:
        """``tree``, a part of the template, with every macro of the rules spelled out for the facts at hand."""
        if not _calls_a_name(tree):
            return tree
        if id(tree) not in self.expanded:
            self.expanded[id(tree)] = self._spelled_out(tree)
        return self.expanded[id(tree)]

    def _spelled_out(self, tree: gast.expr) -> gast.expr:
        from s2sgrad.rules.macros import EXPANDERS

        if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name):
            macro = self.rule.template.__globals__.get(tree.func.id)
            if macro in EXPANDERS:
                args = [self._expanded(a) for a in tree.args]
                facts = [self._fact(a) for a in args]
                return EXPANDERS[macro](args, facts)
            if macro in OF_RULES.values():
                self.group.context.helpers.add(tree.func.id)
        return _map_children(tree, self._expanded)

    def _fact(self, tree: gast.expr) -> Fact:
        if isinstance(tree, gast.Name):
            if tree.id in self.fact_of:
                return self.fact_of[tree.id]
            return self.group.context.facts.of[self.op]
        if isinstance(tree, gast.Constant):
            return default_fact(tree.value)
        if self._coming & _names(tree):
            return Opaque()
        if self.rule.results > 1 or self.incoming not in _names(tree):
            return self.group.context.fact(self.fill(tree, tree), self.group.statement)
        return self.group.context.facts.of[self.op]

    @property
    def _coming(self) -> frozenset[str]:
        """The locals of the template that have no line yet: what they hold is not known."""
        own = {name for names, _ in self.template.locals for name in names}
        return frozenset(own - self.substitution.keys())

    def _is_finite(self) -> bool:
        """True where the local derivatives are proven to be finite."""
        name, compared = self.rule.finite_where or ("", "")
        operand = self.values.get(name)
        if not isinstance(operand, Op):
            return False
        signs = self.group.context.signs
        return signs.is_positive(operand) if compared == "> 0" else signs.is_nonnegative(operand)

    def guarded(self, name: str, incoming: gast.expr, result: gast.expr) -> gast.expr:
        """``result``, which is linear in ``incoming``, but zero where that is and the derivative is infinite.

        Where the derivative is finite, ``result`` is zero by itself, and what is differentiated once more is it.
        """
        finite = self._finite(name)
        fact = self.group.context.facts.of[self.op]
        if isinstance(fact, Num) and fact.shape == ():
            return quote("{e} if {dy} != 0 or {finite} else 0.0", dy=incoming, e=result, finite=finite)
        template = "{np}.where(({dy} != 0) | ({finite}), {e}, 0.0)"
        return quote(template, np=self.group.numpy, dy=incoming, e=result, finite=finite)

    def _finite(self, name: str) -> gast.expr:
        """The test of where the derivative with respect to an operand is finite."""
        tree: Any = quote(dict(self.rule.finite)[name])
        if isinstance(tree, gast.Compare):
            compared = tree.left.args[0] if isinstance(tree.left, gast.Call) else tree.left
            if may_be_complex(self.group.context.facts.of[self.op]):
                tree.left = quote("np.abs({z})", z=compared)
            elif isinstance(compared, gast.Name) and self._is_nonnegative(compared.id):
                tree.left = compared
        return self.fill(tree, tree)

    def _is_nonnegative(self, name: str) -> bool:
        operand = self.op if name == self.template.result else self.values.get(name)
        return isinstance(operand, Op) and self.group.context.signs.is_nonnegative(operand)


def _without_defaults(tree: Any, names: frozenset[str]) -> Any:
    """``tree`` without the keyword arguments that are called like these names and are given them."""
    new = _map_children(tree, lambda child: _without_defaults(child, names))
    if isinstance(tree, gast.Call):
        new.keywords = [k for k in tree.keywords if not (k.arg in names and getattr(k.value, "id", "") == k.arg)]
    return new


@functools.cache
def _calls_a_name(tree: gast.AST) -> bool:
    """True for a tree of a template in which there may be a macro."""
    return any(isinstance(n, gast.Call) and isinstance(n.func, gast.Name) for n in nodes_in(tree))


@functools.lru_cache(maxsize=4096)
def _names(tree: gast.AST) -> frozenset[str]:
    return frozenset(names_in(tree))


@functools.lru_cache(maxsize=4096)
def _is_scaled(tree: gast.expr, name: str) -> bool:
    """True where ``name`` occurs once, or never, and as a factor of the whole."""
    count = _count(tree, name)
    top = [f for f in flatten(tree).factors if isinstance(f, gast.Name) and f.id == name]
    return count == 0 or (count == 1 and len(top) == 1)


@functools.lru_cache(maxsize=4096)
def _count(tree: gast.expr, name: str) -> int:
    return occurrences(tree).count(name)


def _map_children(tree: Any, change: Any) -> Any:
    new = tree.__class__.__new__(tree.__class__)
    for key, value in tree.__dict__.items():
        if isinstance(value, gast.expr):
            value = change(value)
        elif isinstance(value, list):
            value = [_changed(v, change) for v in value]
        new.__dict__[key] = value
    return new


def _changed(child: Any, change: Any) -> Any:
    if isinstance(child, gast.keyword):
        return gast.keyword(child.arg, change(child.value))
    return change(child) if isinstance(child, gast.expr) else child
