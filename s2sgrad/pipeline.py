"""The passes in order: source, check, normalise, facts, activity, reverse sweep, saves, assembly, tidying, text."""

from __future__ import annotations

from s2sgrad.adjoint.build import Builder
from s2sgrad.request import FORWARD, Generated, Request

__all__ = ["generate"]


def generate(request: Request) -> Generated:
    """The generated functions for one kind of call.

    Raises Refusal (located in the user's file) for what is not differentiated, NeedValue to have an integer argument
    described by value.
    """
    from s2sgrad import rules

    rules.load()
    if request.mode in FORWARD:
        from s2sgrad.tangent.build import TangentBuilder

        return TangentBuilder(request).generate()
    return Builder(request).generate()
