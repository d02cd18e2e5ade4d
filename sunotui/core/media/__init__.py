"""Audio files and covers: fetched from their servers and kept in a cache on disk."""
