"""Export from and import into the library."""
