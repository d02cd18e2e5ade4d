"""The commands of the screens: their registry, keys, footers and palette."""
