"""The demo gateway: an HTTP server on the loopback address that imitates real gateways."""
