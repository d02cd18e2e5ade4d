"""Values and pure rules: requests, tasks, clips, queries and errors, without I/O and without a clock."""
