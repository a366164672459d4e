"""Functions whose derivative is zero wherever it exists, or whose result is not a float. They are all pure."""

from __future__ import annotations

import math
import operator

import numpy as np

from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.registry import nondifferentiable

nondifferentiable(
    operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge, operator.is_, operator.is_not,
    operator.not_, operator.and_, operator.or_, operator.xor, operator.invert, operator.lshift, operator.rshift,
    operator.contains, operator.floordiv, operator.truth, operator.index,
)  # fmt: skip
nondifferentiable(
    np.less, np.less_equal, np.equal, np.not_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_xor, np.logical_not,
    np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift,
    np.isnan, np.isfinite, np.isinf, np.isneginf, np.isposinf, np.isclose, np.allclose, np.array_equal,
    np.isreal, np.iscomplex, np.isin, np.any, np.all, np.signbit,
)  # fmt: skip
nondifferentiable(
    np.sign, np.floor, np.ceil, np.rint, np.round, np.around, np.trunc, np.fix, np.floor_divide,
    np.argmax, np.argmin, np.argsort, np.argwhere, np.nanargmax, np.nanargmin, np.argpartition, np.lexsort,
    np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize, np.spacing,
    np.linalg.matrix_rank,
)  # fmt: skip
nondifferentiable(
    np.shape, np.size, np.ndim, np.iscomplexobj, np.isrealobj, np.isscalar, np.result_type, np.can_cast,
    np.zeros_like, np.ones_like, np.empty_like, np.may_share_memory, np.shares_memory, np.broadcast_shapes,
    np.zeros, np.ones, np.empty, np.eye, np.identity, np.tri, np.indices,
    np.tril_indices, np.triu_indices, np.diag_indices, np.unravel_index, np.ravel_multi_index, np.iinfo, np.finfo,
    np.hanning, np.hamming, np.blackman, np.bartlett,
)  # fmt: skip
nondifferentiable(
    np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.bool_, np.dtype,
    int, bool, len, range, isinstance, issubclass, callable, hasattr, type, repr, str, any, all, round,
)  # fmt: skip
nondifferentiable(math.floor, math.ceil, math.trunc, math.isnan, math.isinf, math.isfinite, math.isclose, math.comb)
nondifferentiable(math.factorial, math.gcd, math.isqrt)
nondifferentiable(
    np.array_equiv, np.isfortran, np.iterable, np.promote_types, np.common_type, np.issubdtype, np.lexsort, np.packbits,
    np.unpackbits, np.ix_, np.diag_indices_from, np.tril_indices_from, np.triu_indices_from, np.mask_indices, np.gcd,
    np.lcm, np.einsum_path, np.array2string, np.array_repr, np.array_str, np.base_repr, np.binary_repr,
    np.format_float_positional, np.format_float_scientific, np.min_scalar_type, np.mintypecode, np.typename,
    np.geterr, np.get_printoptions, np.getbufsize, np.get_include, np.geterrcall, np.isnat,
    *numpy_functions("isdtype bitwise_count"),
)  # fmt: skip
