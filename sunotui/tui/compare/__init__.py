"""The compare screen: two takes side by side, one of them audible."""
