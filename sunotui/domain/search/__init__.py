"""The search language: parsing, filters, letter folding and highlighting."""
