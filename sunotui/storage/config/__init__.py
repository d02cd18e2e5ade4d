"""The config file, its settings and its profiles."""
