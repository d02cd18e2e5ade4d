"""Drafts: what a form holds, and how it is kept."""
