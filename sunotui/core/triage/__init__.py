"""Triage: unplayed takes are heard one after the other, and each gets a verdict."""
