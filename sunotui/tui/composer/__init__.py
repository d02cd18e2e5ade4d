"""The screen that writes a request."""
