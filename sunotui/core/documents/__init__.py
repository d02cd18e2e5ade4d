"""The JSON documents of tasks and submissions, which commands print and hooks receive."""
