"""Which rules are right for complex numbers, besides those that are written for them: all others refuse them.

A rule of a holomorphic function is: what it multiplies the adjoint by is put in conjugated. So is one that moves
elements, or adds them up, and reads no values at all. ``tests/rules/test_with_complex_operands.py`` holds every one
against differences of the real and the imaginary parts.
"""

from __future__ import annotations

from s2sgrad.rules import (
    arithmetic,
    copies,
    creation,
    exponential,
    factors,
    gathering,
    generated,
    integrals,
    linalg,
    masked,
    norms,
    polynomials,
    powers,
    products,
    reductions,
    running,
    selection,
    series,
    shapes,
    shifts,
    slopes,
    trigonometry,
    ufunc_methods,
)
from s2sgrad.rules.registry import complex_too, holomorphic

__all__: list[str] = []

# Elementwise.
holomorphic(
    arithmetic.add, arithmetic.subtract, arithmetic.multiply, arithmetic.divide, arithmetic.divide_python,
    arithmetic.negative, arithmetic.positive, arithmetic.reciprocal, arithmetic.square, arithmetic.sqrt,
    arithmetic.power_0, arithmetic.power_1, arithmetic.power_2, arithmetic.power_half, arithmetic.power_three_halves,
    arithmetic.power_minus_1, arithmetic.power_below_zero, arithmetic.power_above_one, arithmetic.power_fraction,
    arithmetic.power_of_number, arithmetic.power_scalar, arithmetic.power,
)  # fmt: skip
holomorphic(
    exponential.exp, exponential.exp2, exponential.expm1, exponential.log, exponential.log2, exponential.log10,
    exponential.log1p,
)  # fmt: skip
holomorphic(
    trigonometry.sin, trigonometry.cos, trigonometry.tan, trigonometry.arcsin, trigonometry.arccos, trigonometry.arctan,
    trigonometry.sinh, trigonometry.cosh, trigonometry.tanh, trigonometry.arctanh, trigonometry.sinc,
)  # fmt: skip

# Sums and products of elements.
holomorphic(
    reductions.sum, reductions.mean, reductions.prod_of_all, reductions.prod, reductions.cumsum_of_vector,
    reductions.cumsum_of_all, reductions.cumsum_over_rows, reductions.cumsum, reductions.trace,
    running.cumsum_in_dtype, running.cumulative_sum_of_vector, running.cumulative_sum_from_zero,
    running.cumulative_sum, running.cumulative_sum_from_zeros, running.diff_0, running.diff, running.diff_along_axis,
    running.diff_even, running.diff_odd, running.diff_prepended, running.diff_appended, running.ediff1d,
    running.ediff1d_of_all, generated.summed_to,
)  # fmt: skip
complex_too(
    reductions.prod_of_all_dot, reductions.prod_dot,
)  # fmt: skip

# Products of arrays.
holomorphic(
    linalg.vector_vector, linalg.vector_matrix, linalg.matrix_vector, linalg.matrix_matrix, linalg.stack_stack,
    linalg.vector_stack, linalg.stack_vector, linalg.scaled, linalg.outer, linalg.outer_of_all,
    linalg.cross_of_vectors,
)  # fmt: skip
holomorphic(
    products.dot_of_any_ranks, products.inner_of_any_ranks, products.einsum_of_one, products.einsum_of_two,
    products.einsum_of_three, products.einsum_of_four, products.tensordot, products.kron_of_vectors, products.kron,
    products.matrix_transpose, products.trace_of_stack, products.trace_of_matrix, products.trace_of_matrices,
    products.diagonal_of_squares, products.diagonal_of_square_matrices, products.diagonal_of_one_matrix,
    products.diagonal_of_matrices,
)  # fmt: skip
complex_too(
    products.tangent_of_einsum_of_one, products.tangent_of_einsum_of_two, products.tangent_of_einsum_of_three,
    products.tangent_of_einsum_of_four, products.tangent_of_tensordot,
)  # fmt: skip

