"""Arguments that no rule knows, but that say nothing: they have the value that they have when they are left out.

>>> from s2sgrad import rules
>>> from s2sgrad.analysis.facts import Dim, array, python
>>> v, _ = array(float, [Dim.of(4)]), rules.load()
>>> as_usual(np.polyfit, [], {"x": v, "y": v, "deg": python(int, 2), "full": python(bool, False)}, False).call()
'{f}({x}, {y}, deg={deg})'
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Static
from s2sgrad.analysis.infer.table import handler_of, lacking
from s2sgrad.rules.registry import ADJOINTS

__all__ = ["Plainer", "as_usual"]

_LISTS = frozenset(("choices", "choicelist"))
"""The second operands of ``np.choose`` and ``np.select``, which have no rules but are taken apart."""

_HARMLESS: dict[str, tuple[Any, ...]] = {"like": (None,), "device": (None, "cpu"), "subok": (False, True)}
"""Where an array lies is no matter where there is one device, nor its class where all are plain."""


@dataclass
class Plainer:
    """A call without such arguments, others by the names or in the places by which its rules know them.

    ``holes`` are those of the call as it is written, by those of this one, where they are not the same.
    """

    args: list[Fact]
    passed: dict[str, Fact]
    method: bool
    holes: dict[str, str] = field(default_factory=dict)
    changed: bool = False

    def call(self) -> str:
        """The call itself, in the holes of the one that is written."""
        first = int(self.method)
        parts = [f"{{{k}}}" for k in range(len(self.args) - first)] + [f"{k}={{{k}}}" for k in self.passed]
        return self.written(f"{{f}}({', '.join(parts)})")

    def written(self, text: str) -> str:
        """A form of this call as one of the call that is written."""
        return re.sub(r"\{(\w+)\}", lambda m: f"{{{self.holes.get(m[1], m[1])}}}", text)


def as_usual(function: Any, args: Sequence[Fact], passed: Mapping[str, Fact], method: bool) -> Plainer:
    """The call as its rules know it; as it is where there are none."""
    found = Plainer(list(args), dict(passed), method)
    rules = ADJOINTS.get(function, ()) if _is_numpys(function) else ()
    if not rules:
        listed = not _LISTS.isdisjoint(passed)
        if not method and (listed or not args) and _is_numpys(function) and handler_of(function) is not None:
            _in_place(found, _parameters(function), set(), 2 if listed else len(passed))
        return found
    names = {name for rule in rules for name in rule.names}
    most = max(len(rule.in_order) for rule in rules)
    defaults = _defaults(function)
    handler = handler_of(function)
    for key, fact in passed.items():
        unknown = key not in names or (handler is not None and lacking(handler, [key]))
        if unknown and _is_usual(fact, (defaults.get(key, ...), *_HARMLESS.get(key, ()))):
            del found.passed[key]
            found.changed = True
    parameters = _parameters(function)
    _without_last(found, parameters, most)
    if not method:
        _by_name(found, parameters, names, most)
        _in_place(found, parameters, names, most)
    return found


def _without_last(found: Plainer, parameters: Sequence[inspect.Parameter], most: int) -> None:
    """Drop the last arguments, more than rules know, while they say nothing."""
    while most < len(found.args) <= len(parameters):
        if not _is_usual(found.args[-1], (parameters[len(found.args) - 1].default,)):
            return
        found.args.pop()
        found.changed = True


def _by_name(found: Plainer, parameters: Sequence[inspect.Parameter], names: set[str], most: int) -> None:
    """Give the arguments that are more than rules know in order by their names."""
    late = parameters[most : len(found.args)]
    if not late or len(found.args) > len(parameters) or not all(p.name in names for p in late):
        return
    for k, parameter in enumerate(late, most):
        found.passed[parameter.name] = found.args[k]
        found.holes[parameter.name] = str(k)
    del found.args[most:]
    found.changed = True


def _in_place(found: Plainer, parameters: Sequence[inspect.Parameter], names: set[str], most: int) -> None:
    """Give the first argument in its place, and those behind it whose names no rule knows: it has others."""
    while len(found.args) < min(most, len(parameters)):
        name = parameters[len(found.args)].name
        if name not in found.passed or (found.args and name in names):
            return
        found.holes[str(len(found.args))] = name
        found.args.append(found.passed.pop(name))
        found.changed = True


def _is_usual(fact: Fact, values: Sequence[Any]) -> bool:
    """True for one of these values that the program spells out; a number that is not known is none of them."""
    if isinstance(fact, Num):
        value = fact.value if fact.box == "py" and fact.origin is None and fact.value is not None else ...
    else:
        value = fact.value if isinstance(fact, Static) else ...
    return value is not ... and any(type(value) is type(v) and value == v for v in values)


def _is_numpys(function: Any) -> bool:
    module = str(getattr(function, "__module__", None) or "")
    return module.startswith("numpy") and not isinstance(function, np.ufunc)


@functools.cache
def _defaults(function: Any) -> Mapping[str, Any]:
    """The defaults of its parameters, by name; none where the function does not tell them."""
    try:
        return {p.name: p.default for p in inspect.signature(function).parameters.values()}
    except (TypeError, ValueError):
        return {}


@functools.cache
def _parameters(function: Any) -> tuple[inspect.Parameter, ...]:
    """The parameters that may be given in order; none where any number may, or where the function does not tell."""
    try:
        found = tuple(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return ()
    if any(p.kind is p.VAR_POSITIONAL for p in found):
        return ()
    return tuple(p for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD))
