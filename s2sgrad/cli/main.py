"""The command line: options, help that shows how, errors as the library tells them, exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from s2sgrad.cli import arguments
from s2sgrad.cli.commands import COMMANDS, MODES
from s2sgrad.cli.target import Failed, Usage, where
from s2sgrad.errors import S2SGradError

__all__ = ["main"]

ABOUT = """\
Gradients of plain NumPy functions, as readable Python source.

FILE:FUNCTION names a function: model.py:loss, package.model:loss, model.py:Model.loss. The file is imported, which runs
its top level, so name only files that you would run. The function may already be decorated with @grad.
"""
CODES = """\
exit codes: 0 fine; 1 refused, wrong, or the function raised; 2 the command line cannot be used

examples:
  s2sgrad show model.py:loss --wrt W,b --shape W=3,4 --shape b=3 --shape x=4
  s2sgrad check model.py:loss --args "np.ones((3, 4)), np.zeros(3), np.ones(4)"
  s2sgrad COMMAND --help
"""
HELP: dict[str, tuple[str, str]] = {
    "show": (
        "print the generated gradient",
        "s2sgrad show model.py:loss --wrt W,b --shape W=3,4 --shape b=3 --shape x=4\n\n"
        "Without arguments the annotations and defaults tell; a parameter that tells nothing is a float.",
    ),
    "save": (
        "write the generated gradient as a module that needs only NumPy",
        "s2sgrad save model.py:loss --wrt W -o grads.py --shape W=3,4 --shape x=4",
    ),
    "graph": (
        "draw the computation graph, forward and backward",
        "s2sgrad graph model.py:loss --shape x=3 -o loss.svg\n"
        "  s2sgrad graph model.py:loss --shape x=3 --format mermaid --fold",
    ),
    "explain": (
        "write a page that explains the gradient line by line",
        "s2sgrad explain model.py:loss --shape x=3 -o page.html",
    ),
    "check": (
        "compare gradients with finite differences",
        's2sgrad check model.py:loss --args "np.ones(3), 2.0"\n  s2sgrad check model.py:loss --shape x=3 --set n=5',
    ),
    "report": (
        "tell how large values and gradients are, and where gradients vanish or explode",
        "s2sgrad report model.py:loss --shape x=3 --listing --plot flow.png",
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (without the name of the program); returns the exit code."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as ended:  # argparse has printed its help or its message
        return int(ended.code or 0)
    try:
        text = COMMANDS[options.command](options)
        _print(text, options)
        return 0
    except Usage as error:
        return _failed(str(error), 2)
    except (Failed, S2SGradError) as error:
        return _failed(str(error), 1)
    except BrokenPipeError:  # nobody reads on, as with `| head`; what is left to print goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _failed(f"{error.filename}: {error.strerror}" if error.filename else str(error), 1)
    except Exception as error:  # the user's function raised, while it was run
        return _failed(where(error, options.target.rpartition(":")[0]), 1)


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("s2sgrad", description=ABOUT, epilog=CODES, formatter_class=raw)
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (what, example) in HELP.items():
        described = f"{what[0].upper()}{what[1:]}.\nThe file is imported, which runs its top level."
        one = commands.add_parser(
            name, help=what, description=described, epilog=f"example:\n  {example}", formatter_class=raw
        )
        one.add_argument(
            "target", metavar="FILE:FUNCTION", help="model.py:loss, package.model:loss, model.py:Model.loss"
        )
        one.add_argument("--wrt", metavar="W,b", help="with respect to what: names, paths or positions")
        _own_options(name, one)
        arguments.add_options(one)
    return parser


def _own_options(name: str, parser: argparse.ArgumentParser) -> None:
    """The options that one command has for itself."""
    if name in ("show", "save", "graph", "explain"):
        parser.add_argument("--mode", choices=list(MODES), help="which derivative (default grad)")
    if name in ("save", "explain"):
        parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the file to write")
    if name == "show":
        parser.add_argument("--side-by-side", action="store_true", help="beside the function")
    elif name == "save":
        parser.add_argument("--dialect", choices=["numba"], help="write functions for Numba")
    elif name == "graph":
        formats = ["text", "dot", "mermaid", "svg", "png"]
        parser.add_argument("--format", choices=formats, help="default: by the name of the file, else text")
        parser.add_argument("-o", "--output", metavar="FILE", help="the file to write")
        parser.add_argument("--fold", action="store_true", help="helper functions as single operations")
        parser.add_argument("--forward", action="store_true", help="the forward half alone")
    elif name == "check":
        parser.add_argument("--order", type=int, choices=[1, 2], default=2, help="2 checks second derivatives too")
        parser.add_argument("--tol", type=float, help="relative to the largest element (default 1e-5)")
    elif name == "report":
        parser.add_argument("--listing", action="store_true", help="the function with sizes beside its lines")
        parser.add_argument("--plot", metavar="FILE", help="draw the gradients, run by run")


def _version() -> str:
    from s2sgrad import __version__

    return f"s2sgrad {__version__}"


# ---- what is printed ----


def _print(text: str, options: argparse.Namespace) -> None:
    """Print a result; generated code in colour where the terminal has it."""
    if options.command == "show" and not options.side_by_side and _has_colour(sys.stdout):
        from s2sgrad.show import coloured

        text = coloured(text)
    print(text.removesuffix("\n"), flush=True)


def _failed(message: str, code: int) -> int:
    """Print what is wrong; returns the exit code."""
    word = "\033[1;31merror:\033[0m" if _has_colour(sys.stderr) else "error:"
    print(f"{word} {message}", file=sys.stderr)
    return code


def _has_colour(stream: TextIO) -> bool:
    """True for a terminal, unless NO_COLOR is set (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
