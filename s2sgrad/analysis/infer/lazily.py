"""What is known of SciPy is loaded when the first function of it is met, which the user has imported by then."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["AREAS", "MEMBERS", "Member", "loaded_for", "member_of"]

AREAS: dict[str, tuple[str, ...]] = {
    "special": (
        "scipy_special", "scipy_gamma", "scipy_errors", "scipy_integrals", "scipy_bessel", "scipy_hypergeometric",
        "scipy_orthogonal", "scipy_distributions",
    ),
    "linalg": (
        "scipy_linalg", "scipy_systems", "scipy_factored", "scipy_equations", "scipy_matrix_functions",
        "scipy_triangular_factors", "scipy_orthogonal_factors",
    ),
    "stats": ("scipy_stats", "scipy_cumulative", "scipy_multivariate"),
    "signal": ("scipy_signal",),
}  # fmt: skip
"""The modules of SciPy's that have rules, and the files of these, of which each may import from those before it."""
_waiting = list(AREAS)


def loaded_for(function: Any) -> bool:
    """True where rules for the module of ``function`` have just been loaded."""
    loaded = {word: sys.modules.get(f"scipy.{word}") for word in _waiting}
    word = next((w for w, module in loaded.items() if module is not None and _belongs(function, module)), None)
    if word is None:
        return False
    _waiting.remove(word)
    for name in AREAS[word]:
        importlib.import_module(f"s2sgrad.rules.{name}")
    return True


def _belongs(function: Any, module: Any) -> bool:
    """True for a function of a module; one of NumPy's kind does not know where it is from."""
    if isinstance(function, np.ufunc):
        return getattr(module, function.__name__, None) is function
    return str(getattr(function, "__module__", "") or "").startswith(f"{module.__name__}.")


@dataclass(frozen=True)
class Member:
    """A method of one object of a library, such as ``stats.norm.pdf``, which is another object at each look at it."""

    owner: Any
    owner_name: str
    method: str

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: D102
        return getattr(self.owner, self.method)(*args, **kwargs)

    @property
    def __name__(self) -> str:
        return f"{self.owner_name}.{self.method}"

    def __repr__(self) -> str:
        return self.__name__


MEMBERS: dict[tuple[int, str], Member] = {}
"""The methods that have rules, by the identity of their object and by their name."""


def member_of(owner: Any, method: str) -> Member | None:
    """The one object that stands for a method; None for one that has no rules."""
    if not isinstance(owner, type):
        loaded_for(owner)
    return MEMBERS.get((id(owner), method))
