"""Polling of unfinished tasks in batches, and the schedule of the polls."""
