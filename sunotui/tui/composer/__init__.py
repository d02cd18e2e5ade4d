"""The screen on which a request is written, with its drafts."""
