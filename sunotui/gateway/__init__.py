"""Speaks the task protocol: requests out, tasks and outcomes in. Everything a gateway says is cleaned here, once."""
