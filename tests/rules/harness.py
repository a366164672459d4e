"""Checks a rule against differences of the function itself, as it stands and written out by its facts."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import itertools
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Opaque, Seq, Static, Symbol, array, numpy_scalar, python
from s2sgrad.analysis.infer.lazily import loaded_for
from s2sgrad.analysis.sparse import sparse_matrix
from s2sgrad.objects import is_sparse_class
from s2sgrad.printed import OF_RULES
from s2sgrad.rules import load
from s2sgrad.rules.macros import EXPANDERS
from s2sgrad.rules.registry import ADJOINTS, COMPLEX, HOLOMORPHIC, LINEAR, MULTILINEAR, TANGENTS, Rule, TangentRule
from tests.rules.samples import Known, Sample, Vague, in_single, to_single, value_of

load()

# Before version 2, NumPy widens a NumPy number, unlike an array, by any Python number: an adjoint that is a number may
# widen what it meets, which the driver brings back to the dtype of the argument.
WEAK_PYTHON_NUMBERS = int(np.__version__.split(".")[0]) >= 2


# ---- facts ----


def fact_of(value: Any, name: str = "x", known: bool = True) -> Fact:
    """The fact of a value, as an analysis would have it."""
    if isinstance(value, np.ndarray):
        return array(value.dtype, [Dim.of(1) if n == 1 else Dim(Symbol(f"{name}{n}", n != 1)) for n in value.shape])
    if isinstance(value, np.generic):
        return numpy_scalar(value.dtype)
    if type(value) in (bool, int, float, complex):
        return python(type(value), value if known else None)
    if isinstance(value, tuple):
        items = tuple(fact_of(v) for v in value)
        return Seq("tuple", items, items[0] if items else Opaque(), Dim.of(len(items)))
    return sparse_matrix(value, name) or Static(value) if is_sparse_class(type(value)) else Static(value)


def bind(rule: Rule, sample: Sample) -> dict[str, Any] | None:
    """The sample's arguments by the rule's parameter names, None if the rule does not take them."""
    signature = inspect.Signature(rule.parameters)
    try:
        bound = signature.bind(*sample.args, **sample.kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    return dict(bound.arguments)


def facts_of(rule: Rule, arguments: dict[str, Any]) -> dict[str, Fact]:
    """Facts by parameter; the value of an operand is known only where it is a literal."""
    facts = {}
    for name, value in arguments.items():
        if isinstance(value, Known):
            facts[name] = fact_of(value.value, name)
        elif isinstance(value, Vague):
            facts[name] = Num(None, "any", None)
        else:
            facts[name] = fact_of(value, name, known=name not in rule.operands or isinstance(value, bool | int))
    return facts


def fitting(sample: Sample) -> list[Rule]:
    """All variants that fit a sample, the one to be taken first."""
    found = []
    imaginary = any(map(np.iscomplexobj, sample.values))
    loaded_for(sample.function)
    for rule in ADJOINTS[sample.function]:
        if imaginary and rule.template not in HOLOMORPHIC | COMPLEX:
            continue
        arguments = bind(rule, sample)
        if arguments is not None and (rule.when is None or rule.when(facts_of(rule, arguments))):
            found.append(rule)
    return found


# ---- writing a rule out ----


def written_out(rule: Rule, facts: dict[str, Fact]) -> str:
    """The rule's text with its macros expanded by facts."""
    tree = gast.parse(_source(rule.template)).body[0]
    tree.decorator_list, tree.returns, tree.body = [], None, tree.body[1:]
    arguments = tree.args.args + tree.args.kwonlyargs
    for argument in arguments:
        argument.annotation = None
    tree.args.defaults, tree.args.kw_defaults, tree.args.kwonlyargs, tree.args.args = [], [], [], arguments
    tree = _Expand(rule.template.__globals__, facts).visit(tree)
    return ast.unparse(ast.fix_missing_locations(gast.gast_to_ast(tree)))


@functools.cache
def _source(template: Callable[..., Any]) -> str:
    return textwrap.dedent(inspect.getsource(template))


class _Expand(gast.NodeTransformer):
    def __init__(self, names: dict[str, Any], facts: dict[str, Fact]) -> None:
        self.names, self.facts = names, facts

    def visit_Call(self, node: Any) -> Any:
        node = self.generic_visit(node)
        macro = self.names.get(node.func.id) if isinstance(node.func, gast.Name) else None
        if macro not in EXPANDERS:
            return node
        return EXPANDERS[macro](node.args, [self.fact(a) for a in node.args])

    def fact(self, node: Any) -> Fact:
        if isinstance(node, gast.Constant):
            return fact_of(node.value)
        return self.facts.get(node.id, Opaque()) if isinstance(node, gast.Name) else Opaque()


