"""Rules for complex operands, in both modes, against differences of the real and the imaginary parts."""

import cmath
import operator
import warnings

import numpy as np
import pytest

from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.complexes import VECDOT, VECTOR_NORM
from tests.differences import check_pullback
from tests.rules.complex_samples import cplx, program, real
from tests.rules.samples import Sample

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
    *(Sample(np.convolve, (*pair, "valid")) for pair in ((cplx(5), z), (z, real(5)))),
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


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_pullback(sample):
    f, args = program(sample)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_pullback(f, *args)
