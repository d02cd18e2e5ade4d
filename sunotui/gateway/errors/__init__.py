"""Classification of refusals and failures by their status, code and message."""