def compiled(rule: Rule, facts: dict[str, Fact]) -> Callable[..., Any]:
    """The written-out rule as a function that sees nothing but NumPy."""
    return _executed(written_out(rule, facts), rule.template.__name__)


@functools.cache
def _executed(text: str, name: str) -> Callable[..., Any]:
    namespace: dict[str, Any] = {"np": np, **OF_RULES}
    for word in ("special", "linalg", "stats", "signal"):
        if text.replace(f"np.{word}.", "").find(f"{word}.") >= 0:
            namespace[word] = importlib.import_module(f"scipy.{word}")
    if "dist." in text:
        namespace["dist"] = _Distribution()
    exec(text, namespace)
    return namespace[name]


class _Distribution:
    """The distribution that the rules of ``scipy.stats`` are checked for at the moment."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("s2sgrad.rules.scipy_stats").dist, name)


# ---- the check ----


def check(sample: Sample) -> None:
    """Every variant that fits agrees with differences, called and written out, in both precisions."""
    rules = fitting(sample)
    assert rules, f"no rule for {sample}"
    for rule in rules:
        _check_rule(rule, sample)
    if rules[0].results > 1:
        _check_several_forward(sample, rules[0])
    else:
        check_forward(sample, rules)


def _check_rule(rule: Rule, sample: Sample) -> None:
    if rule.results > 1:
        _check_several(rule, sample)
        return
    arguments = bind(rule, sample) or {}
    plain = {k: value_of(v) for k, v in arguments.items()}
    y = sample.call(*map(frozen, sample.values))
    facts = facts_of(rule, arguments) | {"y": fact_of(y, "y", known=False)}
    for dy in seeds(y):
        # An operand that is not compared, such as the exponent of a negative number, may warn.
        with np.errstate(all="ignore"):
            called = as_tuple(rule.template(dy, y, **{k: frozen(v) for k, v in plain.items()}))
            written = as_tuple(compiled(rule, facts)(dy, y, *map(frozen, plain.values())))
        compare(sample, rule, plain, dy, called)
        compare(sample, rule, plain, dy, written)
    if sample.single and rule in fitting(in_single(sample))[:1]:
        _check_single(rule, sample, plain, y)


def _check_several(rule: Rule, sample: Sample) -> None:
    """A rule for several results agrees with differences in a random combination of them."""
    arguments = bind(rule, sample) or {}
    plain = {k: value_of(v) for k, v in arguments.items()}
    y = tuple(sample.call(*map(frozen, sample.values)))
    names = list(inspect.signature(rule.template).parameters)[rule.results : 2 * rule.results]
    facts = facts_of(rule, arguments) | {n: fact_of(part, n, known=False) for n, part in zip(names, y)}
    dy = [next(seeds(part)) * sample.weights[i] for i, part in enumerate(y)]
    combined = Sample(lambda *a, **k: _combined(sample.function(*a, **k), dy), sample.args, sample.kwargs)
    for function in (rule.template, compiled(rule, facts)):
        results = as_tuple(function(*map(frozen, dy), *map(frozen, y), **{k: frozen(v) for k, v in plain.items()}))
        compare(replace(combined, direction=sample.direction), rule, plain, 1.0, results)


def _check_several_forward(sample: Sample, adjoint: Rule) -> None:
    """The tangents of several results agree with differences in a random combination of them."""
    y = tuple(sample.call(*map(frozen, sample.values)))
    dy = [next(seeds(part)) * weight for part, weight in zip(y, sample.weights)]
    combined = Sample(lambda *a, **k: _combined(sample.function(*a, **k), dy), sample.args, sample.kwargs)
    rules = [r for r in TANGENTS[sample.function] if _fits(r, sample)]
    assert rules, f"no rule of forward mode for {sample}"
    for rule in rules:
        plain = {k: frozen(value_of(a)) for k, a in (bind(rule, sample) or {}).items()}
        facts = facts_of(rule, bind(rule, sample) or {})
        names = list(inspect.signature(rule.template).parameters)[: rule.results]
        facts |= {n: fact_of(part, n, known=False) for n, part in zip(names, y)}
        for name, function in itertools.product(adjoint.operands, (rule.template, compiled(rule, facts))):
            v = sample.direction(_away_from_zero(11, np.shape(plain[name])))
            dots = {f"d{n}": v if n == name else _other(plain[n]) for n in rule.operands}
            tangents = function(*map(frozen, y), **plain, **dots)
            got = _combined([0.0 if t is None else t for t in tangents], dy)
            expected = rate(combined, place_of(adjoint, sample, name), v)
            np.testing.assert_allclose(got, expected, rtol=2e-6, atol=2e-7, err_msg=f"forward, {name} of {sample}")


def _fits(rule: Any, sample: Sample) -> bool:
    arguments = bind(rule, sample)
    return arguments is not None and (rule.when is None or rule.when(facts_of(rule, arguments)))


def _combined(results: Any, weights: list[Any]) -> Any:
    return sum(np.sum(w * part) for w, part in zip(weights, results) if np.any(w))


def seeds(y: Any) -> Iterator[Any]:
    """Adjoints of the result: read-only; for a number also a Python float."""
    dy = _away_from_zero(7, np.shape(y))
    yield frozen(dy) if isinstance(y, np.ndarray) else np.float64(dy) if isinstance(y, np.generic) else float(dy)
    if np.ndim(y) == 0:
        yield float(dy)


def _away_from_zero(seed: int, shape: tuple[int, ...]) -> Any:
    random = np.random.default_rng(seed)
    return random.choice([-1.0, 1.0], shape) * random.uniform(0.5, 1.5, shape)


def frozen(value: Any) -> Any:
    """The same value; an array as a read-only copy."""
    if isinstance(value, np.ndarray):
        value = value.copy()
        value.flags.writeable = False
    return value


def as_tuple(result: Any) -> tuple[Any, ...]:
    """The results of a rule, also of one that has one operand."""
    return result if isinstance(result, tuple) else (result,)


def is_active(value: Any) -> bool:
    """True for what can be moved a little."""
    return isinstance(value, float | np.ndarray | np.generic) and np.issubdtype(np.result_type(value), np.floating)


def compare(sample: Sample, rule: Rule, plain: dict[str, Any], dy: Any, results: tuple[Any, ...]) -> None:
    """Each adjoint gives the rate of change in a random direction that differences give."""
    for name, result in zip(rule.operands, results, strict=True):
        value = plain[name]
        if not is_active(value):
            continue
        v = sample.direction(_away_from_zero(11, np.shape(value)))
        expected = np.sum(dy * rate(sample, place_of(rule, sample, name), v))
        got = 0.0 if result is None else np.sum(fitted(result, np.shape(value)) * v)
        np.testing.assert_allclose(got, expected, rtol=2e-6, atol=2e-7, err_msg=f"{name} of {sample}")


def place_of(rule: Rule, sample: Sample, name: str) -> int | str:
    """Where a call has an operand: its position, or its name where it is passed by keyword."""
    position = [p.name for p in rule.parameters].index(name)
    return position if position < len(sample.args) else name


def rate(sample: Sample, position: int | str, v: np.ndarray, step: float = 1e-4) -> Any:
    """How fast the result changes as one operand moves along ``v``, by a difference of fourth order."""

    def at(t: float) -> Any:
        values = list(sample.values)
        if isinstance(position, str):
            moved = _like(sample.kwargs[position], sample.kwargs[position] + t * step * v)
            return sample.function(*values, **{**sample.kwargs, position: moved})
        values[position] = _like(values[position], values[position] + t * step * v)
        return sample.call(*values)

    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)


def _like(value: Any, moved: Any) -> Any:
    return np.asarray(moved) if isinstance(value, np.ndarray) else type(value)(moved)


def fitted(result: Any, shape: tuple[int, ...]) -> np.ndarray:
    """A result in the shape of its operand: broadcasting undone, what is compact stretched."""
    result = np.asarray(result)
    result = result.sum(axis=tuple(range(result.ndim - len(shape))))
    lengths = shape[len(shape) - result.ndim :]
    stretched = tuple(i for i, n in enumerate(lengths) if n == 1 != result.shape[i])
    return np.broadcast_to(result.sum(axis=stretched, keepdims=True), shape)


def _check_single(rule: Rule, sample: Sample, plain: dict[str, Any], y: Any) -> None:
    single = in_single(sample)
    arguments = bind(rule, single) or {}
    facts = facts_of(rule, arguments)
    narrow = [value_of(v) for v in arguments.values()]
    y32 = single.call(*single.values)
    if np.result_type(y32) != np.float32:
        return
    dy = next(seeds(y))
    text = compiled(rule, facts | {"y": fact_of(y32, "y", known=False)})
    with np.errstate(all="ignore"):
        results = as_tuple(text(to_single(dy), y32, *narrow))
        wide = as_tuple(rule.template(dy, y, **plain))
    for name, value, result, reference in zip(rule.operands, narrow, results, wide):
        if result is None or not is_active(value) or np.result_type(value) != np.float32:
            continue
        if WEAK_PYTHON_NUMBERS or (np.ndim(result) and np.ndim(dy)):
            assert np.result_type(result) == np.float32 or type(result) is float, f"{name} of {sample} is widened"
        result, reference = fitted(result, np.shape(value)), fitted(reference, np.shape(value))
        np.testing.assert_allclose(result, reference, rtol=2e-3, atol=2e-3 * (1 + np.abs(reference).max(initial=0)))


# ---- forward mode ----


def has_forward_form(function: Any) -> bool:
    """True for a function that forward mode can differentiate wherever reverse mode can."""
    known = function in LINEAR or function in MULTILINEAR
    return known or function in TANGENTS or all(rule.elementwise for rule in ADJOINTS[function])


def check_forward(sample: Sample, rules: list[Rule]) -> None:
    """Every form of forward mode that fits agrees with differences, and with the adjoint's by the dot product."""
    y = sample.call(*map(frozen, sample.values))
    dy = next(seeds(y))
    for position, value in enumerate(sample.values):
        index = _operand(rules[0], position)
        if not is_active(value) or index is None or not _has_adjoint(rules[0], index):
            continue
        v = sample.direction(_away_from_zero(11, np.shape(value)))
        expected = rate(sample, position, v)
        for dot in _forward(sample, rules, position, _like(value, v)):
            np.testing.assert_allclose(
                dot + np.zeros(np.shape(y)), expected, rtol=2e-6, atol=2e-7, err_msg=f"forward, {position} of {sample}"
            )
            back = _pulled(rules[0], sample, y, dy)[index]
            got = 0.0 if back is None else np.sum(fitted(back, np.shape(value)) * v)
            np.testing.assert_allclose(got, np.sum(dy * dot), rtol=1e-7, atol=1e-9, err_msg=f"{position} of {sample}")


