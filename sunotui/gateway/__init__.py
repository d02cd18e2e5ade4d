"""The HTTP client for gateways: it builds payloads, sends them, and turns untrusted responses into domain values."""
