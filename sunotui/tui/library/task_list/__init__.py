"""The task list, a Line API widget over a window of rows."""
