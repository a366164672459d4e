"""Forward mode: beside each of the user's statements stands the line for its tangent."""
