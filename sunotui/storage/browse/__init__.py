"""Lists and searches of tasks, by pages."""
