"""What a gateway makes: tasks, clips, lyrics, and how reports about them are merged."""
