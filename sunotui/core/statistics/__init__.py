"""The statistics of the library as lines of text, with charts, for both front ends."""
