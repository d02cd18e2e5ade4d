"""What the core needs of the operating system: child processes, the clipboard, the terminal, crash reports."""
