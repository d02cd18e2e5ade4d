"""What you see on the screens, one file each."""
