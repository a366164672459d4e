"""Factors of complex matrices: determinants, Cholesky factors, eigenvalues, singular values, pseudo-inverses."""

import warnings

import numpy as np
import pytest

from s2sgrad import vjp
from s2sgrad.analysis.infer.table import numpy_functions
from tests.differences import check_pullback, refused
from tests.rules.complex_samples import as_it_stands, cplx, program, real
from tests.rules.harness import fitting
from tests.rules.samples import Sample

linalg = np.linalg
A, B, stack, tall = cplx(3, 3), cplx(2, 3), cplx(2, 2, 2), cplx(3, 2)
hermitian = A @ A.conj().T + np.eye(3)
SAMPLES = [
    *(Sample(linalg.slogdet, (a,)) for a in (A, stack)),
    *(Sample(linalg.cholesky, (a,)) for a in (hermitian, np.stack([hermitian, 2 * hermitian + np.eye(3)]))),
    *(Sample(linalg.eigvalsh, (A, *more)) for more in ((), ("U",))), Sample(linalg.eigvalsh, (stack,)),
    *(Sample(linalg.svd, (a,), {"compute_uv": False}) for a in (A, B, tall, stack)),
    *(Sample(f, (B,)) for f in numpy_functions("svdvals", module=linalg)),
    *(Sample(linalg.pinv, (a,)) for a in (A, B, tall, stack)),
]  # fmt: skip


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.function is not linalg.slogdet], ids=str)
def test_pullback(sample):
    f, args = program(sample)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_pullback(f, *args)
        y, pullback = vjp(f)(*args)
        dy = real(*y.shape) + 1j * real(*y.shape) if np.iscomplexobj(y) else real(*y.shape)
        np.testing.assert_allclose(as_it_stands(fitting(sample)[0], sample, dy, y), pullback(dy), rtol=1e-9, atol=1e-9)


def log_of_determinant(a):
    return np.linalg.slogdet(a)[1]


def sign_of_determinant(a):
    return np.linalg.slogdet(a)[0]


def both_of_determinant(a):
    sign, log = np.linalg.slogdet(a)
    return sign * log


@pytest.mark.parametrize("f", [log_of_determinant, sign_of_determinant, both_of_determinant])
@pytest.mark.parametrize("a", [A, stack], ids=["matrix", "stack"])
def test_determinants(f, a):
    check_pullback(f, a)


def first_vector(a):
    return np.abs(np.linalg.eigh(a)[1][:, 0]).sum()


def left_vectors(a):
    return np.abs(np.linalg.svd(a)[0]).sum()


@pytest.mark.parametrize("f", [first_vector, left_vectors])
def test_vectors_are_refused(f):
    refused(f, A, match="known up to a factor of magnitude 1")
