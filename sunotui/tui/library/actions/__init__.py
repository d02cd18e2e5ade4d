"""The commands of the library screen."""
