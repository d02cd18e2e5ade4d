"""What the program writes to the terminal and reads from it, besides the screens."""
