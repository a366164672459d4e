"""The commands on the pages of docs/ print what the pages say."""

import contextlib
import io
import itertools
import shlex
import sys
from pathlib import Path

import pytest

from s2sgrad.cli import main
from tests.documents import FENCED

DOCS = Path(__file__).parents[1] / "docs"


def _printed(command):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        for line in command.splitlines():
            program, *argv = shlex.split(line)
            assert program == "s2sgrad"
            main(argv)
    return out.getvalue()


@pytest.mark.parametrize("page, file, least", [("command_line", "model.py", 7), ("tutorial", "first.py", 2)])
def test_commands_print_what_the_page_says(page, file, least, tmp_path, monkeypatch):
    """The first Python block of the page is the file that its commands are about."""
    fences = [(match[1], match[2]) for match in FENCED.finditer((DOCS / f"{page}.md").read_text(encoding="utf-8"))]
    (tmp_path / file).write_text(next(text for kind, text in fences if kind == "python"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    commands = 0
    for (kind, text), (following, expected) in itertools.pairwise(fences):
        if kind == "sh":
            assert following == "text"
            printed = _printed(text).replace(f"{tmp_path}/", "")
            assert printed == expected, text
            commands += 1
    assert commands >= least
