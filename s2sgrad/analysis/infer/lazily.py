"""What is known of SciPy is loaded when the first function of it is met, which the user has imported by then."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["AREAS", "MEMBERS", "Member", "loaded_for", "member_of"]

AREAS = {
    "scipy.special": (
        "scipy_special", "scipy_gamma", "scipy_errors", "scipy_integrals", "scipy_bessel", "scipy_hypergeometric",
        "scipy_orthogonal", "scipy_distributions",
    ),
    "scipy.linalg": ("scipy_linalg",),
    "scipy.stats": ("scipy_stats",),
    "scipy.signal": ("scipy_signal",),
}  # fmt: skip
"""The files of rules for each module of SciPy's."""
_loaded: set[str] = set()


def loaded_for(function: Any) -> bool:
    """True where rules for the module of ``function`` have just been loaded."""
    waiting = (area for area in AREAS if area in sys.modules and area not in _loaded)
    area = next((a for a in waiting if _belongs(function, sys.modules[a])), None)
    if area is None:
        return False
    _loaded.add(area)
    for file in AREAS[area]:
        importlib.import_module(f"s2sgrad.rules.{file}")
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
