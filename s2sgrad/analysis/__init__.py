"""What is known of a function before it runs: facts, memory, activity, saved values."""
