"""Payloads of requests in each dialect, sent at most once, and the outcome of each."""
