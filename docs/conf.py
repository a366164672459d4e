"""Settings of the documentation's site; ``python -m sphinx -W docs build/site`` builds it."""

from __future__ import annotations

import re

from sphinx.application import Sphinx

import s2sgrad

project = "s2sgrad"
author = "The s2sgrad authors"
version = release = s2sgrad.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say what goes in, and overloads would be printed twice

html_theme = "alabaster"
html_theme_options = {
    "description": "Gradients of plain NumPy functions, as readable Python source",
    "page_width": "1240px",
    "body_max_width": "960px",
    "sidebar_width": "240px",
    "fixed_sidebar": True,
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False

BESIDE = re.compile(r"\[([^\]]+)\]\(\.\./([^)#]+)[^)]*\)")


def name_files_beside(app: Sphinx, page: str, text: list[str]) -> None:
    """A link to a file of the repository that is no page of the site becomes its text and the name of the file."""
    text[0] = BESIDE.sub(r"\1 [`\2`]", text[0])


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", name_files_beside)
