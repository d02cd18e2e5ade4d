"""How a command ends: exit codes, and advice about errors."""
