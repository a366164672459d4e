"""Rules for complex operands, in both modes, against differences of the real and the imaginary parts."""

import cmath
import importlib
import operator
import warnings

import numpy as np
import pytest

from s2sgrad.analysis.infer.promotion import BY_VALUE
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules import FILES, load
from s2sgrad.rules.complexes import VECDOT, VECTOR_NORM
from s2sgrad.rules.registry import ADJOINTS, COMPLEX, HOLOMORPHIC
from tests.differences import check_pullback
from tests.rules.complex_samples import complexified, cplx, is_number, program, real
from tests.rules.harness import fitting
from tests.rules.samples import Sample, value_of

load()
CMATH = "exp log log10 sqrt sin cos tan atan sinh cosh tanh atanh".split()
z, w, Z, C, x = cplx(3), cplx(3), cplx(2, 3), cplx(3, 2), real(3)
SAMPLES = [
    *(Sample(f, (v,)) for f in (np.real, np.imag, np.conj, np.abs, abs) for v in (z, Z)),
    *(Sample(np.angle, (v,), k) for v, k in ((z, {}), (Z, {"deg": True}))),
    *(Sample(np.complex128, (v,)) for v in (0.3, z)),
    *(Sample(complex, pair) for pair in ((complex(0.3, 0.4), 0.7), (0.3, 0.4))),
    *(Sample(np.vdot, pair) for pair in ((z, w), (x, z), (z, x), (Z, cplx(2, 3)), (Z, real(2, 3)))),
    *(Sample(f, pair) for f in VECDOT for pair in ((z, w), (x, z), (Z, w), (real(2, 3), z))),
    *(Sample(f, pair) for f in numpy_functions("vecmat") for pair in ((z, C), (x, C), (z, real(3, 2)))),
    *(Sample(f, pair) for f in numpy_functions("matvec") for pair in ((Z, z), (Z, x), (real(2, 3), z))),
    *(Sample(np.correlate, (*pair, mode)) for mode in ("full", "same", "valid") for pair in ((cplx(5), z), (x, z))),
    *(Sample(np.linalg.norm, (v,), k) for v, k in (
        (z, {}), (Z, {}), (Z, {"axis": 1}), (z, {"ord": 2}), (z, {"ord": 1}), (Z, {"ord": 1, "axis": 0}),
    )),
    *(Sample(f, (v,), k) for f in VECTOR_NORM for v, k in ((z, {}), (Z, {"axis": 0}))),
    *(Sample(f, (v,), k) for f in (np.var, np.std) for v, k in ((z, {}), (Z, {"axis": 1, "ddof": 1}))),
    *(Sample(getattr(cmath, name), (v,)) for name in CMATH for v in (complex(0.3, 0.4), 0.6)),
    Sample(cmath.rect, (0.7, 0.4)), Sample(cmath.phase, (complex(0.3, 0.4),)),
    *(Sample(f, (complex(0.3, 0.4),)) for f in (cmath.asin, cmath.acos, cmath.asinh, cmath.acosh)),
    Sample(np.linalg.tensorinv, (cplx(4, 2, 2), 1)), Sample(np.arcsinh, (z,)), Sample(np.arccosh, (z,)),
    Sample(np.power, (x, z)), Sample(operator.pow, (-1.5, z)),
]  # fmt: skip
ALLOWED = HOLOMORPHIC | COMPLEX
OWN = ("constant", "complexes", "complex_factors", "spectra")
MIXED = ("s2sgrad.rules.arithmetic", "s2sgrad.rules.selection")
LIMIT = 100


def usable(sample):
    """True for a call whose operands are numbers, none of them empty or large, that is no function of ``math``'s."""
    sizes = [np.size(v) for a in sample.args if is_number(v := value_of(a))]
    of_numpy = getattr(sample.function, "__module__", "") not in ("math", "copy")
    of_numpy &= sample.function is not np.linalg.slogdet
    return of_numpy and bool(sizes) and all(0 < n < LIMIT for n in sizes)


def chosen():
    """For each rule that allows complex operands, the first call that it is taken for."""
    seen = set()
    for area in FILES:
        samples = [] if area in OWN else importlib.import_module(f"tests.rules.test_{area}").SAMPLES
        for sample in filter(usable, samples):
            if (sample.function, BY_VALUE) == (np.linalg.solve, True) and np.ndim(sample.values[1]) == 1:
                continue  # NumPy 1 takes no stack of matrices with one vector
            rules = fitting(complexified(sample))[:1]
            if rules and rules[0].template not in seen:
                seen.add(rules[0].template)
                yield sample


def cases():
    yield from SAMPLES
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
    taken = {rule.template for sample in CASES for rule in fitting(sample)[:1]}
    own = {f"s2sgrad.rules.{area}" for area in OWN if area != "complexes"}
    rules = {rule.template for rules in ADJOINTS.values() for rule in rules} & ALLOWED
    missing = {template.__name__ for template in rules - taken if template.__module__ not in own}
    assert missing == set()
