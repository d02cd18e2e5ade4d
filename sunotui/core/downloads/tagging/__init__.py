"""What is written into a saved file, and beside it."""
