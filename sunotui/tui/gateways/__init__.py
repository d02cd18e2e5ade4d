"""The screens for gateways, profiles and login."""
