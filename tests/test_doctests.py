"""Every example in a docstring of the package, and of nothing else, runs and prints what it says."""

import doctest
import importlib
import importlib.util
import pkgutil

import pytest

import s2sgrad
from s2sgrad.analysis.infer.lazily import AREAS

NEEDED = {
    "s2sgrad.dialects.signature": "numba",
    "s2sgrad.dialects.typed": "numba",
    **{f"s2sgrad.rules.{file}": "scipy" for files in AREAS.values() for file in files},
}
"""Modules that cannot be imported without an extra."""
SKIPPED = {name for name, library in NEEDED.items() if importlib.util.find_spec(library) is None}
MODULES = ["s2sgrad", *(m.name for m in pkgutil.walk_packages(s2sgrad.__path__, "s2sgrad.") if m.name not in SKIPPED)]


def _examples(name):
    module = importlib.import_module(name)
    found = doctest.DocTestFinder(exclude_empty=True).find(module, name)
    return [test for test in found if test.examples]


CASES = [test for name in MODULES for test in _examples(name)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_docstring_prints_what_it_says(case):
    report = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    failed, tried = runner.run(case, out=report.append)
    assert tried and not failed, "".join(report)


def test_the_public_functions_have_examples_somewhere():
    assert {"s2sgrad", "s2sgrad.api", "s2sgrad.quote"} <= {case.name for case in CASES}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_in_one_sentence_what_it_is_for(name):
    first = (importlib.import_module(name).__doc__ or "").strip().split("\n")[0]
    assert first.endswith((".", ":")) and len(first) > 20