def _operand(rule: Rule, position: int) -> int | None:
    """Which operand of a rule a positional argument is; None for an argument that is not differentiated."""
    name = rule.names[position] if position < len(rule.names) else ""
    return rule.operands.index(name) if name in rule.operands else None


def _has_adjoint(rule: Rule, position: int) -> bool:
    """True for an operand on which the result depends by its rule."""
    text = ast.parse(_source(rule.template)).body[0]
    assert isinstance(text, ast.FunctionDef) and isinstance(text.body[-1], ast.Return)
    returned = text.body[-1].value
    items = returned.elts if isinstance(returned, ast.Tuple) else [returned]
    return not (isinstance(items[position], ast.Constant) and items[position].value is None)


def _pulled(rule: Rule, sample: Sample, y: Any, dy: Any) -> tuple[Any, ...]:
    with np.errstate(all="ignore"):
        plain = {k: frozen(value_of(a)) for k, a in (bind(rule, sample) or {}).items()}
        return as_tuple(rule.template(dy, y, **plain))


def _forward(sample: Sample, rules: list[Rule], position: int, v: Any) -> Iterator[Any]:
    """The tangent of the result as one operand moves along ``v``, by every form that fits."""
    function = sample.function
    with np.errstate(all="ignore"):
        made = list(_by_template(sample, position, v))
        yield from made
        if not made and (function in LINEAR or function in MULTILINEAR):
            moving = [function in LINEAR and _has_adjoint(rules[0], i) for i in range(len(rules[0].operands))]
            given = itertools.zip_longest(sample.values, moving[: len(sample.values)])
            held = [_other(a) if moves else a for a, moves in given]
            held[position] = v
            yield function(*map(frozen, held), **_held(sample, rules[0]))
        y = sample.call(*map(frozen, sample.values))
        for rule in rules:
            if rule.elementwise and function not in MULTILINEAR:
                yield _pulled(rule, sample, y, v)[_operand(rule, position) or 0]


