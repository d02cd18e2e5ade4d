"""End-to-end tests over real HTTP and in a real terminal."""
