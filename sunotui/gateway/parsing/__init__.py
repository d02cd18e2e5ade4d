"""Parsing and sanitizing of gateway responses."""
