"""Scripts and long-running jobs that are not tests."""
