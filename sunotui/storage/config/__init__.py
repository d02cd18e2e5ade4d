"""The config file, settings and profiles."""
