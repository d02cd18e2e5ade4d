"""The documents that commands print with --json, as types: the contract with scripts."""
