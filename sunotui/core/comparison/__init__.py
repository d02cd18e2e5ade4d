"""Comparing takes: pairs that play together, a knock-out for more than two, and their differences."""
