"""Which takes are saved, at risk or lost, and automatic saving."""
