"""The requests that a user can send, and their validation."""
