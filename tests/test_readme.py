"""Every Python block of the documents runs and prints the text below it; what they name exists."""

import re
from pathlib import Path

import numpy as np
import pytest

import s2sgrad
from tests.differences import check
from tests.documents import FENCED, Block, blocks, run

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def _tidy(text):
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


@pytest.mark.skipif(np.__version__.startswith("1."), reason="the documents show numbers as NumPy 2 prints them")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_blocks_print_what_the_document_says(document, tmp_path):
    text = document.read_text(encoding="utf-8")
    if 'compile="numba"' in text:
        pytest.importorskip("numba", reason="the document shows the optional extra")
    found = blocks(text)
    for block, printed in zip(found, run(found, tmp_path), strict=True):
        assert _tidy(printed) == _tidy(block.output), f"{document.name}:{block.line}"


def _checked(grad):
    """``grad`` for documents: whatever it is called with is compared with differences too."""

    def transform(f, wrt=0):
        def call(*args):
            check(f, *args, wrt=wrt, frozen="work" not in f.__code__.co_varnames)
            return grad(f, wrt)(*args)

        call.source_for = grad(f, wrt).source_for
        return call

    return transform


def test_gradients_of_what_goes_in_agree_with_differences(tmp_path, monkeypatch):
    monkeypatch.setattr(s2sgrad, "grad", _checked(s2sgrad.grad))
    namespace = {"__name__": "__main__"}
    for k, block in enumerate(blocks((ROOT / "docs" / "what_goes_in.md").read_text(encoding="utf-8"))):
        path = tmp_path / f"example{k}.py"
        path.write_text(block.code, encoding="utf-8")
        exec(compile(block.code, str(path), "exec"), namespace)


def test_the_readme_has_blocks():
    assert sum(bool(block.output) for block in blocks(DOCUMENTS[0].read_text(encoding="utf-8"))) >= 4


def test_a_block_is_paired_with_the_text_that_follows_it():
    text = "```python\nprint(1)\n```\nprints\n```text\n1\n```\n```sh\nls\n```\n```python\nx = 2\n```\n"
    assert blocks(text) == [Block(2, "print(1)\n", "1\n"), Block(12, "x = 2\n", "")]


def test_blocks_in_lists_are_dedented():
    assert blocks("1. a\n\n   ```python\n   if 1:\n       x\n   ```\n") == [Block(4, "if 1:\n    x\n", "")]


def test_output_below_the_next_heading_belongs_to_no_block():
    assert blocks("```python\nx = 1\n```\n## Next\n```text\n1\n```\n") == [Block(2, "x = 1\n", "")]


def test_an_error_counts_lines_from_the_top_of_its_block(tmp_path):
    code = "def f():\n    raise ValueError(__file__)\n__file__ = f.__code__.co_filename\nf()\n"
    assert run([Block(1, "x = 1\n", ""), Block(9, code, "")], tmp_path) == ["", "ValueError: example.py\n"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_a_document_links_exist(document):
    prose = FENCED.sub("", document.read_text(encoding="utf-8"))
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", prose)
    assert [link for link in links if not (document.parent / link).exists()] == []
