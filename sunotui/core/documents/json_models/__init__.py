"""The types of the documents that commands print with --json: the contract with scripts."""
