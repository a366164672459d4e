"""Loads the scripts of examples/, whose names begin with digits, and runs them in this process."""

import contextlib
import importlib.util
import io
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"


def script(row):
    """The path of the script for a row of the lecture."""
    (path,) = EXAMPLES.glob(f"{row:02}_*.py")
    return path


def loaded(path):
    """The module of a script, with what the scripts share beside it."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        spec = importlib.util.spec_from_file_location(f"example_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(EXAMPLES))
    return module


def printed(row, folder):
    """What the quick run of a script prints."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        loaded(script(row)).main(["--quick", "--output", str(folder)])
    return out.getvalue()
