"""What is known of SciPy is loaded when the first function of it is met, which the user has imported by then."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import numpy as np

__all__ = ["loaded_for"]

_AREAS = {
    "scipy.special": "s2sgrad.rules.scipy_special",
    "scipy.linalg": "s2sgrad.rules.scipy_linalg",
}


def loaded_for(function: Any) -> bool:
    """True where rules for the module of ``function`` have just been loaded."""
    area = next((a for a in _AREAS if a in sys.modules and _belongs(function, sys.modules[a])), None)
    if area is None:
        return False
    importlib.import_module(_AREAS.pop(area))
    return True


def _belongs(function: Any, module: Any) -> bool:
    """True for a function of a module; one of NumPy's kind does not know where it is from."""
    if isinstance(function, np.ufunc):
        return getattr(module, function.__name__, None) is function
    return str(getattr(function, "__module__", "") or "").startswith(f"{module.__name__}.")
