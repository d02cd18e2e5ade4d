"""Commands for the songs of the library."""
