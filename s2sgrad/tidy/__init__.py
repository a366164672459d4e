"""Clean-ups of the generated function, one per file; none of them touches the user's own expressions."""
