"""What ``np.polyfit`` does with its keywords, from the powers of the places (weighted or not), written out.

>>> places = np.array([0.0, 1.0, 2.0, 3.0])
>>> fit(np.vander(places, 2), 3 * places + 1, None).round(6)
array([3., 1.])
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = [
    "fit",
    "fits",
    "full_fit",
    "full_fits",
    "measured_fit",
    "measured_fits",
    "unscaled_fit",
    "unscaled_fits",
]


def fit(columns: Any, y: Any, rcond: Any) -> Any:
    """``np.polyfit`` from powers, their columns scaled as they are there."""
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    return np.linalg.lstsq(columns / scale, y, rcond)[0] / scale


def fits(columns: Any, y: Any, rcond: Any) -> Any:
    """``np.polyfit`` of several series, from powers."""
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    return np.linalg.lstsq(columns / scale, y, rcond)[0] / scale[:, None]


def full_fit(columns: Any, y: Any, rcond: Any, least: Any) -> Any:
    """``np.polyfit(..., full=True)``, from powers."""
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    c, residuals, rank, s = np.linalg.lstsq(columns / scale, y, rcond)
    return c / scale, residuals, rank, s, least


def full_fits(columns: Any, y: Any, rcond: Any, least: Any) -> Any:
    """``np.polyfit(..., full=True)`` of several series, from powers."""
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    c, residuals, rank, s = np.linalg.lstsq(columns / scale, y, rcond)
    return c / scale[:, None], residuals, rank, s, least


def unscaled_fit(columns: Any, y: Any, rcond: Any) -> Any:
    """``np.polyfit(..., cov="unscaled")``, from powers."""
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    matrix = columns / scale
    c = np.linalg.lstsq(matrix, y, rcond)[0]
    return c / scale, np.linalg.inv(matrix.T @ matrix) / np.outer(scale, scale)


def unscaled_fits(columns: Any, y: Any, rcond: Any) -> Any:
    """``np.polyfit(..., cov="unscaled")`` of several series, from powers."""
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    matrix = columns / scale
    c = np.linalg.lstsq(matrix, y, rcond)[0]
    return c / scale[:, None], (np.linalg.inv(matrix.T @ matrix) / np.outer(scale, scale))[:, :, None]


def measured_fit(columns: Any, y: Any, rcond: Any) -> Any:
    """``np.polyfit(..., cov=True)``, from powers."""
    freedom = len(columns) - columns.shape[1]
    if freedom <= 0:
        raise ValueError("the number of data points must exceed order to scale the covariance matrix")
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    matrix = columns / scale
    c, residuals, *_ = np.linalg.lstsq(matrix, y, rcond)
    return c / scale, np.linalg.inv(matrix.T @ matrix) / np.outer(scale, scale) * (residuals / freedom)


def measured_fits(columns: Any, y: Any, rcond: Any) -> Any:
    """``np.polyfit(..., cov=True)`` of several series, from powers."""
    freedom = len(columns) - columns.shape[1]
    if freedom <= 0:
        raise ValueError("the number of data points must exceed order to scale the covariance matrix")
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    matrix = columns / scale
    c, residuals, *_ = np.linalg.lstsq(matrix, y, rcond)
    base = np.linalg.inv(matrix.T @ matrix) / np.outer(scale, scale)
    return c / scale[:, None], base[:, :, None] * (residuals / freedom)
