"""Export and import of the library: JSON Lines, CSV, HTML and MIDI."""
