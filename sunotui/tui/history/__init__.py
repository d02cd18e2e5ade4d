"""The screens for submissions and statistics."""
