"""Tests of the whole, over real HTTP and in a real terminal."""
