"""Operating system services: child processes, the clipboard, the terminal, crash reports."""
