"""Long jobs beside the tests."""
