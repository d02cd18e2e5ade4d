"""Polling of unfinished tasks by batch requests."""
