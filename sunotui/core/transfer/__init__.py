"""Export and import: JSON Lines, CSV, HTML, MIDI."""
