"""The current track and the one after it: opened, loaded, followed, and what the player reports of them."""
