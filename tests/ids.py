"""Names for the cases of a test that are the same in every process, so that a test run can be shared out."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["steady"]


def steady(value: Any) -> str:
    """``repr`` without the addresses of objects.

    >>> steady(steady)
    '<function steady>'
    """
    return re.sub(r" at 0x[0-9A-Fa-f]+", "", repr(value))
