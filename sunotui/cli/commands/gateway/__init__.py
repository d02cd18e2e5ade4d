"""Commands that talk to gateways."""
