"""Reading audio files, also while they grow."""
