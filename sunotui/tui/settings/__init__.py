"""The settings: what the app changes itself, and what the user's config file sets."""
