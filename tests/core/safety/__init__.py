"""Tests of takes at risk, and of automatic saving."""
