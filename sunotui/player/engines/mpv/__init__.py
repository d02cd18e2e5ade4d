"""Plays with mpv, a process of its own for each file that plays."""
