"""``with grad_of(h) as dh:``, a block that runs in the backward pass, where the gradient of ``h`` is complete.

>>> import numpy as np
>>> with grad_of(np.ones(2)) as dh:
...     print(dh)
[0. 0.]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.errors import ArgumentError

__all__ = ["grad_of"]


class grad_of:
    """The block below ``with grad_of(h) as dh:`` is placed into the backward pass, where ``dh`` is complete.

    ``h`` is a variable of the function, a float or an array of floats of any shape. The block may look at ``dh``, the
    gradient with respect to ``h``, change it in place or assign it anew, in the same shape and dtype. In forward mode
    a block that only looks is left out, one that changes ``dh`` is refused.

    Where the function is called as it stands, no gradient is there: the block runs on zeros of the shape of ``h``, and
    NumPy warns of nothing in it. Raises ArgumentError for anything but a float or an array of floats.
    """

    def __init__(self, h: Any) -> None:
        floating = isinstance(h, float | np.floating) or (isinstance(h, np.ndarray) and h.dtype.kind == "f")
        if not floating:
            raise ArgumentError(f"grad_of takes a float or an array of floats, not {type(h).__name__}", "name a part")
        self._zero = np.zeros_like(h) if isinstance(h, np.ndarray) else np.float64(0.0)
        self._quiet = np.errstate(all="ignore")

    def __enter__(self) -> Any:
        self._quiet.__enter__()
        return self._zero

    def __exit__(self, *error: Any) -> None:
        self._quiet.__exit__(*error)
