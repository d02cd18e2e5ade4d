"""Paid requests: submitting, unknown outcomes, results."""
