"""The commands in docs/command_line.md print what the page says."""

import contextlib
import io
import itertools
import shlex
import sys
from pathlib import Path

from s2sgrad.cli import main
from tests.documents import FENCED

PAGE = Path(__file__).parents[1] / "docs" / "command_line.md"


def _printed(command):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        for line in command.splitlines():
            program, *argv = shlex.split(line)
            assert program == "s2sgrad"
            main(argv)
    return out.getvalue()


def test_commands_print_what_the_page_says(tmp_path, monkeypatch):
    fences = [(match[1], match[2]) for match in FENCED.finditer(PAGE.read_text(encoding="utf-8"))]
    (tmp_path / "model.py").write_text(next(text for kind, text in fences if kind == "python"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    commands = 0
    for (kind, text), (following, expected) in itertools.pairwise(fences):
        if kind == "sh":
            assert following == "text"
            printed = _printed(text).replace(f"{tmp_path}/", "")
            assert printed == expected, text
            commands += 1
    assert commands >= 7
