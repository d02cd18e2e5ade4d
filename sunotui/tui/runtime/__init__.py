"""Infrastructure of the screens: the terminal, crash handling, key queues and patches of Textual."""
