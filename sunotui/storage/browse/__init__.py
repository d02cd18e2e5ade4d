"""Lists, searches and counts of tasks, read page by page."""
