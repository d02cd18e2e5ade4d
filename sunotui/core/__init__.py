"""The application without a user interface; both front ends use it."""
