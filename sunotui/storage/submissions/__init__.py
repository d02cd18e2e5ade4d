"""The journal of paid requests, and the lock of the process that sends them."""
