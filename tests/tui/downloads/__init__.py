"""Tests of saving takes on the screens."""
