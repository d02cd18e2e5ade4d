"""Dialogs that every screen may open."""
