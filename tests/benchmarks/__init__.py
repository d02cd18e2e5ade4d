"""Measurements, each a command of its own: `python -m tests.benchmarks.start`. None of them is a test."""
