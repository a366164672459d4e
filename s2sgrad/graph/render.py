"""Pictures, drawn by Graphviz through the Python package of that name: the extra ``graph``."""

from __future__ import annotations

from s2sgrad.errors import ArgumentError

__all__ = ["rendered"]


def rendered(text: str, kind: str) -> bytes:
    """The picture of a text of Graphviz. Raises ArgumentError where the package or the program is missing."""
    try:
        import graphviz
    except ImportError:
        raise ArgumentError(
            "a picture of a graph needs the package graphviz, which is not installed",
            "python -m pip install s2sgrad[graph], or draw the text of .dot() or .mermaid() elsewhere",
        ) from None
    try:
        picture: bytes = graphviz.Source(text).pipe(format=kind)
    except graphviz.ExecutableNotFound:
        raise ArgumentError(
            "a picture of a graph needs the program dot of Graphviz, which is not on the path",
            "install Graphviz (apt-get install graphviz, brew install graphviz), or use .dot() or .mermaid()",
        ) from None
    return picture
