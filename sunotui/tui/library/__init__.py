"""The library screen, and the commands that work on its selected task."""