# Elements moved, copied, put together and left out.
holomorphic(
    shapes.transpose_vector, shapes.transpose, shapes.transpose_axes, shapes.swapaxes,
    shapes.moveaxis, shapes.reshape, shapes.ravel, shapes.reshape_by_columns, shapes.ravel_by_columns, shapes.squeeze,
    shapes.squeeze_axis, shapes.expand_dims, shapes.broadcast_to, shapes.atleast, shapes.flip_all, shapes.flip,
    shapes.flipud, shapes.fliplr, shapes.roll_all, shapes.roll, shapes.tile, shapes.repeat_vector, shapes.repeat,
    shapes.main_diag, shapes.diag_of_vector, shapes.diag_of_square,
    shapes.diag_of_matrix, shapes.main_diagonal, shapes.diagonal_of_square, shapes.diagonal_of_matrix,
    shapes.tril_main, shapes.tril, shapes.triu_main, shapes.triu, shapes.copied, shapes.astype,
)  # fmt: skip
holomorphic(
    copies.pad, copies.tile_number, copies.tile_last, copies.tile_axes, copies.repeat_axis, copies.roll_several,
    copies.rollaxis, copies.rot90, copies.rot90_of_axes, copies.diagflat, copies.diag_of_any_matrix,
    copies.any_diagonal_of_matrix, copies.any_diagonal, copies.any_trace, copies.any_diagonal_of_matrices,
    copies.tril_of_vector, copies.triu_of_vector, copies.append_vectors, copies.append_all, copies.append_rows,
    copies.append_along, copies.delete_one, copies.delete_part, copies.insert_one,
    copies.insert_at_one_place, copies.insert_part, copies.vander, copies.vander_increasing,
)  # fmt: skip
complex_too(copies.pad_dot, copies.pad_with_copies_dot, copies.insert_dot, copies.vander_dot)
complex_too(copies.vander_increasing_dot)
holomorphic(selection.where, creation.full, creation.full_like, creation.linspace, creation.linspace_without_end)
complex_too(
    selection.where_dot, selection.sorted_vector, selection.sort, selection.sorted_vector_dot, selection.sort_dot,
    gathering.take_of_vector, gathering.take_one_row, gathering.take_one_column, gathering.take,
    gathering.take_rows, gathering.take_seconds, gathering.take_columns,
    gathering.compress_rows, gathering.compress_columns, gathering.take_along_axis, gathering.compress,
    gathering.take_one_second, gathering.compress_second, gathering.take_tables_of_vector, gathering.take_elements,
    gathering.take_one_of_each_row, gathering.take_along_rows,
    gathering.compress_method, gathering.extract, gathering.delete_from_vector, gathering.delete_rows,
    gathering.delete_second, gathering.delete_columns, gathering.delete_elements, gathering.delete_parts,
)  # fmt: skip
holomorphic(shifts.fftshift, shifts.fftshift_of_axes, shifts.ifftshift, shifts.ifftshift_of_axes)

# Linear systems, inverses and determinants.
holomorphic(
    linalg.solve_vector, linalg.solve_matrix, linalg.solve_stack, linalg.solve_stack_vector, linalg.inv, linalg.det,
    linalg.tensorsolve, linalg.tensorinv, factors.det_of_stack,
    powers.matrix_power_0, powers.matrix_power_1, powers.matrix_square, powers.matrix_cube, powers.matrix_power_minus_1,
    powers.matrix_power_minus_2, powers.matrix_power,
)  # fmt: skip
complex_too(
    linalg.solve_stack_vector_dot, linalg.solve_dot, linalg.inv_dot, linalg.det_dot,
    linalg.tensorsolve_dot, linalg.tensorinv_dot, factors.det_of_stack_dot,
    powers.matrix_power_0_dot, powers.matrix_power_1_dot, powers.matrix_square_dot, powers.matrix_cube_dot,
    powers.matrix_power_minus_1_dot, powers.matrix_power_minus_2_dot, powers.matrix_power_dot,
)  # fmt: skip

# Moments, norms, running products, polynomials, convolutions, slopes and integrals, tables.
holomorphic(
    running.cumprod_of_all, running.cumprod, running.cumulative_prod_from_one,
    masked.sum_of_some, masked.mean_of_some, series.average, polynomials.polyval_at_point,
    polynomials.polyval_at_points, polynomials.polyval, polynomials.polyadd, polynomials.polysub, polynomials.polyder,
    polynomials.polyint, integrals.trapezoid_of_vector, integrals.trapezoid, slopes.gradient,
    slopes.gradient_of_width, slopes.gradient_with_parabolas, slopes.gradient_with_parabolas_of_width,
    ufunc_methods.add_outer, ufunc_methods.subtract_outer, ufunc_methods.multiply_outer,
    ufunc_methods.divide_outer, products.matvec_of_matrix,
)  # fmt: skip
complex_too(
    reductions.var_of_all, reductions.var, reductions.std_of_all, reductions.std, norms.norm, norms.vector_norm,
    running.cumprod_of_all_dot, running.cumprod_dot, running.cumulative_prod_from_one_dot, masked.sum_of_some_dot,
    series.average_dot, polynomials.polyval_dot, polynomials.polymul, polynomials.polymul_dot, polynomials.polyint_dot,
    series.convolve, series.convolve_part, series.convolve_dot, series.correlate_dot, integrals.trapezoid_dot,
    slopes.gradient_of_width_dot, slopes.gradient_with_parabolas_of_width_dot,
    ufunc_methods.multiply_outer_dot, ufunc_methods.divide_outer_dot,
)  # fmt: skip
