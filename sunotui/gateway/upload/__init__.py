"""Uploads of audio files."""
