"""Playback on the screens: the bar of what plays, the now-playing screen, the queue and synced lyrics."""
