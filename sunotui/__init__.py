"""A terminal app for Suno gateways."""

__version__ = "0.1.0"
