"""The HTML page that an export writes."""
