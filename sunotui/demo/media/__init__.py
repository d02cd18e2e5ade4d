"""The files that the demo gateway serves: audio, covers and notes."""
