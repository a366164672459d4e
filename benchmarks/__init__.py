"""How fast generated gradients are, and how fast they are generated; see README.md in this folder."""
