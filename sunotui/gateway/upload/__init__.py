"""Upload of audio files to the gateway or to the object storage that it names."""
