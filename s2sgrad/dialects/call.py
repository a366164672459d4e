"""A call in a generated text, as a dialect looks at it.

>>> from s2sgrad.dialects.helpers import Helpers
>>> Call(quote("np.max(x, axis=1)"), "np", Helpers([])).function
'np.max'
"""

from __future__ import annotations

from dataclasses import dataclass

import gast

from s2sgrad.dialects.helpers import Helpers
from s2sgrad.quote import quote

__all__ = ["Call"]


@dataclass(frozen=True)
class Call:
    """A call, the name by which its module calls NumPy, and where helpers are asked for."""

    node: gast.Call
    numpy: str
    helpers: Helpers

    @property
    def function(self) -> str:
        """``np.max`` for a function of NumPy, ``.max`` for a method, ``max`` for a name."""
        func = self.node.func
        if isinstance(func, gast.Name):
            return str(func.id)
        if not isinstance(func, gast.Attribute):
            return ""
        root = func.value
        return f"np.{func.attr}" if isinstance(root, gast.Name) and root.id == self.numpy else f".{func.attr}"

    def help(self, helper: str, *args: gast.expr) -> gast.expr:
        """The call of a helper instead of this one."""
        new = quote("f()")
        new.func, new.args = quote(self.helpers.name(helper)), list(args)
        return new
