"""The other face: every command with its arguments, output and exit codes; without a command, the screens."""
