"""The user's command that runs when a task has ended."""
