"""The whole page as one text: style, script and content in one file that fetches nothing.

The security policy of the page names the hashes of its one style and its one script, and allows nothing else.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from s2sgrad.errors import ArgumentError
from s2sgrad.page import sections
from s2sgrad.page.elements import code, element, escape
from s2sgrad.page.words import in_words
from s2sgrad.save import write
from s2sgrad.wrt import path_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s2sgrad.analysis.facts import Fact
    from s2sgrad.page.correspondence import Pages
    from s2sgrad.specialise import Plan

__all__ = ["document", "write_page"]

_TITLES = {
    "grad": "The gradient of",
    "value_and_grad": "Value and gradient of",
    "vjp": "The pullback of",
    "jvp": "The tangent of",
    "hvp": "Hessian times vector, of",
    "grad_and_hvp": "Gradient, and Hessian times vector, of",
}
_STEPS = {
    False: "Step by step, from the result back to the arguments",
    True: "Step by step, each line with its tangent",
}
STYLES = ("page.css", "sections.css", "screens.css")
"""The parts of the style, in order."""


def write_page(path: str | Path, text: str) -> None:
    """Put a page at ``path`` in one step; raises ArgumentError where it cannot be written, and keeps the old file."""
    try:
        write(Path(path), text.encode("utf-8", "replace").decode("utf-8"))  # names of files may hold any bytes
    except (OSError, TypeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        instead = "give the name of a file in a folder of yours"
        raise ArgumentError(f"{path!s} cannot be written: {reason}", instead) from error


def document(plan: Plan, pages: Pages, facts: Mapping[str, Fact], more: str = "") -> str:
    """The page for one generated text; ``more`` are further sections."""
    name = plan.function.__name__
    style, script = "\n".join(map(_resource, STYLES)), _resource("page.js")
    return Template(_resource("page.html")).substitute(
        style_hash=_hash(style),
        script_hash=_hash(script),
        style=style,
        script=script,
        title=escape(f"{plan.mode} of {name}"),
        heading=_heading(plan, facts),
        left=sections.panels(pages.left, "l") or element("p", "The text of the function cannot be had."),
        right=sections.panels(pages.right, "r"),
        steps_heading=_STEPS[pages.tangents],
        steps=sections.steps(pages) or element("p", "There are no lines to be shown."),
        kept="" if pages.tangents else sections.kept(pages),
        more=more,
    )


def _heading(plan: Plan, facts: Mapping[str, Fact]) -> str:
    title = element("h1", f"{_TITLES[plan.mode]} {element('code', escape(plan.function.__name__))}")
    paths = ", ".join(code(path_text(path)) for path in plan.wrt)
    arguments = "".join(element("li", f"{code(name)} {escape(in_words(fact))}") for name, fact in facts.items())
    return title + element("p", f"with respect to {paths}, for arguments like these:") + element("ul", arguments)


@functools.cache
def _resource(name: str) -> str:
    return resources.files("s2sgrad.page").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
