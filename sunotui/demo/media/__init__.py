"""The files that the demo gateway serves: audio, videos, covers and notes."""
