"""Parsing of the requests that reach the demo gateway."""
