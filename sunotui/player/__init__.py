"""The process that decodes and plays local files; JSON lines control it."""
