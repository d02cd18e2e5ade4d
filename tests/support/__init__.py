"""Verbs that the tests share."""
