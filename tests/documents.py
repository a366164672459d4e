"""Python blocks of Markdown files, and what the text says that they print.

A ``python`` block runs after those above it, in one namespace; a ``text`` block that follows is its output, and
without one it must print nothing. A block is the file ``example.py`` for itself: errors count lines from its top.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
END = "\0end of block\n"

RUNNER = """
import sys, traceback

namespace = {"__name__": "__main__"}
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        code = compile(file.read(), path, "exec")
    try:
        exec(code, namespace)
    except Exception as error:
        print("".join(traceback.format_exception_only(error)), end="")
    print(end="\\0end of block\\n", flush=True)
"""


@dataclass(frozen=True)
class Block:
    """One Python block, the line of the document on which it starts, and its output."""

    line: int
    code: str
    output: str


def blocks(text: str) -> list[Block]:
    """Every Python block of a document, in order."""
    return list(_paired(list(FENCED.finditer(text)), text))


def _paired(fences: list[re.Match[str]], text: str) -> Iterator[Block]:
    for fence, following in zip(fences, [*fences[1:], None]):
        if fence[1] == "python":
            told = following is not None and following[1] == "text"
            told = told and not re.search(r"^#", text[fence.end() : following.start()], re.MULTILINE)
            line = text.count("\n", 0, fence.start(1)) + 2
            yield Block(line, dedent(fence[2]), dedent(following[2]) if told else "")


def run(found: list[Block], folder: Path) -> list[str]:
    """What each block prints, in a process of its own; an uncaught error prints its message."""
    paths = [_write(block, folder / str(k)) for k, block in enumerate(found)]
    command = [sys.executable, "-X", "utf8", "-c", RUNNER, *map(str, paths)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    printed = done.stdout.split(END)[:-1]
    return [text.replace(str(path), path.name) for text, path in zip(printed, paths, strict=True)]


def _write(block: Block, folder: Path) -> Path:
    folder.mkdir()
    path = folder / "example.py"
    path.write_text(block.code, encoding="utf-8")
    return path
