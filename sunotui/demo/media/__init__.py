"""The files of the demo gateway: sound, covers, notes."""
