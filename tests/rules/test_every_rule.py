"""No rule without a sample, no function both constant and differentiable."""

import importlib
import importlib.util
import itertools
from dataclasses import replace

import gast
import numpy as np
import pytest

from s2sgrad.adjoint.choose import template_of
from s2sgrad.quote import names_in, unquote
from s2sgrad.rules import FILES, load
from s2sgrad.rules.registry import ADJOINTS, NONDIFFERENTIABLE, TANGENTS, Rule, _put
from tests.rules.harness import check, fitting, has_forward_form, is_active
from tests.rules.samples import Vague, in_single

AREAS = [name for name in FILES if name != "constant"]


def vague(argument):
    """A floating operand of which nothing is known; other arguments as they are."""
    return Vague(argument) if isinstance(argument, float | np.ndarray) and is_active(argument) else argument


SAMPLES = [s for area in AREAS for s in importlib.import_module(f"tests.rules.test_{area}").SAMPLES]
BOTH = [s for each in SAMPLES for s in (each, in_single(each))]
COMPLEX = ("complexes", "complex_factors", "spectra", "spectrum")
"""Areas whose results are complex: their tests compare with differences of both parts."""
REAL = [s for area in AREAS if area not in COMPLEX for s in importlib.import_module(f"tests.rules.test_{area}").SAMPLES]
VAGUE = [replace(s, args=tuple(map(vague, s.args)), single=False) for s in REAL]
TAKEN = {(s.function, fitting(s)[0]) for s in BOTH + VAGUE if fitting(s)}
OWN = {f"s2sgrad.rules.{name}" for name in FILES}
"""Rules of an optional library join these when a test meets one of its functions."""
RULES = {f: own for f, rules in ADJOINTS.items() if (own := [r for r in rules if r.template.__module__ in OWN])}
VARIANTS = {rule.template.__name__: rule for rules in RULES.values() for rule in rules}


def name(function):
    return f"{getattr(function, '__module__', None)}.{getattr(function, '__qualname__', function.__name__)}"


@pytest.mark.parametrize("function", [pytest.param(f, id=name(f)) for f in RULES])
def test_every_function_with_a_rule_has_a_sample(function):
    # Narrow floats have samples that cannot be compared with differences.
    if function.__name__ not in ("float16", "float32", "complex64") and not _lacks_scipy(function.__name__):
        assert any(function is f for f, _ in TAKEN)


def _lacks_scipy(name):
    """True for a function whose rules call SciPy, where there is none."""
    names = ("gamma", "lgamma", "gamma_of_number", "sparse_from_left", "sparse_from_right")
    return name in names and not importlib.util.find_spec("scipy")


IN_WORK: frozenset[str] = frozenset()
"""Functions whose rule of forward mode is yet to come."""


@pytest.mark.parametrize("function", [pytest.param(f, id=name(f)) for f in RULES])
def test_every_function_with_a_rule_has_a_form_of_forward_mode(function):
    assert has_forward_form(function) != (function.__name__ in IN_WORK)


SINCE = {"solve_stack_vector": 2.0, "cholesky_of_upper": 2.0, "clip_between": 2.1, "clip_from": 2.1, "clip_up_to": 2.1}
"""Variants for keywords that NumPy has since this version."""
NUMPY = float(".".join(np.__version__.split(".")[:2]))


@pytest.mark.parametrize("variant", [name for name in VARIANTS if SINCE.get(name, 0.0) <= NUMPY])
def test_every_variant_is_the_first_to_fit_some_sample(variant):
    assert _lacks_scipy(variant) or any(VARIANTS[variant].template is taken.template for _, taken in TAKEN)


def test_no_two_rules_share_a_name():
    templates = [r.template for rules in RULES.values() for r in rules]
    assert len({t.__name__ for t in templates}) == len({id(t) for t in templates})


def test_nothing_is_both_constant_and_differentiable():
    assert NONDIFFERENTIABLE & set(ADJOINTS) == set()


def test_loading_again_adds_nothing():
    before = {f: list(rules) for f, rules in ADJOINTS.items()}
    load()
    assert before == ADJOINTS


@pytest.mark.parametrize("sample", [s for s in VAGUE if fitting(s)], ids=str)
def test_a_rule_that_asks_for_no_facts_is_right_without_them(sample):
    check(sample)


def test_the_first_rule_to_fit_does_not_hang_on_which_file_was_imported_first():
    rules = [
        Rule(importlib.import_module(f"s2sgrad.rules.{name}").__dict__[template])
        for name, template in (("shapes", "transpose"), ("arithmetic", "add"))
    ]
    found = []
    for rule in rules:
        _put(found, rule)
    assert found == rules[::-1]


def late_twice(template, late):
    """The parts of a template that hang on the adjoints or tangents ``late`` in two places, sums aside."""
    for names, tree in template.locals:
        late |= set(names) if late & set(names_in(tree)) else set()
    for node in itertools.chain(*map(parts_below, (*(t for _, t in template.locals), *template.results))):
        if not (isinstance(node, gast.BinOp) and isinstance(node.op, gast.Add | gast.Sub)):
            parts = [n for n in children(node) if late & set(names_in(n))]
            if len(parts) > 1:
                yield unquote(node)


def children(node):
    """The expressions in a node; what a word that divides by gaps is told besides is not what it is made of."""
    found = [n for n in gast.iter_child_nodes(node) if isinstance(n, gast.expr)]
    divides = isinstance(node, gast.Call) and getattr(node.func, "id", "") in ("skew_over", "over_gaps")
    return found[:3] if divides else found


def parts_below(tree):
    yield tree
    for child in children(tree):
        yield from parts_below(child)


@pytest.mark.parametrize("name", [name for name, rule in VARIANTS.items() if rule.results > 1])
def test_what_vanishes_with_an_adjoint_is_a_factor_or_a_term(name):
    # What holds an adjoint that is zero is left out: of two items of a tuple, the other would be lost.
    template = template_of(VARIANTS[name].template)
    assert list(late_twice(template, set(template.parameters[: VARIANTS[name].results]))) == []


TOGETHER = {r.template.__name__: r for rules in TANGENTS.values() for r in rules if len(r.operands) > 1}
TOGETHER.pop("where_dot")  # a zero is put in


@pytest.mark.parametrize("name", TOGETHER)
def test_what_vanishes_with_a_tangent_is_a_factor_or_a_term(name):
    rule, template = TOGETHER[name], template_of(TOGETHER[name].template)
    late = {f"d{operand}" for operand in rule.operands}
    assert len(template.results) == len(rule.operands) or list(late_twice(template, late)) == []
