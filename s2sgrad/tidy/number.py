"""Number the names that differ in their number alone in the order in which the text first has them.

>>> from s2sgrad.quote import statements
>>> body = statements("prod2 = A @ m\\nprod2_stack.append(prod2)\\nprod = K @ v\\nx = prod2 + prod")
>>> in_order(body, {"prod", "prod2"}, {"prod2_stack"}, set())
{'prod2': 'prod', 'prod': 'prod2', 'prod2_stack': 'prod_stack'}
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import gast

from s2sgrad.normalize.leaving import with_blocks
from s2sgrad.quote import names_of, occurring, substitute

__all__ = ["in_order", "renamed"]

_SUFFIX = "_stack"


def in_order(
    body: Iterable[gast.stmt], names: Collection[str], stacks: Collection[str], taken: Collection[str]
) -> dict[str, str]:
    """The new name of each of ``names``, and of the ``stacks`` that are called after one, if it gets another.

    No name becomes one of those ``taken`` that are not renamed themselves.
    """
    alike: dict[str, list[str]] = {}
    for name in dict.fromkeys(itertools.chain.from_iterable(map(occurring, body))):
        if name in names:
            alike.setdefault(re.sub(r"_?\d+$", "", name), []).append(name)
    found: dict[str, str] = {}
    for group in alike.values():
        renamed = dict(zip(group, sorted(group, key=_number), strict=True))
        renamed |= {n + _SUFFIX: new + _SUFFIX for n, new in renamed.items() if n + _SUFFIX in stacks}
        others = set(taken).difference(renamed)
        if not others.intersection(renamed.values()):
            found |= {old: new for old, new in renamed.items() if old != new}
    return found


def renamed(body: list[gast.stmt], table: Mapping[str, gast.expr]) -> list[gast.stmt]:
    """``body`` with these names replaced; statements in which none of them occurs stay the very same.

    >>> from s2sgrad.quote import statements, unquote, quote
    >>> body = statements("a = 1\\nfor i in b:\\n    c = i\\n    b = i")
    >>> new = renamed(body, {"b": quote("d")})
    >>> new[0] is body[0], new[1].body[0] is body[1].body[0], unquote(new[1])
    (True, True, 'for i in d:\\n    c = i\\n    d = i\\n')
    """
    return [_renamed(s, table) if table.keys() & names_of(s) else s for s in body]


def _renamed(statement: Any, table: Mapping[str, gast.expr]) -> Any:
    if not hasattr(statement, "body"):
        return substitute(statement, table)
    new = with_blocks(statement, lambda block: renamed(block, table))
    for key in _HEADERS:
        value = getattr(statement, key, None)
        if value is not None:
            setattr(new, key, [substitute(v, table) for v in value] if key == "items" else substitute(value, table))
    return new


_HEADERS = ("test", "target", "iter", "items")
"""What stands above the blocks of a statement."""


def _number(name: str) -> int:
    digits = re.search(r"\d+$", name)
    return int(digits.group()) if digits else 0
