"""The list of tasks, drawn from a window of rows."""
