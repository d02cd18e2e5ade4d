"""Screens for submissions and statistics."""
