"""The detail pane of a task."""
