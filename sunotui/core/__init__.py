"""The application without a front end: what both the screens and the commands use."""
