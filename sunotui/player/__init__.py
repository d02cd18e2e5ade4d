"""The player process: it plays local files and speaks JSON lines with the app (docs/player.md)."""
