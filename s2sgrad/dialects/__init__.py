"""Generated text for other compilers: a pass over the finished text, and what it takes to run the result."""
