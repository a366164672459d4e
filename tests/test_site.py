"""The pages of docs/ make a site: each stands in the table of contents, and Sphinx builds all without a warning."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import s2sgrad
import s2sgrad.optim

DOCS = Path(__file__).parents[1] / "docs"
TOCTREE = re.compile(r"^~~~\{toctree\}\n:caption: (.*)\n:maxdepth: 1\n\n((?:\w+\n)+)~~~$", re.MULTILINE)


def _groups():
    """The table of contents: the pages of each group, by caption."""
    return {caption: pages.split() for caption, pages in TOCTREE.findall((DOCS / "index.md").read_text("utf-8"))}


def test_every_page_stands_in_one_group_of_the_table_of_contents():
    groups = _groups()
    listed = [page for pages in groups.values() for page in pages]
    assert list(groups) == ["Tutorial", "How to", "Reference", "Background"]
    assert [path.stem for path in DOCS.glob("*.md") if path.stem not in ["index", *listed]] == []
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("module", [s2sgrad, s2sgrad.optim], ids=lambda module: module.__name__)
def test_the_reference_has_every_public_name_once(module):
    page = (DOCS / "reference.md").read_text("utf-8").split(".. currentmodule:: ")
    (part,) = (part for part in page if part.startswith(f"{module.__name__}\n"))
    named = re.findall(r"^\.\. auto\w+:: (\w+)$", part, re.MULTILINE)
    assert sorted(named) == sorted(module.__all__)


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path):
    pytest.importorskip("sphinx", reason="the extra docs")
    pytest.importorskip("myst_parser", reason="the extra docs")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", str(DOCS), str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "site" / "reference.html").read_text("utf-8")
    assert 'id="s2sgrad.value_and_grad"' in page and 'id="s2sgrad.optim.adam"' in page
    tutorial = (tmp_path / "site" / "tutorial.html").read_text("utf-8")
    assert ">examples/README.md<" in tutorial and "../examples" not in tutorial
