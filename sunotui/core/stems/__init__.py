"""Takes that were split into stems: their parts, and playing them together."""
