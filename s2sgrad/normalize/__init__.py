"""Rewritings into the few forms that the rest knows, one per file."""
