"""Settings of the documentation's site; ``python -m sphinx -W docs build/site`` builds it."""

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
    "sidebar_width": "240px",
    "fixed_sidebar": True,
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
