"""Files that play together: the takes of a comparison, the stems of a song."""
