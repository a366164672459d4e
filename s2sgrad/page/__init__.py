"""A page to read: a function and its generated derivative side by side, with formulas, what is kept, and the graph."""
