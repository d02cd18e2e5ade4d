"""The output of commands: text, JSON documents, progress and files."""
