"""Paid requests: sending, unknown outcomes, and results that arrive later."""
