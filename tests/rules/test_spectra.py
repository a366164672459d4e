"""Fourier transforms, forth and back, in both modes, with every length, axis and scale."""

import warnings

import numpy as np
import pytest

from s2sgrad import vjp
from tests.differences import check_pullback
from tests.rules.complex_samples import as_it_stands, cplx, program, real
from tests.rules.harness import fitting
from tests.rules.samples import Sample

fft = np.fft
x, v, X, T = real(5), real(6), real(3, 4), real(2, 3, 4)
z, w, Z, C = cplx(5), cplx(4), cplx(3, 4), cplx(2, 3, 4)

ONE_AXIS = [
    *((f, a, k) for f in (fft.fft, fft.ifft) for a, k in (
        (z, {}), (x, {"norm": "ortho"}), (Z, {"axis": 0, "norm": "forward"}), (z, {"n": 3}), (z, {"n": 8}),
        (x, {"n": 3}), (X, {"n": 6, "axis": 0}), (C, {"n": 2, "axis": 1, "norm": "backward"}),
    )),
    *((f, a, k) for f in (fft.rfft, fft.ihfft) for a, k in (
        (x, {}), (v, {"norm": "forward"}), (X, {"axis": 0, "norm": "ortho"}), (x, {"n": 4}), (v, {"n": 9}),
        (T, {"n": 2, "axis": -2}),
    )),
    *((f, a, k) for f in (fft.irfft, fft.hfft) for a, k in (
        (z, {}), (x, {}), (Z, {"axis": 0, "norm": "forward"}), (z, {"n": 9, "norm": "ortho"}), (z, {"n": 5}),
        (w, {"n": 10}), (C, {"n": 3, "axis": 1}), (w, {"n": 7}),
    )),
]  # fmt: skip
SEVERAL = [
    *((f, a, k) for f in (fft.fft2, fft.ifft2, fft.fftn, fft.ifftn) for a, k in (
        (Z, {}), (T, {"norm": "ortho"}), (C, {"axes": (0, 2), "norm": "forward"}), (Z, {"s": (2, 6)}),
        (X, {"s": (4, 3), "axes": (1, 0)}),
    )),
    *((f, a, k) for f in (fft.rfft2, fft.rfftn) for a, k in (
        (X, {}), (T, {"norm": "ortho"}), (T, {"axes": (2, 0)}), (X, {"s": (2, 7)}), (T, {"s": (4, 2), "axes": (0, 1)}),
    )),
    *((f, a, k) for f in (fft.irfft2, fft.irfftn) for a, k in (
        (Z, {}), (C, {"norm": "forward"}), (C, {"axes": (2, 0)}), (Z, {"s": (4, 5)}), (Z, {"s": (2, 8)}), (X, {}),
    )),
]  # fmt: skip
SAMPLES = [Sample(f, (a,), k) for f, a, k in ONE_AXIS + SEVERAL]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_pullback(sample):
    f, args = program(sample)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        check_pullback(f, *args)
        y, pullback = vjp(f)(*args)
        dy = np.asarray(real(*y.shape) + 1j * real(*y.shape) if np.iscomplexobj(y) else real(*y.shape))
        called = as_it_stands(fitting(sample)[0], sample, dy, y)
        np.testing.assert_allclose(called, pullback(dy), rtol=1e-12, atol=1e-12)
