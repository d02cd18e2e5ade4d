"""Finds out what a gateway is and offers, without a paid request."""
