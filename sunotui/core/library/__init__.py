"""Reading and annotating the library."""
