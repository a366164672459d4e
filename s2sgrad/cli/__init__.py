"""The command ``s2sgrad``: show, save, draw, explain, check and report on functions of a file."""

from s2sgrad.cli.main import main

__all__ = ["main"]
