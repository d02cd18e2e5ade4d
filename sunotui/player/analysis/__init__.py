"""The loudness of a file."""
