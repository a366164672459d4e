"""Reverse mode: the backward pass, statement by statement in reverse."""
