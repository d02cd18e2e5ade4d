"""The HTML page of an export."""
