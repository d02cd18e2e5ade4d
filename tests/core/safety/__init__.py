"""Tests of what is at risk, and of what is saved by itself."""
