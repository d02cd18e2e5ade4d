"""What playback keeps: its state and the loudness of takes."""
