"""Calls of the user's functions, recursive ones too: what a function gives is assumed, then found, until both agree.

A function that calls itself is taken to give nothing at first; the facts of its other paths are the next assumption.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from s2sgrad.analysis.facts import Bottom, Fact, Opaque, join
from s2sgrad.analysis.returned import canonical, translated, widened
from s2sgrad.errors import Refusal, S2SGradError

__all__ = ["Signature", "call_analysis", "is_hashable", "settled"]

DEEPEST = 16
MOST_KINDS = 8
MOST_ROUNDS = 12

Analyse = Callable[[types.FunctionType, Mapping[str, Fact], "tuple[Signature, ...]"], Any]


@dataclass(eq=False)
class Signature:
    """A function called with some facts, while it is being analysed; ``analysed`` once it is."""

    function: types.FunctionType
    entry: Mapping[str, Fact]
    key: tuple[Any, ...]
    result: Fact
    used: bool = False
    analysed: Any = None


def settled(
    analyse: Analyse, function: types.FunctionType, entry: Mapping[str, Fact], chain: tuple[Signature, ...]
) -> Any:
    """``function`` analysed with results of its inner calls that agree with what it gives."""
    signature = Signature(function, entry, canonical(entry), Bottom())
    for _ in range(MOST_ROUNDS):
        found = analyse(function, entry, (*chain, signature))
        result = found.facts.result
        if not signature.used or _agree(signature, result):
            signature.analysed = found
            if isinstance(result, Bottom):
                raise Refusal("every path through this function calls it again", "let one path end", found.tree)
            return found
        signature.result = join(signature.result, result)
    raise Refusal("the results of this recursion do not settle", "give each path a result of one rank", found.tree)


def _agree(signature: Signature, result: Fact) -> bool:
    if isinstance(result, Bottom):
        return True
    entry = dict(signature.entry)
    return canonical({**entry, "": join(signature.result, result)}) == canonical({**entry, "": signature.result})


def call_analysis(
    analyse: Analyse, bind: Callable[..., dict[str, Fact]], chain: tuple[Signature, ...]
) -> Callable[..., tuple[Fact, Any]]:
    """How a function whose callers are ``chain`` analyses its own calls: the fact of the result, and the callee."""

    def analyse_call(
        function: types.FunctionType, args: tuple[Fact, ...], keywords: dict[str, Fact], op: Any
    ) -> tuple[Fact, Any]:
        entry: Mapping[str, Fact] = bind(function, args, keywords, op)
        around = [s for s in chain if s.function.__code__ is function.__code__]
        if around:
            entry = widened(entry, around[-1].entry, f"{function.__name__}:{len(around)}")
        for signature in around:
            # The function that was asked for may change its arguments, which no call inside it may.
            if signature is not chain[0] and signature.key == canonical(entry):
                signature.used = True
                return translated(signature.result, signature.entry, entry), signature
        if len(around) >= MOST_KINDS or len(chain) >= DEEPEST:
            reason = f"`{function.__name__}` calls itself with ever other kinds of arguments" if around else ""
            return Opaque(), Refusal(reason or "helpers call each other too deeply here", "flatten the calls", op.node)
        return known(function, entry)

    def known(function: types.FunctionType, entry: Mapping[str, Fact]) -> tuple[Fact, Any]:
        # Operations are looked at several times, in a loop and for each variable that takes a part of a result.
        key = (function, tuple(entry.items()))
        if not is_hashable(key):
            return _found(analyse, function, entry, chain)
        if key not in seen:
            seen[key] = _found(analyse, function, entry, chain)
        return seen[key]

    seen: dict[Any, tuple[Fact, Any]] = {}
    return analyse_call


def is_hashable(key: tuple[Any, ...]) -> bool:
    """False where a callable object without a hash is among the arguments."""
    try:
        hash(key)
    except TypeError:
        return False
    return True


def _found(
    analyse: Analyse, function: types.FunctionType, entry: Mapping[str, Fact], chain: tuple[Signature, ...]
) -> tuple[Fact, Any]:
    try:
        found = settled(analyse, function, entry, chain)
    except S2SGradError as error:
        return Opaque(), error
    return found.facts.result, found
