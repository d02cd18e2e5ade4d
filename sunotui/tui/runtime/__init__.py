"""The terminal, crashes, keys and other plumbing below the screens."""
