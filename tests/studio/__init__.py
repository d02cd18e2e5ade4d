"""Tests of the work behind both faces."""
