"""Takes saved as files, the queue of downloads, and how long links work."""
