"""Pictures and the animated tour of the README, drawn from the screens of the real app."""
