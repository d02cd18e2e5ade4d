"""What commands write: text, JSON documents, progress and files."""
