"""Parsing of the requests to the demo gateway."""
