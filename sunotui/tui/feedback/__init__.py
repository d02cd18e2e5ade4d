"""What the screens tell the user: status, messages and advice."""
