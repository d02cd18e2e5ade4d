"""What commands print: text, JSON, files."""
