"""Prints the table: ``python -m tests.coverage [PART OF A NAME ...]``; ``--page`` writes the page."""

from __future__ import annotations

import collections
import sys

from tests.coverage.gate import CLASSES, Status, status
from tests.coverage.page import PAGE, page, rows


def main(parts: list[str]) -> None:
    """One line per name that contains one of ``parts`` (all names without any), then the counts; or the page."""
    if "--page" in parts:
        PAGE.write_text(page(rows()), encoding="utf-8")
        return
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    for name, wanted in CLASSES.items():
        if parts and not any(part in name for part in parts):
            continue
        found = status(name)
        counts[wanted, found.kind] += 1
        print(row(name, wanted, found))
    print()
    for (wanted, kind), count in sorted(counts.items()):
        print(f"{count:4d} {wanted:15s} {kind}")


def row(name: str, wanted: str, found: Status) -> str:
    """One line of the table."""
    mark = " " if found.kind in (wanted, "absent") else "*"
    detail = found.detail.splitlines()[0] if found.detail else ""
    return f"{mark} {name:32s} {wanted:15s} {found.kind:15s} {detail}"[:180]


if __name__ == "__main__":
    main(sys.argv[1:])
