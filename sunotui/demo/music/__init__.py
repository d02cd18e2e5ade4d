"""The songs of the demo gateway: what is made of a request."""
