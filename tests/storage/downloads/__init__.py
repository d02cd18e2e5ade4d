"""Saved files and the queue of downloads in the library."""
