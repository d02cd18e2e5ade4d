"""Parsing and cleaning of gateway responses."""
