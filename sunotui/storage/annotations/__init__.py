"""Ratings, labels, albums, notes and saved searches."""
