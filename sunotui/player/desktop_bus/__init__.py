"""What plays, on the desktop bus (MPRIS)."""
