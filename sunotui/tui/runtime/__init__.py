"""Infrastructure of the screens: crash handling, key queues, garbage collection and patches of Textual."""
