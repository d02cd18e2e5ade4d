"""Export from the library's tables and import into them."""
