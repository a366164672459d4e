"""The coverage gate: every public name of NumPy, and what becomes of it in a function that is differentiated.

``classification.json`` says what each name should be, ``samples`` holds the calls that are tried, one file per area;
``python -m tests.coverage`` prints the table.
"""
