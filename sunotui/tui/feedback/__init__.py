"""What the screens report to the user: status, messages and advice."""
