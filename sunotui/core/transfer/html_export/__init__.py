"""HTML export: one page of songs."""
