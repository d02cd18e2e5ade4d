"""Which takes are saved, at risk or lost, and saving them by itself."""
