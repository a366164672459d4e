"""How large values and gradients are, line by line and run by run: where a gradient vanishes or explodes."""

from s2sgrad.flow.entries import Entry, Size
from s2sgrad.flow.findings import Finding
from s2sgrad.flow.result import Report

__all__ = ["Entry", "Finding", "Report", "Size"]
