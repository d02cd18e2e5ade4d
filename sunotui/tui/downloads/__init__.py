"""Saving takes on the screens: the commands, the downloads screen, and texts about saved takes."""
