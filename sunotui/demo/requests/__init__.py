"""Reads the requests that arrive at the demo gateway."""
