"""Connections to a gateway: authentication, deadlines, proxies, redaction of secrets."""