def _held(sample: Sample, rule: Rule) -> dict[str, Any]:
    """The keyword arguments, with zeros for those in which a function is linear together with its operands."""
    moves = sample.function in LINEAR
    return {k: _other(v) if moves and k in rule.operands else v for k, v in sample.kwargs.items()}


def _other(value: Any) -> Any:
    return value * 0


def _by_template(sample: Sample, position: int, v: Any) -> Iterator[Any]:
    """By each variant of forward mode that fits, as it stands and written out."""
    y = sample.call(*map(frozen, sample.values))
    for rule in TANGENTS.get(sample.function, []):
        arguments = bind(rule, sample)  # type: ignore[arg-type]
        if arguments is None or (rule.when is not None and not rule.when(facts_of(rule, arguments))):  # type: ignore[arg-type]
            continue
        plain = {k: frozen(value_of(a)) for k, a in arguments.items()}
        name = list(plain)[position]
        dots = {f"d{n}": frozen(v) if n == name else _other(plain[n]) for n in rule.operands}
        facts = facts_of(rule, arguments) | {"y": fact_of(y, "y", known=False)}  # type: ignore[arg-type]
        for template in (rule.template, compiled(rule, facts)):  # type: ignore[arg-type]
            yield sum_of(as_tuple(template(frozen(y), **plain, **dots)), rule, name)


def sum_of(results: tuple[Any, ...], rule: TangentRule, name: str) -> Any:
    """The contribution of one operand: its own, or all of a template that adds them up itself."""
    return results[0] if len(results) < len(rule.operands) else results[rule.operands.index(name)]
