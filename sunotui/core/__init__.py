"""The application without a user interface; the screens and the commands both use it."""
