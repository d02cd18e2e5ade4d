"""Saving takes on the screens: the commands, the downloads screen, and what is said of saved takes."""
