"""Tests of the checks of saved files."""
