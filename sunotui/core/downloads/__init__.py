"""Saving takes as files: names, transfer with resumption, verification and the queue."""
