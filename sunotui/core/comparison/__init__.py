"""Comparing takes: pairs that play together, a knock-out of more, and how they differ."""
