"""Requests as gateways read them."""
