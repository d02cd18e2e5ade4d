"""Connections to a gateway: authentication, deadlines, proxies and the redaction of secrets."""
