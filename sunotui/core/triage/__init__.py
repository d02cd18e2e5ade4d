"""Triage: unplayed takes are played one after the other, and each gets a verdict."""
