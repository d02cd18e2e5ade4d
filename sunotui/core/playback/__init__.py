"""Playback: the queue, the player and what was played."""
