"""Derivative rules, one file per area of mathematics."""

from __future__ import annotations

import importlib

__all__ = ["FILES", "load"]

FILES = (
    "constant",
    "complexes",
    "arithmetic",
    "exponential",
    "trigonometry",
    "reductions",
    "masked",
    "spreads",
    "nan",
    "running",
    "ufunc_methods",
    "picked",
    "quantiles",
    "linalg",
    "powers",
    "sparse",
    "products",
    "factors",
    "complex_factors",
    "spectrum",
    "norms",
    "matrix_norms",
    "conditions",
    "shapes",
    "borders",
    "copies",
    "selection",
    "gathering",
    "series",
    "covariances",
    "integrals",
    "slopes",
    "ufuncs",
    "polynomials",
    "order",
    "creation",
    "randoms",
    "shifts",
    "spectra",
    "generated",
    "python_numbers",
)


def load() -> None:
    """Register every rule of the package; only the first call does anything."""
    for name in FILES:
        importlib.import_module(f"{__name__}.{name}")
    importlib.import_module(f"{__name__}.holomorphic")
