"""Checks whether a file is the whole take."""
