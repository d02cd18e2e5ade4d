"""The demo gateway: a real HTTP server on loopback with an imaginary studio behind it."""
