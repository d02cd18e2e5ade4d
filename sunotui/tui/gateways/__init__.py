"""Screens for gateways, profiles and login."""
