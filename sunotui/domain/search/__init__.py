"""The search language: parsing, filters, folding of letters, highlighting."""
