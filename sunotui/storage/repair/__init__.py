"""Repair of a damaged library file."""
