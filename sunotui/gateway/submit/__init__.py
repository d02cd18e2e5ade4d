"""Payloads of requests in each dialect, sending at most once, and outcomes."""
