"""Saving takes: from the queue of downloads to a checked and tagged file in the folder of the user."""
