"""The screen that plays the parts of a take together."""
