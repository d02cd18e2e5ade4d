"""What playback stores: its state and the loudness of takes."""
