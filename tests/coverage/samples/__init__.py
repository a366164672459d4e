"""Sample calls, one file per area: texts to try by name (``SAMPLES``), and the names not yet right (``MISSING``).

A text is an expression, or lines of which the last is one, over the names of ``tests.coverage.inputs``. All floating
operands that it uses are differentiated. To add one, put it into the list of its name and run ``python -m
tests.coverage NAME``; what works comes off ``MISSING``.
"""
