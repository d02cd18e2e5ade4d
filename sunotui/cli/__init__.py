"""The command line: parsing of arguments, one function for each command, and exit codes."""
