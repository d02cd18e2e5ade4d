"""Reads a gateway's responses into the domain's types; nothing in them is trusted."""
