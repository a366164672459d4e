"""Whether a function is seen to return a tuple."""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.errors import S2SGradError
from s2sgrad.parse import parse

__all__ = ["gives_a_tuple"]


def gives_a_tuple(function: Any, node: Any = None) -> bool:
    """True for a function, or the lambda at ``node``, that is seen to return a tuple: NumPy makes several arrays of it.

    >>> from s2sgrad.quote import quote
    >>> gives_a_tuple(None, quote("lambda a: (a, a)")), gives_a_tuple(None, quote("lambda a: a"))
    (True, False)
    """
    if isinstance(node, gast.Lambda):
        return isinstance(node.body, gast.Tuple)
    try:
        tree = parse(function).tree
    except (S2SGradError, TypeError, OSError):
        return False
    returned = [n.value for n in gast.walk(tree) if isinstance(n, gast.Return)]
    return any(isinstance(value, gast.Tuple) for value in returned)
