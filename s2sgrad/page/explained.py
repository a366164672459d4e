"""What is asked of a derivative for its page: the code of ``source``, or that for arguments like these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from s2sgrad.page.document import document, write_page
from s2sgrad.preview import expected, preview
from s2sgrad.wrapper import Derivative

__all__ = ["explain"]


def explain(derivative: Derivative, path: str | Path, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Write the page of a derivative to ``path``."""
    made = derivative._found(args, kwargs) if args or kwargs else derivative._live.latest
    plan = derivative.plan
    if made is None:
        text = document(plan, preview(plan), expected(plan.function))
    else:
        text = document(plan, made.generated, made.arguments)
    write_page(path, text)
