"""Every rule that allows complex operands, in both modes, against differences of the real and the imaginary parts.

It is collected after the other rules' tests, whose operands are drawn in the order of their files.
"""

import importlib
import warnings

import numpy as np
import pytest

from s2sgrad.analysis.infer.lazily import AREAS
from s2sgrad.analysis.infer.promotion import BY_VALUE
from s2sgrad.rules import FILES, load
from s2sgrad.rules.registry import ADJOINTS, COMPLEX, HOLOMORPHIC
from tests.differences import check_pullback
from tests.rules.complex_samples import complexified, is_number, program
from tests.rules.harness import fitting
from tests.rules.samples import value_of
from tests.rules.test_complexes import SAMPLES
from tests.rules.test_spectrum import EITHER

load()
ALLOWED = HOLOMORPHIC | COMPLEX
OWN = ("constant", "complexes", "complex_factors", "spectra", "spectrum")
MIXED = ("s2sgrad.rules.arithmetic", "s2sgrad.rules.selection")
LIMIT = 100


def usable(sample):
    """True for a call whose operands are numbers, none of them empty or large, that is no function of ``math``'s."""
    sizes = [np.size(v) for a in sample.args if is_number(v := value_of(a))]
    of_numpy = getattr(sample.function, "__module__", "") not in ("math", "copy")
    of_numpy &= not any(sample.function is other.function for other in EITHER)
    of_numpy &= sample.function not in (np.linalg.slogdet, np.linalg.qr, np.linalg.lstsq)
    return of_numpy and bool(sizes) and all(0 < n < LIMIT for n in sizes)


def chosen():
    """For each rule that allows complex operands, the first call that it is taken for."""
    seen = set()
    for area in FILES:
        samples = [] if area in OWN else importlib.import_module(f"tests.rules.test_{area}").SAMPLES
        for sample in filter(usable, samples):
            stack = sample.function is np.linalg.solve and np.ndim(sample.values[0]) > 2
            if BY_VALUE and stack and np.ndim(sample.values[1]) == 1:
                continue  # NumPy 1 takes no stack of matrices with one vector
            rules = fitting(complexified(sample))[:1]
            if rules and rules[0].template not in seen:
                seen.add(rules[0].template)
                yield sample


def cases():
    for sample in chosen():
        yield complexified(sample)
        if sum(is_number(value_of(a)) for a in sample.args) == 2 and fitting(sample)[0].template.__module__ in MIXED:
            yield complexified(sample, "rc")


CASES = list(cases())


@pytest.mark.parametrize("sample", CASES, ids=str)
def test_pullback(sample):
    f, args = program(sample)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_pullback(f, *args)


def test_every_rule_that_allows_complex_operands_is_taken_for_some_call():
    taken = {rule.template for sample in [*SAMPLES, *EITHER, *CASES] for rule in fitting(sample)[:1]}
    own = {f"s2sgrad.rules.{area}" for area in OWN if area != "complexes"}
    elsewhere = {f"s2sgrad.rules.{file}" for files in AREAS.values() for file in files}
    rules = {rule.template for rules in ADJOINTS.values() for rule in rules} & ALLOWED
    missing = {template.__name__ for template in rules - taken if template.__module__ not in own | elsewhere}
    assert missing - ({"solve_stack_vector"} if BY_VALUE else set()) == set()
