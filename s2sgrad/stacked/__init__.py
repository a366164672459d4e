"""Several seeds at a time: the text of a pullback or of a forward derivative, for a stack of adjoints or tangents."""
