"""Tests of the demo gateway."""
