"""Measurements against a reference that runs beside them in the same call; none of them is a test.

`python -m tests.benchmarks [NAMES...] [--rounds N]` prints a table. Each row, or family of rows, is one file
`bN_what.py` with one function `measure(rounds)` that returns rows of `tests.benchmarks.table`; adding such a file is
sufficient.
"""
